"""A render: what is asked for, and the pixels that come back with what the browser knows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from webapp.studio.events import Rect
from webapp.studio.storyboard import Storyboard


@dataclass(frozen=True)
class RenderRequest:
    """How to render a page, CSS pixels. `region` is in page coordinates and wins over `full_page`.

    `page` is a path in the folder that is rendered; `scale` is image pixels per CSS pixel.
    `as_file` opens it from the disk, as who unpacked the zip does, and not as a preview.
    `accessibility` asks for what axe finds on it too.
    """

    width: int
    height: int
    page: str = "index.html"
    scale: float = 1.0
    full_page: bool = True
    region: Rect | None = None
    scripts: bool = True
    as_file: bool = False
    accessibility: bool = False


@dataclass(frozen=True)
class DomText:
    """A run of text in one style as the browser laid it out, one per line box.

    `rect`, `font_size` and `spacing` (between letters) in CSS pixels; `weight` 100 to 900;
    `family` the CSS list of fonts. `selector` names the element that draws it, `paragraph` the
    block that its line is part of.
    """

    text: str
    rect: Rect
    colour: tuple[int, int, int]
    font_size: float
    weight: int = 400
    italic: bool = False
    family: str = ""
    spacing: float = 0.0
    selector: str = ""
    paragraph: str = ""


@dataclass(frozen=True)
class DomBox:
    """What an element draws and is no text: a picture, or a ground, border or shadow.

    Lengths in CSS pixels. `fill` is RGB and alpha 0–1; `borders` top, right, bottom, left.
    """

    rect: Rect
    selector: str
    picture: bool = False
    fill: tuple[float, float, float, float] | None = None
    gradient: bool = False
    border: tuple[float, float, float, float] | None = None
    borders: tuple[float, float, float, float] = (0, 0, 0, 0)
    radius: float = 0.0
    shadow: bool = False


@dataclass(frozen=True)
class Contrast:
    """Of a text, in its colour, with its ground, as #rrggbb: the ratio to 1 that it has, and the
    one that it takes to read it."""

    measured: float
    wanted: float
    colour: str
    ground: str


@dataclass(frozen=True)
class AccessibilityFinding:
    """A rule, in words, that `count` elements break, and the first of them: its `tag`, text and
    place. Of the page as a whole the tag is empty, and the place too. A rule of contrast is told
    once for each pair of colours."""

    rule: str
    selector: str
    rect: Rect
    tag: str = ""
    text: str = ""
    count: int = 1
    contrast: Contrast | None = None


@dataclass(frozen=True)
class AccessibilityCheck:
    """What was found, the gravest first; `failure` says why nothing could be looked for."""

    findings: tuple[AccessibilityFinding, ...] = ()
    failure: str = ""


@dataclass(frozen=True)
class Shot:
    """A page rendered at a viewport, or a region of it.

    `png` is device pixels: CSS pixels times `scale`. Rectangles are CSS pixels from its corner.
    `html` is the page's file as it was served, before its scripts ran.
    """

    png: bytes
    scale: float
    texts: tuple[DomText, ...] = ()
    pictures: tuple[Rect, ...] = ()  # img, svg, canvas, video and CSS background images, clipped
    boxes: tuple[DomBox, ...] = ()  # in the order of the document, pictures among them
    console_errors: tuple[str, ...] = ()
    failed_requests: tuple[str, ...] = ()
    overflow_px: int = 0  # how far the page is wider than its viewport, CSS pixels
    accessibility: AccessibilityCheck | None = None  # None: it was not asked for
    seconds: float = 0.0
    html: str = ""


@dataclass(frozen=True)
class Performed:
    """An action of a storyboard, done on a page that was opened as a file: the window before and
    after it, or the whole page where the state is taller. `problem` says why it could not be done;
    `seconds` is until the page had settled."""

    action_id: str
    before: Shot | None = None
    after: Shot | None = None
    problem: str = ""
    seconds: float | None = None


class PageRenderer(Protocol):
    """Renders pages; `workers.browser.renderer.Renderer` is one."""

    async def render(self, folder: Path, request: RenderRequest) -> Shot:
        """A page of `folder`. Raises RenderError."""


@runtime_checkable
class PageReplayer(Protocol):
    """Does on a page what was recorded; `workers.browser.renderer.Renderer` does."""

    async def replay(self, folder: Path, storyboard: Storyboard) -> tuple[Performed, ...]:
        """The storyboard's actions on `index.html` of `folder`, in order. Raises RenderError where
        not even the first could be tried."""
