"""What perception finds in a picture. All lengths are image pixels unless a name says otherwise.

Colours are sRGB 0–255. Arrays are (height, width, 3) uint8 RGB.
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
class Font:
    """A face as CSS names it. `size` is CSS pixels."""

    family: str
    weight: int
    size: float
    italic: bool = False


@dataclass(frozen=True)
class TextRun:
    """One line of text in one style. `ink` bounds its visible pixels, tight."""

    text: str
    ink: Box
    colour: Colour
    background: Colour
    confidence: float = 1.0


@dataclass(frozen=True)
class StyledRun:
    """A text run with the font that reproduces it, set at (`origin_x`, `baseline`)."""

    run: TextRun
    font: Font
    baseline: float
    origin_x: float


@dataclass(frozen=True)
class Gradient:
    """A linear gradient: CSS angle in degrees, first and last colour."""

    angle: float
    start: Colour
    end: Colour


@dataclass(frozen=True)
class Border:
    width: int
    colour: Colour


@dataclass(frozen=True)
class Panel:
    """A filled or outlined rectangle, perhaps rounded. `fill` None is transparent."""

    box: Box
    fill: Colour | Gradient | None
    border: Border | None = None
    radius: int = 0


@dataclass(frozen=True)
class Rule:
    """A thin line, horizontal or vertical."""

    box: Box
    colour: Colour


@dataclass(frozen=True)
class Picture:
    """Pixels that no text, panel or rule explains: a photo, an icon, a logo."""

    box: Box


@dataclass(frozen=True)
class Perception:
    """Everything found in one mockup. `text_mask` marks pixels that belong to text."""

    width: int
    height: int
    background: Colour | Gradient
    runs: tuple[StyledRun, ...]
    panels: tuple[Panel, ...]
    rules: tuple[Rule, ...]
    pictures: tuple[Picture, ...]
    text_mask: Mask
