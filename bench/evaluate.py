"""One page evaluated: made from its picture, then judged against its truth."""

import asyncio
import hashlib
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from PIL import Image as Pillow

from bench.corpus import Sample, as_page, reference_of
from bench.scorer import score
from bench.ssim import ssim
from webapp.studio.blobs import FileBlobs
from workers.agent.run_task import RunEnvironment
from workers.browser.renderer import Renderer
from workers.building import Builder
from workers.drafting.perceive.pipeline import perceive
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import Image, decode_png, encode_png
from workers.management.local_run import mockup_of, run_locally
from workers.models import make_model
from workers.scoring import Comparison, beside, compare, view_of_mockup, view_of_render
from workers.shot import PageRenderer, RenderRequest, Shot

PHONE = 390, 844  # CSS pixels


@dataclass(frozen=True)
class Setup:
    """What all evaluations share. `others` render references alone, with other fonts.

    `made` has earlier pages, <name>/index.html: they are judged as they are, nothing is drafted.
    """

    renderer: Renderer
    others: tuple[PageRenderer, ...]
    blobs: FileBlobs
    out: Path
    model: str = "draft"
    made: Path | None = None
    reference_render: bool = False


@dataclass(frozen=True)
class Result:
    """A page's numbers by name; all 0 where `failure` says why there is no page."""

    name: str
    numbers: dict[str, float] = field(default_factory=dict)
    failure: str = ""
    picture: Path | None = None


async def evaluate_page(sample: Sample, setup: Setup) -> Result:
    """Drafts and judges one page. Raises what the drafting and the renderer raise."""
    reference, shot = await reference_of(sample, [setup.renderer, *setup.others])
    png = sample.png.read_bytes()
    if setup.reference_render and shot is not None:
        png = shot.png
    mockup = decode_png(png)
    made, seconds = await made_page(sample.name, mockup, setup)
    height, width = mockup.shape[:2]
    render = await setup.renderer.render(made, RenderRequest(width=width, height=height))
    phone = await setup.renderer.render(made, RenderRequest(width=PHONE[0], height=PHONE[1]))
    generated = as_page(render.texts, render.pictures, reference.width, reference.height)
    product, picture = await asyncio.to_thread(_product_score, mockup, render)
    target = setup.out / "sheets" / f"{sample.name}.jpg"
    target.parent.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(picture).save(target, quality=80)
    numbers = {
        "ssim": ssim(mockup, decode_png(render.png)),
        **asdict(score(reference, generated)),
        "overflow": float(phone.overflow_px),
        **product,
        **seconds,
    }
    return Result(sample.name, numbers, picture=target)


async def made_page(name: str, mockup: Image, setup: Setup) -> tuple[Path, dict[str, float]]:
    """The folder of a page's draft, and seconds by stage where it was made now."""
    folder = folder_of(name, setup)
    if setup.made is not None:
        return folder, {}
    return folder, await _make_page(mockup, folder, setup)


def folder_of(name: str, setup: Setup) -> Path:
    """Where the page of that name is, or will be."""
    return (setup.out / "pages" if setup.made is None else setup.made) / name


async def _make_page(mockup: Image, folder: Path, setup: Setup) -> dict[str, float]:
    """Writes the page into `folder`; returns seconds by stage.

    Text reading and perception are timed by themselves first. The run finds them remembered, so
    its own times are added to theirs: a first revision needs both.
    """
    started = time.monotonic()
    await asyncio.to_thread(find_text, mockup)
    read = time.monotonic()
    await asyncio.to_thread(perceive, mockup, 1.0)
    seen = time.monotonic()
    png = encode_png(mockup)
    sha256 = hashlib.sha256(png).hexdigest()
    path = folder.parent / f"{folder.name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png)
    page = await run_locally(
        [mockup_of(path, sha256)],
        make_model(setup.model),
        RunEnvironment(setup.blobs, setup.renderer, Builder(setup.renderer)),
    )
    for name, data in page.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    before, by_stage = seen - started, page.seconds_by_stage
    return {
        "seconds_ocr": read - started,
        "seconds_perceive": seen - read,
        "seconds_first": before + by_stage.get("first_revision", by_stage["total"]),
        "seconds_total": before + by_stage["total"],
        "revisions": float(len(page.revisions)),
    }


def _product_score(mockup: Image, render: Shot) -> tuple[dict[str, float], Image]:
    """The score that the agent sees, and mockup, render and heat map side by side."""
    comparison = product_comparison(mockup, render)
    numbers = {"product": comparison.score.total, "penalty": comparison.score.picture_penalty}
    return numbers, beside([mockup, decode_png(render.png), comparison.heat_map])


def product_comparison(mockup: Image, render: Shot) -> Comparison:
    """What the agent is told of a render of a mockup of one image pixel a CSS pixel."""
    return compare(view_of_mockup(mockup, 1.0, find_text(mockup)), view_of_render(render))
