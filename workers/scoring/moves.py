"""What moved together: a block pushed by what stands above it, or the page as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from workers.scoring.item import Finding, Item, Move


@dataclass(frozen=True)
class MoveLimits:
    """Lengths in CSS pixels; shares are of the weight of all text."""

    least: float = 1.5  # that is a move
    together: float = 2.0  # by which lines of one block may differ
    lines: int = 3  # that make a block
    block: float = 0.05  # share from where other things are looked for where a block went…
    page: float = 0.6  # …and from where the page moved, and not a thing on it
    most: int = 6  # blocks that are followed
    shared: float = 0.5  # what a move costs that most of the page made, of one made alone


MOVES = MoveLimits()


class Block(NamedTuple):
    """Lines that moved alike. `share` is 0–1 of all text, by weight."""

    move: Move
    share: float


def blocks_of(text: Sequence[Item], limits: MoveLimits = MOVES) -> list[Block]:
    """Where text moved in blocks, the largest first."""
    weight = sum(item.weight for item in text)
    rest = [item for item in text if max(map(abs, item.moved)) >= limits.least]
    blocks: list[Block] = []
    while len(blocks) < limits.most and len(rest) >= limits.lines:
        blocks_at = ([o for o in rest if _alike(o.moved, it.moved, limits)] for it in rest)
        block = max(blocks_at, key=_weight)
        if len(block) < limits.lines or _weight(block) < limits.block * weight:
            break
        middle = max(block, key=lambda item: item.weight).moved
        blocks.append(Block(middle, _weight(block) / weight))
        rest = [item for item in rest if item not in block]
    return blocks


def priced_together(
    items: Sequence[Item], blocks: Sequence[Block], limits: MoveLimits = MOVES
) -> list[Item]:
    """The items, where what moved with most of the page costs less than what moved alone.

    Beside the mockup a person sees what stands otherwise to its neighbours, and hardly that all do.
    """
    moves = [block.move for block in blocks if block.share >= limits.page]
    return [
        _cheaper(item, limits) if any(_alike(item.moved, move, limits) for move in moves) else item
        for item in items
    ]


def _cheaper(item: Item, limits: MoveLimits) -> Item:
    def shared(finding: Finding) -> Finding:
        if finding.kind != "offset":
            return finding
        return replace(finding, severity=limits.shared * finding.severity)

    return replace(item, findings=tuple(shared(finding) for finding in item.findings))


def _alike(one: Move, other: Move, limits: MoveLimits) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) <= limits.together


def _weight(items: Sequence[Item]) -> float:
    return sum(item.weight for item in items)
