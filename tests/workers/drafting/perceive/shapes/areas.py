"""Drawn areas, and what the stages that look for areas find in them."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from tests.workers.drafting.perceive.shapes.drawing import BLUE, DARK, GREY, WHITE, Canvas
from workers.drafting.page import Gradient
from workers.drafting.perceive.shapes.fills import fit_fill
from workers.drafting.perceive.shapes.panels import corner_radius, find_shapes
from workers.drafting.perceive.shapes.rectangles import largest_rectangles
from workers.drafting.perceive.shapes.regions import flat_regions
from workers.imaging import Box, Colour, Image, Mask

Boxes = list[tuple[int, int, int, int]]


def corners(boxes: Iterable[Box]) -> Boxes:
    return sorted((box.x, box.y, box.width, box.height) for box in boxes)


def drawn(width: int, height: int, *boxes: Box) -> Mask:
    mask = np.zeros((height, width), bool)
    for box in boxes:
        mask[box.y : box.bottom, box.x : box.right] = True
    return mask


# Fills: a noisy colour, a noisy gradient, gradients that are almost upright, a pattern of pixels.


def noisy(deviation: float, slope: float, angle: float = 90) -> Image:
    ys, xs = np.mgrid[0:60, 0:60]
    way = xs * np.sin(np.radians(angle)) - ys * np.cos(np.radians(angle))
    noise = np.random.default_rng(1).normal(0, deviation, (60, 60))
    grey = 60 + slope * way + noise
    return np.repeat(np.clip(np.rint(grey), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def dotted(every: int) -> Image:
    """Flat only to those who look at no more than every so manieth pixel."""
    row = np.full(8000, 220, np.uint8)
    row[::every] = 100
    return np.repeat(row.reshape(80, 100, 1), 3, axis=2)


def kinds_of_fill(thresholds: Any) -> list[str]:
    pictures = [
        noisy(3, 0),
        noisy(6, 0),
        noisy(8, 2),
        noisy(16, 2),
        noisy(0, 2, 174),
        noisy(0, 2, 168),
        dotted(2),
        dotted(4),
    ]
    kinds = []
    for picture in pictures:
        height, width = picture.shape[:2]
        ys, xs = np.divmod(np.arange(height * width), width)
        fill = fit_fill(picture.reshape(-1, 3), xs, ys, (width, height), thresholds)
        if isinstance(fill, Gradient):
            kinds.append(f"{fill.angle:.0f}°")
        else:
            kinds.append("colour" if fill else "none")
    return kinds


# Regions: stripes side by side, each within a step of the next.


def stripes(widths: dict[int, int], height: int = 60) -> Image:
    """Columns of grey levels, as many pixels wide as said."""
    row = np.repeat(list(widths), list(widths.values())).astype(np.uint8)
    return np.repeat(np.tile(row, (height, 1))[..., None], 3, axis=2)


def blobs() -> Image:
    mask = drawn(40, 20, Box(3, 3, 6, 5), Box(20, 3, 4, 4))
    return np.repeat(np.where(mask, 20, 200).astype(np.uint8)[..., None], 3, axis=2)


def island(side: int, *, faint: float = 0.05, cut: float = 0) -> Image:
    """A square in the colour of its ground within a line, which for a share of its length is a
    step fainter than an edge; another share of the square is cut away at a corner."""
    image = np.full((side + 40, side + 40), 100, np.uint8)
    image[19 : side + 21, 19 : side + 21] = 120
    image[20 : side + 20, 20 : side + 20] = 100
    shown = round(4 * side * faint)
    for turn in range(4):
        length = min(side, max(0, shown - turn * side))
        image[19, 20 : 20 + length] = 102
        image = np.rot90(image)
    away = round(side * cut**0.5)
    end = side + 20
    image[end - away : end, end - away : end] = 120
    return np.repeat(image[..., None], 3, axis=2)


def fading(height: int) -> Image:
    """A gradient, in a line, that ends in the colour of the page."""
    image = np.full((400, 120), 250, np.uint8)
    image[40 : 40 + height, 20:100] = np.linspace(200, 250, height)[:, None]
    return np.repeat(image[..., None], 3, axis=2)


def region_areas(thresholds: Any) -> list[list[int]]:
    pictures = [
        stripes({100: 12, 102: 12}, 10),
        stripes({100: 12, 105: 12}, 10),
        blobs(),
        stripes({100: 40, 103: 1, 106: 9}),
        stripes({100: 40, 103: 1, 106: 9}, 30),
        stripes({97: 17, 100: 45, 103: 18, 106: 20}),
        stripes({98: 18, 99: 19, 100: 22, 101: 17, 102: 16, 105: 8}),
        stripes({100: 96, 103: 1, 106: 3}),
        stripes({100: 196, 103: 1, 106: 3}),
        stripes({100: 79, 103: 1, 106: 14, 109: 6}),
        stripes({100: 79, 103: 1, 106: 7, 108: 7, 110: 6}),
        island(50),
        island(40),
        island(80),
        island(60, faint=0.5),
        island(80, cut=0.4),
        fading(120),
    ]
    return [[region.area for region in flat_regions(p, thresholds)[1]] for p in pictures]


# Rectangles.


def covers(thresholds: Any) -> list[Boxes]:
    masks = [
        drawn(100, 80, Box(2, 0, 97, 80)),
        drawn(260, 60, *(Box(52 * i, 4, 40, 40) for i in range(5))),
        drawn(100, 80, Box(0, 0, 40, 32), Box(60, 0, 32, 20)),
        drawn(320, 260, Box(0, 0, 200, 200), Box(220, 0, 80, 50), Box(220, 60, 60, 32)),
    ]
    return [corners(largest_rectangles(mask.astype(np.uint8), thresholds)) for mask in masks]


# Panels: bars, boxes, rings, a disc, a wedge, and areas with arms.


def ring(box: Box, width: int) -> tuple[tuple[Box, Colour], tuple[Box, Colour]]:
    inner = Box(box.x + width, box.y + width, box.width - 2 * width, box.height - 2 * width)
    return (box, BLUE), (inner, WHITE)


def placed(*boxes: tuple[Box, Colour], size: tuple[int, int] = (700, 500)) -> Image:
    canvas = Canvas(*size)
    for box, fill in boxes:
        canvas.box(box, fill)
    return canvas.pixels()


def wedge() -> Image:
    image = np.full((120, 120, 3), 255, np.uint8)
    ys, xs = np.mgrid[0:120, 0:120]
    image[(xs > 20) & (ys < 100) & (xs - 20 < ys)] = BLUE
    return image


def uneven_angle(levels: range) -> Image:
    """An L whose long arm goes through levels of grey."""
    arm = stripes({level: 250 // len(levels) for level in levels})
    image = np.full((240, 300, 3), 255, np.uint8)
    image[20:140, 20:32] = arm[0, 0]
    image[20:80, 20 : 20 + arm.shape[1]] = arm
    return image


def between_pixels() -> Image:
    """A line and two bars whose upper or lower edge lies within a pixel."""
    canvas = Canvas(120, 90, scale=1.5).box(Box(20, 21, 80, 3), DARK)
    return canvas.box(Box(20, 41, 80, 5), DARK).box(Box(20, 62, 80, 5), DARK).pixels()


LOW = ((30, 4), (20, 4), (60, 8), (50, 8), (27, 8), (13, 4), (30, 16))  # px wide and high


def shapes_in(thresholds: Any) -> list[Any]:
    bars = [(Box(20, 20, 80, 3), DARK), (Box(20, 40, 80, 5), DARK), (Box(20, 60, 24, 1), DARK)]
    bars += [(Box(220, 20 + 20 * i, w, h), DARK) for i, (w, h) in enumerate(LOW)]
    bars += [(Box(20, 80, 10, 3), DARK), (Box(20, 100, 80, 12), BLUE), (Box(20, 130, 80, 7), BLUE)]
    rings = [ring(Box(20, 20, 200, 120), 7), ring(Box(20, 180, 280, 200), 12)]
    rings += [ring(Box(400, 20, 40, 40), 7)]
    arms = [(Box(20, 20, 64, 20), BLUE), (Box(20, 20, 16, 64), BLUE)]
    narrow = [(Box(120, 20, 64, 17), GREY), (Box(120, 20, 4, 40), GREY)]
    pictures = [
        placed(*bars),
        placed(*(box for pair in rings for box in pair)),
        Canvas(120, 120).box(Box(30, 30, 60, 60), BLUE, 30).pixels(),
        wedge(),
        placed(*arms, *narrow),
        uneven_angle(range(88, 113)),
        uneven_angle(range(80, 130)),
        between_pixels(),
    ]
    found = []
    for picture in pictures:
        shapes = find_shapes(picture, np.zeros(picture.shape[:2], bool), thresholds)
        kinds = (shapes.panels, shapes.hollow, shapes.rules)
        found.append([corners(shape.box for shape in kind) for kind in kinds])
    return found


def radii(thresholds: Any) -> list[int]:
    pictures = [Canvas(80, 80).box(Box(0, 0, 80, 80), BLUE, r).pixels() for r in (1, 2, 8, 20)]
    notches = [Box(0, 34, 6, 12), Box(74, 34, 6, 12)]
    notched = Canvas(80, 80).box(Box(0, 0, 80, 80), BLUE, 8)
    for notch in notches:
        notched.box(notch, WHITE)
    tab = Canvas(80, 80).box(Box(0, 0, 80, 80), BLUE, 20).box(Box(0, 40, 80, 40), BLUE)
    pictures += [notched.pixels(), tab.pixels()]
    return [
        corner_radius((picture == BLUE).all(axis=2).astype(np.uint8), thresholds)
        for picture in pictures
    ]
