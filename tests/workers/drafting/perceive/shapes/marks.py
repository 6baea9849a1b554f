"""Drawn edges, borders, bullets and crumbs, and what is found in them."""

from typing import Any

import numpy as np

from tests.workers.drafting.perceive.shapes.areas import Boxes, corners, drawn, placed
from tests.workers.drafting.perceive.shapes.drawing import BLUE, DARK, GREY, WHITE, Canvas
from workers.drafting.page import Border, Panel, Rule
from workers.drafting.perceive.shapes.borders import with_borders, without_edges
from workers.drafting.perceive.shapes.bullets import find_bullets
from workers.drafting.perceive.shapes.edges import sharpen
from workers.drafting.perceive.shapes.panels import Shapes, find_shapes
from workers.drafting.perceive.shapes.pictures import (
    find_pictures,
    with_unread,
)
from workers.imaging import Box, Colour, Image, Mask, TextRun

# Edges: the end of a line 1.9 pixels wide, an edge over two pixels, one that rounding has blurred.


def sharpened(thresholds: Any) -> list[list[int]]:
    ways = [
        [255, 255, 200, 90, 90, 90],
        [255, 255, 251, 100, 20, 20],
        [255, 255, 200, 30, 20, 20],
        [255, 255, 190, 90, 20, 20],
        [255, 255, 252, 20, 20],
        [255, 255, 253, 120, 20, 20],
    ]
    profiles = [np.repeat(np.array(way, float)[:, None], 3, axis=1) for way in ways]
    return [np.rint(sharpen(p, thresholds)[:, 0]).astype(int).tolist() for p in profiles]


# Borders: boxes in boxes, hollow rectangles around them, and lines along their sides.

GROUND = (244, 246, 250)


def bordered(width: int, *sides: Colour, fill: Colour = WHITE) -> Image:
    """A box with sides (left, top, right, bottom) of so many pixels."""
    outer = Box(40, 30, 100, 60)
    canvas = Canvas(180, 120, GROUND).box(outer, sides[0])
    canvas.box(Box(40 + width, 30, 100 - width, width), sides[1])
    canvas.box(Box(140 - width, 30 + width, width, 60 - width), sides[2])
    canvas.box(Box(40 + width, 90 - width, 100 - 2 * width, width), sides[3])
    inner = Box(40 + width, 30 + width, 100 - 2 * width, 60 - 2 * width)
    return canvas.box(inner, fill).pixels()


def crossed(share: float) -> Image:
    """A border that something lies across on three sides, for a share of their length."""
    image = bordered(2, *[GREY] * 4).copy()
    image[28:32, 70 : 70 + round(100 * share)] = BLUE
    image[88:94, 70 : 70 + round(100 * share)] = BLUE
    image[50 : 50 + round(60 * share), 38:42] = BLUE
    return image


def between_pixels() -> Image:
    """A border of which three sides begin and end within a pixel."""
    canvas = Canvas(180, 120, GROUND, 1.75)
    return canvas.card(Box(42, 31, 100, 60), WHITE, (4, (120, 130, 160)), 0).pixels()


def dotted_inside() -> Image:
    """A border around a fill that has dots in its fourth row and column from each side."""
    image = bordered(2, *[GREY] * 4).copy()
    image[[35, 84], 42:138:3] = BLUE
    image[32:88:3, [45, 134]] = BLUE
    return image


def on_stripes() -> Image:
    """A border on a ground that is of many colours."""
    image = bordered(1, *[GREY] * 4).copy()
    stripes = (37 * np.arange(180) % 251).astype(np.uint8)[:, None]
    image[:30], image[90:] = stripes, stripes
    image[30:90, :40] = image[30:90, 140:] = stripes[:60, None]
    return image


def darkening() -> Image:
    rows = np.arange(120, dtype=np.uint8)
    return np.repeat(np.repeat(rows[:, None, None], 180, axis=1), 3, axis=2)


def borders_in(thresholds: Any) -> list[Any]:
    off, slightly = (217, 221, 229), (221, 225, 233)
    pictures = [
        bordered(4, *[GREY] * 4),
        bordered(6, *[GREY] * 4),
        bordered(2, *[GREY] * 4, fill=(220, 224, 232)),
        bordered(2, *[GREY] * 4, fill=(222, 226, 234)),
        bordered(2, GREY, GREY, slightly, slightly),
        bordered(2, GREY, GREY, off, off),
        crossed(0.1),
        crossed(0.4),
        between_pixels(),
        dotted_inside(),
        on_stripes(),
    ]
    found: list[Any] = []
    for picture in pictures:
        panels = find_shapes(picture, np.zeros(picture.shape[:2], bool)).panels
        inner = [panel for panel in panels if panel.box.area < 10_000]
        found.append([(p.box, p.border) for p in with_borders(inner, (), picture, thresholds)])
    flat = placed(size=(300, 200))
    for gap in (4, 6):
        box = Panel(Box(40, 40, 80, 60), WHITE)
        hollow = Panel(Box(40 - gap, 40 - gap, 80 + 2 * gap, 60 + 2 * gap), None, Border(3, BLUE))
        found.append(len(with_borders([box], [hollow], flat, thresholds)))
    alone = Panel(Box(40, 40, 80, 60), None, Border(3, BLUE))
    found.append(with_borders([], [alone], darkening(), thresholds)[0].fill)
    panel = Panel(Box(40, 40, 100, 100), WHITE, Border(2, BLUE))
    rules = [Rule(Box(40, 40, length, 2), BLUE) for length in (70, 35)]
    rules += [Rule(Box(40, 40 - out, 70, 2), BLUE) for out in (1, 2)]
    found.append(without_edges(rules, [panel], thresholds))
    return found


