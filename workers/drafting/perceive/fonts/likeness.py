"""How like its own text set in a face the ink of a run looks."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from workers.drafting.language import is_right_to_left
from workers.drafting.perceive.fonts.installed import (
    FontFace,
    can_draw,
    installed_faces,
    plain_of,
    rasterise,
    text_extents,
)
from workers.drafting.perceive.text.ink import Floats, find_ink_around
from workers.imaging import Box, Image, TextRun


@dataclass(frozen=True)
class GlyphComparison:
    """How a run's ink is compared with the same text set in a face."""

    compared: int = 16  # characters; longer runs say no more
    supersampling: int = 4  # glyphs are drawn this much larger and averaged: undoes hinting
    size_step_px: float = 0.1  # between the sizes that glyphs are drawn at
    blank_px: int = 2  # around the glyphs that must be blank
    shift_px: int = 2  # that the glyphs may be off
    other_height: float = 2  # times: ink so much higher or lower is not of this face
    mass_weight: float = 0.15  # of a mismatch in the amount of ink, which tells weights apart


GLYPH_COMPARISON = GlyphComparison()


@dataclass(frozen=True)
class RunInk:
    """A run with its ink: `coverage` is (H, W) of `box`, in 0..1."""

    run: TextRun
    box: Box
    coverage: Floats


def best_likeness(image: Image, run: TextRun) -> float:
    """How like its own text a run looks in the upright face that fits it best: at most 1."""
    ink = ink_of(image, run)
    return max(likeness(ink, face) for face in plain_of(installed_faces()))


def ink_of(image: Image, run: TextRun) -> RunInk:
    """A run with its ink on a picture."""
    ink = find_ink_around(image, run.ink)
    if ink is None:
        return RunInk(run, run.ink, np.ones((run.ink.height, run.ink.width), np.float32))
    return RunInk(run, ink.box, ink.coverage)


def likeness(ink: RunInk, face: FontFace, how: GlyphComparison = GLYPH_COMPARISON) -> float:
    """How well the face's glyphs cover the ink: at most 1, -1 where they do not."""
    text = ink.run.text
    set_at = text_extents(face, text)
    if not can_draw(face, text):
        return -1.0
    if set_at.width <= 0 or set_at.height <= 0:
        return -1.0
    size = ink.box.width / set_at.width
    if not 1 / how.other_height < ink.box.height / (set_at.height * size) < how.other_height:
        return -1.0
    step = how.size_step_px
    glyphs = _glyphs(face, text[: how.compared], round(size / step) * step, how.supersampling)
    if glyphs is None:
        return -1.0
    whole = len(text) <= how.compared
    width = max(glyphs.shape[1], ink.box.width) if whole else glyphs.shape[1]
    inked = ink.coverage[:, -width:] if is_right_to_left(text) else ink.coverage[:, :width]
    rows = max(glyphs.shape[0], inked.shape[0])
    there = _framed(inked, rows, width, how.blank_px + how.shift_px)
    drawn = _framed(glyphs, rows, width, how.blank_px)
    match = float(cv2.matchTemplate(there, drawn, cv2.TM_CCOEFF_NORMED).max())
    mass = abs(float(np.log(inked.sum() / max(float(glyphs.sum()), 1e-3))))
    return match - how.mass_weight * min(mass, 1.0)


def _framed(pixels: Floats, rows: int, columns: int, margin: int) -> Floats:
    """`pixels`, blurred a little, at the centre left of a blank (rows, columns) with a margin."""
    framed = np.zeros((rows + 2 * margin, columns + 2 * margin), np.float32)
    top = margin + (rows - pixels.shape[0]) // 2
    framed[top : top + pixels.shape[0], margin : margin + pixels.shape[1]] = pixels
    return np.asarray(cv2.GaussianBlur(framed, (3, 3), 0), np.float32)


@lru_cache(maxsize=20_000)
def _glyphs(face: FontFace, text: str, size: float, supersampling: int) -> Floats | None:
    """The tight coverage of `text` in `face`, (H, W) in 0..1; None for blank text."""
    large = rasterise(face.at(size * supersampling), text)
    rows, columns = (np.flatnonzero(large.max(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    large = large[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side / supersampling)) for side in large.shape)
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)


def evidence(ink: RunInk, how: GlyphComparison = GLYPH_COMPARISON) -> float:
    """How much a run's likeness says: the more letters are compared, the more."""
    return float(min(len(ink.run.text), how.compared) ** 0.5)


def share_compared(ink: RunInk, how: GlyphComparison = GLYPH_COMPARISON) -> float:
    """`evidence`, as a share of that of a long run."""
    return evidence(ink, how) / float(how.compared**0.5)
