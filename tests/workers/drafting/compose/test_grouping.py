"""What belongs together in a column, and each threshold of that."""

from tests.workers.drafting.compose.pieces import column, panel, styles_of, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose.grouping import GROUPING, GroupingThresholds, grouped
from workers.drafting.page import Container, Node
from workers.imaging import Box

WORDS = ("Berths", "Quays", "Tides", "Boats", "Fees", "Crews", "Ferry")


def stacked(*gaps: int) -> list[Node]:
    """Panels, `gaps` apart."""
    nodes: list[Node] = [panel(Box(0, 0, 300, 20))]
    for gap in gaps:
        nodes.append(panel(Box(0, nodes[-1].box.bottom + gap, 300, 20)))
    return nodes


def listed(count: int, off: int = 0) -> list[Node]:
    """A panel, and so many labels under it, of which the third is `off` lower."""
    texts = [text(WORDS[i], 0, 60 + 40 * i + off * (i == 2)) for i in range(count)]
    return [panel(Box(0, 0, 300, 20)), *texts]


COLUMNS: dict[str, list[Node]] = {
    **{f"{count} labels": listed(count) for count in (2, 3, 5, 6)},
    **{f"a label {off} px lower": listed(4, off) for off in (0, 1, 2, 4)},
    **{
        f"things {inset} px in": [
            panel(Box(0, 0, 400, 20)),
            panel(Box(inset, 40, 100, 20)),
            panel(Box(inset, 90, 120, 30)),
        ]
        for inset in (30, 60, 120)
    },
    **{
        f"lefts {off} px apart": [
            panel(Box(0, 0, 400, 20)),
            panel(Box(60, 40, 100, 20)),
            panel(Box(60 + off, 90, 120, 30)),
        ]
        for off in (1, 2, 3, 5)
    },
    "a pair, and more": stacked(8, 24, 24),
    "a pair nearly as far apart": stacked(14, 24, 24),
    "a pair as far apart": stacked(20, 24, 24),
    "pairs": stacked(8, 24, 8, 24, 8),
    "gaps of their own": stacked(8, 30, 60),
    "two gaps": stacked(8, 30),
}


def found(limits: GroupingThresholds = GROUPING) -> dict[str, list[int]]:
    """How many things are in each child of a column: 0 in what is no group."""
    return {
        name: [
            len(child.children) if isinstance(child, Container) else 0
            for child in grouped(column(*nodes), styles_of(*nodes), limits).children
        ]
        for name, nodes in COLUMNS.items()
    }


def test_what_belongs_together_is_a_group() -> None:
    made = found()
    assert made["3 labels"] == [0, 3]
    assert made["2 labels"] == [0, 0, 0]
    assert made["a label 4 px lower"][-1] != 4
    assert made["things 60 px in"] == [0, 2]
    assert made["a pair, and more"] == [2, 0, 0]
    assert made["a pair as far apart"] == [0, 0, 0, 0]
    assert made["pairs"] == [2, 2, 2]


def test_a_list_of_labels_is_even() -> None:
    nodes = listed(4, 1)
    made = grouped(column(*nodes), styles_of(*nodes)).children[1]
    assert isinstance(made, Container)
    assert [child.box.y for child in made.children] == [60, 100, 140, 180]


@off_by_two(GROUPING)
def test_each_threshold_of_grouping_matters(name: str, factor: float) -> None:
    assert found(varied(GROUPING, name, factor)) != found()
