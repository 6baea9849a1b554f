"""Reading text: find lines, cut them into runs of one style, name the characters."""

import unicodedata
from pathlib import Path

from workers.drafting.perceive.fonts.installed import extent, faces
from workers.drafting.perceive.text.cache import cached
from workers.drafting.perceive.text.emphasis import parts_by_weight
from workers.drafting.perceive.text.ink import Ink, find_ink
from workers.drafting.perceive.text.lines import runs_of
from workers.drafting.perceive.text.ocr import SMALLEST_READABLE, find_lines, name_lines
from workers.imaging import Box, Image, TextRun, crop, grow

CROP_MARGIN = 0.2  # of the ink height, around what is given to the recogniser
SURE_GLYPH = 0.9  # a lone character must be read this surely, or it is an icon…
GLYPH_SLACK = 0.12  # …and have the proportions of the character, give or take this share


def read_text(image: Image, *, cache: Path | None = None) -> tuple[TextRun, ...]:
    """Every legible run of text in `image`, top to bottom, left to right.

    `cache` is a folder of earlier readings, by default $MOCKWRIGHT_TEXT_CACHE; without one,
    readings are remembered for the life of the process. Takes seconds of CPU per megapixel.
    """
    return cached(image, cache, _read)


def _read(image: Image) -> tuple[TextRun, ...]:
    inks = _distinct([ink for line in find_lines(image) for ink in runs_of(image, line)])
    named = name_lines([_crop(image, ink.box) for ink in inks])
    runs = [
        run
        for ink, (text, score) in zip(inks, named, strict=True)
        for run in _runs(image, ink, _repaired(text), score)
    ]
    kept = [run for run in runs if _is_text(run)]
    return tuple(sorted(kept, key=lambda run: (run.ink.y, run.ink.x)))


def _runs(image: Image, ink: Ink, text: str, score: float) -> list[TextRun]:
    """The runs of a reading: one, or several where bold words stand among regular ones."""
    parts = parts_by_weight(ink, text)
    if len(parts) == 1:
        return [TextRun(text, ink.box, ink.colour, ink.background, score)]
    runs = []
    for words, (left, right) in parts:
        area = Box(ink.box.x + left - 1, ink.box.y - 1, right - left + 2, ink.box.height + 2)
        found = find_ink(image, area)
        if found is not None:
            runs.append(TextRun(words, found.box, found.colour, found.background, score))
    return runs


def _crop(image: Image, ink: Box) -> Image:
    margin = max(2, round(CROP_MARGIN * ink.height))
    return crop(image, grow(ink, margin))


def _distinct(inks: list[Ink]) -> list[Ink]:
    """`inks` less those that mostly repeat another: neighbouring tiles and loose boxes overlap."""
    kept: list[Ink] = []
    for ink in sorted(inks, key=lambda ink: -ink.box.area):
        if not any(_shared(ink.box, other.box) > 0.5 * ink.box.area for other in kept):
            kept.append(ink)
    return kept


def _shared(a: Box, b: Box) -> int:
    width = min(a.right, b.right) - max(a.x, b.x)
    height = min(a.bottom, b.bottom) - max(a.y, b.y)
    return max(0, width) * max(0, height)


def _repaired(text: str) -> str:
    """The reader's text in the characters a page would use: full-width forms become plain ones."""
    plain = "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" or c == "\u3000" else c
        for c in text
    )
    return " ".join(plain.split())


def _is_text(run: TextRun) -> bool:
    """Whether a reading is text, and not an icon or a texture taken for a letter."""
    if not run.text or run.confidence < SMALLEST_READABLE:
        return False
    if len(run.text) > 1:
        return True
    sure = run.text.isalnum() and run.confidence >= SURE_GLYPH and run.ink.height >= 5
    return sure and _has_shape_of(run.text, run.ink)


def _has_shape_of(glyph: str, ink: Box) -> bool:
    """Whether a box is as wide for its height as `glyph` is in some upright face."""
    slack = GLYPH_SLACK + 1 / min(ink.width, ink.height)
    upright = [face for face in faces() if not face.italic and face.weight in (400, 700)]
    shapes = [extent(face, glyph) for face in upright or faces()]
    return any(
        shape.height > 0 and abs(ink.width / ink.height / (shape.width / shape.height) - 1) < slack
        for shape in shapes
    )
