"""A page of files beside its mockup, measured once: no model, no run, no record."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from pydantic import BaseModel

from webapp.studio.events import Score
from workers.agent.protocols import Mockup
from workers.agent.tools.context import request_for
from workers.browser.renderer import Renderer
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import decode_png, read_image
from workers.management.command_line import Source
from workers.management.report import NamedDifference, side_by_side
from workers.scoring import compare, view_of_mockup, view_of_render
from workers.shot import Shot


@dataclass(frozen=True)
class Measured:
    """A render, its score, and a PNG of mockup, render and heat map side by side."""

    shot: Shot
    score: Score
    picture: bytes


class PageReport(BaseModel, frozen=True):
    """What `compare --json` prints. `width` and `height` are the mockup's, in image pixels;
    `unread_lines` of it could not be read; `overflow_px` is how many CSS pixels the page is wider
    than the mockup."""

    mockup: str
    page: str
    width: int
    height: int
    scale: float
    score: float
    differences: tuple[NamedDifference, ...]
    unread_lines: int
    console_errors: tuple[str, ...]
    failed_requests: tuple[str, ...]
    overflow_px: int

    @classmethod
    def of(cls, source: Source, page: Path, measured: Measured) -> Self:
        shot, score = measured.shot, measured.score
        return cls(
            mockup=str(source.path),
            page=str(page),
            width=source.mockup.width,
            height=source.mockup.height,
            scale=source.mockup.scale,
            score=score.total,
            differences=tuple(map(NamedDifference.of, score.differences)),
            unread_lines=score.unread_lines,
            console_errors=shot.console_errors,
            failed_requests=shot.failed_requests,
            overflow_px=shot.overflow_px,
        )


async def measure(mockup: Mockup, folder: Path, page: str) -> Measured:
    """Render a page of `folder` as a draft is rendered, and compare it with the mockup.

    Takes seconds of CPU, in this thread. Raises RenderError.
    """
    renderer = Renderer()
    try:
        request = request_for(mockup, page)
        shot = await renderer.render(folder, replace(request, accessibility=True))
        as_file = await renderer.render(folder, replace(request, as_file=True))
    finally:
        await renderer.close()
    image = read_image(mockup.path)
    wanted = view_of_mockup(image, mockup.scale, find_text(image))
    comparison = compare(wanted, view_of_render(shot, as_file))
    picture = side_by_side(image, decode_png(shot.png), comparison.heat_map)
    return Measured(shot, comparison.score, picture)
