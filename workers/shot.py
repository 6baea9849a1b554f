"""A render: what is asked for, and the pixels that come back with what the browser knows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from webapp.studio.events import Rect


@dataclass(frozen=True)
class RenderRequest:
    """How to render a page, CSS pixels. `region` is in page coordinates and wins over `full_page`.

    `page` is a path in the folder that is rendered; `scale` is image pixels per CSS pixel.
    """

    width: int
    height: int
    page: str = "index.html"
    scale: float = 1.0
    full_page: bool = True
    region: Rect | None = None
    scripts: bool = True


@dataclass(frozen=True)
class DomText:
    """A run of text as the browser laid it out, one per line box. `rect` in CSS pixels."""

    text: str
    rect: Rect
    colour: tuple[int, int, int]
    font_size: float


@dataclass(frozen=True)
class Shot:
    """A page rendered at a viewport, or a region of it.

    `png` is device pixels: CSS pixels times `scale`. Rectangles are CSS pixels from its corner.
    """

    png: bytes
    scale: float
    texts: tuple[DomText, ...] = ()
    pictures: tuple[Rect, ...] = ()  # img, svg, canvas, video and CSS background images, clipped
    console_errors: tuple[str, ...] = ()
    failed_requests: tuple[str, ...] = ()
    overflow_px: int = 0  # how far the page is wider than its viewport, CSS pixels
    seconds: float = 0.0


class PageRenderer(Protocol):
    """Renders pages; `workers.browser.renderer.Renderer` is one."""

    async def render(self, folder: Path, request: RenderRequest) -> Shot:
        """A page of `folder`. Raises RenderError."""
