"""Pixels, and what is read off them in every room: boxes, colours, lines of text.

Lengths are pixels of the picture at hand. Colours are sRGB 0–255. Arrays are (height, width, 3)
uint8 RGB.
"""

from dataclasses import dataclass
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # (H, W, 3) RGB
Mask = NDArray[np.bool_]  # (H, W)
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Box:
    """An axis-aligned rectangle: left and top inside, right and bottom outside."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def area(self) -> int:
        return self.width * self.height

    def contains(self, other: "Box", slack: int = 0) -> bool:
        """Whether `other` lies inside, give or take `slack` pixels on each side."""
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


@dataclass(frozen=True)
class TextRun:
    """One line of text in one style. `ink` bounds its visible pixels, tight."""

    text: str
    ink: Box
    colour: Colour
    background: Colour
    confidence: float = 1.0


def at_css_scale(image: Image, scale: float) -> Image:
    """A picture of `scale` image pixels per CSS pixel, area-averaged to one pixel each.

    The very same array at scale 1. Sides are those a browser's window gets for the picture, its
    own divided by `scale` and rounded; none is shorter than one pixel.
    """
    if scale == 1:
        return image
    height, width = image.shape[:2]
    least_px = ceil(scale)
    down, right = max(0, least_px - height), max(0, least_px - width)
    if down or right:
        image = np.pad(image, ((0, down), (0, right), (0, 0)), mode="edge")
    # A factor, and no size: of a size OpenCV takes the factor, which drifts down a tall page.
    small = cv2.resize(image, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def box_at_image_scale(box: Box, scale: float) -> Box:
    """A box of CSS pixels in image pixels, grown to whole ones."""
    left, top = floor(box.x * scale), floor(box.y * scale)
    return Box(left, top, ceil(box.right * scale) - left, ceil(box.bottom * scale) - top)


def box_at_css_scale(box: Box, scale: float) -> Box:
    """A box of image pixels in CSS pixels, grown to whole ones."""
    return box_at_image_scale(box, 1 / scale)
