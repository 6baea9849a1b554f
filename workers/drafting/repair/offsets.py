"""How far the browser's text lies from the mockup's, and what to change for it to fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot

import cv2
import numpy as np

from workers.drafting.page import Line, Offset, Offsets, Paragraph
from workers.drafting.perceive.fonts.installed import metrics
from workers.imaging import Box, Image, box_at_image_scale, crop, grow


@dataclass(frozen=True)
class OffsetThresholds:
    """What is repaired, and by how much at once. Lengths are CSS pixels."""

    near: float = 3  # to each side, searched for the shift that fits best: beyond, letters repeat
    seen: float = 1.5  # px that a text may be off: less moves it off the things it is aligned with
    step_cost: float = 0.05  # levels of error a shift by one pixel must save: else noise moves text
    spacing: float = 0.6  # a letter may be moved at once: a misread font asks for more
    loose: float = 1.2  # of width that need no repair: ink is measured to a pixel
    spaced_letters: int = 3  # a text needs for its letters to be spaced: two have one gap
    far: float = 60  # beyond which a text of the same words is another text
    shifted: float = 6  # text lies off that has slipped with its surroundings
    shifted_share: float = 0.2  # of a page's texts that, slipped, make pixels incomparable


OFFSETS = OffsetThresholds()


@dataclass(frozen=True)
class Comparison:
    """A mockup and a render of it, both `scale` image pixels per CSS pixel."""

    mockup: Image
    render: Image
    scale: float = 1.0


@dataclass(frozen=True)
class RenderedText:
    """A run of text where the browser put it, CSS pixels."""

    text: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class _Place:
    """How far right, down and wider a paragraph's first line should be, CSS pixels."""

    dx: float
    dy: float
    wider: float


def learn_offsets(
    paragraphs: Iterable[Paragraph],
    seen: Sequence[RenderedText],
    known: Offsets,
    images: Comparison,
    thresholds: OffsetThresholds = OFFSETS,
) -> dict[Box, Offset]:
    """Offsets by paragraph, known ones corrected by what a render shows, to an image pixel."""
    by_words = _by_words(seen)
    learnt = dict(known)
    for paragraph in paragraphs:
        before = known.get(paragraph.ink, Offset())
        if paragraph.wrap_width is not None and not _breaks_alike(paragraph, by_words):
            learnt[paragraph.ink] = replace(before, broken=True)
            continue
        place = _place(paragraph, by_words, thresholds)
        after = place and _corrected(paragraph, before, place, images, thresholds)
        if after and after != before:
            learnt[paragraph.ink] = after
    return learnt


def is_shifted(
    paragraphs: Iterable[Paragraph],
    seen: Sequence[RenderedText],
    thresholds: OffsetThresholds = OFFSETS,
) -> bool:
    """Whether much of the text lies so far off that comparing pixels says nothing."""
    by_words = _by_words(seen)
    places = [_place(paragraph, by_words, thresholds) for paragraph in paragraphs]
    off = sum(p is None or max(abs(p.dx), abs(p.dy)) > thresholds.shifted for p in places)
    return off > thresholds.shifted_share * len(places)


def _by_words(seen: Iterable[RenderedText]) -> dict[str, list[RenderedText]]:
    found: dict[str, list[RenderedText]] = {}
    for text in seen:
        found.setdefault(_plain(text.text), []).append(text)
    return found


def _corrected(
    paragraph: Paragraph,
    before: Offset,
    place: _Place,
    images: Comparison,
    thresholds: OffsetThresholds,
) -> Offset:
    dx, dy = place.dx, place.dy
    if max(abs(dx), abs(dy)) <= thresholds.near:
        shift = _best_shift(images, paragraph.lines[0].ink, thresholds)
        dx, dy = shift if shift is not None else (dx, dy)
    dx, dy = (round(off * images.scale) / images.scale for off in (dx, dy))
    if hypot(dx, dy) < thresholds.seen:
        dx = dy = 0.0
    letters = len(paragraph.text)
    spacing = before.letter_spacing
    one_line = len(paragraph.lines) == 1 and letters >= thresholds.spaced_letters
    if one_line and abs(place.wider) > thresholds.loose:
        most = thresholds.spacing
        spacing += float(np.clip(place.wider / letters, -most, most))
    return Offset(before.dx + dx, before.dy + dy, round(spacing, 2), before.broken)


def _place(
    paragraph: Paragraph,
    by_words: Mapping[str, list[RenderedText]],
    thresholds: OffsetThresholds,
) -> _Place | None:
    line = paragraph.lines[0]
    ascent, _ = metrics(line.runs[0].font)
    top = line.runs[0].baseline - round(ascent)
    bearing = line.ink.x - line.left
    places = []
    for text in by_words.get(_plain(line.text), ()):
        dx = line.left - text.x
        if paragraph.alignment == "center":
            dx = line.ink.x + line.ink.width / 2 - text.x - text.width / 2
        places.append(_Place(dx, top - text.y, line.ink.width + 2 * bearing - text.width))
    nearest = min(places, key=_apart, default=None)
    return nearest if nearest is not None and _apart(nearest) < thresholds.far else None


def _apart(place: _Place) -> float:
    return abs(place.dx) + abs(place.dy)


def _best_shift(
    images: Comparison, ink: Box, thresholds: OffsetThresholds
) -> tuple[float, float] | None:
    """The move of the render, CSS pixels, that makes a line's pixels most like the mockup's."""
    scale, mockup, render = images.scale, images.mockup, images.render
    near_px = round(thresholds.near * scale)
    line_px = grow(box_at_image_scale(ink, scale), 1)
    around_px = grow(line_px, near_px)
    height, width = np.minimum(mockup.shape[:2], render.shape[:2])
    if not Box(0, 0, int(width), int(height)).contains(around_px):
        return None
    wanted, around = crop(mockup, line_px), crop(render, around_px)
    error = np.asarray(cv2.matchTemplate(around, wanted, cv2.TM_SQDIFF), np.float64)
    steps = np.abs(np.arange(-near_px, near_px + 1)) / scale
    cost = thresholds.step_cost * (steps[:, None] + steps[None])
    error = np.sqrt(np.maximum(error, 0) / wanted.size) + cost
    row, column = np.unravel_index(int(error.argmin()), error.shape)
    return (near_px - int(column)) / scale, (near_px - int(row)) / scale


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
