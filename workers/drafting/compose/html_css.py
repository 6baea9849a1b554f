"""The stack `html-css`: a layout tree as one HTML page and one stylesheet."""

from collections.abc import Sequence

from workers.drafting.compose.leaves import WRITING, Leaves, Scope, WritingThresholds
from workers.drafting.compose.markup import Element, document
from workers.drafting.compose.page_files import Asset, FontStack, PageFiles
from workers.drafting.compose.page_styles import PageStyles
from workers.drafting.compose.placement import Arrangement, column, layers, px, row
from workers.drafting.compose.roles import (
    bare,
    is_button,
    is_field,
    is_menu,
    is_short,
    is_sidebar,
    landmarks,
    repeats,
    section_name,
    sections,
    with_menu,
)
from workers.drafting.compose.stylesheet import Declarations, Stylesheet
from workers.drafting.page import Container, Crop, Divider, Node, Text, walk
from workers.imaging import Box

CLICKED = {"a": (("href", "#"),), "button": (("type", "button"),)}

LISTS = {"nav": "nav", "ul": "list"}
REPEATED = ("bar", "card", "item")


def compose(
    roots: Sequence[Container], font_stack: FontStack, thresholds: WritingThresholds = WRITING
) -> PageFiles:
    """One page and one stylesheet for each mockup's tree."""
    files: dict[str, str] = {}
    assets: list[Asset] = []
    for index, root in enumerate(roots):
        number = "" if index == 0 else f"-{index + 1}"
        writer = _Writer(root, font_stack, index, thresholds)
        body = writer.page()
        css = "style.css" if index == 0 else f"page{number}.css"
        html = "index.html" if index == 0 else f"page{number}.html"
        files[html] = document(writer.title(), css, body)
        files[css] = writer.sheet.to_css()
        assets += writer.leaves.assets
    return PageFiles(files, tuple(assets))


