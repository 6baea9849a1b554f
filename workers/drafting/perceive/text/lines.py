"""From lines as the detector boxes them to runs of one style.

The detector joins what stands on one line: the entries of a navigation bar, a figure and the
change beside it, a link inside a sentence. Lines are cut here, before they are
read, at wide gaps and where the size or the colour changes.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from workers.drafting.perceive.text.ink import Floats, Ink, find_ink
from workers.imaging import Box, Image, crop, grow

WORD_GAP = 0.2  # em: the narrowest gap that may part two words
RUN_GAP = 0.75  # em: gaps this wide part runs; a justified line stays below
ODD_GAP = 0.5  # em: so do gaps this wide that are twice what the line is used to
TELLING = 0.9  # em: words narrower than this say little about their style
OTHER_HUE = 24  # levels off the line between the ground and the other word's colour
OTHER_STRENGTH = 0.62  # share of the other word's contrast below which a word is paler
OTHER_SIZE = 1.6  # ratio of heights over the baseline; capitals over small letters reach 1.45
FAINT_GAP = 0.2  # heights of the smaller text: the least that parts two sizes inside a word


@dataclass(frozen=True)
class Word:
    """Columns of a line between two gaps.

    `colour` is relative to the ground; `ascent` is pixels over the baseline.
    """

    left: int
    right: int
    ascent: int
    colour: Floats

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
    glyphs = _glyphs(ink)
    joined = [[glyphs[0]]]
    for glyph in glyphs[1:]:
        if glyph.left - joined[-1][-1].right < WORD_GAP * em:
            joined[-1].append(glyph)
        else:
            joined.append([glyph])
    pixels = crop(image, ink.box)
    return [_word(pixels, ink, part) for word in joined for part in _by_size(word)]


@dataclass(frozen=True)
class Glyph:
    """Columns of unbroken ink, and their height over the line's baseline."""

    left: int
    right: int
    ascent: int


def _glyphs(ink: Ink) -> list[Glyph]:
    inked = ink.coverage > 0
    columns = inked.any(axis=0).astype(np.int8)
    edges = np.flatnonzero(np.diff(columns, prepend=0, append=0)).reshape(-1, 2)
    rows = [np.flatnonzero(inked[:, a:b].any(axis=1)) for a, b in edges]
    baseline = int(np.median([r[-1] + 1 for r in rows]))
    return [
        Glyph(int(a), int(b), max(1, baseline - int(r[0])))
        for (a, b), r in zip(edges, rows, strict=True)
    ]


def _by_size(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """A word, or the two parts of a large and a small text that stand too close for a space."""
    for i in range(1, len(glyphs)):
        sides = glyphs[:i], glyphs[i:]
        small, large = sorted(max(g.ascent for g in side) for side in sides)
        shortest = min(len(side) for side in sides)
        apart = glyphs[i].left - glyphs[i - 1].right
        telling = shortest >= 2 and small > 0.3 * large
        if telling and large > OTHER_SIZE * small and apart >= FAINT_GAP * small:
            return [*sides]
    return [glyphs]


def _word(pixels: Image, ink: Ink, glyphs: list[Glyph]) -> Word:
    left, right = glyphs[0].left, glyphs[-1].right
    coverage = ink.coverage[:, left:right]
    core = coverage >= np.percentile(coverage[coverage > 0], 85)
    colour = np.median(pixels[:, left:right][core], axis=0) - np.array(ink.background)
    ascent = max(glyph.ascent for glyph in glyphs)
    return Word(left, right, ascent, colour.astype(np.float32))


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
    """Whether `word` differs in style from the run so far, as far as both can tell."""
    telling = [w for w in group if w.width > TELLING * em]
    last = telling[-1] if telling else group[-1]
    if _hue_apart(last.colour, word.colour) and min(last.width, word.width) > 0.25 * em:
        return True
    heights = sorted([max(w.ascent for w in group), word.ascent])
    if heights[1] > OTHER_SIZE * heights[0] and min(last.width, word.width) > heights[0]:
        return True
    if not telling or word.width <= TELLING * em:
        return False
    strengths = sorted(float(np.abs(w.colour).max()) for w in (last, word))
    return strengths[0] < OTHER_STRENGTH * strengths[1]


def _hue_apart(a: Floats, b: Floats) -> bool:
    """Whether two colours, relative to their ground, are not one colour more or less diluted."""
    strong, weak = (a, b) if np.abs(a).max() >= np.abs(b).max() else (b, a)
    along = strong * float(weak @ strong) / max(float(strong @ strong), 1.0)
    return float(np.abs(weak - along).max()) > OTHER_HUE
