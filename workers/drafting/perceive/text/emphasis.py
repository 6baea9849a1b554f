"""Bold words inside a line: where the strokes become heavier than the letters explain.

A word's ink is compared with what its letters would weigh in a plain face; within one style that
ratio is steady from word to word, and bold raises it by a third.
"""

from functools import lru_cache

import numpy as np

from workers.drafting.perceive.fonts.installed import PROBE, Face, drawn, faces
from workers.drafting.perceive.text.ink import Ink

HEAVIER = 1.25  # ratio of ink per letter between bold and regular words
STEADY = 1.17  # ratio that words of one weight keep among themselves
TELLING = 3  # letters: shorter words say nothing about their weight

Span = tuple[int, int]  # columns of the ink, right outside


def parts_by_weight(ink: Ink, text: str) -> list[tuple[str, Span]]:
    """The text in parts of one weight, with the columns each takes; one part if all is even."""
    words = text.split()
    spans = _spans(ink, len(words))
    whole = [(text, (0, ink.box.width))]
    if len(words) < 2 or not spans:
        return whole
    heavy = _heavy([_density(ink, span, word) for span, word in zip(spans, words, strict=True)])
    parts: list[tuple[str, Span]] = []
    for i, (word, (left, right)) in enumerate(zip(words, spans, strict=True)):
        if parts and heavy[i] == heavy[i - 1]:
            said, (start, _) = parts[-1]
            parts[-1] = (f"{said} {word}", (start, right))
        else:
            parts.append((word, (left, right)))
    return parts if len(parts) > 1 else whole


def _spans(ink: Ink, count: int) -> list[Span]:
    """The columns of `count` words, cut at the widest gaps; empty where those are not clear."""
    columns = (ink.coverage > 0).any(axis=0).astype(np.int8)
    edges = np.flatnonzero(np.diff(columns, prepend=0, append=0)).reshape(-1, 2)
    gaps = edges[1:, 0] - edges[:-1, 1]
    order = np.argsort(-gaps, kind="stable")
    if len(gaps) < count - 1:
        return []
    if len(gaps) >= count and count > 1 and gaps[order[count - 1]] >= gaps[order[count - 2]]:
        return []
    cuts = sorted(int(i) for i in order[: count - 1])
    starts = [0, *(int(edges[i + 1, 0]) for i in cuts)]
    ends = [*(int(edges[i, 1]) for i in cuts), ink.box.width]
    return list(zip(starts, ends, strict=True))


def _density(ink: Ink, span: Span, word: str) -> float:
    """Ink per expected ink; zero where the word is too short to tell."""
    if sum(c.isalnum() for c in word) < TELLING:
        return 0.0
    expected = sum(_mass(faces()[0], c) for c in word)
    return float(ink.coverage[:, span[0] : span[1]].sum()) / max(expected, 1e-3)


def _heavy(densities: list[float]) -> list[bool]:
    """Which words are bold: none, unless two weights stand clearly apart."""
    telling = [d for d in densities if d > 0]
    even = [False] * len(densities)
    if len(telling) < 2 or max(telling) < HEAVIER * min(telling):
        return even
    middle = (max(telling) * min(telling)) ** 0.5
    light, dark = [d for d in telling if d < middle], [d for d in telling if d >= middle]
    if max(light) > STEADY * min(light) or max(dark) > STEADY * min(dark):
        return even
    labels: list[bool] = []
    for density in densities:
        labels.append(density >= middle if density > 0 else bool(labels and labels[-1]))
    return labels


@lru_cache(maxsize=4096)
def _mass(face: Face, character: str) -> float:
    """Ink of a character in square em."""
    return float(drawn(face.at(PROBE), character).sum()) / 255 / PROBE**2
