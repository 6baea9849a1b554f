"""The stack `html-css`: a layout tree as one HTML page and one stylesheet."""

from collections.abc import Sequence
from math import floor

from workers.drafting.compose.draft import Asset, Draft, FontStack
from workers.drafting.compose.leaves import Leaves, Scope
from workers.drafting.compose.looks import Looks
from workers.drafting.compose.markup import Element, document
from workers.drafting.compose.placement import Arrangement, Unit, column, layers, row
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
from workers.drafting.page import Crop, Divider, Frame, Node, Text, walk
from workers.imaging import Box

CLICKED = {"a": (("href", "#"),), "button": (("type", "button"),)}

LISTS = {"nav": "nav", "ul": "list"}
REPEATED = ("bar", "card", "item")


def compose(roots: Sequence[Frame], scales: Sequence[float], font_stack: FontStack) -> Draft:
    """One page and one stylesheet for each mockup's tree."""
    files: dict[str, str] = {}
    assets: list[Asset] = []
    for index, (root, scale) in enumerate(zip(roots, scales, strict=True)):
        number = "" if index == 0 else f"-{index + 1}"
        writer = _Writer(root, Unit(scale), font_stack, index)
        body = writer.page()
        css = "style.css" if index == 0 else f"page{number}.css"
        html = "index.html" if index == 0 else f"page{number}.html"
        files[html] = document(writer.title(), css, body)
        files[css] = writer.sheet.to_css()
        assets += writer.leaves.assets
    return Draft(files, tuple(assets))


