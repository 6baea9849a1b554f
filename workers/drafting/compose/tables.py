"""Tables as HTML has them: header cells, rows, columns as wide as a share of the whole."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from workers.drafting.compose.leaves import Leaves, Scope
from workers.drafting.compose.markup import Element
from workers.drafting.compose.merging import Declarations, commonest_look, without
from workers.drafting.compose.placement import px
from workers.drafting.page import Alignment, Border, Column, Gradient, Node, Row, Table, Text
from workers.imaging import Colour

NEAR = 1.5  # CSS pixels: measures that differ by less are one
NARROWEST = 560  # CSS pixels: on a narrower screen a table is scrolled

WriteNode = Callable[[Node, Declarations, Scope, str | None], Element]


@dataclass(frozen=True)
class TableWriter:
    """Writes tables; `write` is asked for what is in a cell and no text."""

    leaves: Leaves
    write: WriteNode
    written: Counter[str] = field(default_factory=Counter)  # tables by the place they are in

    def table(self, table: Table, place: Declarations, scope: Scope) -> Element:
        """A box that scrolls on narrow screens, and the table in it."""
        sheet, styles = self.leaves.sheet, self.leaves.styles
        head, body = (table.rows[:1], table.rows[1:]) if table.header else ((), table.rows)
        look = self._common_look(body)
        self.written[scope.name] += 1
        count = self.written[scope.name]
        base = f"{scope.name}-table" if count == 1 else f"{scope.name}-table-{count}"
        own = without(look, styles.page_look)
        lines = (("border-collapse", "collapse"),) if table.grid else ()
        if table.spacing:
            lines = (("border-spacing", f"0 {px(table.spacing)}"),)
        name = sheet.name(base, (("width", "100%"), *lines, *own))
        scroll = sheet.name(f"{base}-scroll", (("overflow-x", "auto"), *place))
        sheet.add_narrow(f".{name}", (("min-width", px(min(NARROWEST, table.box.width))),))
        titles = self._common_look(head)
        inset = median(column.inset for column in table.columns)
        # a row of another height says so in its class, which has to outweigh this
        sheet.add(f":where(.{name}) tr", (("height", px(_height(body))),))
        self._cells(f".{name} td", table, body, inset)
        if (fill := _one_fill(body)) is not None and not table.spacing:
            sheet.add(f".{name} tbody", (("background", styles.fill(fill)),))
        if table.radius:
            round_px = px(table.radius)
            first, last = f"{round_px} 0 0 {round_px}", f"0 {round_px} {round_px} 0"
            sheet.add(f".{name} td:first-child", (("border-radius", first),))
            sheet.add(f".{name} td:last-child", (("border-radius", last),))
        if head:
            self._head(name, table, (*_set_in_by(inset), *without(titles, look)))
        self._columns(name, table, inset)
        inner = Scope(base, cell=True)
        groups = [("thead", "th", head, titles), ("tbody", "td", body, look)]
        rows = [
            Element(group, children=tuple(self._row(row, table, inner, tag, own, body)
                                          for row in part))
            for group, tag, part, own in groups
            if part
        ]  # fmt: skip
        return Element("div", (scroll,), (), (Element("table", (name,), (), tuple(rows)),))

    def _common_look(self, rows: Sequence[Row]) -> Declarations:
        """The look that most texts of these rows have."""
        looks = Counter(
            self.leaves.styles.look(cell.paragraph)
            for row in rows
            for cell in row.cells
            if isinstance(cell, Text)
        )
        return commonest_look(looks) or self.leaves.styles.page_look

    def _cells(self, selector: str, table: Table, rows: Sequence[Row], inset: float) -> None:
        common = _common_rule(rows)
        look = [*_set_in_by(inset), *self._line(table, common)]
        if table.spacing and (fill := _one_fill(rows)) is not None:
            look.append(("background", self.leaves.styles.fill(fill)))
        self.leaves.sheet.add(selector, tuple(look))
        for number, row in enumerate(rows, 1):
            if row.rule != common:
                own = self._line(table, row.rule) or (("border-bottom", "0"),)
                which = "last-child" if row is rows[-1] else f"nth-child({number})"
                self.leaves.sheet.add(selector.replace(" td", f" tr:{which} td"), own)

    def _line(self, table: Table, rule: Border | None) -> Declarations:
        """The line that a cell has: below it, or in a grid around it."""
        if rule is None:
            return ()
        side = "border" if table.grid else "border-bottom"
        return ((side, f"{px(rule.width)} solid {self.leaves.styles.colour(rule.colour)}"),)

    def _head(self, name: str, table: Table, look: Declarations) -> None:
        sheet, styles, row = self.leaves.sheet, self.leaves.styles, table.rows[0]
        tall = row.bottom - row.top
        if abs(tall - _height(table.rows[1:])) > NEAR:
            sheet.add(f".{name} thead tr", (("height", px(tall)),))
        ground = (("background", styles.fill(row.fill)),) if row.fill is not None else ()
        sheet.add(f".{name} th", (*look, *ground, *self._line(table, row.rule)))

    def _columns(self, name: str, table: Table, inset: float) -> None:
        """Widths as shares of the table's, said of the first row, and which way the cells are
        set."""
        for number, column in enumerate(table.columns, 1):
            title = table.rows[0].cells[number - 1] if table.header else None
            cells = f".{name} td:nth-child({number})"
            first = cells if title is None else f".{name} th:nth-child({number})"
            share = 100 * (column.right - column.left) / table.box.width
            wide = (("width", f"{share:.4g}%"),) if number < len(table.columns) else ()
            own = _set_in(column.alignment, column, inset)
            if title is None:
                self.leaves.sheet.add(cells, (*wide, *own))
                continue
            above = _alignment_of(title, column, inset)
            if above == column.alignment:
                self.leaves.sheet.add(first, wide)
                self.leaves.sheet.add(f"{first},\n{cells}", own)
            else:
                self.leaves.sheet.add(first, (*wide, *_set_in(above, column, inset)))
                self.leaves.sheet.add(cells, own)

    def _row(
        self,
        row: Row,
        table: Table,
        scope: Scope,
        tag: str,
        look: Declarations,
        body: Sequence[Row],
    ) -> Element:
        own: list[tuple[str, str]] = []
        if tag == "td" and abs(row.bottom - row.top - _height(body)) > NEAR:
            own.append(("height", px(row.bottom - row.top)))
        if tag == "td" and row.fill is not None and not _one_fill(body):
            own.append(("background", self.leaves.styles.fill(row.fill)))
        classes = (self.leaves.sheet.name(f"{scope.name}-row", tuple(own)),) if own else ()
        cells = [
            self._cell(cell, column, scope, tag, look)
            for cell, column in zip(row.cells, table.columns, strict=True)
        ]
        return Element("tr", classes, (), tuple(cells))

    def _cell(
        self, cell: Node | None, column: Column, scope: Scope, tag: str, look: Declarations
    ) -> Element:
        attributes = (("scope", "col"),) if tag == "th" else ()
        if cell is None:
            return Element("td")
        if isinstance(cell, Text):
            written = self.leaves.text(cell, (), scope, tag, look)
            own = (*attributes, *written.attributes)
            return Element(tag, written.classes, own, written.children)
        margins: dict[Alignment, Declarations] = {
            "left": (),
            "right": (("margin-left", "auto"),),
            "center": (("margin-inline", "auto"),),
        }
        held = self.write(cell, margins[column.alignment], scope, None)
        return Element(tag, (), attributes, (held,))


def _one_fill(rows: Sequence[Row]) -> Colour | Gradient | None:
    """The ground that all of the rows have."""
    fills = {row.fill for row in rows}
    return fills.pop() if len(fills) == 1 else None


def _common_rule(rows: Sequence[Row]) -> Border | None:
    """The line that most of the rows with one have below."""
    rules = Counter(row.rule for row in rows if row.rule is not None)
    return rules.most_common(1)[0][0] if rules else None


def _set_in_by(inset: float) -> Declarations:
    return (("padding", f"0 {px(inset)}"),)


def _height(rows: Sequence[Row]) -> float:
    """How tall most rows are, CSS pixels; the mean of those that are about so tall, for they are
    measured to a pixel."""
    middle = median(row.bottom - row.top for row in rows)
    return fmean(h for row in rows if abs((h := row.bottom - row.top) - middle) <= NEAR)


def _alignment_of(title: Node, column: Column, inset: float) -> Alignment:
    """How a header cell stands in its column."""
    left = abs(title.box.x - column.left - inset)
    right = abs(column.right - column.inset - title.box.right)
    if column.alignment == "center" or min(left, right) > 2 * NEAR:
        return column.alignment
    return "left" if left <= right else "right"


def _set_in(alignment: Alignment, column: Column, inset: float) -> Declarations:
    """What a column's cells say that others do not."""
    if alignment == "left":
        off = abs(column.inset - inset) > NEAR and column.alignment == "left"
        return (("padding-left", px(column.inset)),) if off else ()
    found: list[tuple[str, str]] = [("text-align", alignment)]
    if alignment == "right" and abs(column.inset - inset) > NEAR:
        found.append(("padding-right", px(column.inset)))
    return tuple(found)
