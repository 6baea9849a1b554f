"""Things of a column gathered as a developer would: by what they are, and by how close they stand.

A mockup says where things are, and not what belongs together. Short texts of one look at even
distances are a list; things that begin where no other in their column does are a part of their own;
a title and the line under it stand closer to each other than to what follows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workers.drafting.compose.page_styles import PageStyles
from workers.drafting.compose.placement import spaced
from workers.drafting.compose.roles import bare, is_short
from workers.drafting.page import Container, Divider, Node, Text
from workers.imaging import Box


@dataclass(frozen=True)
class GroupingThresholds:
    """What belongs together. Px are CSS pixels."""

    items: int = 3  # short texts of one look that are a list
    even: int = 2  # px between the gaps of a list
    edge: int = 2  # px between the lefts of things that begin at one place
    inset: int = 48  # px that a part is set in from the rest of its column
    saved: int = 2  # margins that groups of one kind have to save
    closer: float = 0.67  # times the gap around a group that the gap in it may be


GROUPING = GroupingThresholds()


def grouped(
    column: Container, styles: PageStyles, limits: GroupingThresholds = GROUPING
) -> Container:
    """A column with what belongs together in groups; anything else as it is."""
    if column.flow != "column" or len(column.children) < 3:
        return column
    children = _with_lists(column.children, styles, limits)
    children = _with_insets(children, column.box, limits)
    return replace(column, children=_by_distance(children, limits))


def _with_lists(
    nodes: Sequence[Node], styles: PageStyles, limits: GroupingThresholds
) -> tuple[Node, ...]:
    """Runs of short texts that look alike as lists, where there is more than them."""

    def alike(run: Sequence[Node], node: Node) -> bool:
        last = run[-1]
        if not (isinstance(last, Text) and isinstance(node, Text)):
            return False
        one, other = last.paragraph, node.paragraph
        if not (is_short(one) and is_short(other)) or styles.look(one) != styles.look(other):
            return False
        if abs(last.box.x - node.box.x) > limits.edge:
            return False
        gaps = [below.box.y - above.box.bottom for above, below in pairwise([*run, node])]
        return max(gaps) - min(gaps) <= limits.even

    return _gathered(nodes, alike, limits.items, _evened)


def _with_insets(nodes: Sequence[Node], area: Box, limits: GroupingThresholds) -> tuple[Node, ...]:
    """Things that are set in alike, in a column where others are not, as one part of it."""

    def alike(run: Sequence[Node], node: Node) -> bool:
        lefts = [one.box.x for one in (*run, node)]
        inset = min(lefts) - area.x >= limits.inset
        middles = [2 * one.box.x + one.box.width - 2 * area.x - area.width for one in (*run, node)]
        centred = all(abs(off) <= 2 * limits.edge for off in middles)
        return inset and max(lefts) - min(lefts) <= limits.edge and not centred

    return _gathered(nodes, alike, 2, list)


def _gathered(
    nodes: Sequence[Node],
    alike: Callable[[Sequence[Node], Node], bool],
    least: int,
    made_of: Callable[[Sequence[Node]], list[Node]],
) -> tuple[Node, ...]:
    runs: list[list[Node]] = []
    for node in nodes:
        if runs and alike(runs[-1], node):
            runs[-1].append(node)
        else:
            runs.append([node])
    if len(runs) == 1:
        return tuple(made_of(nodes) if len(nodes) >= least else nodes)
    made = [[bare("column", made_of(run))] if len(run) >= least else run for run in runs]
    return tuple(node for run in made for node in run)


def _evened(run: Sequence[Node]) -> list[Node]:
    """A list's texts at even distances, each no farther than the gaps were uneven."""
    first, last = run[0].box, run[-1].box
    pitch = (last.y - first.y) / (len(run) - 1)
    return [
        replace(node, box=replace(node.box, x=first.x, y=round(first.y + at * pitch)))
        for at, node in enumerate(run)
    ]


def _by_distance(nodes: Sequence[Node], limits: GroupingThresholds) -> tuple[Node, ...]:
    """Things that stand close as groups, where the gaps between these and in them are even."""
    gaps = [below.box.y - above.box.bottom for above, below in pairwise(nodes)]
    best, least = tuple(nodes), _margins(gaps)
    if not least or any(isinstance(node, Divider) for node in nodes):
        return best
    for most in sorted(set(gaps))[:-1]:
        groups = _joined(nodes, gaps, most)
        outer = [b[0].box.y - a[-1].box.bottom for a, b in pairwise(groups)]
        inner = [[b.box.y - a.box.bottom for a, b in pairwise(group)] for group in groups]
        if len(groups) < 2 or most > limits.closer * min(outer):
            continue
        count = len({len(group) for group in groups if len(group) > 1})
        cost = _margins(outer) + sum(map(_margins, inner)) + (limits.saved - 1) * count
        if cost < least:
            made = (group[0] if len(group) == 1 else bare("column", group) for group in groups)
            best, least = tuple(made), cost
    return best


def _joined(nodes: Sequence[Node], gaps: Sequence[int], most: int) -> list[list[Node]]:
    groups = [[nodes[0]]]
    for gap, node in zip(gaps, nodes[1:], strict=True):
        if gap <= most:
            groups[-1].append(node)
        else:
            groups.append([node])
    return groups


def _margins(gaps: Sequence[int]) -> int:
    """How many things of a column need a margin."""
    return sum(more != 0 for more in spaced(gaps)[1])
