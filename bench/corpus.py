"""Folders of pages to measure on: each a PNG and the truth about it, as HTML or as text runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bench.scorer import Page, Run
from bench.ssim import ssim
from webapp.studio.events import Rect
from workers.imaging import decode_png, png_size, read_image
from workers.shot import DomText, PageRenderer, RenderRequest, Shot


class NoPages(Exception):
    """The folder holds nothing to measure on."""


class Truth(BaseModel):
    """What a captured page's DOM said: `<name>.json`, for pages that only a server can show."""

    width: int
    height: int
    texts: tuple[DomText, ...]
    pictures: tuple[Rect, ...]


@dataclass(frozen=True)
class Sample:
    """One page of a corpus. `html` or `truth` is there, in the folder of `png`."""

    name: str
    png: Path
    html: Path | None
    truth: Path | None
    width: int
    height: int


def samples(folder: Path) -> list[Sample]:
    """The pages of a folder, by name. Raises NoPages."""
    if not folder.is_dir():
        raise NoPages(f"There is no folder {folder}. Give one of .png with .html beside them.")
    found = [_sample(png) for png in sorted(folder.glob("*.png"))]
    kept = [sample for sample in found if sample.html or sample.truth]
    if not kept:
        raise NoPages(f"No .png in {folder} has an .html or .json of the same name beside it.")
    return kept


async def reference_of(
    sample: Sample, renderers: Sequence[PageRenderer]
) -> tuple[Page, Shot | None]:
    """The truth about a sample, and where there is HTML the render most like the picture."""
    if sample.truth is not None:
        truth = Truth.model_validate_json(sample.truth.read_bytes())
        return as_page(truth.texts, truth.pictures, truth.width, truth.height), None
    assert sample.html is not None
    _, shot = await as_pictured(sample.png, sample.html, renderers)
    return as_page(shot.texts, shot.pictures, sample.width, sample.height), shot


async def as_pictured(png: Path, html: Path, renderers: Sequence[PageRenderer]) -> tuple[int, Shot]:
    """Which of the renderers shows a page most like its picture, and what it shows."""
    mockup = read_image(png)
    height, width = mockup.shape[:2]
    request = RenderRequest(width, height, html.name)
    shots = [await each.render(html.parent, request) for each in renderers]
    return max(enumerate(shots), key=lambda one: ssim(mockup, decode_png(one[1].png)))


def as_page(
    texts: tuple[DomText, ...], pictures: tuple[Rect, ...], width: int, height: int
) -> Page:
    return Page(tuple(_run(text) for text in texts), pictures, width, height)


def _run(text: DomText) -> Run:
    rect = text.rect
    right, bottom = rect.x + rect.width, rect.y + rect.height
    return Run(text.text, rect.x, rect.y, right, bottom, text.colour)


def _sample(png: Path) -> Sample:
    width, height = png_size(png.read_bytes())
    html, truth = png.with_suffix(".html"), png.with_suffix(".json")
    return Sample(
        png.stem,
        png,
        html if html.exists() else None,
        truth if truth.exists() and not html.exists() else None,
        width,
        height,
    )
