"""Perception: a mockup's text, panels, rules and pictures, found without a neural network but
for the reading of text."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Gradient, Panel, Perception, Picture
from workers.drafting.perceive.fonts.matching import style_runs
from workers.drafting.perceive.shapes.borders import with_borders, without_edges
from workers.drafting.perceive.shapes.bullets import find_bullets
from workers.drafting.perceive.shapes.fills import distance
from workers.drafting.perceive.shapes.panels import find_shapes
from workers.drafting.perceive.shapes.pictures import find_pictures, without_photo_parts
from workers.drafting.perceive.text.ink import INK, find_ink, text_mask
from workers.drafting.perceive.text.reader import read_text
from workers.imaging import (
    Colour,
    Image,
    Mask,
    TextRun,
    at_css_scale,
    box_at_css_scale,
    commonest,
    crop,
    grow,
    to_colour,
)

REMEMBERED = 8  # mockups
SAME_GROUND = 3  # levels
FILLED = 0.95  # share of a row that its ground has where no text is
GROUND, NO_GROUND = 0.3, 0.02  # share of a text's box that its ground has, or surely would
_seen: OrderedDict[str, Perception] = OrderedDict()


def perceive(image: Image, scale: float) -> Perception:
    """Everything found in `image`, drawn at `scale` image pixels per CSS pixel; in CSS pixels.

    Text alone is read at full resolution: all else is found in the picture at one pixel per CSS
    pixel.

    Pure and slow (text reading takes seconds); the last few results are remembered.
    """
    key = f"{sha256(image.tobytes()).hexdigest()}:{image.shape}:{scale}"
    if key not in _seen:
        picture = at_css_scale(image, scale)
        _seen[key] = _perceive(
            picture, [_at_css_scale(r, picture, scale) for r in read_text(image)]
        )
        while len(_seen) > REMEMBERED:
            _seen.popitem(last=False)
    _seen.move_to_end(key)
    return _seen[key]


def _perceive(image: Image, read: Iterable[TextRun]) -> Perception:
    """What is found in `image` (1 pixel per CSS pixel), the text on it being `read`."""
    runs = tuple(_grounded(image, run) for run in read)
    text = text_mask(image, runs)
    clean = painted_over(image, runs, text)
    shapes = find_shapes(clean, text)
    panels = with_borders(shapes.panels, shapes.hollow, clean)
    pictures = find_pictures(shapes, panels, runs)
    background, panels = _take_background(image, without_photo_parts(panels, pictures))
    panels += find_bullets(clean, shapes.crumbs, runs)
    words = tuple(run for run in runs if not _is_icon(run, pictures))
    height, width = image.shape[:2]
    return Perception(
        width=width,
        height=height,
        background=background,
        runs=style_runs(image, words),
        panels=panels,
        rules=without_edges(shapes.rules, panels),
        pictures=tuple(p for p in pictures if not _is_text(p, words)),
        text_mask=text,
    )


def _at_css_scale(run: TextRun, picture: Image, scale: float) -> TextRun:
    """A run read in image pixels, its ink measured anew in the `picture` of CSS pixels; the
    colour stays as read, where thin strokes are less diluted."""
    if scale == 1:
        return run
    box = box_at_css_scale(run.ink, scale)
    found = find_ink(picture, grow(box, 1, 1))
    return replace(run, ink=found.box if found else box)


def _grounded(image: Image, run: TextRun) -> TextRun:
    """The run on the colour that is under it, where what was read took in more than that: a
    badge and the card around it."""
    pixels = crop(image, grow(run.ink, 2)).reshape(-1, 3).astype(np.int16)
    colour = _commonest(pixels)
    common, old = (
        float((np.abs(pixels - ground).max(axis=1) <= SAME_GROUND).mean())
        for ground in (colour, run.background)
    )
    if common <= GROUND or old >= NO_GROUND:
        return run
    if distance(run.colour, colour) > INK.faintest:
        return replace(run, background=colour)
    return replace(run, background=colour, colour=_farthest(pixels, colour))


def painted_over(image: Image, runs: tuple[TextRun, ...], text: Mask) -> Image:
    """The picture with each run's pixels set to the run's ground: flat, unlike inpainting, so
    that a panel under text stays one region. What lies beyond its edge is left alone."""
    clean = image.copy()
    for run in runs:
        area = grow(run.ink, 3).slices
        beyond = _other_grounds(image[area], run)
        clean[area][text[area] & ~beyond[:, None]] = run.background
    return clean


def _other_grounds(around: Image, run: TextRun) -> NDArray[np.bool_]:
    """The rows (H) around a text that another flat ground fills: those past a panel's edge."""
    middles = np.median(around, axis=1)
    even = np.abs(around - middles[:, None]).max(axis=2) <= SAME_GROUND
    other = np.abs(middles - run.background).max(axis=1) > SAME_GROUND
    return np.asarray((even.mean(axis=1) > FILLED) & other, np.bool_)


def _take_background(
    image: Image, panels: tuple[Panel, ...]
) -> tuple[Colour | Gradient, tuple[Panel, ...]]:
    """The page's own fill, and the panels less the one that gave it."""
    height, width = image.shape[:2]
    for panel in panels:
        if panel.box.area > 0.9 * width * height and panel.fill is not None:
            return panel.fill, tuple(each for each in panels if each is not panel)
    sides = [_commonest(side) for side in (image[:, :2], image[:, -2:], image[:2], image[-2:])]
    sample = image[::4, ::4].astype(np.int16)
    return max(sides, key=lambda side: int((abs(sample - side).max(axis=2) <= 3).sum())), panels


def _farthest(pixels: NDArray[np.integer], ground: Colour) -> Colour:
    """The colour of what stands off the ground most."""
    away = np.abs(pixels - ground).max(axis=1)
    return to_colour(np.median(pixels[away >= 0.8 * away.max()], axis=0))


def _commonest(pixels: NDArray[np.integer]) -> Colour:
    return to_colour(pixels[commonest(pixels)][0])


def _is_icon(run: TextRun, pictures: tuple[Picture, ...]) -> bool:
    """Whether a short reading is really a glyph of a small picture."""
    small = (p.box for p in pictures if p.box.area < 6000)
    return len(run.text) <= 3 and any(box.contains(run.ink, 2) for box in small)


def _is_text(picture: Picture, runs: tuple[TextRun, ...]) -> bool:
    """Whether a picture is only what is left over of a word."""
    return any(run.ink.contains(picture.box, 2) for run in runs)
