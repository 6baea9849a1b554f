"""The layout tree: what perception understood of a mockup, and what a composer writes as code.

Leaves are paragraphs, pictures, panels and rules; rows, columns and layers arrange them. All
lengths are CSS pixels.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workers.drafting.language import is_right_to_left
from workers.imaging import Box, Colour, Mask, TextRun, bounds

Alignment = Literal["left", "center", "right"]
FieldKind = Literal["input", "select", "textarea"]
CheckKind = Literal["checkbox", "radio"]
Flow = Literal["column", "row", "layers"]


@dataclass(frozen=True)
class Font:
    """A face as CSS names it. `size` is CSS pixels."""

    family: str
    weight: int
    size: float
    italic: bool = False


@dataclass(frozen=True)
class StyledRun:
    """A text run with the font that reproduces it, set at (`origin_x`, `baseline`)."""

    run: TextRun
    font: Font
    baseline: float
    origin_x: float


@dataclass(frozen=True)
class Gradient:
    """A linear gradient: CSS angle in degrees, first and last colour."""

    angle: float
    start: Colour
    end: Colour


@dataclass(frozen=True)
class Border:
    width: int
    colour: Colour


@dataclass(frozen=True)
class Shadow:
    """What a panel throws, as `box-shadow` says it: CSS pixels down, of blur and of spread, a
    colour and its share, 0..1."""

    down: int
    blur: int
    spread: int
    colour: Colour
    alpha: float


@dataclass(frozen=True)
class Panel:
    """A filled or outlined rectangle, perhaps rounded. `fill` None is transparent."""

    box: Box
    fill: Colour | Gradient | None
    border: Border | None = None
    radius: int = 0
    shadow: Shadow | None = None


@dataclass(frozen=True)
class Rule:
    """A thin line, horizontal or vertical."""

    box: Box
    colour: Colour


@dataclass(frozen=True)
class Picture:
    """Pixels that no text, panel or rule explains: a photo, an icon, a logo."""

    box: Box


@dataclass(frozen=True)
class Perception:
    """Everything found in one mockup. `text_mask` marks pixels that belong to text.

    `unread` are the pictures of lines that look like text and could not be read.
    """

    width: int
    height: int
    background: Colour | Gradient
    runs: tuple[StyledRun, ...]
    panels: tuple[Panel, ...]
    rules: tuple[Rule, ...]
    pictures: tuple[Picture, ...]
    text_mask: Mask
    unread: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Found:
    """Where things are on a mockup, as far as it is perceived: before `complete`, text alone."""

    complete: bool
    texts: tuple[Box, ...]
    panels: tuple[Box, ...] = ()
    rules: tuple[Box, ...] = ()
    pictures: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Line:
    """One visual line: runs side by side on one baseline, left to right."""

    runs: tuple[StyledRun, ...]

    @property
    def text(self) -> str:
        return " ".join(run.run.text for run in self.as_read)

    @property
    def as_read(self) -> tuple[StyledRun, ...]:
        """The runs in the order in which they are read."""
        backwards = sum(1 if is_right_to_left(run.run.text) else -1 for run in self.runs)
        return self.runs[::-1] if backwards > 0 else self.runs

    @property
    def left(self) -> float:
        return self.runs[0].origin_x

    @property
    def ink(self) -> Box:
        return bounds(run.run.ink for run in self.runs)


@dataclass(frozen=True)
class Paragraph:
    """Lines that read as one text in one style. Its ink's box names it within its mockup.

    `line_height` is the distance between baselines; `wrap_width` is a width at which a browser
    breaks the lines where the mockup does, None where no such width is known; `wraps` is from
    which on and up to which it may be.
    """

    lines: tuple[Line, ...]
    font: Font
    colour: Colour
    line_height: float
    alignment: Alignment = "left"
    wrap_width: float | None = None
    wraps: tuple[float, float] | None = None
    letter_spacing: float = 0.0
    underlines: tuple["Divider", ...] = ()  # under all of it, or some of its runs

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def ink(self) -> Box:
        return bounds(line.ink for line in self.lines)


@dataclass(frozen=True)
class Offset:
    """How far the browser's text was from the mockup's, learnt from a render.

    `dx`, `dy` and `letter_spacing` are CSS pixels to add; `broken` says that the browser
    wrapped the paragraph elsewhere, so that its lines must be broken by hand.
    """

    dx: float = 0.0
    dy: float = 0.0
    letter_spacing: float = 0.0
    broken: bool = False


Offsets = Mapping[Box, Offset]  # by the ink box of a paragraph, which no repair changes


@dataclass(frozen=True)
class Text:
    """A paragraph in its place: `box` is what its line boxes take up in a browser, but for a
    `shift` right and down of less than a CSS pixel, to an image pixel of a dense screen."""

    box: Box
    paragraph: Paragraph
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Container:
    """A panel, a picture with content over it, or a bare group: children arranged by `flow`.

    `picture` True means that the pixels of `box` are the background.
    """

    box: Box
    flow: Flow
    children: tuple["Node", ...] = ()
    panel: Panel | None = None
    picture: bool = False


@dataclass(frozen=True)
class Crop:
    """Pixels of the mockup, text painted away."""

    box: Box


@dataclass(frozen=True)
class Divider:
    """A thin line."""

    box: Box
    colour: Colour


@dataclass(frozen=True)
class Field:
    """What a person types or chooses in: `control` is its outline, `label` the text above it and
    `text` what stands in it. An `icon` stands at one of its ends."""

    box: Box
    kind: FieldKind
    control: Box
    panel: Panel
    text: Text | None = None
    label: Text | None = None
    icon: Crop | None = None


@dataclass(frozen=True)
class Check:
    """A box or a ring to mark, with the text that says what for, or where none is beside it the
    `name` of what it is for. `mark`: what it is marked with."""

    box: Box
    kind: CheckKind
    panel: Panel
    label: Text | None
    mark: Crop | None = None
    name: str = ""


@dataclass(frozen=True)
class Column:
    """A table's column from `left` to `right`, its cells set in by `inset` at both."""

    left: int
    right: int
    inset: int
    alignment: Alignment


