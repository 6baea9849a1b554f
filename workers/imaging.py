"""Pixels, and what is read off them in every room: boxes, colours, lines of text.

All lengths are image pixels. Colours are sRGB 0–255. Arrays are (height, width, 3) uint8 RGB.
"""

from dataclasses import dataclass

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
