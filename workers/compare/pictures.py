"""What a page is charged for delivering as pictures what CSS and text could draw."""

import cv2
import numpy as np

from workers.compare.canvas import Canvas
from workers.compare.ink import clip, grow
from workers.compare.match import Matching
from workers.elements import Box, Mask

FLAT_RANGE = 6  # levels a channel may vary in a tile that is flat
FAR = 40.0  # CSS pixels from any detail: no picture needs that ground
FREE_FLAT = 0.25  # share of a picture that may be far from detail at no charge
FREE_TEXT = 0.05  # share of the page's text that may be in pictures (logos) at no charge
TILE = 8.0  # CSS pixels


def picture_penalty(canvas: Canvas, matching: Matching) -> float:
    """The share of the page that is delivered as picture though the mockup does not need it, 0–1.

    Charged are, in the render's pictures: text boxes with half a line around them, as far as they
    exceed 5 % of the mockup's text area; and flat ground more than 40 CSS pixels away from any
    detail of the mockup, as far as it exceeds a quarter of its picture. Live text over a picture
    counts as the picture's detail. A photograph, an icon or a chart costs nothing.
    """
    if not canvas.render.pictures:
        return 0.0
    size = canvas.mockup.width * canvas.mockup.height
    return min(1.0, (_baked_area(canvas, matching) + _flat_area(canvas)) / size)


def charged_text(canvas: Canvas, matching: Matching) -> int:
    """Ink box area of mockup text inside pictures beyond what is free, in pixels."""
    baked = sum(run.ink.area for run in matching.baked)
    return max(0, baked - round(FREE_TEXT * sum(run.ink.area for run in canvas.mockup.runs)))


def _baked_area(canvas: Canvas, matching: Matching) -> float:
    baked = sum(run.ink.area for run in matching.baked)
    if not baked:
        return 0.0
    lines = sum(grow(run.ink, run.ink.height // 2).area for run in matching.baked)
    return lines * charged_text(canvas, matching) / baked


def _flat_area(canvas: Canvas) -> float:
    tile = max(1, round(TILE * canvas.mockup.scale))
    far = _far_from_detail(canvas, tile)
    seen = np.zeros(far.shape, dtype=bool)
    charged = 0.0
    for box in sorted(canvas.render.pictures, key=lambda box: -box.area):
        part = _tiles(box, tile, far.shape)
        fresh = far[part] & ~seen[part]
        charged += max(0.0, fresh.sum() * tile**2 - FREE_FLAT * box.area)
        seen[part] = True
    return charged


def _far_from_detail(canvas: Canvas, tile: int) -> Mask:
    """Tiles of the mockup that are flat and far from any tile that is not."""
    image = canvas.mockup.image
    height, width = (max(1, side // tile) for side in image.shape[:2])
    kernel = np.ones((tile, tile), dtype=np.uint8)
    spread = cv2.subtract(cv2.dilate(image, kernel), cv2.erode(image, kernel)).max(axis=2)
    middle = tile // 2
    busy = spread[middle::tile, middle::tile][:height, :width] > FLAT_RANGE
    for run in canvas.render.runs:
        busy[_tiles(run.ink, tile, busy.shape)] = True
    distance = cv2.distanceTransform((~busy).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(distance * tile > FAR * canvas.mockup.scale)


def _tiles(box: Box, tile: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    inside = clip(box, shape[1] * tile, shape[0] * tile) or Box(0, 0, 0, 0)
    rows = slice(inside.y // tile, -(-inside.bottom // tile))
    return rows, slice(inside.x // tile, -(-inside.right // tile))
