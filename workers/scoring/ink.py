"""The visible pixels of text: where they are and what colour they have."""

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import (
    Box,
    Colour,
    Image,
    Mask,
    clip,
    commonest,
    crop,
    grow,
    masked,
    to_colour,
)

FAINT = 24.0  # contrast, in RGB distance, under which text counts as invisible
INK_SHARE = 0.35  # of the way from background to text colour, from where a pixel is ink
OUTER = 0.35  # of a line's height, at its top and bottom, that other things may reach into

Pixels = NDArray[np.float32]  # (..., 3) RGB
InkColours = tuple[Colour, Colour]  # of the text and of its background


def background_of(image: Image, box: Box, by: int = 2) -> Pixels:
    """The mean of the commonest colours around `box`, (3,)."""
    ring = _around(image, box, by)
    like = commonest(ring, step=8)
    return np.asarray(like.astype(np.float64) @ ring / like.sum(), dtype=np.float32)


def _around(image: Image, box: Box, by: int) -> Image:
    """The pixels of the `by` wide ring around `box` as (n, 3); the rim inside at a page edge."""
    height, width = image.shape[:2]
    outer = clip(grow(box, by), width, height) or box
    patch = crop(image, outer)
    ring = np.ones(patch.shape[:2], dtype=bool)
    ring[box.y - outer.y : box.bottom - outer.y, box.x - outer.x : box.right - outer.x] = False
    if not ring.any():
        ring[[0, -1], :] = True
        ring[:, [0, -1]] = True
    return masked(patch, ring)


def ink_mask(patch: Image, background: Pixels, colour: Colour | None) -> Mask:
    """Pixels of `patch` (h, w, 3) on the way from `background` to text `colour`.

    Without a colour, or where no pixel has it (emoji, gradient text), every pixel that stands out.
    """
    offset = patch.astype(np.float32) - background
    if colour is not None:
        towards = np.asarray(colour, dtype=np.float32) - background
        contrast = float(np.linalg.norm(towards))
        if contrast >= FAINT:
            share = offset @ (towards / contrast**2)
            astray = _length(*(offset[..., i] - share * towards[i] for i in range(3)))
            mask = np.asarray((share > INK_SHARE) & (astray < max(32.0, contrast / 2)))
            if mask.any():
                return mask
    return np.asarray(_length(*(offset[..., i] for i in range(3))) > 2 * FAINT)


def _length(red: Pixels, green: Pixels, blue: Pixels) -> Pixels:
    """Of vectors whose three components are given, each in an array of its own."""
    return np.asarray(np.sqrt(red * red + green * green + blue * blue))


def tighten(image: Image, box: Box, colour: Colour | None = None) -> Box | None:
    """The bounds of the ink inside `box`; None where nothing can be seen."""
    height, width = image.shape[:2]
    inside = clip(box, width, height)
    if inside is None:
        return None
    mask = ink_mask(crop(image, inside), background_of(image, inside, 1), colour)
    return bounds_of(mask, inside)


def bounds_of(mask: Mask, within: Box) -> Box | None:
    """The bounds of what is set in a mask of the box `within`; None where nothing is."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    left, top = int(columns[0]), int(rows[0])
    size = int(columns[-1]) - left + 1, int(rows[-1]) - top + 1
    return Box(within.x + left, within.y + top, *size)


def without_cut(image: Image, box: Box, colour: Colour) -> Box:
    """`box` without what reaches into it from outside: lines above and below, a border, an edge.

    That is ink in the outer parts of its height which goes on beyond the top or the bottom, or
    beyond both sides. All of the line's own ink must be inside; `box` itself where nothing is cut.
    """
    around = clip(grow(box, 1), image.shape[1], image.shape[0])
    if around is None:
        return box
    mask = ink_mask(crop(image, around), background_of(image, box, 1), colour)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    top, bottom = (
        stats[:, cv2.CC_STAT_TOP],
        stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT],
    )
    outer = (bottom <= OUTER * mask.shape[0]) | (top >= (1 - OUTER) * mask.shape[0])
    goes_on = (top == 0) | (bottom == mask.shape[0])
    goes_on |= stats[:, cv2.CC_STAT_WIDTH] == mask.shape[1]
    foreign = np.flatnonzero(outer & goes_on & (np.arange(count) > 0))
    if foreign.size == 0:
        return box
    rows = np.flatnonzero((mask & ~np.isin(labels, foreign)).any(axis=1))
    if rows.size == 0:
        return box
    return Box(box.x, around.y + int(rows[0]), box.width, int(rows[-1] - rows[0]) + 1)


def ink_colours(image: Image, ink: Box) -> InkColours:
    """Text and background colour under the ink box, measured alike on any picture.

    The background is the commonest colour around the box; the text is the median of the pixels
    that stand out most (at least 70 % of the way to the 95th percentile).
    """
    height, width = image.shape[:2]
    inside = clip(ink, width, height)
    if inside is None:
        return (0, 0, 0), (255, 255, 255)
    background = background_of(image, inside)
    patch = crop(image, inside).reshape(-1, 3)
    distance = _length(*(patch[:, i] - background[i] for i in range(3)))
    strong = patch.compress(distance >= 0.7 * np.percentile(distance, 95), axis=0)
    return to_colour(np.median(strong, axis=0)), to_colour(background)