class _Writer:
    """Writes one page."""

    def __init__(self, root: Frame, unit: Unit, font_stack: FontStack, index: int) -> None:
        self.root = root
        self.unit = unit
        self.looks = Looks([root], unit, font_stack)
        self.sheet = Stylesheet(floor(root.box.width / unit.scale))
        self.leaves = Leaves(self.looks, self.sheet, unit, index)

    def title(self) -> str:
        """The page's title: its first heading, or else its first text."""
        texts = [node.paragraph for node in walk(self.root) if isinstance(node, Text)]
        ranked = [text for text in texts if self.looks.heading_level(text)]
        return (ranked or texts)[0].text[:80] if texts else "Page"

    def page(self) -> Element:
        """The body."""
        self.sheet.tokens(self.looks.tokens())
        regions = self._regions()
        area = self.root.box
        if not regions:
            placed = Arrangement((("min-height", self.unit.px(area.height)),), ())
        elif self.root.flow == "layers":
            placed = layers(area, [frame.box for _, _, frame in regions], self.unit, border=0)
        else:
            placed = column(area, [f.box for _, _, f in regions], self.unit, padded=True)
        fill = self.root.panel.fill if self.root.panel else None
        look = (("background", self.looks.fill(fill)),) if fill is not None else ()
        self.sheet.page((*look, *placed.frame))
        children = [
            self._region(tag, name, frame, place)
            for (tag, name, frame), place in zip(regions, placed.children, strict=True)
        ]
        return Element("body", children=tuple(children))

    def _regions(self) -> list[tuple[str, str, Frame]]:
        if self.root.children and self.root.flow != "column":
            inner = Frame(bare("row", self.root.children).box, self.root.flow, self.root.children)
            return [("main", "page", inner)]
        header, main, footer = landmarks(self.root, self.unit.scale)
        parts = (("header", "site-header", header), ("main", "page", main))
        found = [(tag, name, bare("column", nodes)) for tag, name, nodes in parts if nodes]
        if footer:
            found.append(("footer", "site-footer", bare("column", footer)))
        return found

    def _region(self, tag: str, name: str, frame: Frame, place: Declarations) -> Element:
        scope = Scope(name, tag != "main", self.root.box)
        if tag == "main":
            grouped = sections(frame, self.looks)
            return self._frame(grouped, place, scope, tag=tag, base=name)
        only = frame.children[0]
        inner = only if len(frame.children) == 1 and isinstance(only, Frame) else frame
        return self._frame(inner, place, scope, tag=tag, base=name)

    def _node(self, node: Node, place: Declarations, scope: Scope, tag: str | None) -> Element:
        if isinstance(node, Text):
            return self.leaves.text(node, place, scope, tag)
        if isinstance(node, Crop):
            return self.leaves.picture(node, place, scope, tag)
        if isinstance(node, Divider):
            return self.leaves.divider(node, place)
        if scope.name == "sidebar" and is_sidebar(node, self.root.box):
            return self._frame(node, place, scope, tag="aside", base="sidebar")
        if tag == "a":
            return self._frame(node, place, scope, tag="a", base=f"{scope.name}-current")
        if is_button(node, self.unit.scale):
            kind = "a" if scope.menu else "button"
            return self._frame(node, place, scope, tag=kind, base="button", wrap_in=tag)
        if is_field(node, self.unit.scale):
            return self._frame(node, place, scope, tag=tag or "div", base="field")
        return self._frame(node, place, scope, tag=tag or "div", base=_base(node, scope))

    def _frame(
        self,
        frame: Frame,
        place: Declarations,
        scope: Scope,
        *,
        tag: str,
        base: str,
        wrap_in: str | None = None,
    ) -> Element:
        frame = with_menu(frame, self.looks) if scope.menu else frame
        own, known = self._surface(frame, scope)
        border = frame.panel.border.width if frame.panel and frame.panel.border else 0
        area = _shrunk(frame.box, border)
        arranged = self._arrange(frame, area, border)
        sized = [pair for pair in own if pair[0] not in dict(arranged.frame)]
        declarations = (*arranged.frame, *sized, *place)
        tag, item = self._list_tags(frame, scope, tag)
        base = f"{scope.name}-{LISTS[tag]}" if tag in LISTS else base
        item = "span" if tag in ("a", "button") else item
        inner = Scope(_inner_name(base, scope), scope.menu, area if known else None)
        children = []
        for index, (child, where) in enumerate(zip(frame.children, arranged.children, strict=True)):
            name = self._child_scope(frame, child, inner, index)
            children.append(self._node(child, where, name, item))
        element = Element(
            tag,
            (self.sheet.name(base, declarations),),
            CLICKED.get(tag, ()),
            tuple(children),
        )
        return Element(wrap_in, children=(element,)) if wrap_in else element

    def _arrange(self, frame: Frame, area: Box, border: int) -> Arrangement:
        boxes = [child.box for child in frame.children]
        if not boxes:
            return Arrangement((), ())
        if frame.flow == "layers":
            outer = frame.box if border else area
            return layers(outer, boxes, self.unit, border=border)
        own = frame.panel is not None or frame.picture
        arrange = column if frame.flow == "column" else row
        return arrange(area, boxes, self.unit, padded=own)

    def _surface(self, frame: Frame, scope: Scope) -> tuple[list[tuple[str, str]], bool]:
        """Size, fill, border and radius; and whether the width is declared."""
        unit, box = self.unit, frame.box
        found: list[tuple[str, str]] = []
        full = scope.area is not None and box.width >= scope.area.width - 1
        solid = frame.panel is not None or frame.picture
        if full:
            found.append(("width", "100%"))
        elif solid:
            found.append(("width", unit.px(box.width)))
        if solid and (not frame.children or frame.flow == "row"):
            found.append(("height" if not frame.children else "min-height", unit.px(box.height)))
        if frame.picture:
            path = self.leaves.asset(box)
            found.append(("background", f"url({path}) center / 100% 100% no-repeat"))
        if frame.panel is not None:
            found += self._paint(frame)
        return found, full or solid

    def _paint(self, frame: Frame) -> list[tuple[str, str]]:
        panel, found = frame.panel, []
        if panel is None:
            return []
        if panel.fill is not None:
            found.append(("background", self.looks.fill(panel.fill)))
        if panel.border is not None:
            colour = self.looks.colour(panel.border.colour)
            found.append(("border", f"{self.unit.px(panel.border.width)} solid {colour}"))
        if panel.radius:
            round_shape = 2 * panel.radius >= min(panel.box.width, panel.box.height) - 1
            square = abs(panel.box.width - panel.box.height) <= 2
            radius = "50%" if round_shape and square else self.unit.px(panel.radius)
            found.append(("border-radius", radius))
        return found

    def _list_tags(self, frame: Frame, scope: Scope, tag: str) -> tuple[str, str | None]:
        """The tag of a frame of repeated things, and of each thing."""
        if tag in ("div", "header", "footer", "aside") and scope.menu and is_menu(frame):
            return ("nav" if tag == "div" else tag), "a"
        if tag != "div" or not repeats(frame, self.looks):
            return tag, None
        texts = [child.paragraph for child in frame.children if isinstance(child, Text)]
        if len(texts) == len(frame.children):
            return ("ul", "li") if all(is_short(text) for text in texts) else (tag, None)
        if all(isinstance(child, Frame) and child.children for child in frame.children):
            return "ul", "li"
        return tag, None

    def _child_scope(self, frame: Frame, child: Node, scope: Scope, index: int) -> Scope:
        if scope.name == "page" and is_sidebar(child, self.root.box):
            return Scope("sidebar", True, scope.area)
        if scope.name == "page" and isinstance(child, Frame):
            return Scope(section_name(child, self.looks, index + 1), scope.menu, scope.area)
        if isinstance(child, Frame) and repeats(frame, self.looks):
            kind = "bar" if not child.children else "card" if child.panel else "item"
            return Scope(kind, scope.menu, scope.area)
        return scope


def _base(frame: Frame, scope: Scope) -> str:
    if scope.name in REPEATED:
        return scope.name
    if not frame.children:
        return f"{scope.name}-block"
    if frame.panel is not None or frame.picture:
        return f"{scope.name}-panel"
    return f"{scope.name}-{'group' if frame.flow == 'column' else frame.flow}"


def _inner_name(base: str, scope: Scope) -> str:
    return base if base in ("button", "field", *REPEATED) else scope.name


def _shrunk(box: Box, by: int) -> Box:
    return Box(box.x + by, box.y + by, box.width - 2 * by, box.height - 2 * by)
