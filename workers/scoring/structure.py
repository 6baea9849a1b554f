"""Likeness of everything that is not text: structural similarity and colour, pixel by pixel."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image, Mask
from workers.scoring.canvas import Canvas, resized

SAMPLE = 2.0  # CSS pixels per sample: a 1280 × 4000 page is measured at 640 × 2000
WINDOW = 7  # samples, the uniform window of SSIM
TEXT_MARGIN = 4  # samples around text that its window could reach
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
PLAIN_WEIGHT = 0.1  # an empty, equal sample against one that shows something
FULL_DETAIL = 12.0  # grey levels of deviation in a window that count as full detail
FULL_DIFFERENCE = 40.0  # ΔE (CIE76) that counts as another colour altogether

Map = NDArray[np.float32]  # (h, w) of the reduced picture


@dataclass(frozen=True)
class Structure:
    """Likeness 0–1 and weight of each sample; `shrink` is samples per image pixel."""

    likeness: Map
    weight: Map
    shrink: float

    def within(self, box: Box | None = None) -> float | None:
        """The weighted mean likeness in `box` (image pixels); None where all of it is text."""
        rows, columns = slice(None), slice(None)
        if box is not None:
            rows = slice(int(box.y * self.shrink), max(1, round(box.bottom * self.shrink)))
            columns = slice(int(box.x * self.shrink), max(1, round(box.right * self.shrink)))
        weight = self.weight[rows, columns]
        total = float(weight.sum(dtype=np.float64))
        if total <= 0:
            return None
        likeness = self.likeness[rows, columns]
        return float((likeness * weight).sum(dtype=np.float64) / total)


def structure(canvas: Canvas) -> Structure:
    """SSIM times colour likeness outside text, weighted by what there is to see.

    likeness = max(0, SSIM) · (1 − min(1, ΔE76 / 40)), SSIM (Wang et al. 2004) as the mean over the
    RGB channels with a uniform window of 7 samples, K1 = .01, K2 = .03.
    weight = .1 + .9 · max(deviation of either picture / 12, ΔE76 / 20), at most 1: empty ground
    must not drown a missing picture. Text boxes of both sides weigh nothing; what only one page
    covers is unlike and weighs as much as half a detail.
    """
    shrink = 1 / (SAMPLE * canvas.mockup.scale)
    one, other = _reduced(canvas.mockup.image, shrink), _reduced(canvas.render.image, shrink)
    ssim, deviation = _ssim(one, other)
    delta = delta_e(one, other)
    likeness = np.clip(ssim, 0, 1) * (1 - np.minimum(1, delta / FULL_DIFFERENCE))
    detail = np.maximum(deviation / FULL_DETAIL, 2 * delta / FULL_DIFFERENCE)
    weight = PLAIN_WEIGHT + (1 - PLAIN_WEIGHT) * np.minimum(1, detail)
    outside = np.ones(likeness.shape, dtype=bool)
    shared = canvas.shared
    outside[: round(shared.bottom * shrink), : round(shared.right * shrink)] = False
    likeness[outside], weight[outside] = 0.0, 0.5
    weight[_text(canvas, likeness.shape, shrink)] = 0.0
    return Structure(likeness.astype(np.float32), weight.astype(np.float32), shrink)


def _reduced(image: Image, shrink: float) -> Image:
    height, width = image.shape[:2]
    return resized(image, max(WINDOW, round(width * shrink)), max(WINDOW, round(height * shrink)))


def _ssim(one: Image, other: Image) -> tuple[Map, Map]:
    """SSIM and the larger standard deviation of both pictures, means over the channels."""
    a, b = one.astype(np.float32), other.astype(np.float32)
    mean_a, mean_b = _mean(a), _mean(b)
    var_a = np.maximum(_mean(a * a) - mean_a * mean_a, 0)
    var_b = np.maximum(_mean(b * b) - mean_b * mean_b, 0)
    covariance = _mean(a * b) - mean_a * mean_b
    luminance = (2 * mean_a * mean_b + C1) / (mean_a * mean_a + mean_b * mean_b + C1)
    contrast = (2 * covariance + C2) / (var_a + var_b + C2)
    deviation = np.sqrt(np.maximum(var_a, var_b))
    return (luminance * contrast).mean(axis=2), deviation.mean(axis=2)


def _mean(levels: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(levels, (WINDOW, WINDOW), borderType=cv2.BORDER_REFLECT))


def delta_e(one: Image, other: Image) -> Map:
    """CIE76: Euclidean distance in CIELAB, per pixel."""
    offset = _lab(one) - _lab(other)
    return np.asarray(np.sqrt(np.einsum("hwc,hwc->hw", offset, offset)))


def _lab(image: Image) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(np.float32(1 / 255) * image, cv2.COLOR_RGB2LAB))


def _text(canvas: Canvas, shape: tuple[int, ...], shrink: float) -> Mask:
    mask = np.zeros(shape, dtype=bool)
    for run in (*canvas.mockup.runs, *canvas.render.runs):
        box = run.ink
        top, left = int(box.y * shrink) - TEXT_MARGIN, int(box.x * shrink) - TEXT_MARGIN
        bottom = int(np.ceil(box.bottom * shrink)) + TEXT_MARGIN
        right = int(np.ceil(box.right * shrink)) + TEXT_MARGIN
        mask[max(0, top) : bottom, max(0, left) : right] = True
    return mask
