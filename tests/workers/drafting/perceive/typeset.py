"""Pages with known text, drawn by a real browser."""

import asyncio
import io
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image

from workers.browser.renderer import Renderer
from workers.imaging import Image, TextRun
from workers.shot import DomText, RenderRequest, Shot

WIDTH = 760


@dataclass(frozen=True)
class Typeset:
    """A page as pixels, and as the browser knows it."""

    image: Image
    texts: tuple[DomText, ...]

    def text(self, words: str) -> DomText:
        return next(text for text in self.texts if text.text.strip() == words)


@dataclass(frozen=True)
class Page:
    body: str
    height: int = 400
    scale: float = 1.0


def typeset(pages: Iterable[Page]) -> list[Typeset]:
    """Each page drawn at WIDTH CSS pixels, in one browser."""
    return asyncio.run(_typeset(list(pages)))


def words_of(runs: Iterable[TextRun]) -> list[str]:
    return [run.text for run in runs]


def run_reading(runs: Iterable[TextRun], words: str) -> TextRun:
    """The run that says `words`, or an error that lists what was read."""
    runs = list(runs)
    found = [run for run in runs if run.text == words]
    assert found, f"{words!r} is not among {words_of(runs)}"
    return found[0]


async def _typeset(pages: list[Page]) -> list[Typeset]:
    renderer = Renderer()
    try:
        with tempfile.TemporaryDirectory() as folder:
            return [_opened(await _render(renderer, page, Path(folder))) for page in pages]
    finally:
        await renderer.close()


async def _render(renderer: Renderer, page: Page, folder: Path) -> Shot:
    style = "body{margin:0;background:#fff;color:#111}div,span.at{position:absolute;left:40px}"
    style += "div{white-space:nowrap}"
    html = f"<!doctype html><meta charset=utf-8><style>{style}</style>{page.body}"
    (folder / "index.html").write_text(html)
    return await renderer.render(
        folder, RenderRequest(width=WIDTH, height=page.height, scale=page.scale, full_page=False)
    )


def _opened(shot: Shot) -> Typeset:
    pixels = PIL.Image.open(io.BytesIO(shot.png)).convert("RGB")
    return Typeset(np.asarray(pixels), shot.texts)
