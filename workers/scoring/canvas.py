"""Brings two views of different size and scale into one coordinate system."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from workers.imaging import Box, Image, TextRun, clip
from workers.scoring.page_view import PageView


@dataclass(frozen=True)
class Canvas:
    """Both pages in one size: at the right and bottom each goes on as it ends.

    `shared` is where both have pixels.
    """

    mockup: PageView
    render: PageView
    shared: Box


def on_one_canvas(mockup: PageView, render: PageView) -> Canvas:
    """The mockup as it is and the render at the mockup's scale, padded to the larger of both."""
    rescaled = _at_scale(render, mockup.scale)
    shared = Box(0, 0, min(mockup.width, rescaled.width), min(mockup.height, rescaled.height))
    width, height = max(mockup.width, rescaled.width), max(mockup.height, rescaled.height)
    return Canvas(_padded(mockup, width, height), _padded(rescaled, width, height), shared)


def _padded(view: PageView, width: int, height: int) -> PageView:
    if (view.width, view.height) == (width, height):
        return view
    more = (0, height - view.height), (0, width - view.width), (0, 0)
    return replace(view, image=np.pad(view.image, more, mode="edge"))


def _at_scale(view: PageView, scale: float) -> PageView:
    ratio = scale / view.scale
    if abs(ratio - 1) < 1e-6:
        return view
    size = max(1, round(view.width * ratio)), max(1, round(view.height * ratio))
    image = resized(view.image, *size)
    runs = tuple(_scaled_run(run, ratio, *size) for run in view.runs)
    pictures = tuple(_scaled(box, ratio, *size) for box in view.pictures)
    return PageView(image, scale, runs, pictures, view.boxes)


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
