"""From lines as the detector boxes them to runs of one style.

The detector joins what stands on one line: the entries of a navigation bar, a figure and the
change beside it, a link or a bold word inside a sentence. Lines are cut here, before they are
read, at wide gaps and where the colour or the weight of the strokes changes.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from workers.elements import Box, Image
from workers.perceive.ink import Floats, Ink, crop, find_ink, grow

WORD_GAP = 0.2  # em: the narrowest gap that may part two words
RUN_GAP = 0.75  # em: gaps this wide part runs; a justified line stays below
ODD_GAP = 0.5  # em: so do gaps this wide that are twice what the line is used to
TELLING = 0.9  # em: words narrower than this say little about their style
OTHER_HUE = 24  # levels off the line between the ground and the other word's colour
OTHER_STRENGTH = 0.62  # share of the other word's contrast below which a word is paler
OTHER_WEIGHT = 1.3  # ratio of stroke widths that tells bold from regular


@dataclass(frozen=True)
class Word:
    """Columns of a line between two gaps. `colour` is relative to the ground, `stroke` in px."""

    left: int
    right: int
    colour: Floats
    stroke: float

    @property
    def width(self) -> int:
        return self.right - self.left


def runs_of(image: Image, line: Box) -> list[Ink]:
    """The ink of each run on a detected line, left to right."""
    ink = find_ink(image, grow(line, 2, 1))
    if ink is None:
        return []
    em = em_of(ink.box.height, line.height)
    words = _words(image, ink, em)
    groups = _groups(words, em)
    if len(groups) == 1:
        return [ink]
    found = []
    for group in groups:
        left, right = group[0].left, group[-1].right
        part = Box(ink.box.x + left - 1, ink.box.y - 1, right - left + 2, ink.box.height + 2)
        found.append(find_ink(image, part))
    return [run for run in found if run is not None]


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
    core = coverage >= np.percentile(coverage[coverage > 0], 85)
    colour = np.median(pixels[:, left:right][core], axis=0) - np.array(ink.background)
    sides = np.abs(np.diff(coverage, axis=1, prepend=0, append=0)).sum()
    return Word(left, right, colour.astype(np.float32), float(2 * coverage.sum() / sides))


def _groups(words: list[Word], em: float) -> list[list[Word]]:
    gaps = [b.left - a.right for a, b in pairwise(words)]
    usual = float(np.median(gaps)) if len(gaps) >= 4 else em
    groups = [[words[0]]]
    for word, gap in zip(words[1:], gaps, strict=True):
        wide = gap > RUN_GAP * em or (gap > ODD_GAP * em and gap > 2 * usual)
        if wide or _restyled(groups[-1], word, em):
            groups.append([word])
        else:
            groups[-1].append(word)
    return groups


def _restyled(group: list[Word], word: Word, em: float) -> bool:
    """Whether `word` differs in colour or weight from the run so far, as far as both can tell."""
    telling = [w for w in group if w.width > TELLING * em]
    last = telling[-1] if telling else group[-1]
    if _hue_apart(last.colour, word.colour) and min(last.width, word.width) > 0.25 * em:
        return True
    if not telling or word.width <= TELLING * em:
        return False
    strengths = sorted(float(np.abs(w.colour).max()) for w in (last, word))
    if strengths[0] < OTHER_STRENGTH * strengths[1]:
        return True
    usual = float(np.mean([w.stroke for w in telling]))
    return max(usual, word.stroke) > OTHER_WEIGHT * min(usual, word.stroke)


def _hue_apart(a: Floats, b: Floats) -> bool:
    """Whether two colours, relative to their ground, are not one colour more or less diluted."""
    strong, weak = (a, b) if np.abs(a).max() >= np.abs(b).max() else (b, a)
    along = strong * float(weak @ strong) / max(float(strong @ strong), 1.0)
    return float(np.abs(weak - along).max()) > OTHER_HUE
