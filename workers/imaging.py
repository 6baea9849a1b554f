"""Pixels, and what is read off them in every room: boxes, colours, lines of text.

Lengths are pixels of the picture at hand, and CSS pixels in a `Rect`. Colours are sRGB 0–255.
Arrays are (height, width, 3) uint8 RGB.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from webapp.studio.events import Rect

Scalar = TypeVar("Scalar", bound=np.generic)

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

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of an array (H, W, …); what lies left of it or above is left out."""
        return (
            slice(max(0, self.y), max(0, self.bottom)),
            slice(max(0, self.x), max(0, self.right)),
        )

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
    """One line of text in one style. `ink` bounds its visible pixels, tight.

    `confidence` is 0–1, how surely `text` is all that stands there. What nobody can read has none.
    """

    text: str
    ink: Box
    colour: Colour
    background: Colour
    confidence: float = 1.0


def legible(runs: Iterable[TextRun]) -> tuple[TextRun, ...]:
    """The runs that have a text."""
    return tuple(run for run in runs if run.text)


def read_image(path: Path) -> Image:
    """The pixels of a picture on disk. Raises OSError."""
    return decode_png(path.read_bytes())


def decode_png(png: bytes) -> Image:
    """(H, W, 3) RGB; transparency is dropped. Raises OSError for what is no picture."""
    with Pillow.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGB"))


def encode_png(image: Image) -> bytes:
    """PNG bytes of (H, W, 3) RGB."""
    buffer = io.BytesIO()
    Pillow.fromarray(image).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def encode_jpeg(image: Image, quality: int) -> bytes:
    """JPEG bytes of (H, W, 3) RGB, without thinned-out colours; `quality` up to 95."""
    buffer = io.BytesIO()
    Pillow.fromarray(image).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height, from the header alone."""
    with Pillow.open(io.BytesIO(png)) as picture:
        return picture.size


def resample(image: Image, width: int, height: int) -> Image:
    """The picture at another size, for eyes: Lanczos."""
    return np.asarray(Pillow.fromarray(image).resize((width, height), Pillow.Resampling.LANCZOS))


def clip(box: Box, width: int, height: int) -> Box | None:
    """The part of `box` inside a `width` × `height` picture; None where there is none."""
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.right, width), min(box.bottom, height)
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)


def grow(box: Box, across: int, down: int | None = None) -> Box:
    """`box` with `across` pixels more at the left and right, and `down` (as many if left out) at
    the top and bottom. Negative numbers shrink it."""
    down = across if down is None else down
    return Box(box.x - across, box.y - down, box.width + 2 * across, box.height + 2 * down)


def crop(image: NDArray[Scalar], box: Box) -> NDArray[Scalar]:
    """What of an array (H, W, …) lies in `box`, maybe nothing. A view, not a copy."""
    return image[box.slices]


def bounds(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of them, at least one."""
    every = list(boxes)
    left, top = min(box.x for box in every), min(box.y for box in every)
    right, bottom = max(box.right for box in every), max(box.bottom for box in every)
    return Box(left, top, right - left, bottom - top)


def to_colour(levels: NDArray[np.floating] | NDArray[np.integer]) -> Colour:
    """The colour nearest to three levels (3,)."""
    red, green, blue = (int(level) for level in np.clip(np.rint(levels), 0, 255))
    return red, green, blue


def channel_max(image: Image) -> NDArray[np.uint8]:
    """The largest level of each pixel's three, (H, W)."""
    red, green, blue = cv2.split(image)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def masked(image: Image, mask: Mask) -> Image:
    """The pixels (n, 3) where `mask` is set, row by row."""
    return image.reshape(-1, 3).compress(mask.ravel(), axis=0)


def commonest(pixels: NDArray[np.floating] | NDArray[np.integer], step: int = 1) -> Mask:
    """Which of the `pixels` (…, 3) have the commonest colour: (…) bool.

    Colours are alike that share a cell of the RGB cube cut into cells of `step` levels a side; of
    cells that hold as many pixels, the darkest in red, then green, then blue.
    """
    cells = (pixels // step).astype(np.int32) @ np.array([1 << 16, 1 << 8, 1], np.int32)
    values, counts = np.unique(cells, return_counts=True)
    return np.asarray(cells == values[counts.argmax()])


def to_rect(box: Box, scale: float) -> Rect:
    """The CSS rectangle of image pixels, at `scale` image pixels per CSS pixel."""
    return Rect(
        x=box.x / scale, y=box.y / scale, width=box.width / scale, height=box.height / scale
    )


def nearest_box(rect: Rect) -> Box:
    """The box of whole pixels that a browser paints: each edge at the nearest, halves upwards."""
    left, top = floor(rect.x + 0.5), floor(rect.y + 0.5)
    right, bottom = floor(rect.x + rect.width + 0.5), floor(rect.y + rect.height + 0.5)
    return Box(left, top, right - left, bottom - top)


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


def box_at_image_scale(box: Box | Rect, scale: float) -> Box:
    """The image pixels that a box of CSS pixels touches, at `scale` of them per CSS pixel."""
    left, top = floor(box.x * scale), floor(box.y * scale)
    right, bottom = ceil((box.x + box.width) * scale), ceil((box.y + box.height) * scale)
    return Box(left, top, right - left, bottom - top)


def box_at_css_scale(box: Box, scale: float) -> Box:
    """A box of image pixels in CSS pixels, grown to whole ones."""
    return box_at_image_scale(box, 1 / scale)
