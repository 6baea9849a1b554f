"""Ink: which pixels of a picture are text, in what colour and on what ground.

A pixel is ink when it differs from the ground of its line. The ground is one colour where the
line is flat, a plane over (x, y) where it is a gradient, and the majority tone over a photograph.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import (
    Box,
    Colour,
    Image,
    Mask,
    TextRun,
    clip,
    commonest,
    crop,
    grow,
    to_colour,
)

Floats = NDArray[np.float32]

FLAT_TOLERANCE = 10  # levels: a ground this even is one colour
FAINTEST = 12  # levels between text and ground below which nothing is legible
COVERED = 0.33  # share of full contrast at which a pixel counts as ink…
SURELY_INK = 48  # …or this many levels, whichever is less: faint words share lines with strong ones
THICKEST_LINE = 4  # rows: thicker strokes than this are not underlines
INTRUDING = 0.25  # of the crop: what reaches in less from its edge is another line's
MASK_MARGIN = 2  # pixels around ink that antialiasing may have touched


@dataclass(frozen=True)
class Ink:
    """The text pixels inside `box`. `coverage` is (H, W) in 0..1, zero off the ink."""

    box: Box
    coverage: Floats
    colour: Colour
    background: Colour


def find_ink(image: Image, box: Box) -> Ink | None:
    """The ink within `box`, its box made tight; None where nothing stands out."""
    inside = clip(box, image.shape[1], image.shape[0])
    if inside is None or inside.width < 3 or inside.height < 3:
        return None
    pixels = crop(image, inside).astype(np.float32)
    ground = _ground(pixels)
    contrast = np.abs(pixels - ground).max(axis=2)
    full = float(np.percentile(contrast, 99.5))
    if full < FAINTEST:
        return None
    mask = _without_frames(contrast > max(FAINTEST * 0.8, min(full * COVERED, SURELY_INK)))
    if mask.sum() < 3:
        return None
    ys, xs = np.nonzero(mask)
    top, bottom, left, right = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
    inner = (slice(top, bottom), slice(left, right))
    tight = Box(inside.x + int(left), inside.y + int(top), int(right - left), int(bottom - top))
    coverage = np.where(mask, np.minimum(contrast / full, 1), 0)[inner].astype(np.float32)
    ground_colour = np.median(np.broadcast_to(ground, pixels.shape)[inner].reshape(-1, 3), axis=0)
    return Ink(tight, coverage, to_colour(_core(pixels, contrast, mask)), to_colour(ground_colour))


def text_mask(image: Image, runs: Sequence[TextRun]) -> Mask:
    """Pixels of the picture that belong to text, antialiased rims included."""
    mask = np.zeros(image.shape[:2], np.uint8)
    for run in runs:
        found = find_ink(image, grow(run.ink, 1))
        if found is None:
            continue
        mask[found.box.slices] |= found.coverage > 0
    size = 2 * MASK_MARGIN + 1
    return cv2.dilate(mask, np.ones((size, size), np.uint8)).astype(bool)


def erase_text(image: Image, text: Mask | Sequence[TextRun]) -> Image:
    """The picture with text painted away: ground colour where flat, inpainted elsewhere.

    Inpainting is Telea, "An image inpainting technique based on the fast marching method" (2004).
    """
    mask = text if isinstance(text, np.ndarray) else text_mask(image, text)
    if not mask.any():
        return image.copy()
    painted = cv2.inpaint(image, mask.astype(np.uint8), 3, cv2.INPAINT_TELEA)
    return np.asarray(painted, np.uint8)


def _ground(pixels: Floats) -> Floats:
    """The ground under each pixel, broadcastable to (H, W, 3)."""
    common = np.median(pixels[commonest(pixels, step=8)], axis=0)
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    if np.percentile(np.abs(rim - common).max(axis=1), 75) <= FLAT_TOLERANCE:
        return np.asarray(common, np.float32)[None, None]
    return _plane(pixels)


def _plane(pixels: Floats) -> Floats:
    """A plane per channel fitted to the ground by least squares, trimming what stands off it."""
    height, width = pixels.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    terms = np.stack([xs.ravel() / width, ys.ravel() / height, np.ones(xs.size)], axis=1)
    flat = pixels.reshape(-1, 3)
    step = max(1, flat.shape[0] // 4000)
    keep = np.zeros(flat.shape[0], bool)
    keep.reshape(height, width)[[0, -1], :] = True
    keep.reshape(height, width)[:, [0, -1]] = True
    fit = np.zeros((3, 3))
    for _ in range(3):
        chosen = np.flatnonzero(keep)[:: step if keep.sum() > 8000 else 1]
        fit, *_ = np.linalg.lstsq(terms[chosen], flat[chosen], rcond=None)
        away = np.abs(flat - terms @ fit).max(axis=1)
        keep = away <= max(8.0, float(np.median(away)) * 1.5)
    return np.asarray(terms @ fit, np.float32).reshape(height, width, 3)


def _without_frames(mask: Mask) -> Mask:
    """`mask` less underlines, borders and neighbours cut by the edge of the crop."""
    height, width = mask.shape
    ink = mask.astype(np.uint8)
    reach = max(12, int(1.5 * height)) | 1  # odd: an even kernel leaves a column behind
    if width > reach:
        lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
        thick = cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((THICKEST_LINE + 1, 1), np.uint8))
        ink[(lines > 0) & (thick == 0)] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    for index in range(1, count):
        x, y, w, h, _area = stats[index]
        upright = h >= height and (w < 5 or w > 0.9 * width)
        sliver = (y == 0 or y + h == height) and h < max(3, INTRUDING * height)
        side = (x == 0 or x + w == width) and w < 3 and h > 0.9 * height
        if upright or sliver or side:
            ink[labels == index] = 0
    return ink.astype(bool)


def _core(pixels: Floats, contrast: Floats, mask: Mask) -> Floats:
    """The colour at the heart of the strokes, where antialiasing does not dilute it."""
    inked = contrast[mask]
    strong = mask & (contrast >= np.percentile(inked, 85))
    core: Floats = np.median(pixels[strong], axis=0)
    return core
