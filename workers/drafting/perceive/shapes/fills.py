"""Colours of flat areas and linear gradients, and how far apart two colours are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Gradient
from workers.imaging import Colour, to_colour

Fill = Colour | Gradient


@dataclass(frozen=True)
class FillThresholds:
    """When an area is one colour, and when a linear gradient."""

    samples: int = 4000  # pixels that are looked at, evenly spaced: what a fit costs
    flat: float = 4.0  # standard deviation in levels up to which an area is one colour: JPEG noise
    bent: float = 9.0  # mean error in levels above which an area is no linear gradient: a photo
    snap: float = 8.0  # degrees within which an angle is taken for a right one: few are not


FILLS = FillThresholds()


def distance(first: Colour, second: Colour) -> int:
    """The largest difference of any channel, 0..255."""
    return max(abs(a - b) for a, b in zip(first, second, strict=True))


def mean_colour(fill: Fill) -> Colour:
    """The colour half way through a fill."""
    if not isinstance(fill, Gradient):
        return fill
    red, green, blue = (round((a + b) / 2) for a, b in zip(fill.start, fill.end, strict=True))
    return red, green, blue


def indistinguishable(first: Fill | None, second: Fill | None, tolerance: int = 2) -> bool:
    """Whether two fills look the same: `tolerance` is levels, too few to see. Gradients are only
    ever like themselves."""
    if first is None or second is None:
        return first is second
    if isinstance(first, Gradient) or isinstance(second, Gradient):
        return first == second
    return distance(first, second) <= tolerance


def fit_fill(
    pixels: NDArray[np.uint8],
    xs: NDArray[np.intp],
    ys: NDArray[np.intp],
    size: tuple[int, int],
    thresholds: FillThresholds = FILLS,
) -> Fill | None:
    """One colour or a linear gradient for the `pixels` (N, 3) at `xs`, `ys` of a (width, height)
    area; None where neither explains them."""
    step = max(1, len(pixels) // thresholds.samples)
    sample = pixels[::step].astype(np.float64)
    if sample.std(axis=0).max() <= thresholds.flat:
        return to_colour(np.median(sample, axis=0))
    width, height = size
    terms = np.stack(
        [xs[::step] - width / 2, ys[::step] - height / 2, np.ones(len(sample))], axis=1
    )
    plane = np.asarray(np.linalg.lstsq(terms, sample, rcond=None)[0], np.float64)
    if np.abs(terms @ plane - sample).mean() > thresholds.bent:
        return None
    return _along_css_line(plane, width, height, thresholds.snap)


def _along_css_line(plane: NDArray[np.float64], width: int, height: int, snap: float) -> Gradient:
    """The gradient a (3, 3) plane (slope x, slope y, middle) describes.

    CSS draws from edge to edge of a line through the centre whose length makes the corners get
    the end colours (CSS Images 3, section 3.1).
    """
    slopes = plane[:2]
    directions, _, _ = np.linalg.svd(slopes)
    across = directions[:, 0]
    angle = float(np.degrees(np.arctan2(across[0], -across[1]))) % 360
    right = round(angle / 90) * 90
    angle = right % 360 if abs(angle - right) <= snap else round(angle)
    if angle >= 225 or angle < 45:
        angle = (angle + 180) % 360
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    length = abs(width * sine) + abs(height * cosine)
    change = (slopes[0] * sine - slopes[1] * cosine) * length / 2
    return Gradient(float(angle), to_colour(plane[2] - change), to_colour(plane[2] + change))