@dataclass(frozen=True)
class Row:
    """A table's row from `top` to `bottom`, its `rule` below included: one cell a column."""

    top: int
    bottom: int
    cells: tuple["Node | None", ...]
    fill: Colour | Gradient | None = None
    rule: Border | None = None


@dataclass(frozen=True)
class Table:
    """Rows of cells in common columns, the first perhaps the `header`. `grid`: their rules are
    around each cell. Rows that are a panel each have `spacing` CSS pixels between them, and corners
    of a `radius`."""

    box: Box
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    header: bool
    grid: bool = False
    spacing: int = 0
    radius: int = 0


@dataclass(frozen=True)
class Items:
    """Things of one kind under one another, each from line to line. `ruled` says which have a line
    below, in the colour `rule`, `thick` CSS pixels; `terms`, that each is a name and its value."""

    box: Box
    items: tuple[Container, ...]
    ruled: tuple[bool, ...]
    rule: Colour | None = None
    thick: int = 1
    terms: bool = False


Node = Text | Container | Crop | Divider | Field | Check | Table | Items


def parts(node: Node) -> tuple[Node, ...]:
    """What a node holds, in reading order."""
    match node:
        case Container():
            return node.children
        case Field():
            held = (node.label, node.text, node.icon)
            return tuple(part for part in held if part is not None)
        case Check():
            return (node.label,) if node.label is not None else ()
        case Table():
            return tuple(cell for row in node.rows for cell in row.cells if cell is not None)
        case Items():
            return node.items
        case Text() | Crop() | Divider():
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, depth first, in reading order."""
    yield node
    for part in parts(node):
        yield from walk(part)


def paragraphs(node: Node) -> tuple[Paragraph, ...]:
    return tuple(each.paragraph for each in walk(node) if isinstance(each, Text))
