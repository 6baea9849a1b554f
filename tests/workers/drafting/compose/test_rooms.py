"""What is written of widths and places where the room is known, and each threshold of that."""

from collections.abc import Sequence

from tests.workers.drafting.compose.pieces import column, panel, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose.rooms import (
    ROOMS,
    Placed,
    RoomThresholds,
    column_in_room,
    framed,
    grid_in_room,
    holds_blocks,
    is_grid,
    kind_of,
)
from workers.drafting.compose.rows import row_in_room
from workers.drafting.page import Container, Node
from workers.imaging import Box, bounds

AREA = Box(0, 0, 1000, 600)


def beside(*nodes: Node) -> Container:
    return Container(bounds(node.box for node in nodes), "row", nodes)


def cards(*lefts: int, width: int = 200) -> list[Node]:
    return [panel(Box(left, 0, width, 100)) for left in lefts]


def titled(*lefts: int) -> list[Node]:
    """Columns of a title and a text each."""
    return [column(text("Berths", left, 0, 20), text("by the day", left, 40)) for left in lefts]


COLUMNS: dict[str, list[Node]] = {
    **{f"a panel {less} less wide": [panel(Box(0, 0, 1000 - less, 60))] for less in (0, 2, 3, 5)},
    **{
        f"a part {inset} in": [column(text("Berths", inset, 0), text("by the day", inset, 30))]
        for inset in (30, 60, 120)
    },
}
PADDED = {f"{rest} left below": [panel(Box(20, 20, 960, 580 - rest))] for rest in (100, 200, 400)}
ENDS = {
    **{f"the last {gap} px on": [text("a", 981 - gap, 0), text("b", 990, 0)] for gap in (30, 60)},
    "a menu": [text("a", 0, 0), text("b", 840, 0), text("c", 990, 0)],
}
GRIDS: dict[str, list[Node]] = {
    "three cards": cards(0, 400, 800),
    "a sidebar": [panel(Box(0, 0, 220, 400)), panel(Box(260, 0, 740, 400))],
    "parts of 100": [panel(Box(0, 0, 180, 400)), panel(Box(200, 0, 800, 400))],
    "parts of 300": [panel(Box(0, 0, 360, 400)), panel(Box(400, 0, 600, 400))],
    "parts of 500": [panel(Box(0, 0, 490, 400)), panel(Box(500, 0, 500, 400))],
    **{
        f"{off} px lower": [panel(Box(0, 0, 200, 100)), panel(Box(300, off, 700, 60))]
        for off in (0, 1, 2, 4, 20)
    },
    **{f"room of {rest}": cards(0, 300, width=650 - rest) for rest in (20, 60, 120)},
    **{f"steps {off} px off": titled(0, 340, 680 + off) for off in (1, 3, 6, 9)},
    **{
        f"cards that need {more} px more": cards(0, 340, 680, width=320 + more)
        for more in (0, 5, 10, 18)
    },
}


def placed(nodes: Sequence[Node], limits: RoomThresholds, *, padded: bool = False) -> Placed:
    kinds = [kind_of(node, limits) for node in nodes]
    return column_in_room(AREA, nodes, kinds, padded=padded, limits=limits)


def found(limits: RoomThresholds = ROOMS) -> dict[str, object]:
    made: dict[str, object] = {
        **{name: placed(nodes, limits) for name, nodes in COLUMNS.items()},
        **{name: placed(nodes, limits, padded=True) for name, nodes in PADDED.items()},
        **{
            name: row_in_room(AREA, nodes, padded=False, limits=limits)
            for name, nodes in ENDS.items()
        },
    }
    for name, nodes in GRIDS.items():
        kinds = [kind_of(node, limits) for node in nodes]
        made[name] = grid_in_room(AREA, nodes, kinds, padded=False, known=True, limits=limits)
        made[f"{name}: a grid"] = is_grid(beside(*nodes), limits)
    for count in (3, 5, 8, 14):
        nodes = cards(*range(0, 60 * count, 60), width=50)
        wide = [panel(Box(node.box.x, 0, 55, 200), text("a", node.box.x, 0)) for node in nodes]
        made[f"{count} beside one another"] = is_grid(beside(*cards(0), *wide[1:]), limits)
    for width in (40, 50, 80, 150):
        made[f"a panel {width} wide"] = holds_blocks(panel(Box(0, 0, width, 200)), limits)
    for width in (400, 800, 1400):
        nodes = [text("a", 0, 0), text("b", width - 8, 0)]
        made[f"words {width} apart"] = holds_blocks(beside(*nodes), limits)
    for inset in (30, 60, 120):
        made[f"a page {inset} in"] = framed(AREA, column(text("Berths", inset, 0)), limits)
    for width in (400, 800):
        room = Box(0, 0, width, 600)
        part = column(text("Berths", 100, 0), text("by the day", 100, 30))
        made[f"a part of {width}"] = column_in_room(
            room, [part], ["group"], padded=False, limits=limits
        )
    return made


