"""Pictures for people: where two pages differ."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.studio.events import Difference
from workers.imaging import Box, Image, box_at_image_scale, channel_max, clip, crop, grow
from workers.scoring.canvas import Canvas, resized
from workers.scoring.grounds import LIMITS as GROUNDS
from workers.scoring.item import Item

SAMPLE = 2.0  # CSS pixels per sample of the difference
FULL_HEAT = 60.0  # ΔE (CIE76) from where a difference is drawn in full red
PALE = (150 + np.arange(256) * (105 / 255)).astype(np.uint8)  # of each level of grey
AMBER = np.array([255, 178, 0], dtype=np.float32)
RED = np.array([214, 0, 28], dtype=np.float32)
CLOSE_UPS = 4  # differences shown close up…
MARGIN = 16  # …with so many CSS pixels around them…
LARGEST = 480  # …and no more than so many of each
NOTICED = 0.5  # severity of an item that everybody sees
AROUND = 4  # CSS pixels around an item in which its fault shows…
AT_EDGE = frozenset({"radius", "border", "shadow"})  # …and faults that show…
EDGE = 6  # …up to so many CSS pixels inside a box
GAP = 16  # pixels between pictures in a row


def heat_map(canvas: Canvas, items: Sequence[Item], width: int, height: int) -> Image:
    """The mockup in pale grey, differences over it from amber to red; (height, width, 3).

    Red is what a person would notice: the colour is an item's severity, the cover the pixels'.
    """
    mockup, render = (view.image[:height, :width] for view in (canvas.mockup, canvas.render))
    grey = cv2.cvtColor(mockup, cv2.COLOR_RGB2GRAY)
    pale = cv2.LUT(grey, PALE)
    if np.array_equal(mockup, render):
        return np.asarray(cv2.merge([pale] * 3), dtype=np.uint8)
    heat = _heat(mockup, render, canvas.mockup.scale)
    severity = _severity(items, canvas.mockup.scale, heat.shape)
    hot = np.flatnonzero((heat > 0) & (severity > 0))
    cover = np.minimum(1, 1.6 * np.sqrt(heat.take(hot))) * 0.9
    worst, ground = severity.take(hot), pale.take(hot) * (1 - cover)
    channels = []
    for amber, red in zip(AMBER, RED, strict=True):
        channel = pale.copy()
        np.put(channel, hot, (ground + (amber + (red - amber) * worst) * cover).astype(np.uint8))
        channels.append(channel)
    return np.asarray(cv2.merge(channels), dtype=np.uint8)


def close_ups(
    mockup: Image, render: Image, differences: Sequence[Difference], scale: float
) -> Image | None:
    """The places of the first differences under one another, mockup left, render right.

    None where there are none. `scale` is image pixels per CSS pixel, of both pictures.
    """
    height, width = (min(mockup.shape[i], render.shape[i]) for i in (0, 1))
    pairs: list[tuple[Image, Image]] = []
    for one in differences:
        place = grow(box_at_image_scale(one.rect, scale), round(MARGIN * scale))
        inside = clip(place, min(width, round(LARGEST * scale) + place.x), height)
        if one.cost > 0 and inside is not None and len(pairs) < CLOSE_UPS:
            tall = Box(inside.x, inside.y, inside.width, min(inside.height, round(LARGEST * scale)))
            pairs.append((crop(mockup, tall), crop(render, tall)))
    if not pairs:
        return None
    rows = [np.hstack((a, np.full((a.shape[0], GAP, 3), 128, np.uint8), b)) for a, b in pairs]
    wide = max(row.shape[1] for row in rows)
    fitted = [
        np.pad(row, ((0, GAP), (0, wide - row.shape[1]), (0, 0)), constant_values=128)
        for row in rows
    ]
    return np.asarray(np.vstack(fitted), np.uint8)


def _severity(items: Sequence[Item], scale: float, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """0–1 per pixel: how bad the worst item there is, 1 from what is noticed unasked."""
    worst = np.zeros(shape, np.float32)
    for item in items:
        if item.severity == 0:
            continue
        at_edge = all(finding.kind in AT_EDGE for finding in item.findings)
        reach = GROUNDS.shadow_reach if at_edge else AROUND
        place = box_at_image_scale(grow(item.box, reach), scale).slices
        inner = box_at_image_scale(grow(item.box, -EDGE), scale).slices
        before = worst[inner].copy()
        worst[place] = np.maximum(worst[place], min(1.0, item.severity / NOTICED))
        if at_edge:  # what stands in a box is not wrong because its edge is
            worst[inner] = before
    return worst


def beside(pictures: Sequence[Image]) -> Image:
    """Pictures in a row, top-aligned on grey."""
    height = max(picture.shape[0] for picture in pictures)
    width = sum(picture.shape[1] for picture in pictures) + (len(pictures) - 1) * GAP
    sheet = np.full((height, width, 3), 128, dtype=np.uint8)
    left = 0
    for picture in pictures:
        sheet[: picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1] + GAP
    return sheet


def _heat(mockup: Image, render: Image, scale: float) -> NDArray[np.float32]:
    """0–1 per pixel: colour difference, spread a little so that thin lines stay visible."""
    height, width = mockup.shape[:2]
    small = max(1, round(width / scale / SAMPLE)), max(1, round(height / scale / SAMPLE))
    delta = delta_e(resized(mockup, *small), resized(render, *small))
    spread = cv2.blur(cv2.dilate(delta, np.ones((3, 3), dtype=np.uint8)), (3, 3))
    heat = np.clip((spread - 2) / FULL_HEAT, 0, 1)
    return np.asarray(cv2.resize(heat, (width, height), interpolation=cv2.INTER_LINEAR))


def delta_e(one: Image, other: Image) -> NDArray[np.float32]:
    """CIE76: Euclidean distance in CIELAB, per pixel."""
    delta = np.zeros(one.shape[:2], np.float32)
    differs = channel_max(np.asarray(cv2.absdiff(one, other))) > 0
    if differs.any():  # CIELAB is dear, and most of two pages is alike
        offset = _lab(one[differs][None]) - _lab(other[differs][None])
        delta[differs] = np.sqrt(np.einsum("hwc,hwc->hw", offset, offset))[0]
    return delta


def _lab(image: Image) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(np.float32(1 / 255) * image, cv2.COLOR_RGB2LAB))
