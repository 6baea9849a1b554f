"""Common edges: texts of one column begin at one place, which each measures to a pixel or so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from workers.drafting.page import Text
from workers.imaging import Box

FEWEST = 2  # texts, or things with an edge, that make a place common


def flush(texts: Iterable[Text], edges: Iterable[int], moved: Iterable[Box]) -> tuple[Text, ...]:
    """The texts, each begun where more of them do, if that is a pixel away.

    `edges` are the left sides of rules and panels, which texts are set under; paragraphs whose
    ink is in `moved` have been seen in a browser and stay.
    """
    found, settled = tuple(texts), frozenset(moved)
    votes = Counter(text.box.x for text in found if text.paragraph.alignment == "left")
    votes.update(edges)
    return tuple(
        text
        if text.paragraph.alignment != "left" or text.paragraph.ink in settled
        else _at(text, max(_near(text.box.x), key=lambda x: (votes[x], x == text.box.x)), votes)
        for text in found
    )


def _near(x: int) -> tuple[int, int, int]:
    return x - 1, x, x + 1


def _at(text: Text, x: int, votes: Counter[int]) -> Text:
    return replace(text, box=replace(text.box, x=x)) if votes[x] >= FEWEST else text
