"""The stack `html-css`: a layout tree as one HTML page and one stylesheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workers.drafting.compose.controls import ControlWriter
from workers.drafting.compose.grouping import grouped
from workers.drafting.compose.leaves import WRITING, Leaves, Scope, WritingThresholds, width_of
from workers.drafting.compose.lists import ListWriter
from workers.drafting.compose.markup import Element, document, tags_of
from workers.drafting.compose.merging import Declarations, Look, without
from workers.drafting.compose.page_files import Asset, FontStack, PageFiles
from workers.drafting.compose.page_styles import PageStyles
from workers.drafting.compose.placement import Arrangement, column, layers, px, row
from workers.drafting.compose.roles import (
    bare,
    first_words,
    is_avatar,
    is_badge,
    is_button,
    is_filled_table,
    is_form,
    is_menu,
    is_on_panel,
    is_one_of,
    is_short,
    is_sidebar,
    landmarks,
    leaves_form,
    manner,
    repeats,
    section_name,
    sections,
    with_menu,
)
from workers.drafting.compose.rooms import (
    ROOMS,
    Placed,
    column_in_room,
    framed,
    grid_in_room,
    hugs,
    is_grid,
    kind_of,
)
from workers.drafting.compose.rows import around, row_in_room
from workers.drafting.compose.stylesheet import Stylesheet
from workers.drafting.compose.tables import TableWriter
from workers.drafting.compose.words import spans
from workers.drafting.page import (
    Check,
    Container,
    Crop,
    Divider,
    Field,
    Items,
    Node,
    Table,
    Text,
    walk,
)
from workers.imaging import Box, grow

CLICKED = {"a": (("href", "#"),), "button": (("type", "button"),)}
SUBMITS = (("type", "submit"),)
LISTS = {"ul": "list"}
REPEATED = ("bar", "card", "item")
NAMES = ("button", "field", *REPEATED)  # of what is in things that are called so


@dataclass(frozen=True)
class Listing:
    """The tags of a container, of each thing in it, and of what is around both from the outermost.
    `in_items`: each thing is in a list item, and not one itself."""

    tag: str
    item: str | None = None
    in_items: bool = False
    around: tuple[str, ...] = ()


@dataclass(frozen=True)
class WrittenPage:
    """The page of mockup number `index`, before it is text."""

    index: int
    title: str
    body: Element
    sheet: Stylesheet
    assets: tuple[Asset, ...]

    @property
    def stem(self) -> str:
        """What its files are called."""
        return f"page-{self.index + 1}" if self.index else "index"


def compose(
    roots: Sequence[Container], font_stack: FontStack, thresholds: WritingThresholds = WRITING
) -> PageFiles:
    """One page and one stylesheet for each mockup's tree."""
    files: dict[str, str] = {}
    assets: list[Asset] = []
    for page in write_pages(roots, font_stack, thresholds):
        css = f"{page.stem}.css" if page.index else "style.css"
        files[f"{page.stem}.html"] = document(page.title, css, page.body)
        files[css] = page.sheet.to_css(tags_of(page.body))
        assets += page.assets
    return PageFiles(files, tuple(assets))


def write_pages(
    roots: Sequence[Container], font_stack: FontStack, thresholds: WritingThresholds = WRITING
) -> Iterator[WrittenPage]:
    """The elements and the looks of each mockup's page, which every stack writes in its own way."""
    for index, root in enumerate(roots):
        first_pass = PageWriter([root], font_stack, index, thresholds)
        first_pass.page()
        writer = PageWriter([root], font_stack, index, thresholds, first_pass.sheet.alike())
        body = writer.sheet.simplify(writer.page())
        yield WrittenPage(index, writer.title(), body, writer.sheet, tuple(writer.leaves.assets))


