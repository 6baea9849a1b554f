"""From lines as the detector boxes them to runs of one style.

The detector joins what stands on one line: the entries of a navigation bar, a figure and the
change beside it, a link inside a sentence. Lines are cut here, before they are
read, at wide gaps and where the size or the colour changes.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from workers.drafting.perceive.text.ink import (
    INK,
    Floats,
    Ink,
    find_ink,
    find_ink_around,
    spans_of,
    stroke_colour,
)
from workers.imaging import Box, Image, crop, grow


@dataclass(frozen=True)
class LineSplitting:
    """Em is the font size as guessed from the line's height."""

    margin: int = 2  # pixels left and right of a detected line that its ink may reach into
    line_em: float = 1.7  # em: the height of a detected line
    tallest_ink: float = 0.95  # em: ink from the highest ascender to the lowest descender
    lowest_ink: float = 0.5  # em: ink of small letters alone
    word_gap: float = 0.2  # em: the narrowest gap that may part two words
    run_gap: float = 0.75  # em: gaps this wide part runs; a justified line stays below…
    sign_gap: float = 0.55  # em: …and this wide a sign at the end of a line, which is an icon
    odd_gap: float = 0.5  # em: so do gaps this wide…
    odd_ratio: float = 2  # …that are this many times what the line is used to
    usual_gaps: int = 4  # gaps a line needs to be used to any
    telling_width: float = 0.9  # em: narrower words say little about their style
    coloured_width: float = 0.25  # em: narrower ones do not even tell their hue
    other_hue: int = 24  # levels off the line between the background and the other word's colour
    other_strength: float = 0.62  # share of the other word's contrast that makes a word paler
    other_size: float = 1.6  # ratio of heights over the baseline; capitals to small reach 1.45
    punctuation: float = 0.3  # of the larger text's height: marks this low are no text
    glyphs: int = 2  # that a part of a word must have to be of another size


LINES = LineSplitting()


@dataclass(frozen=True)
class Glyph:
    """Columns of unbroken ink: how high it reaches over the line's baseline, and how high it is
    itself, in pixels."""

    left: int
    right: int
    ascent: int
    height: int


@dataclass(frozen=True)
class Word:
    """Columns of a line between two gaps, right outside.

    `colour` is relative to the background; `ascent` is pixels over the baseline, `height` those
    from its lowest ink.
    """

    left: int
    right: int
    ascent: int
    height: int
    glyphs: int
    colour: Floats

    @property
    def width(self) -> int:
        return self.right - self.left


def split_line(image: Image, line: Box, limits: LineSplitting = LINES) -> list[Ink]:
    """The ink of each run on a detected line, left to right."""
    ink = find_ink(image, grow(line, limits.margin, 1))
    if ink is None:
        return []
    em = _estimate_em(ink.box.height, line.height, limits)
    groups = _group(_words(image, ink, em, limits), em, limits)
    if len(groups) == 1:
        return [ink]
    spans = [(group[0].left, group[-1].right) for group in groups]
    found = [find_ink_around(image, columns_of(ink.box, *span)) for span in spans]
    return [run for run in found if run is not None]


def columns_of(box: Box, left: int, right: int) -> Box:
    """The part of a box between two of its columns, right outside."""
    return Box(box.x + left, box.y, right - left, box.height)


def _estimate_em(ink_height: int, line_height: int, limits: LineSplitting) -> float:
    largest = ink_height / limits.lowest_ink
    return min(max(line_height / limits.line_em, ink_height / limits.tallest_ink), largest)


def _words(image: Image, ink: Ink, em: float, limits: LineSplitting) -> list[Word]:
    glyphs = _glyphs(ink)
    joined = [[glyphs[0]]]
    for glyph in glyphs[1:]:
        if glyph.left - joined[-1][-1].right < limits.word_gap * em:
            joined[-1].append(glyph)
        else:
            joined.append([glyph])
    pixels = crop(image, ink.box)
    return [_word(pixels, ink, part) for word in joined for part in _split_by_size(word, limits)]


