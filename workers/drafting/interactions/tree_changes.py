"""What of a page's layout tree another state lays out otherwise.

Two nodes are the same whose pixels are, also where one lies elsewhere: what is below something
that grew is moved, and no other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workers.drafting.interactions.changes import CHANGES, changed_mask
from workers.drafting.interactions.parts import extent
from workers.drafting.page import Container, Node
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Box, Colour, Image

Path = tuple[int, ...]  # of a container in a tree: which child of which child


@dataclass(frozen=True)
class Likeness:
    """When two nodes are the same. Px are CSS pixels."""

    px: int = 2  # that their sides and lefts may be off
    share: float = 0.004  # of their pixels that may differ: letters are drawn between two of them
    colour: float = 12.0  # levels between the fills of a panel and itself


LIKENESS = Likeness()


@dataclass(frozen=True)
class Seen:
    """A state as it was seen: its tree and its picture at one pixel a CSS pixel."""

    root: Container
    image: Image


@dataclass(frozen=True)
class Run:
    """Children of a container from number `first` to all but the last `after`."""

    path: Path
    first: int
    after: int

    def of(self, root: Container) -> tuple[Node, ...]:
        children = at(root, self.path).children
        return children[self.first : len(children) - self.after]

    def holds(self, other: "Run", root: Container) -> bool:
        """Whether another run is this or within it."""
        depth = len(self.path)
        if other.path[:depth] != self.path:
            return False
        end = len(at(root, self.path).children) - self.after
        if len(other.path) > depth:
            return self.first <= other.path[depth] < end
        return self.first <= other.first and self.after <= other.after


def at(root: Container, path: Path) -> Container:
    """The container at a path."""
    for step in path:
        child = root.children[step]
        assert isinstance(child, Container)
        root = child
    return root


def changed_runs(before: Seen, after: Seen, path: Path = ()) -> Iterator[Run]:
    """Where the trees differ, as deep in them as that can be said."""
    old, new = at(before.root, path).children, at(after.root, path).children
    if len(old) == len(new):
        runs = _differing([is_same(*pair, before, after) for pair in zip(old, new, strict=True)])
    else:
        first = _common(old, new, before, after)
        left, right = old[first:][::-1], new[first:][::-1]
        runs = [(first, _common(left, right, before, after))]
    for first, last in runs:
        if not _stands_apart(at(before.root, path), first, last):
            yield Run(path, 0, 0)
            return
        both = old[first : len(old) - last], new[first : len(new) - last]
        if len(both[0]) == len(both[1]) == 1 and is_same_frame(both[0][0], both[1][0]):
            yield from changed_runs(before, after, (*path, first))
        else:
            yield Run(path, first, last)


def _stands_apart(holder: Container, first: int, after: int) -> bool:
    """Whether children of a row have their place to themselves: lines that are drawn along others
    have not, and go with them."""
    last = len(holder.children) - after
    inner = [extent(node) for node in holder.children[first:last]]
    if holder.flow != "row" or not inner:
        return True
    left, right = min(box.x for box in inner), max(box.right for box in inner)
    others = [*holder.children[:first], *holder.children[last:]]
    return not any(left < node.box.right and node.box.x < right for node in others)


def _differing(same: Sequence[bool]) -> list[tuple[int, int]]:
    """Runs of what is not the same: its first, and how many come after."""
    runs: list[tuple[int, int]] = []
    for index, alike in enumerate(same):
        if alike:
            continue
        runs.append((index, len(same) - index - 1))
    return runs


def _common(old: Sequence[Node], new: Sequence[Node], before: Seen, after: Seen) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if not is_same(one, other, before, after):
            break
        count += 1
    return count


def is_same(
    one: Node, other: Node, before: Seen, after: Seen, likeness: Likeness = LIKENESS
) -> bool:
    """Whether a node shows the same as one of another state, perhaps further up or down."""
    a, b = extent(one), extent(other)
    if type(one) is not type(other) or abs(a.x - b.x) > likeness.px:
        return False
    if abs(a.width - b.width) > likeness.px or abs(a.height - b.height) > likeness.px:
        return False
    return is_alike(before.image[a.slices], after.image[b.slices], likeness)


def is_alike(one: Image, other: Image, likeness: Likeness = LIKENESS) -> bool:
    """Whether two patches show the same."""
    if not one.size or not other.size:
        return one.size == other.size
    off = int(np.count_nonzero(changed_mask(one, other)))
    most = max(CHANGES.least, likeness.share * one.shape[0] * one.shape[1])
    return bool(off <= most)


def is_same_frame(one: Node, other: Node, likeness: Likeness = LIKENESS) -> bool:
    """Whether two containers differ in nothing but what they hold."""
    if not (isinstance(one, Container) and isinstance(other, Container)):
        return False
    if one.flow != other.flow or one.picture or other.picture:
        return False
    if not (one.children and other.children):
        return False
    if abs(one.box.y - other.box.y) > likeness.px and one.box.height != other.box.height:
        return False  # it is held by its middle, and so not in the flow
    return _is_same_panel(one, other, likeness)


def _is_same_panel(one: Container, other: Container, likeness: Likeness) -> bool:
    a, b = one.panel, other.panel
    if a is None or b is None:
        return a is b
    if type(a.fill) is not type(b.fill) or (a.border is None) is not (b.border is None):
        return False
    pairs: list[tuple[Colour, Colour]] = []
    if isinstance(a.fill, tuple) and isinstance(b.fill, tuple):
        pairs.append((a.fill, b.fill))
    if a.border and b.border:
        pairs.append((a.border.colour, b.border.colour))
    return all(distance(x, y) <= likeness.colour for x, y in pairs)


def moves(
    before: Seen, after: Seen, runs: Sequence[Run], path: Path = ()
) -> Iterator[tuple[Box, int]]:
    """What lies further down than before, outer things first, and by how much. The boxes are those
    of the first state, CSS pixels."""
    old, new = at(before.root, path).children, at(after.root, path).children
    changed = [run for run in runs if run.path == path]
    for index, node in enumerate(old):
        left = len(old) - index
        if any(run.first <= index and left > run.after for run in changed):
            continue
        is_after = len(old) != len(new) and any(run.first <= index for run in changed)
        moved = new[-left] if is_after else new[index]
        down = extent(moved).y - extent(node).y
        deeper = (*path, index)
        if down:
            yield extent(node), down
        if any(run.path[: len(deeper)] == deeper for run in runs):
            yield from moves(before, after, runs, deeper)
