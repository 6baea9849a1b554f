"""What a line of text looks like, measured on pixels alike for mockup and render.

Everything is read off the coverage of a line: 0 where a pixel is ground, 1 where it is ink. Colour
and contrast are gone from it, so that size, weight, slant and shape can be told apart.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Colour, Image, clip, crop, grow
from workers.scoring.ink import INK_SHARE, InkColours, bounds_of, ink_colours

Coverage = NDArray[np.float32]  # (H, W), 0–1
Levels = NDArray[np.float64]

ASCENDING = frozenset("bdfhklt0123456789()[]{}|/\\$%&!?@#ßij")
DESCENDING = frozenset("gjpqy()[]{}|/\\$@,;Q")
X_HEIGHT, CAP_HEIGHT, DESCENT = 0.53, 0.72, 0.21  # em, of a usual text face
LEAST_LEAN, STEEPEST, SHEARS = -0.06, 0.36, 15  # tangents of the slant, and how many are tried
SHEARED = 40  # pixels that a line is enlarged to first: shears blur what is small
LEAST_CONTRAST = 12.0  # RGB distance of ink and ground under which there is no shape to see


@dataclass(frozen=True)
class Look:
    """A line as it stands: `box` bounds its ink. Lengths in pixels of its picture."""

    box: Box
    coverage: Coverage
    colour: Colour
    ground: Colour

    @property
    def mass(self) -> float:
        """Area of the ink, square pixels."""
        return float(self.coverage.sum(dtype=np.float64))


def look_of(image: Image, box: Box, colours: InkColours | None = None) -> Look | None:
    """How the line in `box` looks; None outside the picture. `colours` are its own, if known."""
    inside = clip(box, image.shape[1], image.shape[0])
    if inside is None:
        return None
    colour, ground = colours or ink_colours(image, inside)
    return Look(inside, coverage(crop(image, inside), colour, ground), colour, ground)


def without_rim(look: Look) -> Look:
    """The look without the outer rows and columns that are hardly ink.

    As a line lies on its pixels or between them, whoever measured its box has seen them or not.
    """
    box = bounds_of(look.coverage > INK_SHARE, look.box)
    if box is None:
        return look
    left, top = box.x - look.box.x, box.y - look.box.y
    inner = look.coverage[top : top + box.height, left : left + box.width]
    return replace(look, box=box, coverage=inner)


def ink_of(image: Image, look: Look) -> Levels:
    """How far all pixels of the line together are from its ground, (3,) levels.

    Where between two pixels a line begins makes its strokes paler or darker, and this no other.
    """
    around = clip(grow(look.box, 1), image.shape[1], image.shape[0]) or look.box
    away = crop(image, around).astype(np.float32) - np.asarray(look.ground, np.float32)
    return np.asarray(away.sum(axis=(0, 1), dtype=np.float64))


def coverage(patch: Image, colour: Colour, ground: Colour) -> Coverage:
    """How far each pixel of (H, W, 3) is on the way from `ground` to `colour`."""
    towards = np.asarray(colour, np.float32) - np.asarray(ground, np.float32)
    contrast = float(towards @ towards)
    if contrast < LEAST_CONTRAST**2:
        return np.zeros(patch.shape[:2], np.float32)
    share = (patch.astype(np.float32) - np.asarray(ground, np.float32)) @ (towards / contrast)
    return np.asarray(np.clip(share, 0, 1), np.float32)


def height_in_em(text: str) -> float:
    """The height of the ink of `text`, by which of its letters rise and which descend."""
    letters = text.strip()
    rises = any(c in ASCENDING or c.isupper() or ord(c) > 0x2E80 for c in letters)
    falls = any(c in DESCENDING for c in letters)
    return (CAP_HEIGHT if rises else X_HEIGHT) + (DESCENT if falls else 0.0)


def slant(ink: Coverage) -> float:
    """The tangent by which upright strokes lean to the right: about 0.2 where italic.

    The shear that gathers the ink in the fewest columns undoes the slant.
    """
    height, width = ink.shape
    if height < 6 or width < 4:
        return 0.0
    larger = -(-SHEARED // height)
    if larger > 1:
        height, width = height * larger, width * larger
        ink = np.asarray(cv2.resize(ink, (width, height), interpolation=cv2.INTER_CUBIC))
    pad = int(np.ceil(STEEPEST * height)) + 1
    sharpest, found = -1.0, 0.0
    for lean in np.linspace(LEAST_LEAN, STEEPEST, SHEARS):
        shear = np.array([[1, lean, pad - lean * height], [0, 1, 0]], np.float32)
        upright = cv2.warpAffine(ink, shear, (width + 2 * pad, height), flags=cv2.INTER_LINEAR)
        columns = cv2.reduce(upright, 0, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
        sharpness = float((np.diff(columns) ** 2).sum())
        if sharpness > 1.02 * sharpest:
            sharpest, found = sharpness, float(lean)
    return found


def similarity_of(one: Coverage, other: Coverage) -> float:
    """1 − Σ(a − b)² / (Σa² + Σb²) of two of one size: 1 the same, 0 nothing in common."""
    ink = float((one * one).sum(dtype=np.float64) + (other * other).sum(dtype=np.float64))
    if ink == 0:
        return 1.0
    return max(0.0, 1 - float(((one - other) ** 2).sum(dtype=np.float64)) / ink)


def fitted(ink: Coverage, width: int, height: int) -> Coverage:
    """`ink` at another size."""
    size = max(1, width), max(1, height)
    how = cv2.INTER_AREA if width < ink.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=how), np.float32)