class _Writer:
    """Writes one page."""

    def __init__(
        self, root: Container, font_stack: FontStack, index: int, thresholds: WritingThresholds
    ) -> None:
        self.root = root
        self.thresholds = thresholds
        self.styles = PageStyles([root], font_stack)
        self.sheet = Stylesheet(root.box.width)
        self.leaves = Leaves(self.styles, self.sheet, index, thresholds)

    def title(self) -> str:
        """The page's title: its first heading, or else its first text."""
        texts = [node.paragraph for node in walk(self.root) if isinstance(node, Text)]
        ranked = [text for text in texts if self.styles.heading_level(text)]
        return (ranked or texts)[0].text[: self.thresholds.title] if texts else "Page"

    def page(self) -> Element:
        """The body."""
        self.sheet.tokens(self.styles.tokens())
        regions = self._regions()
        area = self.root.box
        if not regions:
            placed = Arrangement((("min-height", px(area.height)),), ())
        elif self.root.flow == "layers":
            placed = layers(area, [container.box for _, _, container in regions], border=0)
        else:
            placed = column(area, [f.box for _, _, f in regions], padded=True)
        fill = self.root.panel.fill if self.root.panel else None
        look = (("background", self.styles.fill(fill)),) if fill is not None else ()
        self.sheet.page((*look, *placed.container))
        children = [
            self._region(tag, name, container, place)
            for (tag, name, container), place in zip(regions, placed.children, strict=True)
        ]
        return Element("body", children=tuple(children))

    def _regions(self) -> list[tuple[str, str, Container]]:
        if self.root.children and self.root.flow != "column":
            inner = Container(
                bare("row", self.root.children).box, self.root.flow, self.root.children
            )
            return [("main", "page", inner)]
        header, main, footer = landmarks(self.root)
        parts = (("header", "site-header", header), ("main", "page", main))
        found = [(tag, name, bare("column", nodes)) for tag, name, nodes in parts if nodes]
        if footer:
            found.append(("footer", "site-footer", bare("column", footer)))
        return found

    def _region(self, tag: str, name: str, container: Container, place: Declarations) -> Element:
        scope = Scope(name, tag != "main", self.root.box)
        if tag == "main":
            grouped = sections(container, self.styles)
            return self._container(grouped, place, scope, tag=tag, base=name)
        only = container.children[0]
        inner = only if len(container.children) == 1 and isinstance(only, Container) else container
        return self._container(inner, place, scope, tag=tag, base=name)

    def _node(self, node: Node, place: Declarations, scope: Scope, tag: str | None) -> Element:
        if isinstance(node, Text):
            return self.leaves.text(node, place, scope, tag)
        if isinstance(node, Crop):
            return self.leaves.picture(node, place, scope, tag)
        if isinstance(node, Divider):
            return self.leaves.divider(node, place)
        if scope.name == "sidebar" and is_sidebar(node, self.root.box):
            return self._container(node, place, scope, tag="aside", base="sidebar")
        if tag == "a":
            return self._container(node, place, scope, tag="a", base=f"{scope.name}-current")
        if is_button(node):
            kind = "a" if scope.menu else "button"
            return self._container(node, place, scope, tag=kind, base="button", wrap_in=tag)
        if is_field(node):
            return self._container(node, place, scope, tag=tag or "div", base="field")
        return self._container(node, place, scope, tag=tag or "div", base=_base(node, scope))

    def _container(
        self,
        container: Container,
        place: Declarations,
        scope: Scope,
        *,
        tag: str,
        base: str,
        wrap_in: str | None = None,
    ) -> Element:
        container = with_menu(container) if scope.menu else container
        own, known = self._surface(container, scope)
        border = container.panel.border.width if container.panel and container.panel.border else 0
        area = _shrunk(container.box, border)
        arranged = self._arrange(container, area, border)
        sized = [pair for pair in own if pair[0] not in dict(arranged.container)]
        declarations = (*arranged.container, *sized, *place)
        tag, item = self._list_tags(container, scope, tag)
        base = f"{scope.name}-{LISTS[tag]}" if tag in LISTS else base
        item = "span" if tag in ("a", "button") else item
        inner = Scope(_inner_name(base, scope), scope.menu, area if known else None)
        children = []
        for index, (child, where) in enumerate(
            zip(container.children, arranged.children, strict=True)
        ):
            name = self._child_scope(container, child, inner, index)
            children.append(self._node(child, where, name, item))
        element = Element(
            tag,
            (self.sheet.name(base, declarations),),
            CLICKED.get(tag, ()),
            tuple(children),
        )
        return Element(wrap_in, children=(element,)) if wrap_in else element

    def _arrange(self, container: Container, area: Box, border: int) -> Arrangement:
        boxes = [child.box for child in container.children]
        if not boxes:
            return Arrangement((), ())
        if container.flow == "layers":
            outer = container.box if border else area
            return layers(outer, boxes, border=border)
        own = container.panel is not None or container.picture
        arrange = column if container.flow == "column" else row
        return arrange(area, boxes, padded=own)

    def _surface(self, container: Container, scope: Scope) -> tuple[list[tuple[str, str]], bool]:
        """Size, fill, border and radius; and whether the width is declared."""
        box = container.box
        found: list[tuple[str, str]] = []
        full = scope.area is not None and scope.area.width - box.width <= self.thresholds.full
        solid = container.panel is not None or container.picture
        if full:
            found.append(("width", "100%"))
        elif solid:
            found.append(("width", px(box.width)))
        if solid and (not container.children or container.flow == "row"):
            found.append(("height" if not container.children else "min-height", px(box.height)))
        if container.picture:
            path = self.leaves.asset(box)
            found.append(("background", f"url({path}) center / 100% 100% no-repeat"))
        if container.panel is not None:
            found += self._paint(container)
        return found, full or solid

    def _paint(self, container: Container) -> list[tuple[str, str]]:
        panel, found = container.panel, []
        if panel is None:
            return []
        if panel.fill is not None:
            found.append(("background", self.styles.fill(panel.fill)))
        if panel.border is not None:
            colour = self.styles.colour(panel.border.colour)
            found.append(("border", f"{px(panel.border.width)} solid {colour}"))
        if panel.radius:
            short, long = sorted((panel.box.width, panel.box.height))
            rounded = short - 2 * panel.radius <= self.thresholds.rounded
            circle = rounded and long - short <= self.thresholds.square
            found.append(("border-radius", "50%" if circle else px(panel.radius)))
        return found

    def _list_tags(self, container: Container, scope: Scope, tag: str) -> tuple[str, str | None]:
        """The tag of a container of repeated things, and of each thing."""
        if tag in ("div", "header", "footer", "aside") and scope.menu and is_menu(container):
            return ("nav" if tag == "div" else tag), "a"
        if tag != "div" or not repeats(container, self.styles):
            return tag, None
        texts = [child.paragraph for child in container.children if isinstance(child, Text)]
        if len(texts) == len(container.children):
            return ("ul", "li") if all(is_short(text) for text in texts) else (tag, None)
        if all(isinstance(child, Container) and child.children for child in container.children):
            return "ul", "li"
        return tag, None

    def _child_scope(self, container: Container, child: Node, scope: Scope, index: int) -> Scope:
        if scope.name == "page" and is_sidebar(child, self.root.box):
            return Scope("sidebar", True, scope.area)
        if scope.name == "page" and isinstance(child, Container):
            return Scope(section_name(child, self.styles, index + 1), scope.menu, scope.area)
        if isinstance(child, Container) and repeats(container, self.styles):
            kind = "bar" if not child.children else "card" if child.panel else "item"
            return Scope(kind, scope.menu, scope.area)
        return scope


def _base(container: Container, scope: Scope) -> str:
    if scope.name in REPEATED:
        return scope.name
    if not container.children:
        return f"{scope.name}-block"
    if container.panel is not None or container.picture:
        return f"{scope.name}-panel"
    return f"{scope.name}-{'group' if container.flow == 'column' else container.flow}"


def _inner_name(base: str, scope: Scope) -> str:
    return base if base in ("button", "field", *REPEATED) else scope.name


def _shrunk(box: Box, by: int) -> Box:
    return Box(box.x + by, box.y + by, box.width - 2 * by, box.height - 2 * by)
