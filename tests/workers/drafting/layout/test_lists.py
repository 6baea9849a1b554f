"""Which things under one another are a list, on trees made by hand."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.workers.drafting.compose.pieces import column, panel, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.lists import LISTS, ListThresholds, with_lists
from workers.drafting.page import Container, Crop, Divider, Items, Node, Text, walk
from workers.imaging import Box, Colour, bounds

LINE: Colour = (226, 230, 236)
GREY: Colour = (110, 118, 130)
NAMES = ("Maria Lopez", "Jonas Weber", "Priya Nair", "Tom Baker", "Aiko Sato")
SAID = ("The draft is ready", "Can we move the call?", "Here they are", "Thanks", "Photos")
TIMES = ("09:41", "08:15", "Yesterday", "Tue", "Mon")
END = 374


def row(*nodes: Node) -> Container:
    return Container(bounds(node.box for node in nodes), "row", nodes)


def rule(y: int, x: int = 0, width: int = 390) -> Divider:
    return Divider(Box(x, y, width, 1), LINE)


def flush_right(words: str, y: int, right: int = END) -> Text:
    made = text(words, 0, y, 13, colour=GREY)
    return text(words, right - made.box.width, y, 13, colour=GREY)


def avatar(y: int, side: int = 44) -> Container:
    return panel(Box(16, y, side, side), radius=side // 2)


def entry(index: int, y: int, side: int = 44) -> Container:
    """A picture, a name over what was said, and when."""
    lines = column(text(NAMES[index], 72, y, 15, 700), text(SAID[index], 72, y + 22, 14))
    return row(avatar(y, side), lines, flush_right(TIMES[index], y))


def long_entry(index: int, y: int) -> Container:
    """The same where what was said reaches under when."""
    first = row(text(NAMES[index], 72, y, 15, 700), flush_right(TIMES[index], y))
    said = text("Here are all of the numbers you asked for then", 72, y + 22, 14)
    return row(avatar(y), column(first, said))


def inbox(pitch: int = 68, count: int = 5) -> Container:
    return column(*(entry(i, 74 + pitch * i) for i in range(count)))


def ruled(*units: Sequence[Node], below: int = 12) -> Container:
    """Units with a rule below each."""
    parts: list[Node] = []
    for nodes in units:
        parts += [*nodes, rule(bounds(node.box for node in nodes).bottom + below)]
    return column(*parts)


def topics(step: int = 79, count: int = 4, size: float = 17) -> list[list[Node]]:
    sizes = [size if i == 1 else 17 for i in range(count)]
    return [
        [text(NAMES[i], 40, 97 + step * i, sizes[i]), text(SAID[i], 40, 124 + step * i, 13)]
        for i in range(count)
    ]


def detail(index: int, y: int, value: int = 200, louder: int = 80, weight: int = 400) -> Container:
    grey: Colour = (30 + louder, 30 + louder, 30 + louder)
    return row(text(NAMES[index], 48, y, 15, colour=grey), text(TIMES[index], value, y, 15, weight))


def details(louder: int = 80, weight: int = 400) -> Container:
    return column(*(detail(i, 100 + 34 * i, 200, louder, weight) for i in range(4)))


def badges(width: int, other: int, height: int = 24) -> Container:
    """Names, each before a badge; one badge is `other` wide."""
    rows = []
    for i in range(4):
        wide = other if i == 1 else width
        name = text(NAMES[i], 40, 100 + 48 * i)
        rows.append(row(name, panel(Box(300, 100 + 48 * i, wide, height), radius=4)))
    return column(*rows)


def askew(off: int) -> Container:
    rows = [entry(i, 74 + 68 * i) for i in range(4)]
    at, lines, when = rows[1].children
    moved = replace(at, box=replace(at.box, x=at.box.x + off)) if isinstance(at, Container) else at
    rows[1] = row(moved, lines, when)
    return column(*rows)


def uneven_rules(off: int) -> Container:
    """Topics one of which has so much more room below."""
    units, parts, y = topics(), list[Node](), 0
    for index, nodes in enumerate(units):
        moved = [
            replace(node, box=replace(node.box, y=node.box.y + y))
            for node in nodes
            if isinstance(node, Text)
        ]
        y += off if index == 1 else 0
        parts += [*moved, rule(moved[-1].box.bottom + 12 + (off if index == 1 else 0))]
    return column(*parts)


def ends(off: int) -> Container:
    """Topics with a rule that ends so far right of the others."""
    parts = list(ruled(*topics()).children)
    return column(*(rule(p.box.y, 0, 390 + off) if i == 5 else p for i, p in enumerate(parts)))


def beside(off: int = 0) -> Container:
    """A column of names and one of their values, so far down."""
    names = column(*(text(NAMES[i], 72, 100 + 34 * i, 15, colour=GREY) for i in range(4)))
    values = column(*(text(TIMES[i], 222, 100 + 34 * i + off, 15) for i in range(4)))
    return column(text("Booking", 72, 40, 24), row(names, values))


TREES = {
    "an inbox": inbox(),
    "an inbox of two": inbox(count=2),
    "an inbox of four": inbox(count=4),
    "entries 100 high": column(*(entry(i, 74 + 140 * i, 100) for i in range(4))),
    "entries 200 high": column(*(entry(i, 74 + 240 * i, 200) for i in range(4))),
    "topics": ruled(*topics()),
    "a title 1.5 px smaller": ruled(*topics(size=15.5)),
    "a title 3 px smaller": ruled(*topics(size=14)),
    "a picture 5 px larger": column(*(entry(i, 74 + 68 * i, 49 if i == 1 else 44)
                                      for i in range(4))),
    "a picture 10 px larger": column(*(entry(i, 74 + 80 * i, 54 if i == 1 else 44)
                                       for i in range(4))),
    "badges of other words": badges(60, 90),
    "panels 200 wide and 160": badges(200, 160),
    "lefts 3 px apart": askew(3),
    "lefts 5 px apart": askew(5),
    "a rule 2 px longer": ends(2),
    "a rule 3 px longer": ends(3),
    "a rule 4 px lower": uneven_rules(4),
    "a rule 7 px lower": uneven_rules(7),
    "a pitch half as large again": column(*(entry(i, y) for i, y in enumerate((74, 142, 244)))),
    "pitches a little uneven": column(*(entry(i, y) for i, y in enumerate((74, 142, 216)))),
    "names and quieter values": details(louder=0),
    "a little quieter names": details(louder=30),
    "hardly quieter names": details(louder=20),
    "bolder values": details(louder=0, weight=600),
    "hardly bolder values": details(louder=0, weight=500),
    "much bolder values": details(louder=0, weight=700),
    "names beside values": beside(),
    "names beside values 4 px lower": beside(4),
    "names beside values 6 px lower": beside(6),
    "words beside words": column(*(row(*(text(w, 40 + 150 * n, 100 + 40 * i) for n, w in
                                         enumerate(NAMES[:3]))) for i in range(4))),
}  # fmt: skip
TALL = ruled(*([entry(i, y)] for i, y in enumerate((100, 168, 236, 304))))


def lists(tree: Container, limits: ListThresholds = LISTS) -> list[Items]:
    return [node for node in walk(with_lists(tree, limits)) if isinstance(node, Items)]


def found(limits: ListThresholds = LISTS) -> dict[str, list[tuple[int, bool]]]:
    """Of each tree that has lists how many items they have, and whether these are terms."""
    return {
        name: [(len(made.items), made.terms) for made in all_of]
        for name, tree in TREES.items()
        if (all_of := lists(tree, limits))
    }


def test_things_alike_are_a_list_or_none() -> None:
    assert found() == {
        "an inbox": [(5, False)],
        "an inbox of four": [(4, False)],
        "entries 100 high": [(4, False)],
        "topics": [(4, False)],
        "a title 1.5 px smaller": [(4, False)],
        "a picture 5 px larger": [(4, False)],
        "badges of other words": [(4, False)],
        "lefts 3 px apart": [(4, False)],
        "a rule 2 px longer": [(4, False)],
        "a rule 4 px lower": [(4, False)],
        "pitches a little uneven": [(3, False)],
        "names and quieter values": [(4, False)],
        "a little quieter names": [(4, True)],
        "hardly quieter names": [(4, False)],
        "bolder values": [(4, True)],
        "hardly bolder values": [(4, False)],
        "much bolder values": [(4, True)],
        "names beside values": [(4, True)],
        "names beside values 4 px lower": [(4, True)],
    }


@off_by_two(LISTS)
def test_each_threshold_of_lists_matters(name: str, factor: float) -> None:
    assert found(varied(LISTS, name, factor)) != found()


def test_items_reach_from_rule_to_rule() -> None:
    (made,) = lists(TALL)
    rules = [node.box.bottom for node in TALL.children if isinstance(node, Divider)]
    assert [item.box.bottom for item in made.items] == rules
    assert [item.box.y for item in made.items[1:]] == rules[:-1]
    assert made.rule == LINE
    assert made.ruled == (True,) * 4


def test_a_heading_over_a_list_stays_and_so_does_the_rule_under_it() -> None:
    title = text("Inbox", 16, 10, 24)
    tree = with_lists(column(title, rule(60), *TALL.children))
    assert [type(node) for node in tree.children] == [Text, Divider, Items]


def test_a_row_whose_words_reach_farther_is_read_like_the_others() -> None:
    rows = [(long_entry if i == 2 else entry)(i, 74 + 68 * i) for i in range(4)]
    (made,) = lists(column(*rows))
    for item in made.items:
        _, lines = item.children
        assert isinstance(lines, Container)
        assert [type(line) for line in lines.children] == [Container, Text]


def test_things_at_one_place_of_their_items_are_at_one_in_all() -> None:
    rows = [entry(i, 74 + 68 * i + i % 2) for i in range(4)]
    (made,) = lists(column(*rows))
    downs = {
        (item.children[0].box.y - item.box.y, item.children[2].box.y - item.box.y)
        for item in made.items
    }
    assert len(downs) == 1


@pytest.mark.parametrize(("weight", "looks"), [(500, 1), (700, 2)])
def test_looks_that_were_read_apart_are_one(weight: int, looks: int) -> None:
    units = topics()
    units[1][1] = text(SAID[1], 40, 124 + 79, 13, weight)
    (made,) = lists(ruled(*units))
    fonts = {item.children[1].paragraph.font for item in made.items
             if isinstance(item.children[1], Text)}  # fmt: skip
    assert len(fonts) == looks


def test_names_that_end_in_a_colon_have_values() -> None:
    rows = (row(text(f"{n}:", 40, 100 + 34 * i), text(TIMES[i], 200, 100 + 34 * i))
            for i, n in enumerate(NAMES[:4]))  # fmt: skip
    assert [made.terms for made in lists(column(*rows))] == [True]


def test_rows_of_cards_are_no_items() -> None:
    def card(x: int, y: int) -> Container:
        return panel(Box(x, y, 180, 90), text("Visitors", x + 20, y + 20), radius=8)

    rows = (row(*(card(40 + 200 * n, y) for n in range(3))) for y in (100, 210, 320))
    assert lists(column(*rows)) == []


def test_words_under_a_picture_are_no_list() -> None:
    picture = Crop(Box(40, 100, 390, 200))
    assert lists(column(picture, text("One", 40, 320), text("Two", 40, 360))) == []
