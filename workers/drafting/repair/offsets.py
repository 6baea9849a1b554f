"""How far the browser's text lies from the mockup's, and what to change for it to fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from workers.drafting.page import Line, Offset, Offsets, Paragraph
from workers.drafting.perceive.fonts.installed import metrics
from workers.imaging import Box, Image

NEAR = 3  # pixels searched around a line for the shift that fits best
SPACING_LIMIT = 0.6  # CSS pixels a letter may be moved in one step
LOOSE = 1.2  # CSS pixels of width that need no repair
FAR = 60  # CSS pixels beyond which a text of the same words is another text


@dataclass(frozen=True)
class RenderedText:
    """A run of text where the browser put it, CSS pixels."""

    text: str
    x: float
    y: float
    width: float
    height: float


def learn_offsets(
    paragraphs: Iterable[Paragraph],
    seen: Sequence[RenderedText],
    known: Offsets,
    mockup: Image,
    render: Image,
) -> dict[Box, Offset]:
    """Offsets by paragraph, known ones corrected by what a render shows."""
    by_words: dict[str, list[RenderedText]] = {}
    for text in seen:
        by_words.setdefault(_plain(text.text), []).append(text)
    learnt = dict(known)
    for paragraph in paragraphs:
        before = known.get(paragraph.ink, Offset())
        if paragraph.wrap_width is not None and not _breaks_alike(paragraph, by_words):
            learnt[paragraph.ink] = replace(before, broken=True)
            continue
        after = _corrected(paragraph, before, by_words, mockup, render)
        if after != Offset():
            learnt[paragraph.ink] = after
    return learnt


def is_shifted(paragraphs: Iterable[Paragraph], seen: Sequence[RenderedText]) -> bool:
    """Whether much of the text lies so far off that comparing pixels says nothing."""
    by_words: dict[str, list[RenderedText]] = {}
    for text in seen:
        by_words.setdefault(_plain(text.text), []).append(text)
    offs = []
    for paragraph in paragraphs:
        found = _place(paragraph, by_words)
        offs.append(999.0 if found is None else max(abs(found[0]), abs(found[1])))
    return bool(offs) and sum(off > 2 * NEAR for off in offs) > 0.2 * len(offs)


def _corrected(
    paragraph: Paragraph,
    before: Offset,
    by_words: Mapping[str, list[RenderedText]],
    mockup: Image,
    render: Image,
) -> Offset:
    place = _place(paragraph, by_words)
    if place is None:
        return before
    dx, dy, wider = place
    if max(abs(dx), abs(dy)) <= NEAR:
        shift = _best_shift(mockup, render, paragraph.lines[0].ink)
        dx, dy = shift if shift is not None else (dx, dy)
    letters = len(paragraph.text)
    spacing = before.letter_spacing
    if len(paragraph.lines) == 1 and letters > 2 and abs(wider) > LOOSE:
        spacing += float(np.clip(wider / letters, -SPACING_LIMIT, SPACING_LIMIT))
    return Offset(before.dx + round(dx), before.dy + round(dy), round(spacing, 2), before.broken)


def _place(
    paragraph: Paragraph, by_words: Mapping[str, list[RenderedText]]
) -> tuple[float, float, float] | None:
    """How far right, down and wider the first line should be."""
    line = paragraph.lines[0]
    ascent, _ = metrics(line.runs[0].font)
    top = line.runs[0].baseline - round(ascent)
    left = line.left
    nearest: tuple[float, float, float] | None = None
    best = float(FAR)
    for text in by_words.get(_plain(line.text), ()):
        dx: float = left - text.x
        dy: float = top - text.y
        if paragraph.alignment == "center":
            dx = line.ink.x + line.ink.width / 2 - text.x - text.width / 2
        if abs(dx) + abs(dy) < best:
            best = abs(dx) + abs(dy)
            bearing = line.ink.x - line.left
            nearest = dx, dy, line.ink.width + 2 * bearing - text.width
    return nearest


def _best_shift(mockup: Image, render: Image, ink: Box) -> tuple[int, int] | None:
    """The whole-pixel move of the render that makes a line's pixels most like the mockup's."""
    x, y, right, bottom = ink.x - 1, ink.y - 1, ink.right + 1, ink.bottom + 1
    height = min(mockup.shape[0], render.shape[0]) - NEAR
    width = min(mockup.shape[1], render.shape[1]) - NEAR
    if x < NEAR or y < NEAR or right > width or bottom > height:
        return None
    wanted = mockup[y:bottom, x:right]
    around = render[y - NEAR : bottom + NEAR, x - NEAR : right + NEAR]
    error = np.asarray(cv2.matchTemplate(around, wanted, cv2.TM_SQDIFF), np.float64)
    steps = np.abs(np.arange(-NEAR, NEAR + 1))
    error = np.sqrt(np.maximum(error, 0) / wanted.size) + 0.05 * (steps[:, None] + steps[None])
    row, column = np.unravel_index(int(error.argmin()), error.shape)
    return NEAR - int(column), NEAR - int(row)


def _breaks_alike(paragraph: Paragraph, by_words: Mapping[str, list[RenderedText]]) -> bool:
    return all(_is_seen(line, by_words) for line in paragraph.lines)


def _is_seen(line: Line, by_words: Mapping[str, list[RenderedText]]) -> bool:
    """Whether the browser shows a line, or the start of one in several styles."""
    words = _plain(line.text)
    if words in by_words:
        return True
    return len(line.runs) > 1 and any(words.startswith(text) for text in by_words if text)


def _plain(text: str) -> str:
    return "".join(text.split())
