"""Where in a page's flow its states show other things: what each shows there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from workers.drafting.interactions.parts import extent
from workers.drafting.interactions.tree_changes import Run, Seen, at, changed_runs, is_alike, moves
from workers.drafting.interactions.values import Part
from workers.drafting.page import Container, Divider, Items, Node, Panel
from workers.imaging import Box, bounds

MOST = 0.6  # share of the window that may differ: else it is laid out otherwise as a whole
WIDER = 3.0  # times what has changed that may be written anew for it


@dataclass
class Slots:
    """The first state of a page and what its other states change in its tree."""

    base: Seen
    runs: dict[str, tuple[Run, ...]] = field(default_factory=dict)  # by the ids of states
    seen: dict[str, Seen] = field(default_factory=dict)

    def take_in(self, state: str, seen: Seen, changed: int, *, only_if_moved: bool) -> bool:
        """Note what a state changes; False where that is not to be told by the tree. `changed`:
        the pixels of the places where it is other than the state before, px². `only_if_moved`: what
        lies over the page pushes nothing down, and is told otherwise."""
        runs = tuple(changed_runs(self.base, seen))
        if only_if_moved and not any(moves(self.base, seen, runs)):
            return False
        window = seen.image.shape[0] * seen.image.shape[1]
        area = sum(_area(run.of(seen.root)) for run in runs)
        if not runs or area > MOST * window or area > max(WIDER * changed, window / 10):
            return False
        self.runs[state], self.seen[state] = runs, seen
        return True

    def moved(self, state: str) -> tuple[tuple[Box, int], ...]:
        """What lies further down in a state than at first, and by how much."""
        if state not in self.runs:
            return ()
        return tuple(moves(self.base, self.seen[state], self.runs[state]))


@dataclass(frozen=True)
class Settled:
    """A page's tree with a container for each slot; the parts by their ids, and which of them
    each state shows."""

    root: Container
    parts: Mapping[str, Part]
    shown: Mapping[str, tuple[str, ...]]


def unfolded(root: Container) -> Container:
    """The tree with each list as a column of its items and the lines between them, which may change
    one by one."""
    children: list[Node] = []
    for child in root.children:
        if isinstance(child, Items) and not child.terms:
            children.append(_column(child))
        else:
            children.append(unfolded(child) if isinstance(child, Container) else child)
    return replace(root, children=tuple(children))


def _column(items: Items) -> Container:
    held: list[Node] = []
    for item, ruled in zip(items.items, items.ruled, strict=True):
        box, is_ruled = item.box, ruled and items.rule is not None
        if is_ruled:
            box = replace(box, height=box.height - items.thick)
        frame = item.panel or Panel(box, None)  # which keeps what it holds from its edges
        held.append(replace(unfolded(item), box=box, panel=frame))
        if is_ruled and items.rule is not None:
            line = Box(items.box.x, box.bottom, items.box.width, items.thick)
            held.append(Divider(line, items.rule))
    return Container(items.box, "column", tuple(held))


def settle(slots: Slots) -> Settled:
    """One slot for all that changes in a place."""
    root = slots.base.root
    parts: dict[str, Part] = {}
    shown: dict[str, list[str]] = {state: [] for state in slots.runs}
    united = _united(slots)
    for number, run in enumerate(united, 1):
        slot = _slot(root, run)
        known: list[Part] = []
        for state, runs in slots.runs.items():
            if not any(run.holds(each, root) for each in runs):
                continue
            content = _content(slots.seen[state].root, run, slot)
            part = next((one for one in known if _looks(slots, one, state, content)), None)
            if part is None:
                name = f"view-{number}" if not known else f"view-{number}-{len(known) + 1}"
                part = Part(name, "variant", state, content, group=f"view-{number}", slot=slot)
                known.append(part)
                parts[part.id] = part
            shown[state].append(part.id)
    for run in sorted(united, key=lambda one: (len(one.path), one.path, one.first), reverse=True):
        root = _with_slot(root, run)
    return Settled(root, parts, {state: tuple(names) for state, names in shown.items()})


def _united(slots: Slots) -> list[Run]:
    """Runs that overlap in no state, outer ones in place of those within."""
    root = slots.base.root
    found: list[Run] = []
    for run in dict.fromkeys(run for runs in slots.runs.values() for run in runs):
        waiting = run
        while (
            other := next((one for one in found if _touch(one, waiting, root)), None)
        ) is not None:
            found.remove(other)
            waiting = _both(other, waiting, root)
        found.append(waiting)
    return found


def _touch(one: Run, other: Run, root: Container) -> bool:
    if one.path == other.path:
        length = len(at(root, one.path).children)
        starts, ends = max(one.first, other.first), length - max(one.after, other.after)
        both_empty = one.first == length - one.after or other.first == length - other.after
        return starts < ends or (both_empty and starts <= ends)
    return one.holds(other, root) or other.holds(one, root)


def _both(one: Run, other: Run, root: Container) -> Run:
    if one.path == other.path:
        return Run(one.path, min(one.first, other.first), min(one.after, other.after))
    return one if one.holds(other, root) else other


def _area(nodes: Sequence[Node]) -> int:
    return bounds(map(extent, nodes)).area if nodes else 0


def _slot(root: Container, run: Run) -> Container:
    """The container that a run of the first state is written as."""
    holder, nodes = at(root, run.path), run.of(root)
    flow = holder.flow if len(nodes) > 1 else "column"
    if not nodes:
        before = holder.children[run.first - 1].box if run.first else holder.box
        return Container(Box(holder.box.x, before.bottom, holder.box.width, 0), flow)
    return Container(bounds(node.box for node in nodes), flow, nodes)


def _content(root: Container, run: Run, slot: Container) -> Container:
    nodes = run.of(root)
    if not nodes:
        return Container(slot.box, "column")
    return Container(bounds(node.box for node in nodes), slot.flow, nodes)


def _looks(slots: Slots, part: Part, state: str, content: Container) -> bool:
    """Whether a state shows in a place what another does."""
    old, new = part.content, content
    if len(old.children) != len(new.children) or old.box.width != new.box.width:
        return False
    if not new.children:
        return True
    one, other = extent(old), extent(new)
    if (one.width, one.height) != (other.width, other.height):
        return False
    pictures = slots.seen[part.state].image, slots.seen[state].image
    return is_alike(pictures[0][one.slices], pictures[1][other.slices])


def _with_slot(root: Container, run: Run, depth: int = 0) -> Container:
    children = root.children
    if depth == len(run.path):
        slot = (_slot(root, replace(run, path=())),)
        rest = children[len(children) - run.after :]
        return replace(root, children=(*children[: run.first], *slot, *rest))
    step = run.path[depth]
    child = children[step]
    assert isinstance(child, Container)
    inner = _with_slot(child, run, depth + 1)
    return replace(root, children=(*children[:step], inner, *children[step + 1 :]))
