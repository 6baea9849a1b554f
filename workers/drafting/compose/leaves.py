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
from workers.drafting.page import Crop, Divider, Paragraph, Text
from workers.imaging import Box


@dataclass(frozen=True)
class WritingThresholds:
    """When a measure is written, and when what it means instead. Px are CSS pixels."""

    icon: int = 64  # px: what has a longer side is a picture
    spacing: float = 0.02  # px between letters: less is not seen
    full: int = 1  # px that a box as wide as its holder may lack: both are measured to one
    rounded: int = 1  # px that two radii of a half circle may lack of its side
    square: int = 2  # px by which a circle may be wider than high: each is measured to one
    title: int = 80  # letters of a page's title: a browser shows fewer


WRITING = WritingThresholds()


@dataclass(frozen=True)
class Scope:
    """Where an element is: the name its class starts with, and whether in a menu's place."""

    name: str
    menu: bool = False  # in the header or footer, where rows of labels are navigation
    area: Box | None = None  # of the parent, if its width is known
    form: bool = False  # in a form, whose buttons send it
    cell: bool = False  # in a table, which has no headings but its header cells
    item: bool = False  # in a list, whose items' names are headings only where they are large


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
        look = styles.declarations(text, inherited)
        level = None if scope.menu or scope.cell else styles.heading_level(text)
        if scope.item and not styles.is_large_if_plain(text):
            level = None
        name = styles.name(text, heading=level is not None or not scope.item)
        classes = [self.sheet.name(name, look, *styles.hints(text))] if look else []
        own: list[tuple[str, str]] = []
        if text.wrap_width is not None:
            own += [("width", px(text.wrap_width)), ("white-space", "normal")]
        if abs(text.letter_spacing) >= self._thresholds.spacing:
            own.append(("letter-spacing", px(text.letter_spacing)))
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
        link = (("href", "#"),) if tag == "a" else ()
        return self.mark(node, Element(tag, tuple(classes), link, spans(text, styles, self.sheet)))

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
        size = [("width", px(node.box.width)), ("height", px(node.box.height))]
        fill = ("background", self.styles.colour(node.colour))
        border = ("border", "0")
        return Element("hr", (self.sheet.name("divider", (*size, fill, border, *place)),))

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
