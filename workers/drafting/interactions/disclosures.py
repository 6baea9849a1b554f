"""What unfolds below a node of the page's flow when that is clicked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from workers.drafting.interactions.changes import overlap
from workers.drafting.interactions.insertions import Insertion
from workers.drafting.interactions.parts import Content, laid_out
from workers.drafting.interactions.values import Disclosed, Part
from workers.drafting.page import Check, Container, Divider, Field, Node
from workers.imaging import Box, grow

BROAD = 0.6  # of a target's width that what unfolds has, at least
FAR = 100_000  # CSS pixels: lower than any page
SLACK = 4  # CSS pixels that what was clicked may stick out of what unfolds


def disclosed(
    content: Content, state: str, found: Insertion, target: Box, shown: Sequence[Part]
) -> Part | None:
    """What was inserted in a state, as a part of the node that was clicked; None where there is no
    such node. `shown` are the parts of the state before, `target` in its window."""
    above = sum(each.height for each in disclosures(shown, target.y))
    place = Box(target.x, target.y - above, target.width, target.height)
    node = _holder(content.root, place)
    box = found.box
    tree = laid_out(content, replace(box, height=found.bottom - box.y))
    if node is None or tree is None:
        return None
    border = node.panel.border if isinstance(node, Container) and node.panel else None
    bottom = node.box.bottom - (border.width if border else 0)
    gap = tree.box.y - above - bottom
    rest = found.box.height - gap - tree.box.height
    if node.box.y > found.box.y - above or rest < -found.box.height:
        return None
    sign = next(
        (
            one
            for one in found.beside
            if grow(node.box, SLACK).contains(replace(one, y=one.y - above))
        ),
        None,
    )
    sign = replace(sign, y=sign.y - above) if sign else None
    about = Disclosed(node, found.box.y - above, found.box.height, gap, rest, sign, above)
    return Part("", "disclosure", state, tree, disclosed=about)


def disclosures(shown: Iterable[Part], above: int = FAR) -> Iterator[Disclosed]:
    """Those parts that unfold, from the top, which end above a place of the window."""
    found = [part.disclosed for part in shown if part.disclosed is not None]
    by = 0
    for each in sorted(found, key=lambda one: one.top):
        if each.top + by >= above:
            return
        by += each.height
        yield each


def pushed(shown: Iterable[Part], width: int) -> list[tuple[Box, int]]:
    """What of a page lies further down for what is unfolded, and by how much."""
    found, by = [], 0
    for each in disclosures(shown):
        by += each.height
        found.append((Box(0, each.top, width, FAR), by))
    return found


def unpushed(box: Box, shown: Iterable[Part]) -> Box:
    """A place of the window as it is on the page with nothing unfolded."""
    return replace(box, y=box.y - sum(each.height for each in disclosures(shown, box.y)))


def pushed_box(box: Box, shown: Iterable[Part]) -> Box:
    """A place of the page as it is in the window."""
    by = sum(each.height for each in disclosures(shown) if each.top <= box.y)
    return replace(box, y=box.y + by)


def is_of(part: Part, other: Part) -> bool:
    """Whether both unfold below the same node."""
    one, two = part.disclosed, other.disclosed
    return one is not None and two is not None and one.under == two.under


def is_at(part: Part, place: Box) -> bool:
    """Whether a part unfolds where that place of the page is clicked."""
    return part.disclosed is not None and overlap(part.disclosed.under.box, place) > 0


def _holder(root: Container, target: Box) -> Node | None:
    """The smallest thing in a column that was clicked."""
    best: Node | None = None
    waiting: list[Container] = [root]
    middle = Box(target.x + target.width // 2, target.y + target.height // 2, 1, 1)
    while waiting:
        holder = waiting.pop()
        for child in holder.children:
            if not _across(child.box, middle, target):
                continue
            if isinstance(child, Field | Check | Divider):
                continue
            if holder.flow == "column" and child.box.width >= BROAD * target.width:
                best = child
            if isinstance(child, Container):
                waiting.append(child)
    return best


def _across(box: Box, middle: Box, target: Box) -> bool:
    return overlap(box, middle) > 0 or (
        target.contains(box, SLACK) and box.width >= BROAD * target.width
    )
