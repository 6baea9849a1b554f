"""What JPEG and its like leave on a picture of an interface, found and taken off.

Around letters and lines they write faint ripples that nobody sees, and that a comparison of pixels
takes for drawings. A picture that was never compressed is left as it is, to the last bit.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Image, Mask, channel_max


@dataclass(frozen=True)
class NoiseLimits:
    """Lengths in image pixels, colours in levels 0–255.

    The share in the quietest quarter of tiles is 0 on each of 43 screenshots, .02 to .66 on five
    pages as JPEG of quality 60 to 98 and as WebP.
    """

    strong: int = 40  # levels between neighbours that make an edge with ripples around it
    rim: int = 2  # around an edge, whose soft side is no ripple
    reach: int = 7  # around an edge, that its ripples lie within: they stay in a block of 8
    ripple: int = 2  # levels between neighbours; gradients have less
    tile: int = 64
    least: int = 64  # pixels to judge a tile by
    share: float = 0.06  # of them, with ripples, in the quietest quarter of tiles
    most: float = 25.0  # levels: more is a photo's
    strength: float = 2.0  # how far apart colours are evened out, by the level of the ripples
    elsewhere: float = 0.3  # of that, away from strong edges: faint borders lie there
    base: float = 2.0  # levels a pixel may differ from what is around it and be evened out…
    slack: float = 0.05  # …and this share of the strongest edge near it


LIMITS = NoiseLimits()


def without_compression_noise(image: Image, limits: NoiseLimits = LIMITS) -> Image:
    """`image` (H, W, 3) without its ripples; itself where it has none. 0.1 s for a megapixel."""
    level = compression_noise(image, limits)
    if level == 0.0:
        return image
    edges = (_steps(image) >= limits.strong).astype(np.uint8)
    rippled = cv2.dilate(edges, _square(limits.reach)) > 0
    strength = limits.strength * level
    calm, rest = (_calmed(image, by, limits) for by in (strength, limits.elsewhere * strength))
    return np.asarray(np.where(rippled[..., None], calm, rest), np.uint8)


def _calmed(image: Image, strength: float, limits: NoiseLimits) -> Image:
    """Colours no further apart than about `strength` evened out, edges left."""
    smooth = np.asarray(cv2.bilateralFilter(image, 7, strength, 3), np.uint8)
    around = np.asarray(cv2.medianBlur(smooth, 5), np.uint8)
    near = cv2.dilate(_steps(smooth), _square(8)).astype(np.float32)
    far = channel_max(np.asarray(cv2.absdiff(smooth, around)))
    even = far <= min(limits.base, strength / 4) + limits.slack * near
    return np.asarray(np.where(even[..., None], around, smooth), np.uint8)


def compression_noise(image: Image, limits: NoiseLimits = LIMITS) -> float:
    """How strong the ripples are, in levels; 0 where there are none.

    Photos ripple too, so what counts are the quieter parts: of an interface that was never
    compressed they are flat.
    """
    steps = _steps(image)
    edges = (steps >= limits.strong).astype(np.uint8)
    near, rim = (cv2.dilate(edges, _square(by)) > 0 for by in (limits.reach, limits.rim))
    around = np.asarray(near & ~rim)
    shares, levels = [], []
    for ripples in _tiles(steps, around, limits):
        shares.append(float((ripples >= limits.ripple).mean()))
        levels.append(float(np.percentile(ripples, 99)))
    if not shares or np.percentile(shares, 25) < limits.share:
        return 0.0
    return min(float(np.median(levels)), limits.most)


def _tiles(steps: NDArray[np.uint8], around: Mask, limits: NoiseLimits) -> list[NDArray[np.uint8]]:
    """The steps around edges, tile by tile, of those that have enough."""
    height, width = steps.shape
    corners = np.ndindex(-(-height // limits.tile), -(-width // limits.tile))
    found = []
    for row, column in corners:
        place = np.s_[
            row * limits.tile : (row + 1) * limits.tile,
            column * limits.tile : (column + 1) * limits.tile,
        ]
        found.append(steps[place][around[place]])
    return [one for one in found if one.size >= limits.least]


def _steps(image: Image) -> NDArray[np.uint8]:
    """By how many levels of any channel a pixel differs from one beside, above or below it."""
    low, high = (op(image, np.ones((3, 3), np.uint8)) for op in (cv2.erode, cv2.dilate))
    return channel_max(np.asarray(cv2.subtract(high, low), np.uint8))


def _square(by: int) -> NDArray[np.uint8]:
    return np.ones((2 * by + 1, 2 * by + 1), np.uint8)
