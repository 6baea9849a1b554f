"""Form controls: fields with the label above or before them, boxes and rings to mark."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workers.drafting.page import (
    Check,
    CheckKind,
    Container,
    Crop,
    Field,
    Node,
    Panel,
    Row,
    Table,
    Text,
)
from workers.imaging import Box, bounds


@dataclass(frozen=True)
class ControlThresholds:
    """What is a control by its size and what stands in it. Px are CSS pixels."""

    lowest: int = 22  # px: lower outlines are badges
    tallest: int = 60  # px: taller ones are cards, or hold several lines
    narrowest: int = 100  # px: narrower ones are buttons with an icon
    tallest_area: int = 240  # px: a taller outline around one text at its top is a card
    inset: int = 32  # px at most before what is typed: farther in it is centred, as on a button
    centred: int = 4  # px off its middle that it is centred at: that is measured, as widths are
    icon: int = 28  # px: a wider or taller picture in a field is no icon
    ends: int = 24  # px from an icon to the end of the field that it stands at
    above: int = 16  # px from a label to its field…
    before: int = 40  # …and to one beside it
    flush: int = 8  # px between the lefts of both, or their middles where they are side by side
    label: int = 40  # letters of a label: longer texts are sentences
    label_size: float = 18  # px of its font: larger ones are headings
    smallest_mark: int = 12  # px of a box to mark: smaller ones are bullets
    largest_mark: int = 26  # px: larger ones are avatars and tiles
    square: int = 2  # px by which its sides differ
    beside: int = 16  # px from it to its text
    marks: int = 2  # boxes to mark in a column of a table: one may be a sign


CONTROLS = ControlThresholds()
PROMPTS = re.compile(  # what a field says of what to type in it, and an alert does not
    r"^(search|enter|type|e-?mail|password|user ?name|phone|name|suchen?|passwort)\b"
    r"|^(your|ihre?) (e-?mail|name|password|passwort|phone|message)\b|@|(…|\.\.\.)$",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<!\.)[.!?]$")  # an alert or a question: what one types is seldom one


def with_controls(tree: Container, limits: ControlThresholds = CONTROLS) -> Container:
    """The tree with its form controls known as such, each with its label. An outline that nothing
    says is a field, neither in it nor before it, is but a box."""
    return _without_bare(_with_parts_known(tree, limits))


def _with_parts_known(tree: Container, limits: ControlThresholds) -> Container:
    children = tuple(_known(child, limits) for child in tree.children)
    if tree.flow == "row":
        children = _with_checks(children, limits)
    if tree.flow != "layers":
        children = _with_labels(children, limits)
    return replace(tree, children=children)


def _known(node: Node, limits: ControlThresholds) -> Node:
    if isinstance(node, Table):
        return _with_marks(node, limits)
    if not isinstance(node, Container):
        return node
    if (field := _field(node, limits)) is not None:
        return field
    found = _with_parts_known(node, limits)
    bare = found.panel is None and not found.picture
    only = found.children[0] if len(found.children) == 1 else None
    return only if bare and isinstance(only, Field | Check) else found


def _without_bare(tree: Container) -> Container:
    return replace(tree, children=tuple(map(_box_if_bare, tree.children)))


def _box_if_bare(node: Node) -> Node:
    if isinstance(node, Container):
        return _without_bare(node)
    if isinstance(node, Field) and not (node.label or node.text or node.icon):
        return Container(node.box, "column", (), node.panel)
    return node


def _field(node: Container, limits: ControlThresholds) -> Field | None:
    """The outlined box as a field, where it is one: empty, or with a text at its left."""
    panel, box = node.panel, node.box
    if panel is None or node.flow == "layers" or box.width < limits.narrowest:
        return None
    parts = _parts(node)
    texts = [part for part in parts if isinstance(part, Text)]
    icons = [part for part in parts if isinstance(part, Crop)]
    if len(texts) > 1 or len(icons) > 1 or len(texts) + len(icons) < len(parts):
        return None
    text, icon = next(iter(texts), None), next(iter(icons), None)
    words = text.paragraph.text if text is not None else ""
    prompts = bool(PROMPTS.search(words))
    if (panel.border is None and not prompts) or SENTENCE.search(words):
        return None
    if not _is_set_left(text, icon, box, limits):
        return None
    if icon is not None and not _is_at_an_end(icon.box, box, limits):
        return None
    if limits.lowest <= box.height <= limits.tallest:
        chooses = icon is not None and text is not None and icon.box.x > text.box.x
        is_menu = chooses and text is not None and not prompts
        return Field(box, "select" if is_menu else "input", box, panel, text, icon=icon)
    at_top = text is not None and text.box.y - box.y <= limits.ends
    if at_top and icon is None and box.height <= limits.tallest_area and prompts:
        return Field(box, "textarea", box, panel, text)
    return None


def _parts(node: Container) -> tuple[Node, ...]:
    """What stands in a field, whichever way it was grouped."""
    found: tuple[Node, ...] = ()
    for child in node.children:
        bare = isinstance(child, Container) and child.panel is None and not child.picture
        found += _parts(child) if isinstance(child, Container) and bare else (child,)
    return found


def _is_set_left(text: Text | None, icon: Crop | None, box: Box, limits: ControlThresholds) -> bool:
    if text is None:
        return True
    start = box.x if icon is None or icon.box.x > text.box.x else icon.box.right
    near = 0 <= text.box.x - start <= limits.inset
    return len(text.paragraph.lines) == 1 and near and not _is_centred(text, icon, box, limits)


def _is_centred(text: Text, icon: Crop | None, box: Box, limits: ControlThresholds) -> bool:
    """Whether a text, with an icon close beside it, stands in the middle or farther right, as on
    a button; beside an icon at the other end it stands at the left."""
    held = text.box
    if icon is not None:
        held = bounds([held, icon.box])
        if held.width - text.box.width - icon.box.width > limits.beside:
            return False
    return (box.right - held.right) - (held.x - box.x) <= 2 * limits.centred


def _is_at_an_end(icon: Box, box: Box, limits: ControlThresholds) -> bool:
    small = max(icon.width, icon.height) <= limits.icon
    return small and min(icon.x - box.x, box.right - icon.right) <= limits.ends


def _with_labels(children: Sequence[Node], limits: ControlThresholds) -> tuple[Node, ...]:
    """The children, each label one with the field that it stands above or before."""
    done: list[Node] = []
    for child in children:
        before = done[-1] if done else None
        if isinstance(child, Field) and isinstance(before, Text) and _names(before, child, limits):
            box = bounds([before.box, child.box])
            done[-1] = replace(child, box=box, label=before)
        elif before is not None and (both := _labelled_row(before, child, limits)) is not None:
            done[-1] = both
        else:
            done.append(child)
    return tuple(done)


def _labelled_row(above: Node, below: Node, limits: ControlThresholds) -> Container | None:
    """A row of labels and the row of fields under it as one row, where each label has a field."""
    if not all(_is_bare_row(node) for node in (above, below)):
        return None
    assert isinstance(above, Container)
    assert isinstance(below, Container)
    labels, done = list(above.children), list[Node]()
    for child in below.children:
        label = next((each for each in labels if _names(each, child, limits)), None)
        if isinstance(child, Field) and isinstance(label, Text):
            labels.remove(label)
            done.append(replace(child, box=bounds([label.box, child.box]), label=label))
        else:
            done.append(child)
    box = bounds(child.box for child in done)
    return None if labels else replace(below, box=box, children=tuple(done))


def _is_bare_row(node: Node) -> bool:
    return isinstance(node, Container) and node.flow == "row" and not (node.panel or node.picture)


def _names(node: Node, field: Node, limits: ControlThresholds) -> bool:
    """Whether a text is the label of a field, which has none yet."""
    if not isinstance(field, Field) or field.label is not None:
        return False
    if not isinstance(node, Text) or len(node.paragraph.lines) > 1:
        return False
    if len(node.paragraph.text) > limits.label or node.paragraph.font.size > limits.label_size:
        return False
    box, control = node.box, field.control
    above = 0 <= control.y - box.bottom <= limits.above
    beside = 0 <= control.x - box.right <= limits.before
    level = abs(2 * box.y + box.height - 2 * control.y - control.height) <= 2 * limits.flush
    return (above and abs(box.x - control.x) <= limits.flush) or (beside and level)


def _with_checks(children: Sequence[Node], limits: ControlThresholds) -> tuple[Node, ...]:
    """The children of a row, each mark one with the text behind it."""
    done: list[Node] = []
    for child in children:
        check = _check((done[-1], child), limits) if done else None
        if check is not None:
            done[-1] = check
        else:
            done.append(child)
    return tuple(done)


def _with_marks(table: Table, limits: ControlThresholds) -> Table:
    """The table, with boxes to mark in its cells known as such: a column has several, each for its
    row."""
    columns = range(len(table.columns))
    marked = {at: [_bare_mark(row, at, limits) for row in table.rows] for at in columns}
    chosen = {at: each for at, each in marked.items() if sum(map(bool, each)) >= limits.marks}

    def cell(at: int, number: int, node: Node | None) -> Node | None:
        mark = chosen[at][number] if at in chosen else None
        return mark or (node and _known(node, limits))

    rows = tuple(
        replace(row, cells=tuple(cell(at, number, each) for at, each in enumerate(row.cells)))
        for number, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)


def _bare_mark(row: Row, at: int, limits: ControlThresholds) -> Check | None:
    """What stands alone in a cell as a box to mark, named after the row; None where it is none."""
    node = row.cells[at]
    if not isinstance(node, Container) or node.panel is None or not _is_mark(node.panel, limits):
        return None
    held = node.children[0] if node.children else None
    if len(node.children) > 1 or not (held is None or isinstance(held, Crop)):
        return None
    texts = [cell.paragraph.text for cell in row.cells if isinstance(cell, Text)]
    kind = _kind_of(node.panel, limits)
    return Check(node.box, kind, node.panel, None, held, next(iter(texts), ""))


def _kind_of(panel: Panel, limits: ControlThresholds) -> CheckKind:
    short = min(panel.box.width, panel.box.height)
    return "radio" if 2 * panel.radius >= short - limits.square else "checkbox"


def _check(nodes: Sequence[Node], limits: ControlThresholds) -> Check | None:
    """A small outlined square or ring and the text beside it, as one."""
    if len(nodes) != 2:
        return None
    mark, label = nodes
    if not isinstance(mark, Container) or mark.panel is None or not isinstance(label, Text):
        return None
    box, beside = mark.box, label.box.x - mark.box.right
    held = mark.children[0] if len(mark.children) == 1 else None
    if mark.children and not isinstance(held, Crop):
        return None
    if not _is_mark(mark.panel, limits) or not 0 <= beside <= limits.beside:
        return None
    tick = held if isinstance(held, Crop) else None
    kind = _kind_of(mark.panel, limits)
    return Check(bounds([box, label.box]), kind, mark.panel, label, tick)


def _is_mark(panel: Panel, limits: ControlThresholds) -> bool:
    short, long = sorted((panel.box.width, panel.box.height))
    fits = limits.smallest_mark <= short and long <= limits.largest_mark
    return fits and long - short <= limits.square and panel.border is not None
