"""What a page loses by delivering as pictures what CSS and text could draw."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, TextRun, clip, grow
from workers.scoring.canvas import Canvas

FLAT_RANGE = 6  # levels a channel may vary in a tile that is flat
FAR = 40.0  # CSS pixels from any detail: ground that no picture needs
FREE_FLAT = 0.5  # share of a picture that may be such ground without penalty
WHOLE_PAGE = 0.6  # share of the page from where a picture is a picture of the page
FREE_TEXT = 0.05  # share of the page's text that may be in pictures (logos) without penalty
TILE = 8.0  # CSS pixels


def picture_penalty(canvas: Canvas, rasterised: Sequence[TextRun]) -> float:
    """The share of the page that is delivered as picture though the mockup does not need it, 0–1.

    Penalised are, in the render's pictures:
    - text with half a line around it, as far as it exceeds 5 % of the mockup's text area;
    - flat ground more than 40 CSS pixels away from any detail, as far as it exceeds half of its
      picture; all flat ground in a picture of 60 % of the page or more.
    A photograph, an icon or a chart costs nothing, nor does a picture that is nothing but flat (a
    placeholder) or that has live text over it (a background).
    """
    if not canvas.render.pictures:
        return 0.0
    size = canvas.mockup.width * canvas.mockup.height
    return min(1.0, (_rasterised_area(canvas, rasterised) + _flat_area(canvas)) / size)


def _rasterised_area(canvas: Canvas, rasterised: Sequence[TextRun]) -> float:
    """The area of such lines, less what may stand in pictures."""
    ink = sum(run.ink.area for run in rasterised)
    if not ink:
        return 0.0
    text = [*(run.ink for run in canvas.mockup.runs), *canvas.mockup.unread]
    excess = max(0.0, ink - FREE_TEXT * sum(box.area for box in text))
    lines = sum(grow(run.ink, run.ink.height // 2).area for run in rasterised)
    return lines * excess / ink


def _flat_area(canvas: Canvas) -> float:
    tile = max(1, round(TILE * canvas.mockup.scale))
    distance = _distance_to_detail(canvas, tile)
    page = canvas.mockup.width * canvas.mockup.height
    penalised = np.zeros(distance.shape)
    for box in canvas.render.pictures:
        inside = distance[_tiles(grow(box, -tile), tile, distance.shape)]
        if not (inside == 0).any() or _has_live_text(canvas, box):
            continue
        whole = box.area > WHOLE_PAGE * page
        part = _tiles(box, tile, distance.shape)
        flat = distance[part] > (TILE if whole else FAR)
        share = float(flat.mean())
        excess = share if whole else max(0.0, share - FREE_FLAT)
        penalised[part] = np.maximum(penalised[part], flat * (excess / share if share else 0.0))
    return float(penalised.sum()) * tile**2


def _has_live_text(canvas: Canvas, picture: Box) -> bool:
    return any(picture.contains(run.ink) for run in canvas.render.runs)


def _distance_to_detail(canvas: Canvas, tile: int) -> NDArray[np.float32]:
    """CSS pixels from each tile of the mockup to the next that is not flat."""
    image = canvas.mockup.image
    kernel = np.ones((tile + 1, tile + 1), dtype=np.uint8)  # an edge between tiles counts
    spread = cv2.subtract(cv2.dilate(image, kernel), cv2.erode(image, kernel))
    middle = tile // 2
    spread = spread[middle::tile, middle::tile].max(axis=2)
    flat = (spread <= FLAT_RANGE).astype(np.uint8)
    distance = cv2.distanceTransform(flat, cv2.DIST_L2, 3)
    return np.asarray(np.minimum(distance, flat.size) * TILE, dtype=np.float32)


def _tiles(box: Box, tile: int, shape: tuple[int, ...]) -> tuple[slice, slice]:
    inside = clip(box, shape[1] * tile, shape[0] * tile) or Box(0, 0, 0, 0)
    rows = slice(inside.y // tile, -(-inside.bottom // tile))
    return rows, slice(inside.x // tile, -(-inside.right // tile))
