"""Bold words inside a line: where the strokes become heavier than the letters explain.

A word's ink is compared with what its letters would weigh in a regular font; within one style that
ratio is steady from word to word, and bold raises it by a third.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from workers.drafting.language import is_right_to_left
from workers.drafting.perceive.fonts.installed import (
    GLYPHS,
    FontFace,
    installed_faces,
    rasterise,
    with_letters_of,
)
from workers.drafting.perceive.text.ink import Ink
from workers.drafting.perceive.text.lines import ink_columns


@dataclass(frozen=True)
class BoldDetection:
    """Ratios are of ink to the ink expected of the same letters in a regular font."""

    heavier: float = 1.25  # times as much ink in bold words as in regular ones, at least
    steady: float = 1.17  # times as much ink in one word as in another of its weight, at most
    telling: int = 3  # letters: shorter words say nothing about their weight


BOLD = BoldDetection()

Span = tuple[int, int]  # columns of the ink, right outside


def split_by_weight(ink: Ink, text: str, limits: BoldDetection = BOLD) -> list[tuple[str, Span]]:
    """The text in parts of one weight, with the columns each takes; one part if all is even."""
    words = text.split()
    spans = _word_spans(ink, len(words))
    if is_right_to_left(text):
        spans = spans[::-1]
    whole = [(text, (0, ink.box.width))]
    if len(words) < 2 or not spans:
        return whole
    ratios = [_ink_ratio(ink, *each, limits) for each in zip(spans, words, strict=True)]
    bold = _bold_words(ratios, limits)
    parts: list[tuple[str, Span]] = []
    for i, (word, (left, right)) in enumerate(zip(words, spans, strict=True)):
        if parts and bold[i] == bold[i - 1]:
            said, (start, end) = parts[-1]
            parts[-1] = (f"{said} {word}", (min(start, left), max(end, right)))
        else:
            parts.append((word, (left, right)))
    return parts if len(parts) > 1 else whole


def _word_spans(ink: Ink, count: int) -> list[Span]:
    """The columns of `count` words, cut at the widest gaps; empty where those are not clear."""
    glyphs = np.array(ink_columns(ink))
    gaps = glyphs[1:, 0] - glyphs[:-1, 1]
    order = np.argsort(-gaps, kind="stable")
    if len(gaps) < count - 1:
        return []
    if len(gaps) >= count and count > 1 and gaps[order[count - 1]] >= gaps[order[count - 2]]:
        return []
    cuts = sorted(int(i) for i in order[: count - 1])
    starts = [0, *(int(glyphs[i + 1, 0]) for i in cuts)]
    ends = [*(int(glyphs[i, 1]) for i in cuts), ink.box.width]
    return list(zip(starts, ends, strict=True))


def _ink_ratio(ink: Ink, span: Span, word: str, limits: BoldDetection) -> float:
    """Ink per expected ink; zero where the word is too short to tell."""
    if sum(c.isalnum() for c in word) < limits.telling:
        return 0.0
    face = with_letters_of(installed_faces(), word)[0]
    expected = sum(_ink_of_character(face, c) for c in word)
    return float(ink.coverage[:, span[0] : span[1]].sum()) / max(expected, 1e-3)


def _bold_words(ratios: list[float], limits: BoldDetection) -> list[bool]:
    """Which words are bold: none, unless two weights stand clearly apart."""
    telling = [r for r in ratios if r > 0]
    none = [False] * len(ratios)
    if len(telling) < 2 or max(telling) < limits.heavier * min(telling):
        return none
    middle = (max(telling) * min(telling)) ** 0.5
    for weight in ([r for r in telling if r < middle], [r for r in telling if r >= middle]):
        if max(weight) > limits.steady * min(weight):
            return none
    labels: list[bool] = []
    for ratio in ratios:
        labels.append(ratio >= middle if ratio > 0 else bool(labels and labels[-1]))
    return labels


@lru_cache(maxsize=4096)
def _ink_of_character(face: FontFace, character: str) -> float:
    """Ink of a character in square em."""
    em_px = GLYPHS.em_px
    return float(rasterise(face.at(em_px), character).sum()) / 255 / em_px**2
