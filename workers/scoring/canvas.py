"""Brings two sights of different size and scale into one coordinate system."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from workers.imaging import Box, Image, TextRun, clip
from workers.scoring.page_view import Sight

PADDING = 255  # white; padded parts count as different whatever they hold


@dataclass(frozen=True)
class Canvas:
    """Both pages padded at the right and bottom to one size; `shared` is where both have pixels."""

    mockup: Sight
    render: Sight
    shared: Box


def on_one_canvas(mockup: Sight, render: Sight) -> Canvas:
    """The mockup as it is and the render at the mockup's scale, padded to the larger of both."""
    rescaled = _at_scale(render, mockup.scale)
    shared = Box(0, 0, min(mockup.width, rescaled.width), min(mockup.height, rescaled.height))
    width, height = max(mockup.width, rescaled.width), max(mockup.height, rescaled.height)
    return Canvas(_padded(mockup, width, height), _padded(rescaled, width, height), shared)


def _padded(sight: Sight, width: int, height: int) -> Sight:
    if (sight.width, sight.height) == (width, height):
        return sight
    image = np.full((height, width, 3), PADDING, dtype=np.uint8)
    image[: sight.height, : sight.width] = sight.image
    return replace(sight, image=image)


def _at_scale(sight: Sight, scale: float) -> Sight:
    ratio = scale / sight.scale
    if abs(ratio - 1) < 1e-6:
        return sight
    size = max(1, round(sight.width * ratio)), max(1, round(sight.height * ratio))
    image = resized(sight.image, *size)
    runs = tuple(_scaled_run(run, ratio, *size) for run in sight.runs)
    pictures = tuple(_scaled(box, ratio, *size) for box in sight.pictures)
    return Sight(image, scale, runs, pictures)


def resized(image: Image, width: int, height: int) -> Image:
    """`image` at another size: area means when smaller, cubic when larger."""
    shrinks = width < image.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, (width, height), interpolation=how), dtype=np.uint8)


def _scaled_run(run: TextRun, ratio: float, width: int, height: int) -> TextRun:
    return replace(run, ink=_scaled(run.ink, ratio, width, height))


def _scaled(box: Box, ratio: float, width: int, height: int) -> Box:
    left, top = round(box.x * ratio), round(box.y * ratio)
    right, bottom = round(box.right * ratio), round(box.bottom * ratio)
    whole = Box(left, top, max(1, right - left), max(1, bottom - top))
    return clip(whole, width, height) or Box(width - 1, height - 1, 1, 1)
