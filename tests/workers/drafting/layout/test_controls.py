"""Which outlines are fields and marks, on trees made by hand."""

import pytest

from tests.workers.drafting.compose.pieces import column, panel, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.controls import CONTROLS, ControlThresholds, with_controls
from workers.drafting.page import (
    Check,
    Column,
    Container,
    Crop,
    Field,
    Node,
    Row,
    Table,
    Text,
    walk,
)
from workers.imaging import Box, bounds

WHITE = (255, 255, 255)
LABEL = "Full name"
TYPED = "Ada Lovelace"
X, Y = 100, 130  # of a field; the label is above


def row(*nodes: Node) -> Container:
    return Container(bounds(node.box for node in nodes), "row", nodes)


def outline(
    *held: Node, width: int = 300, height: int = 44, x: int = X, y: int = Y, border: int = 1
) -> Container:
    return panel(Box(x, y, width, height), *held, fill=WHITE, border=border, radius=6)


def words(said: str = TYPED, inset: int = 13, y: int = Y + 10) -> Text:
    return text(said, X + inset, y)


def label(said: str = LABEL, x: int = X, gap: int = 6, size: float = 14) -> Text:
    """A text that ends `gap` above a field."""
    return text(said, x, Y - gap - round(1.5 * size), size)


def icon(left: int, side: int = 16) -> Crop:
    return Crop(Box(left, Y + 22 - side // 2, side, side))


def centred(width: int, off: int = 0, said: str = "Learn more", border: int = 1) -> Container:
    """A text in the middle of an outline, or `off` left of it."""
    inner = text(said)
    left = X + (width - inner.box.width) // 2 - off
    return column(outline(text(said, left, Y + 10), width=width, border=border))


def labelled(x: int = X, gap: int = 6, size: float = 14) -> Container:
    return column(label(LABEL, x, gap, size), outline())


def beside(gap: int, down: int = 0) -> Container:
    """An empty field and a label that ends `gap` before it."""
    held = text(LABEL)
    return row(text(LABEL, X - gap - held.box.width, Y + 10 + down), outline())


def mark(width: int = 16, height: int = 16, radius: int = 3, *held: Node, border: int = 1) -> Node:
    return panel(Box(X, Y, width, height), *held, fill=WHITE, border=border, radius=radius)


def marked(box: Node, gap: int = 8, said: str = "Keep me posted") -> Container:
    return column(row(box, text(said, box.box.right + gap, Y - 4)))


def area(height: int, said: str = "Tell us more…", down: int = 10) -> Container:
    return column(outline(words(said, y=Y + down), height=height))


def with_icon(left: int, right: int, side: int = 16, said: str = "Find a berth") -> Container:
    """A text `right` of an icon that is `left` from the outline's side."""
    return column(outline(icon(X + left, side), words(said, left + side + right)))


TICK = Crop(Box(X + 3, Y + 3, 10, 10))
MENU = outline(words("Summer"), icon(X + 300 - 28))
TREES: dict[str, Container] = {
    "a label over a text": column(label(), outline(words())),
    "a label over an empty outline": labelled(),
    "a hint alone": column(outline(words("you@example.org"))),
    "a hint on a ground": column(outline(words("Enter your name"), border=0)),
    "a text on a ground": column(outline(words(), border=0)),
    "a search": with_icon(12, 8, said="Search"),
    "a search with its icon behind": column(outline(words("Search"), icon(X + 272))),
    "a menu": column(label("Season"), MENU),
    "a menu whose parts are in a row": column(outline(row(*MENU.children))),
    "an area": column(label("Message"), *area(120).children),
    "an area with a label and another text": column(label(), *area(120, "Good morning").children),
    "a label beside": beside(20),
    "an address on a ground": column(outline(words("Your e-mail"), border=0)),
    "labels in a row over fields": column(
        row(label(), label("Town", X + 330)),
        row(outline(), outline(words("Bergen", 343), x=X + 330)),
    ),
    "a row of texts over a field": column(
        row(label(), label("Town", X + 330)), row(outline(words()), label("free", X + 330, -30))
    ),
    # what is none
    "an alert": column(outline(words("Your order has shipped."), width=600)),
    "an alert on a ground": column(outline(words("Your trial ends today"), width=600, border=0)),
    "a question with an arrow": column(outline(words("May I stop?"), icon(X + 572), width=600)),
    "a button": centred(140),
    "a button 1 px off": centred(139),
    "a button with an icon": column(outline(icon(X + 20), words("Download", 44), width=136)),
    "a search button": centred(140, said="Search", border=0),
    "a card": column(outline(text(TYPED, X + 13, Y + 20, lines=3), height=110)),
    "a card of one line": area(120, "Good morning"),
    "an empty outline": column(outline()),
    "an outline with two texts": column(outline(words("Ada"), text("Lovelace", X + 90, Y + 10))),
    "a picture with a text over it": column(
        Container(Box(X, Y, 300, 44), "layers", (words(),), outline().panel)
    ),
    # a threshold apart
    "15 high": column(outline(words(), height=15)),
    "36 high": column(outline(words(), height=36)),
    "90 high": column(outline(words(), height=90)),
    "70 wide": column(outline(words("Ada"), width=70)),
    "160 wide": column(outline(words("Ada"), width=160)),
    "an area 180 high": area(180),
    "an area 400 high": area(400),
    "an area whose text begins lower": area(120, down=36),
    "24 in": column(outline(words(inset=24))),
    "48 in": column(outline(words(inset=48))),
    "3 off the middle": centred(130, 3),
    "6 off the middle": centred(130, 6),
    "an icon of 20": with_icon(12, 8, 20),
    "an icon of 40": with_icon(2, 8, 40),
    "an icon 18 in": with_icon(18, 8),
    "an icon 36 in": with_icon(36, 8),
    "a label 12 above": labelled(gap=12),
    "a label 24 above": labelled(gap=24),
    "a label 30 before": beside(30),
    "a label 60 before": beside(60),
    "a label 6 off": labelled(x=X + 6),
    "a label 12 off": labelled(x=X + 12),
    "a label 6 lower": beside(20, 6),
    "a label 12 lower": beside(20, 12),
    "a label of 30 letters": column(label("n" * 30), outline()),
    "a label of 60 letters": column(label("n" * 60), outline()),
    "a label of 24 px": labelled(size=24),
    "a label of two lines": column(text(LABEL, X, Y - 54, lines=2), outline()),
}
MARKS: dict[str, Container] = {
    "a box": marked(mark()),
    "a ring": marked(mark(16, 16, 8)),
    "a marked box": marked(mark(16, 16, 3, TICK)),
    "a bullet": marked(mark(8, 8, 4, border=0)),
    "an avatar": marked(mark(40, 40, 20, border=0)),
    "a picture beside a name": column(row(Crop(Box(X, Y, 18, 18)), text("Ada", X + 26, Y - 4))),
    "a ground": marked(mark(border=0)),
    "a number in a ring": marked(mark(24, 24, 12, text("1", X + 8, Y + 4, 12))),
    "a box alone": column(row(mark(), mark())),
    "a ring of 8": marked(mark(8, 8, 4)),
    "a box of 20": marked(mark(20, 20)),
    "a box of 40": marked(mark(40, 40)),
    "2 px wider": marked(mark(18, 16)),
    "3 px wider": marked(mark(19, 16)),
    "12 apart": marked(mark(), 12),
    "24 apart": marked(mark(), 24),
    "a box of which the text is left": column(row(text("Keep me", X - 80, Y - 4), mark())),
}


def controls(tree: Container, limits: ControlThresholds = CONTROLS) -> list[str]:
    """The fields and marks of a tree: the kind, and what is about it."""
    said = []
    for node in walk(with_controls(tree, limits)):
        if isinstance(node, Field):
            parts = ("label", node.label), ("text", node.text), ("icon", node.icon)
            said.append(" ".join([node.kind, *(name for name, part in parts if part)]))
        elif isinstance(node, Check):
            said.append(f"{node.kind} marked" if node.mark else node.kind)
    return said


def tabled(marks: int) -> Container:
    """A table, `marks` of its rows with a box to mark before the name."""
    rows = []
    for index in range(4):
        y = Y + 44 * index
        box = panel(Box(X, y, 18, 18), fill=WHITE, border=1, radius=3)
        name = text(("Task", "Brief", "Venue", "Badges")[index], X + 60, y)
        rows.append(Row(y - 8, y + 36, (box if index < marks else None, name)))
    columns = Column(X - 8, X + 50, 8, "left"), Column(X + 50, X + 300, 10, "left")
    table = Table(Box(X - 8, Y - 8, 308, 176), columns, tuple(rows), header=False)
    return column(table, box=Box(0, 0, 1280, 800))


TABLES = {f"a table with {n} marks": tabled(n) for n in (1, 2, 3)}


def found(limits: ControlThresholds = CONTROLS) -> dict[str, list[str]]:
    trees = TREES | MARKS | TABLES
    return {name: made for name, tree in trees.items() if (made := controls(tree, limits))}


def test_outlines_are_controls_or_none() -> None:
    text_alone, label_alone, both = ["input text"], ["input label"], ["input label text"]
    assert found() == {
        "a label over a text": both,
        "a label over an empty outline": label_alone,
        "a hint alone": text_alone,
        "a hint on a ground": text_alone,
        "a search": ["input text icon"],
        "a search with its icon behind": ["input text icon"],
        "a menu": ["select label text icon"],
        "a menu whose parts are in a row": ["select text icon"],
        "an area": ["textarea label text"],
        "an address on a ground": text_alone,
        "labels in a row over fields": [*label_alone, *both],
        "a row of texts over a field": text_alone,
        "a label beside": label_alone,
        "36 high": text_alone,
        "160 wide": text_alone,
        "an area 180 high": ["textarea text"],
        "24 in": text_alone,
        "6 off the middle": text_alone,
        "an icon of 20": ["input text icon"],
        "an icon 18 in": ["input text icon"],
        "a label 12 above": label_alone,
        "a label 30 before": label_alone,
        "a label 6 off": label_alone,
        "a label 6 lower": label_alone,
        "a label of 30 letters": label_alone,
        "a box": ["checkbox"],
        "a ring": ["radio"],
        "a marked box": ["checkbox marked"],
        "a box of 20": ["checkbox"],
        "2 px wider": ["checkbox"],
        "12 apart": ["checkbox"],
        "a table with 2 marks": ["checkbox"] * 2,
        "a table with 3 marks": ["checkbox"] * 3,
    }


@off_by_two(CONTROLS)
def test_each_threshold_of_controls_matters(name: str, factor: float) -> None:
    assert found(varied(CONTROLS, name, factor)) != found()


def the_field(name: str) -> Field:
    (field,) = (node for node in walk(with_controls(TREES[name])) if isinstance(node, Field))
    return field


def test_a_field_is_as_large_as_its_outline_and_label() -> None:
    field = the_field("a label over a text")
    assert field.label is not None
    assert field.text is not None
    assert field.control == Box(X, Y, 300, 44)
    assert field.box == bounds([field.label.box, field.control])
    assert [field.label.paragraph.text, field.text.paragraph.text] == [LABEL, TYPED]


def test_each_label_goes_to_the_field_under_it() -> None:
    lower = text("Email", X, Y + 60, 14)
    made = with_controls(column(label(), outline(), lower, outline(y=Y + 87))).children
    labels = [each.label.paragraph.text for each in made if isinstance(each, Field) and each.label]
    assert labels == [LABEL, "Email"]
    assert len(made) == 2


def test_a_label_has_one_field() -> None:
    made = with_controls(column(label(), outline(words()), outline(words(y=Y + 60), y=Y + 50)))
    assert [each.label is not None for each in made.children if isinstance(each, Field)] == [
        True, False,
    ]  # fmt: skip


def test_a_field_keeps_the_label_beside_it_under_another_text() -> None:
    title, field = with_controls(column(label("Details", gap=2), beside(20))).children
    assert isinstance(title, Text)
    assert isinstance(field, Field)
    assert field.label is not None
    assert field.label.paragraph.text == LABEL


def test_an_outline_that_is_no_field_keeps_its_look() -> None:
    (box,) = with_controls(column(outline())).children
    assert box == outline()


@pytest.mark.parametrize("name", ["a box", "a ring", "a marked box"])
def test_a_mark_and_its_text_are_one(name: str) -> None:
    (check,) = with_controls(MARKS[name]).children
    assert isinstance(check, Check)
    assert check.panel.box == Box(X, Y, 16, 16)
    assert check.label is not None
    assert check.label.paragraph.text == "Keep me posted"
    assert check.box == bounds([check.panel.box, check.label.box])
    assert check.mark == (TICK if name == "a marked box" else None)


def test_marks_side_by_side_are_several() -> None:
    other = panel(Box(300, Y, 16, 16), fill=WHITE, border=1, radius=3)
    beside = row(mark(), text("Daily", X + 24, Y - 4), other, text("Weekly", 324, Y - 4))
    made = with_controls(beside).children
    labels = (each.label for each in made if isinstance(each, Check))
    assert [label.paragraph.text for label in labels if label] == ["Daily", "Weekly"]


def test_a_box_alone_in_a_cell_is_named_after_its_row() -> None:
    made = [node for node in walk(with_controls(tabled(3))) if isinstance(node, Check)]
    assert [(each.label, each.name) for each in made] == [
        (None, "Task"), (None, "Brief"), (None, "Venue"),
    ]  # fmt: skip