class PageWriter:
    """Writes one page, the first of `roots`; the others are written in its styles too."""

    def __init__(
        self,
        roots: Sequence[Container],
        font_stack: FontStack,
        index: int,
        thresholds: WritingThresholds,
        same: Mapping[Look, Look] | None = None,
    ) -> None:
        self.root = roots[0]
        self.thresholds = thresholds
        self.styles = PageStyles(roots, font_stack)
        self.sheet = Stylesheet(self.root.box.width, same=same)
        self.leaves = Leaves(self.styles, self.sheet, index, thresholds)
        self.tables = TableWriter(self.leaves, self._node)
        self.lists = ListWriter(self.leaves, self._node)
        self.controls = ControlWriter(self.leaves, self.leaves.paint)

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
        empty = () if regions else (("min-height", px(area.height)),)
        placed = Arrangement(empty, ((),) * len(regions))
        if regions and self.root.flow == "layers":
            placed = layers(area, [container.box for _, _, container in regions], border=0)
        fill = self.root.panel.fill if self.root.panel else None
        look = (("background", self.styles.fill(fill)),) if fill is not None else ()
        look_of_page = without(self.styles.page_look, self.styles.usual)
        self.sheet.page((*look, *look_of_page, *placed.container))
        children, above = [], area.y
        for at, ((tag, name, container), place) in enumerate(
            zip(regions, placed.children, strict=True)
        ):
            end = container.box.bottom
            if tag == "header" and not is_on_panel(container):
                end = max(end, regions[at + 1][2].box.y)
            band = Box(area.x, above, area.width, end - above)
            children.append(self._region(tag, name, container, place, band))
            above = end
        return Element("body", children=tuple(children))

    def _regions(self) -> list[tuple[str, str, Container]]:
        if self.root.children and self.root.flow != "column":
            inner = bare(self.root.flow, self.root.children)
            whole = bare("column", (inner,)) if repeats(inner, self.styles) else inner
            return [("main", "page", whole)]
        header, main, footer = landmarks(self.root)
        parts = (("header", "site-header", header), ("main", "page", main))
        found = [(tag, name, bare("column", nodes)) for tag, name, nodes in parts if nodes]
        if footer:
            found.append(("footer", "site-footer", bare("column", footer)))
        return found

    def _region(
        self, tag: str, name: str, container: Container, place: Declarations, band: Box
    ) -> Element:
        """A part of the page, as wide as the page is; what is bare begins where the one above it
        ends."""
        flows = self.root.flow != "layers"
        only = container.children[0]
        if tag == "main":
            container = sections(container, self.styles)
        elif len(container.children) == 1 and isinstance(only, Container):
            container = only
        if not flows:
            scope = Scope(name, tag != "main")
            return self._container(container, place, scope, tag=tag, base=name)
        place, room = framed(band, container)
        above = container.box.y - band.y
        if (container.panel is not None or container.picture) and above:
            place = (("margin-top", px(above)), *place)
        scope = Scope(name, tag != "main", room)
        return self._container(container, place, scope, tag=tag, base=name)

    def _node(self, node: Node, place: Declarations, scope: Scope, tag: str | None) -> Element:
        if isinstance(node, Text):
            return self.leaves.text(node, place, scope, tag)
        if isinstance(node, Crop):
            return self.leaves.picture(node, place, scope, tag)
        if isinstance(node, Divider):
            return self.leaves.divider(node, (*width_of(node, scope), *place))
        if isinstance(node, Table):
            written = self.tables.table(node, (*width_of(node, scope), *place), scope)
            return Element(tag, children=(written,)) if tag else written
        if isinstance(node, Items):
            written = self.lists.items(node, (*width_of(node, scope), *place), scope)
            return Element(tag, children=(written,)) if tag else written
        if isinstance(node, Field | Check):
            control = (
                self.controls.check(node, place, scope)
                if isinstance(node, Check)
                else self.controls.field(node, place, scope)
            )
            return Element(tag, children=(control,)) if tag else control
        if scope.name == "sidebar" and is_sidebar(node, self.root.box):
            return self._container(node, place, scope, tag="aside", base="sidebar")
        if tag == "a":
            current = node.panel is not None and node.panel.fill is not None
            kind = "current" if current else "entry"
            return self._container(node, place, scope, tag="a", base=f"{scope.name}-{kind}")
        if is_avatar(node):
            return self._container(node, place, scope, tag=tag or "div", base="avatar")
        if is_button(node, among=scope.cell or scope.item):
            kind = "a" if scope.menu else "button"
            return self._container(node, place, scope, tag=kind, base="button", wrap_in=tag)
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
        container = with_menu(container) if scope.menu else grouped(container, self.styles)
        surface = self._surface(container, scope)
        placed = self._placed(container, scope)
        arranged = placed.arrangement
        sized = [pair for pair in surface if pair[0] not in dict(arranged.container)]
        listing = self._listing(container, scope, tag)
        tag, form = listing.tag, scope.form
        if tag == "div" and not form and is_form(container):
            tag, form, base = "form", True, f"{scope.name}-form"
        base = f"{scope.name}-{LISTS[tag]}" if tag in LISTS else base
        item = "span" if tag in ("a", "button", "summary") else listing.item
        inner = replace(scope, name=base if base in NAMES else scope.name, form=form)
        label = _label_of(container)
        children: list[Element | str] = []
        for index, (child, where, room) in enumerate(
            () if label else zip(container.children, arranged.children, placed.rooms, strict=True)
        ):
            name = replace(self._child_scope(container, child, inner, index), area=room)
            written = self._node(child, where, name, item)
            children.append(Element("li", children=(written,)) if listing.in_items else written)
        own = (*arranged.container, *sized, *(() if listing.around else place))
        if label:
            own = (*own, *self.styles.declarations(label.paragraph))
            children += spans(label.paragraph, self.styles, self.sheet)
        classes = self.sheet.layout(
            base, own, manner(container, self.styles), first_words(container)
        )
        sends = tag == "button" and scope.form and not leaves_form(container)
        attributes = SUBMITS if sends else CLICKED.get(tag, ())
        element = Element(tag, classes, attributes, tuple(children))
        if listing.around:
            look = (*(pair for pair in sized if pair[0] == "width"), *place)
            name_around = f"{scope.name}-{listing.around[0]}"
            classes = (self.sheet.name(name_around, look),) if look else ()
            *inner_tags, outermost = reversed(listing.around)
            for inner_tag in inner_tags:
                element = Element(inner_tag, children=(element,))
            element = Element(outermost, classes, (), (element,))
        return Element(wrap_in, children=(element,)) if wrap_in else element

    def _placed(self, container: Container, scope: Scope) -> Placed:
        """How what a container holds is arranged in it."""
        border = container.panel.border.width if container.panel and container.panel.border else 0
        area = grow(container.box, -border)
        nodes = container.children
        boxes = [child.box for child in nodes]
        unknown = (None,) * len(nodes)
        own = container.panel is not None or container.picture
        if not boxes:
            return Placed(Arrangement((), ()), ())
        if container.flow == "layers":
            outer = container.box if border else area
            return Placed(layers(outer, boxes, border=border), unknown)
        if is_avatar(container):
            look = (("display", "grid"), ("place-items", "center"))
            return Placed(Arrangement(look, ((),)), unknown)
        if hugs(container):
            return Placed(around(area, boxes[0], fills=scope.area is not None), unknown)
        known = own or scope.area is not None
        band = scope.area if not own and scope.area is not None else area
        padded = own or (band.y, band.bottom) != (container.box.y, container.box.bottom)
        kinds = [kind_of(node) for node in nodes]
        if is_grid(container):
            return grid_in_room(band, nodes, kinds, padded=padded, known=known)
        if container.flow == "column" and known:
            banded = scope.name == "page"
            return column_in_room(band, nodes, kinds, padded=padded, banded=banded)
        if container.flow == "column":
            return Placed(column(area, boxes, padded=own), unknown)
        if known:
            return Placed(row_in_room(band, nodes, padded=padded), unknown)
        return Placed(row(area, boxes, padded=own), unknown)

    def _surface(self, container: Container, scope: Scope) -> list[tuple[str, str]]:
        """Size, fill, border and radius."""
        box = container.box
        found: list[tuple[str, str]] = []
        solid = container.panel is not None or container.picture
        if solid and not hugs(container) and (scope.area is None or box.width <= ROOMS.small):
            found.append(("width", px(box.width)))
        left_over = box.bottom - max((c.box.bottom for c in container.children), default=box.y)
        tall = container.flow == "row" or left_over > ROOMS.left_over
        fixed = not container.children or is_avatar(container)
        if solid and not hugs(container) and (fixed or tall):
            found.append(("height" if fixed else "min-height", px(box.height)))
        if scope.cell and hugs(container):  # a cell's room is not its own
            found.append(("width", "fit-content"))
        if container.picture:
            path = self.leaves.asset(box)
            found.append(("background", f"url({path}) center / 100% 100% no-repeat"))
        if container.panel is not None:
            found += self.leaves.paint(container.panel)
            if container.panel.radius and any(map(is_filled_table, container.children)):
                found.append(("overflow", "hidden"))
        return found

    def _listing(self, container: Container, scope: Scope, tag: str) -> Listing:
        """How a container of things alike is a list, and whether of links."""
        if tag in ("div", "header", "footer", "aside") and scope.menu and is_menu(container):
            around = ("nav",) if tag == "div" else (tag, "nav")
            return Listing("ul", "a", in_items=True, around=around)
        if tag != "div" or not repeats(container, self.styles):
            return Listing(tag)
        texts = [child.paragraph for child in container.children if isinstance(child, Text)]
        if len(texts) == len(container.children) and all(map(is_short, texts)):
            links = all(map(self.styles.is_link, texts))
            return Listing("ul", "a", in_items=True) if links else Listing("ul", "li")
        if all(isinstance(child, Container) and child.children for child in container.children):
            return Listing("ul", "li")
        return Listing(tag)

    def _child_scope(self, container: Container, child: Node, scope: Scope, index: int) -> Scope:
        alone = not is_one_of(child, container)
        if scope.name == "page" and alone and is_sidebar(child, self.root.box):
            return replace(scope, name="sidebar", menu=True)
        if scope.name == "page" and isinstance(child, Container):
            return replace(scope, name=section_name(child, self.styles, index + 1))
        if scope.menu and is_menu(container):
            return scope
        if isinstance(child, Container) and repeats(container, self.styles):
            kind = "bar" if not child.children else "card" if child.panel else "item"
            return replace(scope, name=kind)
        return scope


def _label_of(container: Container) -> Text | None:
    """The words that a button, a badge or an avatar is nothing but."""
    label = container.children[0] if hugs(container) or is_avatar(container) else None
    return label if isinstance(label, Text) and label.shift == (0.0, 0.0) else None


def _base(container: Container, scope: Scope) -> str:
    if is_badge(container):
        return "badge"
    if scope.name in REPEATED:
        return scope.name
    if not container.children:
        return f"{scope.name}-block"
    if container.panel is not None or container.picture:
        return f"{scope.name}-panel"
    return f"{scope.name}-{'group' if container.flow == 'column' else container.flow}"
