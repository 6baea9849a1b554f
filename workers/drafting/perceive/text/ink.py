"""Ink: which pixels of a picture are text, in what colour and on what background.

A pixel is ink when it differs from the background of its line. The background is one colour where
the line is flat, a plane over (x, y) where it is a gradient, and the majority tone over a
photograph.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.perceive.shapes.regions import filled_outline
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


@dataclass(frozen=True)
class InkThresholds:
    """Levels are 0..255, lengths pixels, shares 0..1."""

    flat_tolerance: int = 10  # levels: a background this even is one colour
    uneven_rim: float = 0.25  # share of the rim that may be uneven: it crosses other things…
    mostly: float = 0.4  # …or more, where this share of all has one colour…
    sides: float = 0.5  # …and this share of its left and right: a pill, cut beyond its edge…
    wide: float = 1.5  # …or heights that its area is wide, which is not cut…
    full: float = 0.7  # …and this share of its box that it fills: round ends lack the rest…
    holes: float = 0.05  # …and this share of it that has text in it
    padding: float = 0.18  # heights above and below text in a pill: joined letters have none…
    through: float = 0.75  # …so that less than this share of a row there is theirs
    colour_bin: int = 8  # levels: antialiased and compressed backgrounds vary by less
    faintest: int = 12  # levels between text and background below which nothing is legible
    outliers: float = 0.005  # share of pixels that may differ more than the text does
    covered: float = 0.33  # share of full contrast at which a pixel counts as ink…
    surely_ink: int = 48  # …or this many levels: faint words share lines with strong ones
    stroke_core: float = 0.15  # share of the ink, the strongest, that antialiasing leaves undiluted
    plane_tolerance: float = 8.0  # levels off a gradient within which a pixel is background
    plane_spread: float = 1.5  # times the median distance, which is more over a photograph
    longest_stroke: float = 1.5  # crop heights: what is unbroken for longer is a line…
    thickest_line: int = 4  # rows: …unless it is thicker than an underline
    border_width: int = 5  # columns: as high as the crop and narrower than this is a border
    intruding: float = 0.25  # of the crop's height: what reaches in less is another line's
    corner: float = 0.4  # of the crop's width: what is off a round corner of a pill is narrower…
    frame_width: float = 0.9  # …or wider than this: what goes around it; so high it is a frame
    rim: int = 1  # pixels around tight ink in which its background is looked for
    mask_margin: int = 2  # pixels around ink that antialiasing may have touched


INK = InkThresholds()


@dataclass(frozen=True)
class Ink:
    """The text pixels inside `box`. `coverage` is (H, W) in 0..1, zero off the ink."""

    box: Box
    coverage: Floats
    colour: Colour
    background: Colour


def find_ink(image: Image, box: Box, limits: InkThresholds = INK) -> Ink | None:
    """The ink within `box`, its box made tight; None where nothing stands out."""
    inside = clip(box, image.shape[1], image.shape[0])
    if inside is None:
        return None
    pixels = crop(image, inside).astype(np.float32)
    background = _background(pixels, limits)
    contrast = np.abs(pixels - background).max(axis=2)
    full = float(np.percentile(contrast, 100 * (1 - limits.outliers)))
    if full < limits.faintest:
        return None
    least = max(limits.faintest, min(full * limits.covered, limits.surely_ink))
    mask = _without_lines(contrast > least, limits)
    if not mask.any():
        return None
    ys, xs = np.nonzero(mask)
    top, bottom, left, right = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
    inner = (slice(top, bottom), slice(left, right))
    tight = Box(inside.x + int(left), inside.y + int(top), int(right - left), int(bottom - top))
    if tight.area < inside.area and _is_pill(mask[inner], limits):
        return find_ink(image, tight, limits)
    coverage = np.where(mask, np.minimum(contrast / full, 1), 0)[inner].astype(np.float32)
    behind = np.median(np.broadcast_to(background, pixels.shape)[inner].reshape(-1, 3), axis=0)
    colour = to_colour(stroke_colour(pixels, np.where(mask, contrast, 0), limits))
    return Ink(tight, coverage, colour, to_colour(behind))


def find_ink_around(image: Image, tight: Box, limits: InkThresholds = INK) -> Ink | None:
    """The ink of a box that has no background around its ink."""
    return find_ink(image, grow(tight, limits.rim), limits)


def text_mask(image: Image, runs: Sequence[TextRun], limits: InkThresholds = INK) -> Mask:
    """Pixels of the picture that belong to text, antialiased rims included."""
    mask = np.zeros(image.shape[:2], np.uint8)
    for run in runs:
        found = find_ink_around(image, run.ink, limits)
        if found is not None:
            crop(mask, found.box)[found.coverage > 0] = 1
    size = 2 * limits.mask_margin + 1
    return cv2.dilate(mask, np.ones((size, size), np.uint8)).astype(bool)


def stroke_colour(pixels: Image | Floats, strength: Floats, limits: InkThresholds) -> Floats:
    """The colour at the heart of the strokes, where antialiasing does not dilute it.

    `strength` is (H, W), zero off the ink.
    """
    core = strength >= np.percentile(strength[strength > 0], 100 * (1 - limits.stroke_core))
    return np.asarray(np.median(pixels[core], axis=0), np.float32)


def _background(pixels: Floats, limits: InkThresholds) -> Floats:
    """The background under each pixel, broadcastable to (H, W, 3)."""
    alike = commonest(pixels, step=limits.colour_bin)
    common = np.median(pixels[alike], axis=0)
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    even = _share_of(rim, common, limits)
    sides = min(_share_of(pixels[:, side], common, limits) for side in (0, -1))
    is_pill = alike.mean() >= limits.mostly and (sides >= limits.sides or _is_label(alike, limits))
    if even < 1 - limits.uneven_rim and not is_pill:
        common = np.median(rim[commonest(rim, step=limits.colour_bin)], axis=0)
        if _share_of(rim, common, limits) < 1 - limits.uneven_rim:
            return _plane(pixels, limits)
    return np.asarray(common, np.float32)[None, None]


def _is_label(alike: Mask, limits: InkThresholds) -> bool:
    """Whether pixels of one colour are a wide area with text in it, and no letters."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(alike.astype(np.uint8), connectivity=4)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    _x, _y, width, height, area = stats[largest]
    whole = int(filled_outline(labels == largest).sum())
    full = whole >= limits.full * width * height
    return bool(full and width >= limits.wide * height and whole - area >= limits.holes * whole)


