"""From lines as the detector boxes them to runs of one style.

The detector joins what stands on one line: the entries of a navigation bar, a figure and the
change beside it, a link inside a sentence. Lines are cut here, before they are read, at wide gaps
and where the colour changes.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from workers.elements import Box, Colour, Image
from workers.perceive.ink import Ink, crop, find_ink, grow

WORD_GAP = 0.14  # em: the narrowest gap that may part two words
RUN_GAP = 0.75  # em: gaps this wide part runs; a justified line stays below
ODD_GAP = 0.5  # em: so do gaps this wide that are twice what the line is used to
OTHER_COLOUR = 48  # levels between two words that do not share a colour


@dataclass(frozen=True)
class Word:
    """Columns of a line between two gaps."""

    left: int
    right: int
    colour: Colour
    pixels: int


def runs_of(image: Image, line: Box) -> list[Ink]:
    """The ink of each run on a detected line, left to right."""
    ink = find_ink(image, grow(line, 2, 1))
    if ink is None:
        return []
    em = em_of(ink.box.height, line.height)
    words = _words(image, ink, em)
    runs = []
    for group in _groups(words, em):
        left, right = group[0].left, group[-1].right
        if len(words) == len(group):
            runs.append(ink)
            continue
        part = Box(ink.box.x + left - 1, ink.box.y - 1, right - left + 2, ink.box.height + 2)
        found = find_ink(image, part)
        if found is not None:
            runs.append(found)
    return runs


def em_of(ink_height: int, line_height: int) -> float:
    """A guess at the font size: the detector's boxes are about 1.7 em tall, ink 0.5 to 0.95 em."""
    return min(max(line_height / 1.7, ink_height / 0.95), ink_height / 0.5)


def _words(image: Image, ink: Ink, em: float) -> list[Word]:
    columns = (ink.coverage > 0).any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], columns.astype(np.int8), [0]])))
    spans = [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
    joined = [spans[0]]
    for start, end in spans[1:]:
        if start - joined[-1][1] < WORD_GAP * em:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    pixels = crop(image, ink.box)
    return [_word(pixels, ink, start, end) for start, end in joined]


def _word(pixels: Image, ink: Ink, left: int, right: int) -> Word:
    coverage = ink.coverage[:, left:right]
    inked = coverage[coverage > 0]
    core = coverage >= np.percentile(inked, 80)
    r, g, b = (int(v) for v in np.median(pixels[:, left:right][core], axis=0))
    return Word(left, right, (r, g, b), int(inked.size))


def _groups(words: list[Word], em: float) -> list[list[Word]]:
    gaps = [b.left - a.right for a, b in pairwise(words)]
    usual = float(np.median(gaps)) if len(gaps) >= 4 else em
    groups = [[words[0]]]
    for word, gap in zip(words[1:], gaps, strict=True):
        wide = gap > RUN_GAP * em or (gap > ODD_GAP * em and gap > 2 * usual)
        if wide or _recoloured(groups[-1], word, em):
            groups.append([word])
        else:
            groups[-1].append(word)
    return groups


def _recoloured(group: list[Word], word: Word, em: float) -> bool:
    """Whether `word` has another colour than the run so far; specks are too small to tell."""
    speck = em * em / 12
    last = next((w for w in reversed(group) if w.pixels > speck), None)
    if last is None or word.pixels <= speck:
        return False
    return max(abs(a - b) for a, b in zip(last.colour, word.colour, strict=True)) > OTHER_COLOUR
