"""Common edges: texts of one column begin at one place, which each measures to a pixel or so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from workers.drafting.page import Text
from workers.imaging import Box


@dataclass(frozen=True)
class SnappingThresholds:
    """When a text is moved to an edge."""

    fewest: int = 2  # texts, or things with an edge, that make a place common
    near: int = 1  # CSS pixels to it: what a text's left is measured to


SNAPPING = SnappingThresholds()


def flush(
    texts: Iterable[Text],
    edges: Iterable[int],
    moved: Iterable[Box],
    thresholds: SnappingThresholds = SNAPPING,
) -> tuple[Text, ...]:
    """The texts, each begun where more of them do, if that is a pixel away.

    `edges` are the left sides of rules and panels, which texts are set under; paragraphs whose
    ink is in `moved` have been seen in a browser and stay.
    """
    found, settled = tuple(texts), frozenset(moved)
    votes = Counter(text.box.x for text in found if text.paragraph.alignment == "left")
    votes.update(edges)

    def place(x: int) -> int:
        near = range(x - thresholds.near, x + thresholds.near + 1)
        best = max(near, key=lambda each: (votes[each], each == x))
        return best if votes[best] >= thresholds.fewest else x

    return tuple(
        text
        if text.paragraph.alignment != "left" or text.paragraph.ink in settled
        else replace(text, box=replace(text.box, x=place(text.box.x)))
        for text in found
    )