def _is_pill(ink: Mask, limits: InkThresholds) -> bool:
    """Whether ink is the ground of words that have the colour around it, and no joined letters."""
    edge = round(limits.padding * len(ink))
    padded = min(ink[edge].mean(), ink[-1 - edge].mean()) >= limits.through
    return bool(padded) and _is_label(ink, limits)


def _share_of(pixels: Floats, colour: Floats, limits: InkThresholds) -> float:
    """The share of `pixels` (n, 3) that have the colour."""
    return float((np.abs(pixels - colour).max(axis=1) <= limits.flat_tolerance).mean())


def _plane(pixels: Floats, limits: InkThresholds) -> Floats:
    """A plane per channel fitted to the background by least squares.

    First to the rim, then twice to what lies near the last fit.
    """
    height, width = pixels.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    terms = np.stack([xs.ravel() / width, ys.ravel() / height, np.ones(xs.size)], axis=1)
    flat = pixels.reshape(-1, 3)
    rim = np.ones((height, width), bool)
    rim[1:-1, 1:-1] = False
    keep = rim.ravel()
    fit = np.zeros((3, 3))
    for _ in range(3):
        fit, *_ = np.linalg.lstsq(terms[keep], flat[keep], rcond=None)
        away = np.abs(flat - terms @ fit).max(axis=1)
        spread = float(np.median(away)) * limits.plane_spread
        keep = away <= max(limits.plane_tolerance, spread)
    return np.asarray(terms @ fit, np.float32).reshape(height, width, 3)


def _without_lines(mask: Mask, limits: InkThresholds) -> Mask:
    """`mask` less underlines, borders, what is beyond a round corner, and neighbours cut by the
    edge of the crop."""
    height, width = mask.shape
    ink = _without_corners(mask.astype(np.uint8), limits)
    reach = int(limits.longest_stroke * height) | 1  # odd: an even kernel leaves a column behind
    if width > reach:
        lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, reach), np.uint8))
        thicker = np.ones((limits.thickest_line + 1, 1), np.uint8)
        thick = cv2.morphologyEx(lines, cv2.MORPH_OPEN, thicker)
        ink[(lines > 0) & (thick == 0)] = 0
    ink = _without_corners(ink, limits)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    for index in range(1, count):
        _x, y, w, h, _area = stats[index]
        upright = w < limits.border_width or w > limits.frame_width * width
        sliver = (y == 0 or y + h == height) and h < limits.intruding * height
        if (h >= height and upright) or sliver:
            ink[labels == index] = 0
    return ink.astype(bool)


def _without_corners(ink: NDArray[np.uint8], limits: InkThresholds) -> NDArray[np.uint8]:
    """`ink` (H, W), 0 or 1, less what is off a round corner of the ground, or goes around it."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = ink.copy()
    for index in {int(labels[row, column]) for row in (0, -1) for column in (0, -1)} - {0}:
        share = stats[index][cv2.CC_STAT_WIDTH] / ink.shape[1]
        full = stats[index][cv2.CC_STAT_WIDTH] * stats[index][cv2.CC_STAT_HEIGHT]
        is_round = stats[index][cv2.CC_STAT_AREA] < full
        if is_round and (share < limits.corner or share > limits.frame_width):
            kept[labels == index] = 0
    return kept


def spans_of(columns: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where unbroken stretches begin and end, right outside."""
    edges = np.flatnonzero(np.diff(columns.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    return [(int(left), int(right)) for left, right in edges]
