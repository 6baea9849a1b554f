"""The leaves of a page: texts, pictures, lines."""

from collections.abc import Callable
from dataclasses import dataclass

from workers.drafting.compose.markup import Element
from workers.drafting.compose.merging import Declarations
from workers.drafting.compose.page_files import Asset
from workers.drafting.compose.page_styles import PageStyles
from workers.drafting.compose.placement import px
from workers.drafting.compose.roles import first_words, is_short
from workers.drafting.compose.stylesheet import Stylesheet
from workers.drafting.compose.words import spans
from workers.drafting.language import is_right_to_left
from workers.drafting.page import Crop, Divider, Node, Panel, Paragraph, Text
from workers.imaging import Box


@dataclass(frozen=True)
class WritingThresholds:
    """When a measure is written, and when what it means instead. Px are CSS pixels."""

    icon: int = 64  # px: what has a longer side is a picture
    spacing: float = 0.04  # em between letters: less is not seen…
    spaced: float = 4  # px that a line is wider by for it: less moves nothing beside it
    tracking: float = 0.01  # em: steps in which letters are spaced, so that labels share one…
    label: int = 20  # …letters long: in longer texts half of such a step is taken
    rounded: int = 1  # px that two radii of a half circle may lack of its side
    square: int = 2  # px by which a circle may be wider than high: each is measured to one
    sure: float = 1.5  # px that a room is off the widths at which a text would break elsewhere
    title: int = 80  # letters of a page's title: a browser shows fewer


WRITING = WritingThresholds()
PLAIN_WIDTHS = 40, 20, 10, 5  # CSS pixels: steps of a text's width that one would write


@dataclass(frozen=True)
class Scope:
    """Where an element is: the name its class starts with, and whether in a menu's place."""

    name: str
    menu: bool = False  # in the header or footer, where rows of labels are navigation
    area: Box | None = None  # of the parent, if its width is known
    form: bool = False  # in a form, whose buttons send it
    cell: bool = False  # in a table, which has no headings but its header cells
    item: bool = False  # in a list, whose items' names are headings only where they are large


def width_of(node: Node, scope: Scope) -> Declarations:
    """The width of a thing whose holder does not give it one."""
    return () if scope.area is not None else (("width", px(node.box.width)),)


