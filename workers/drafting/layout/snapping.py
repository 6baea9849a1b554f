"""Common edges: texts of one column begin at one place, which each measures to a pixel or so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from workers.drafting.page import Text
from workers.imaging import Box


def flush(
    texts: Iterable[Text], edges: Iterable[int], moved: Iterable[Box], near: int
) -> tuple[Text, ...]:
    """The texts, each begun where more of them do, if that is at most `near` CSS pixels away.

    `edges` are the left sides of rules and panels, which texts are set under; paragraphs whose
    ink is in `moved` have been seen in a browser and stay.
    """
    found, moved_already = tuple(texts), frozenset(moved)
    votes = Counter(text.box.x for text in found if text.paragraph.alignment == "left")
    votes.update(edges)

    def place(x: int) -> int:
        around = range(x - near, x + near + 1)
        return max(around, key=lambda each: (votes[each], each == x))

    return tuple(
        text
        if text.paragraph.alignment != "left" or text.paragraph.ink in moved_already
        else replace(text, box=replace(text.box, x=place(text.box.x)))
        for text in found
    )
