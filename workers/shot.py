"""What a render gives back: pixels, and what the browser knows about them."""

from dataclasses import dataclass

from webapp.studio.events import Rect


@dataclass(frozen=True)
class DomText:
    """A run of text as the browser laid it out, one per line box. `rect` in CSS pixels."""

    text: str
    rect: Rect
    colour: tuple[int, int, int]
    font_size: float


@dataclass(frozen=True)
class Screenshot:
    """A page rendered at a viewport, or a region of it.

    `png` is device pixels: CSS pixels times `scale`. Rectangles are CSS pixels from its corner.
    """

    png: bytes
    width: int
    height: int
    scale: float
    texts: tuple[DomText, ...] = ()
    pictures: tuple[Rect, ...] = ()  # img, svg, canvas, video and CSS background images, clipped
    console_errors: tuple[str, ...] = ()
    failed_requests: tuple[str, ...] = ()
    overflow_px: int = 0  # how far the page is wider than its viewport, CSS pixels
    seconds: float = 0.0