class Leaves:
    """Writes what has no children, and keeps the list of pictures to cut out."""

    def __init__(
        self, styles: PageStyles, sheet: Stylesheet, index: int, thresholds: WritingThresholds
    ) -> None:
        self.styles = styles
        self.sheet = sheet
        self.index = index
        self.assets: list[Asset] = []
        self.has_title = False
        self.state = ""  # of the storyboard, that is written
        self.mark: Callable[[Text, Element], Element] = lambda _, element: element
        self._thresholds = thresholds

    def text(
        self,
        node: Text,
        place: Declarations,
        scope: Scope,
        tag: str | None,
        inherited: Declarations | None = None,
    ) -> Element:
        """An element of the text; it says nothing of what is `inherited` of its look."""
        text, styles = node.paragraph, self.styles
        look = (*styles.declarations(text, inherited), *styles.underline(text))
        level = None if scope.menu or scope.cell else styles.heading_level(text)
        if scope.item and not styles.is_large_if_plain(text):
            level = None
        name = styles.name(text, heading=level is not None or not scope.item)
        classes = [self.sheet.name(name, look, *styles.hints(text))] if look else []
        own: list[tuple[str, str]] = []
        plain = tag == "p" or not (tag or level or styles.is_link(text))
        own += self._wrapping(node, scope, plain=plain)
        if spacing := self._spacing(text):
            own.append(("letter-spacing", f"{spacing:g}em"))
        across, down = (px(off) for off in node.shift)
        if (across, down) != ("0", "0"):
            own.append(("translate", f"{across} {down}"))
        if own or place:
            classes.append(
                self.sheet.name(
                    f"{scope.name}-{self._role(text, scope)}", (*own, *place), first_words(node)
                )
            )
        tag = tag or self._text_tag(level, styles.is_link(text))
        attributes = [("href", "#")] if tag == "a" else []
        if is_right_to_left(text.text):
            attributes.append(("dir", "rtl"))
        words = spans(text, styles, self.sheet)
        return self.mark(node, Element(tag, tuple(classes), tuple(attributes), words))

    def _wrapping(self, node: Text, scope: Scope, *, plain: bool) -> Declarations:
        """What lets lines break where the mockup's do, and nowhere else: nothing where the room
        does. `plain`: it is a `p`, whose lines may break."""
        text, sure = node.paragraph, self._thresholds.sure
        room = None
        if scope.area is not None:
            left = text.alignment == "left"
            room = scope.area.right - node.box.x if left else scope.area.width
        if text.wrap_width is None:
            tight = plain and room is not None and room - node.box.width < self._thresholds.spaced
            return (("white-space", "nowrap"),) if tight else ()
        own = () if plain else (("white-space", "normal"),)
        least, most = text.wraps or (text.wrap_width, text.wrap_width)
        if room is not None and least + sure <= room <= most - sure:
            return own
        near = (step * round(text.wrap_width / step) for step in PLAIN_WIDTHS)
        fits = (width for width in near if least + sure <= width <= most - sure)
        return (("max-width", px(next(fits, text.wrap_width))), *own)

    def _spacing(self, text: Paragraph) -> float:
        """How far its letters are spaced, em; 0 where nobody sees it."""
        thresholds, spacing = self._thresholds, text.letter_spacing / text.font.size
        wider = abs(text.letter_spacing) * len(text.text)
        seen = abs(spacing) >= thresholds.spacing or wider >= thresholds.spaced
        step = thresholds.tracking / (1 if len(text.text) <= thresholds.label else 2)
        return round(round(spacing / step) * step, 3) if seen else 0.0

    def _role(self, text: Paragraph, scope: Scope) -> str:
        """What a text is to its surroundings."""
        if self.styles.is_heading(text):
            return "brand" if scope.menu else "title"
        if self.styles.is_value(text):
            return "value"
        if scope.menu or self.styles.is_link(text):
            return "link"
        return "label" if is_short(text) else "text"

    def _text_tag(self, level: int | None, link: bool) -> str:
        if level is None:
            return "a" if link else "p"
        if level == 1 and self.has_title:
            level = 2
        self.has_title = self.has_title or level == 1
        return f"h{level}"

    def picture(self, node: Crop, place: Declarations, scope: Scope, tag: str | None) -> Element:
        box = node.box
        size = (("width", px(box.width)), ("height", px(box.height)))
        name = self.sheet.name(f"{scope.name}-{self._kind(box)}", (*size, *place))
        image = Element("img", (name,), (("src", self.asset(box)), ("alt", "")))
        return Element(tag, children=(image,)) if tag else image

    def divider(self, node: Divider, place: Declarations) -> Element:
        """A line, `place` telling its width where its holder does not."""
        look = (("height", px(node.box.height)), ("background", self.styles.colour(node.colour)))
        return Element("hr", (self.sheet.name("divider", (*look, *place)),))

    def asset(self, box: Box) -> str:
        """The path of a new asset that shows `box`."""
        prefix = "" if self.index == 0 else f"page-{self.index + 1}-"
        kind = self._kind(box)
        number = 1 + sum(asset.path.startswith(f"assets/{prefix}{kind}") for asset in self.assets)
        path = f"assets/{prefix}{kind}-{number}.png"
        self.assets.append(Asset(path, self.index, box, self.state))
        return path

    def _kind(self, box: Box) -> str:
        return "icon" if max(box.width, box.height) <= self._thresholds.icon else "picture"

    def paint(self, panel: Panel) -> Declarations:
        """Fill, border, round corners and shadow."""
        found: list[tuple[str, str]] = []
        if panel.fill is not None:
            found.append(("background", self.styles.fill(panel.fill)))
        if panel.border is not None:
            colour = self.styles.colour(panel.border.colour)
            found.append(("border", f"{px(panel.border.width)} solid {colour}"))
        if panel.radius:
            short, long = sorted((panel.box.width, panel.box.height))
            rounded = short - 2 * panel.radius <= self._thresholds.rounded
            circle = rounded and long - short <= self._thresholds.square
            found.append(("border-radius", "50%" if circle else px(panel.radius)))
        if panel.shadow is not None:
            found.append(("box-shadow", self.styles.shadow(panel.shadow)))
        return tuple(found)