@off_by_two(ROOMS)
def test_each_threshold_of_rooms_matters(name: str, factor: float) -> None:
    assert found(varied(ROOMS, name, factor)) != found()


def test_what_fills_its_room_has_no_width() -> None:
    (full,) = placed([panel(Box(0, 0, 1000, 60))], ROOMS).arrangement.children
    assert full == ()
    (less,) = placed([panel(Box(0, 0, 700, 60))], ROOMS).arrangement.children
    assert less == (("max-width", "700px"),)


def test_what_is_in_the_middle_is_as_wide_as_there_is_room() -> None:
    nodes: list[Node] = [text("Berths"), panel(Box(200, 60, 600, 60))]
    _, middle = placed(nodes, ROOMS).arrangement.children
    assert dict(middle) == {"width": "min(600px, 100%)", "margin-inline": "auto"}


def test_things_at_even_distances_share_their_room() -> None:
    made = grid_in_room(AREA, titled(0, 340, 680), ["group"] * 3, padded=False, known=True)
    assert dict(made.arrangement.container)["grid-template-columns"] == "repeat(3, 1fr)"
    assert [room.width for room in made.rooms if room] == [320, 320, 320]


def test_the_widest_part_takes_what_room_there_is() -> None:
    nodes = GRIDS["a sidebar"]
    made = grid_in_room(AREA, nodes, ["block"] * 2, padded=False, known=True)
    assert dict(made.arrangement.container)["grid-template-columns"] == "220px 1fr"
    assert made.arrangement.children == ((), ())


def test_what_stands_at_the_end_of_a_row_stays_there() -> None:
    made = row_in_room(AREA, ENDS["a menu"], padded=False)
    assert [dict(each).get("margin-left") for each in made.children] == [None, "auto", None]


def test_a_group_reaches_from_what_is_above_it_to_the_panel_below() -> None:
    part = column(text("Berths", 0, 200), text("by the day", 0, 230))
    nodes: list[Node] = [panel(Box(0, 0, 1000, 150)), part, panel(Box(0, 300, 1000, 100))]
    made = column_in_room(AREA, nodes, ["block", "group", "block"], padded=False, banded=True)
    room = made.rooms[1]
    assert room is not None and (room.y, room.bottom) == (150, 300)
    assert made.arrangement.children == ((), (), ())


def test_a_group_in_the_middle_keeps_its_distances() -> None:
    """It has no padding, for its own width decides its box."""
    wide = text("Boats").box.width
    part = beside(text("Berths", 430, 200), text("Boats", 570 - wide, 200))
    nodes: list[Node] = [panel(Box(0, 0, 1000, 150)), part, panel(Box(0, 300, 1000, 100))]
    made = column_in_room(AREA, nodes, ["block", "group", "block"], padded=False, banded=True)
    assert made.rooms[1] is None
    said = dict(made.arrangement.children[1])
    assert said["margin-top"] == "50px"
    assert said["margin-bottom"] == f"{300 - part.box.bottom}px"


def test_what_is_far_and_evenly_apart_is_spread_over_its_row() -> None:
    nodes = [text("a", 0, 0), text("b", 495, 0), text("c", 990, 0)]
    found = row_in_room(AREA, nodes, padded=False)
    assert ("justify-content", "space-between") in found.container
    assert "gap" not in dict(found.container)
    assert not any("margin-left" in dict(said) for said in found.children)


def test_what_is_apart_a_little_off_the_end_is_at_the_end_of_a_padding() -> None:
    nodes = [text("Berths", 40, 20), text("b", 930, 20)]
    rest = AREA.right - nodes[-1].box.right
    bare = row_in_room(AREA, nodes, padded=False)
    assert ("justify-content", "space-between") in bare.container
    assert ("padding", f"0 {rest}px 0 0") in bare.container
    assert ("margin-left", "40px") in bare.children[0]
    inside = dict(row_in_room(AREA, nodes, padded=True).container)
    assert inside["padding"].split()[1] == f"{rest}px" and "gap" not in inside


def test_what_is_at_the_end_of_its_room_is_there_however_wide_it_is() -> None:
    first = text("b", 920, 0)
    nodes = [first, text("c", first.box.right + 12, 0)]
    found = row_in_room(Box(0, 0, nodes[-1].box.right, 40), nodes, padded=False)
    assert ("justify-content", "flex-end") in found.container
    assert not any("margin-left" in dict(said) for said in found.children)