# Bullets: dots, and texts to the right of them.


def bullets_in(thresholds: Any) -> Boxes:
    sizes = [2, 5, 7, 12]
    dots = [Box(40 - size, 20 + 30 * i - size // 2, size, size) for i, size in enumerate(sizes)]
    texts = [Box(50, 14 + 30 * i, 60, 12) for i in range(len(sizes))]
    for gap, lower in ((2, 0), (4, 0), (20, 0), (40, 0), (10, 3), (10, 8)):
        y = 20 + 30 * len(dots)
        dots.append(Box(34, y - 3, 6, 6))
        texts.append(Box(40 + gap, y - 6 + lower, 60, 12))
    mask = drawn(200, 400, *dots)
    y = 20 + 30 * len(dots)
    mask |= drawn(200, 400, Box(33, y, 7, 1), Box(36, y - 3, 1, 7), Box(34, y - 1, 5, 2))
    texts.append(Box(50, y - 6, 60, 12))
    runs = [TextRun("item", text, DARK, WHITE) for text in texts]
    image = np.full((400, 200, 3), 255, np.uint8)
    return corners(panel.box for panel in find_bullets(image, mask, runs, thresholds))


# Pictures: crumbs of many sizes.


def scattered(width: int, height: int, every: int, of: int) -> Mask:
    """Crumbs all over, `every` of `of` columns and the frame."""
    mask = np.zeros((height, width), bool)
    mask[:, np.arange(width) % of < every] = True
    return mask


LINE = Box(28, 18, 40, 8)


def pictures_in(thresholds: Any) -> list[Any]:
    crumbs = [
        drawn(100, 60, Box(20, 20, 12, 12), Box(39, 20, 12, 12)),
        drawn(100, 60, Box(20, 20, 12, 12), Box(46, 20, 12, 12)),
        drawn(100, 60, Box(20, 20, 7, 20)),
        drawn(100, 60, Box(20, 20, 4, 20)),
        drawn(100, 60, Box(20, 20, 7, 8)),
        drawn(100, 60, Box(20, 20, 12, 1), Box(20, 20, 1, 12)),
        drawn(100, 60, Box(20, 20, 12, 2), Box(20, 20, 2, 12)),
        np.pad(scattered(40, 30, 1, 5), 20),
        np.pad(scattered(51, 40, 1, 5), 20),
        np.pad(scattered(60, 50, 2, 5), 20),
    ]
    found: list[Any] = []
    for mask in crumbs:
        shapes = Shapes((), (), (), mask)
        found.append(corners(p.box for p in find_pictures(shapes, (), (), thresholds)))
    for deep in (3, 6):
        mask = drawn(200, 100, Box(60, 30 - deep, 12, 2 * deep))
        shapes, panel = Shapes((), (), (), mask), Panel(Box(20, 30, 150, 50), WHITE)
        found.append(corners(p.box for p in find_pictures(shapes, [panel], (), thresholds)))
    for words, of in (("words here", 6), ("words here", 2), ("name", 2), ("hi", 2)):
        mask = np.pad(scattered(100, 60, max(1, of - 1), of), 20)
        inks = (Box(30, 30, 40, 8), Box(30, 50, 40, 8))
        runs = [TextRun(words, ink, DARK, WHITE) for ink in inks]
        shapes = Shapes((), (), (), mask)
        found.append(corners(p.box for p in find_pictures(shapes, (), runs, thresholds)))
    for mark in (Box(30, 22, 6, 6), Box(30, 23, 5, 5), Box(30, 20, 6, 4), Box(40, 22, 8, 8)):
        run = TextRun("a month", Box(50, 20, 60, 10), DARK, WHITE)
        shapes = Shapes((), (), (), drawn(140, 60, mark))
        found.append(corners(p.box for p in find_pictures(shapes, (), [run], thresholds)))
    for strokes in (4, 10, 20):
        mask = drawn(140, 60, Box(30, 20, 7, 1), Box(30, 20, 1, 8), Box(31, 21, 1, strokes // 4))
        shapes = Shapes((), (), (), mask)
        found.append(corners(p.box for p in find_pictures(shapes, (), [run], thresholds)))
    for many, ink in ((3, Box(28, 18, 12, 5)), (5, Box(28, 18, 12, 5)), (12, LINE), (24, LINE)):
        mask = drawn(100, 60, Box(30, 20, many, 1))
        found.append(corners(p.box for p in with_unread((), [ink], mask, thresholds)))
    return found
