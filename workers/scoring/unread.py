"""Lines of the mockup that stand there and could not be read: pixels alone say what became of them.

OCR knows some scripts. Of others it reads nothing, or letters that look a little like them: neither
says what the mockup has, so its words are not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.imaging import Box, TextRun, bounds
from workers.scoring.glyphs import Look, fitted, similarity_of
from workers.scoring.page_view import DrawnRun, PageView
from workers.scoring.text_lines import covered, overlap_groups
from workers.scoring.text_pairs import Pair
from workers.scoring.text_search import SEARCH, find_line


@dataclass(frozen=True)
class UnreadLimits:
    """Shares and likenesses, 0–1."""

    stretch: float = 1.5  # line heights that are compared at a time
    reach: float = 0.15  # line heights that a stretch may have moved
    alike: float = 0.7  # likeness of a stretch of the same letters, in whatever proportional font…
    unlike: float = 0.6  # …and of other ones
    by_font: float = 0.12  # share of a line that may look other for its font
    whole: float = 0.7  # of a line's width that is the whole line
    pictured: float = 0.5  # of a line that lies in a picture of the render
    gap: float = 1.5  # line heights without live text in which some is missing


UNREAD = UnreadLimits()


@dataclass(frozen=True)
class Matched:
    """What live text stands where a line could not be read, and where none does.

    The `shown` side of a pair has no text. `surplus` is the live text that stands elsewhere.
    """

    pairs: list[Pair]
    absent: list[TextRun]
    surplus: list[DrawnRun]


def matched(
    mockup: PageView, surplus: Sequence[DrawnRun], limits: UnreadLimits = UNREAD
) -> Matched:
    """Finds the live text at each unread line among that which is no read line's."""
    pairs: list[Pair] = []
    absent: list[Box] = []
    rest: list[DrawnRun] = []
    for ours, theirs in overlap_groups(mockup.unread, [run.ink for run in surplus]):
        lines = [mockup.unread[i] for i in ours]
        drawn = [surplus[j] for j in theirs]
        if lines and drawn:
            found, missing = _parted(mockup, lines, drawn, limits)
            pairs += found
            absent += missing
        else:
            absent += lines
            rest += drawn
    return Matched(pairs, [_without_words(box) for box in absent], rest)


def is_pictured(render: PageView, line: TextRun, limits: UnreadLimits = UNREAD) -> bool:
    """Whether a picture of the render has its place."""
    return covered([line.ink], render.pictures) > limits.pictured


def is_drawn(mockup: PageView, render: PageView, line: TextRun) -> bool:
    """Whether the render shows the very shape there, drawn by its elements: then it is no text."""
    shown, there = mockup.look(line.ink), render.look(line.ink)
    if shown is None or there is None:
        return False
    return find_line(render, shown, there, SEARCH).worst >= SEARCH.same


def other_letters(shown: Look, drawn: Look, limits: UnreadLimits = UNREAD) -> float:
    """How much of a line is other letters, 0–1, by what both look like at one size.

    Stretch by stretch, each looked for a little left and right, as every font sets its letters
    wider or narrower. Of the same words in another proportional font at most 0.11 looks other, of
    a draft in Latin letters of the like shape 0.33 and more, of other words 0.7 and more.
    """
    line = shown.coverage
    height, width = line.shape
    scaled = fitted(drawn.coverage, width, height)
    reach, stretch = round(limits.reach * height), max(6, round(limits.stretch * height))
    beside = np.pad(line, ((0, 0), (reach, reach)))
    alike = []
    for at in range(0, max(1, width - stretch // 2), max(3, stretch // 2)):
        part = scaled[:, at : at + stretch]
        places = range(at, at + 2 * reach + 1)
        alike.append(max(similarity_of(part, beside[:, x : x + part.shape[1]]) for x in places))
    unlike = np.clip((limits.alike - np.array(alike)) / (limits.alike - limits.unlike), 0, 1)
    share = float(unlike.mean())
    return share if share > limits.by_font else 0.0


def _parted(
    mockup: PageView, lines: Sequence[Box], drawn: Sequence[DrawnRun], limits: UnreadLimits
) -> tuple[list[Pair], list[Box]]:
    """Each run beside its part of the lines, and the stretches that have none."""
    whole = bounds(lines)
    if len(drawn) == 1 and drawn[0].ink.width >= limits.whole * whole.width:
        return [Pair(_without_words(whole), drawn[0])], []
    runs = sorted(drawn, key=lambda run: run.ink.x)
    pairs = [Pair(_without_words(_columns(whole, run.ink)), run) for run in runs]
    least = limits.gap * min(line.height for line in lines)
    edges = [whole.x, *(edge for run in runs for edge in (run.ink.x, run.ink.right)), whole.right]
    gaps = [
        Box(left, whole.y, right - left, whole.height)
        for left, right in zip(edges[::2], edges[1::2], strict=True)
        if right - left >= least
    ]
    return pairs, gaps


def _columns(line: Box, ink: Box) -> Box:
    """The part of a line in the columns of an ink that overlaps it."""
    left, right = max(line.x, ink.x), min(line.right, ink.right)
    return Box(left, line.y, max(1, right - left), line.height)


def _without_words(box: Box) -> TextRun:
    return TextRun("", box, (0, 0, 0), (255, 255, 255), 0.0)