def ink_columns(ink: Ink) -> list[tuple[int, int]]:
    """The spans of columns with ink between empty ones, right outside."""
    return spans_of(np.any(ink.coverage > 0, axis=0))


def _glyphs(ink: Ink) -> list[Glyph]:
    spans = ink_columns(ink)
    rows = [np.flatnonzero((ink.coverage[:, a:b] > 0).any(axis=1)) for a, b in spans]
    baseline = int(np.median([r[-1] + 1 for r in rows]))
    return [
        Glyph(a, b, max(1, baseline - int(r[0])), int(r[-1] + 1 - r[0]))
        for (a, b), r in zip(spans, rows, strict=True)
    ]


def _split_by_size(glyphs: list[Glyph], limits: LineSplitting) -> list[list[Glyph]]:
    """A word, or the two parts of a large and a small text that stand too close for a space."""
    for i in range(limits.glyphs, len(glyphs) - limits.glyphs + 1):
        sides = glyphs[:i], glyphs[i:]
        small, large = sorted(sides, key=lambda side: max(g.ascent for g in side))
        highest, usual = max(g.ascent for g in small), float(np.median([g.ascent for g in large]))
        if limits.punctuation * usual < highest and limits.other_size * highest < usual:
            return [*sides]
    return [glyphs]


def _word(pixels: Image, ink: Ink, glyphs: list[Glyph]) -> Word:
    left, right = glyphs[0].left, glyphs[-1].right
    colour = stroke_colour(pixels[:, left:right], ink.coverage[:, left:right], INK)
    ascent, height = max(g.ascent for g in glyphs), max(g.height for g in glyphs)
    relative = (colour - np.array(ink.background)).astype(np.float32)
    return Word(left, right, ascent, height, len(glyphs), relative)


def _group(words: list[Word], em: float, limits: LineSplitting) -> list[list[Word]]:
    gaps = [b.left - a.right for a, b in pairwise(words)]
    usual = float(np.median(gaps)) if len(gaps) >= limits.usual_gaps else em
    odd = max(limits.odd_gap * em, limits.odd_ratio * usual)
    groups = [[words[0]]]
    for number, (word, gap) in enumerate(zip(words[1:], gaps, strict=True), 1):
        ends = [words[0]] * (number == 1) + [word] * (number == len(gaps))
        is_sign = any(end.glyphs == 1 for end in ends)
        wide = gap > min((limits.sign_gap if is_sign else limits.run_gap) * em, odd)
        if wide or _is_restyled(groups[-1], word, em, limits):
            groups.append([word])
        else:
            groups[-1].append(word)
    return groups


def _is_restyled(group: list[Word], word: Word, em: float, limits: LineSplitting) -> bool:
    """Whether `word` differs in style from the run so far, as far as both can tell."""
    telling = [w for w in group if w.width > limits.telling_width * em]
    last = telling[-1] if telling else group[-1]
    narrower = min(last.width, word.width)
    if _differ_in_hue(last.colour, word.colour, limits) and narrower > limits.coloured_width * em:
        return True
    low, high = sorted([max(w.ascent for w in group), word.ascent])
    is_mark = min(max(w.height for w in group), word.height) < limits.punctuation * high
    if high > limits.other_size * low and narrower > low and not is_mark:
        return True
    if not telling or word.width <= limits.telling_width * em:
        return False
    weak, strong = sorted(float(np.abs(w.colour).max()) for w in (last, word))
    return weak < limits.other_strength * strong


def _differ_in_hue(a: Floats, b: Floats, limits: LineSplitting) -> bool:
    """Whether two colours, relative to their background, are not one more or less diluted."""
    strong, weak = (a, b) if np.abs(a).max() >= np.abs(b).max() else (b, a)
    along = strong * float(weak @ strong) / max(float(strong @ strong), 1.0)
    return float(np.abs(weak - along).max()) > limits.other_hue
