"""Lines drawn under words, which touch their letters and are no rules of the page."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Rule
from workers.drafting.perceive.text.ink import find_ink_around, spans_of
from workers.imaging import Box, Image, TextRun, crop, to_colour

DESCENDING = frozenset("gjpqyQ,;()[]{}|/$@çşţµ")


@dataclass(frozen=True)
class UnderlineSearch:
    """What of the rows under a text is a line. Lengths are pixels, or shares of the text's."""

    from_above: float = 0.4  # of the ink's height over its bottom: letters may hang so low
    to_below: float = 0.4  # of it below
    strong: float = 0.35  # of the text's contrast that a line has
    thickest: int = 3  # pixels
    whole: float = 0.75  # of the ink's width that it covers: letters that hang interrupt it
    ends: int = 2  # pixels that it may be shorter at each end
    break_px: int = 12  # that one letter interrupts it, at most…
    breaks: int = 3  # …and how often: at both its sides, and within a g
    fewest: int = 4  # letters: the feet of fewer make a line by chance
    between: float = 0.5  # of the room between letters that it goes through: their feet do not


SEARCH = UnderlineSearch()


def find_underlines(
    image: Image, runs: Iterable[TextRun], limits: UnderlineSearch = SEARCH
) -> tuple[tuple[TextRun, ...], tuple[Rule, ...]]:
    """The runs, their ink without the line under them, and the lines."""
    kept, lines = list[TextRun](), list[Rule]()
    for run in runs:
        line = _line_under(image, run, limits)
        kept.append(run if line is None else _without(image, run, line.box))
        lines += [line] if line is not None else []
    return tuple(kept), tuple(lines)


def _line_under(image: Image, run: TextRun, limits: UnderlineSearch) -> Rule | None:
    ink = run.ink
    if len(run.text) < limits.fewest:
        return None
    top = ink.bottom - round(limits.from_above * ink.height)
    below = round(limits.to_below * ink.height)
    area = Box(ink.x, top, ink.width, ink.bottom + below - top)
    pixels = crop(image, area).astype(np.int16)
    away = np.abs(pixels - np.array(run.background, np.int16)).max(axis=2)
    contrast = max(abs(a - b) for a, b in zip(run.colour, run.background, strict=True))
    drawn = away >= limits.strong * contrast
    found = [_is_line(row, run.text, limits) for row in drawn]
    stretches = spans_of(np.array(found, np.bool_)) if found else []
    if not stretches:
        return None
    first, last = stretches[-1]
    if last == len(found) or last - first > limits.thickest:  # another area, or a bar
        return None
    above = crop(image, Box(ink.x, ink.y, ink.width, top + first - 1 - ink.y)).astype(np.int16)
    letters = np.abs(above - np.array(run.background, np.int16)).max(axis=2)
    room = ~(letters >= limits.strong * contrast).any(axis=0)
    if room.any() and drawn[first][room].mean() < limits.between:
        return None
    colour = to_colour(np.median(pixels[first:last].reshape(-1, 3), axis=0))
    return Rule(Box(ink.x, top + first, ink.width, last - first), colour)


def _is_line(row: NDArray[np.bool_], text: str, limits: UnderlineSearch) -> bool:
    """Whether a row is covered from end to end but where a letter hangs through it: the feet of
    letters make a gap after each."""
    spans = spans_of(row)
    if not spans or row.mean() < limits.whole:
        return False
    reaches = spans[0][0] <= limits.ends and spans[-1][1] >= len(row) - limits.ends
    hanging = sum(letter in DESCENDING for letter in text)
    gaps = [b[0] - a[1] for a, b in pairwise(spans)]
    few = len(gaps) <= limits.breaks * hanging and max(gaps, default=0) <= limits.break_px
    return reaches and few


def _without(image: Image, run: TextRun, line: Box) -> TextRun:
    """The run less the line, where its ink took it in and no letter hangs lower."""
    if run.ink.bottom <= line.y or any(letter in DESCENDING for letter in run.text):
        return run
    found = find_ink_around(image, Box(run.ink.x, run.ink.y, run.ink.width, line.y - 1 - run.ink.y))
    return run if found is None else replace(run, ink=found.box)
