"""Perception: a mockup's text, panels, rules and pictures, found without a neural network but
for the reading of text."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from workers.compression import without_compression_noise
from workers.drafting.page import Found, Gradient, Panel, Perception, Picture, Rule, StyledRun
from workers.drafting.perceive.fonts.matching import style_runs
from workers.drafting.perceive.letters import find_letters, is_letter
from workers.drafting.perceive.shapes.borders import with_borders, without_edges
from workers.drafting.perceive.shapes.bullets import find_bullets
from workers.drafting.perceive.shapes.fills import distance
from workers.drafting.perceive.shapes.panels import find_shapes
from workers.drafting.perceive.shapes.pictures import (
    find_pictures,
    with_unread,
    without_photo_parts,
)
from workers.drafting.perceive.shapes.shadows import with_shadows, without_shadows
from workers.drafting.perceive.shapes.stacks import joined
from workers.drafting.perceive.text.ink import INK, find_ink, text_mask
from workers.drafting.perceive.text.reader import find_text, read_inside
from workers.drafting.perceive.text.underlines import find_underlines
from workers.imaging import (
    Box,
    Colour,
    Image,
    Mask,
    TextRun,
    at_css_scale,
    box_at_css_scale,
    box_at_image_scale,
    commonest,
    crop,
    grow,
    legible,
    to_colour,
)

REMEMBERED = 8  # mockups
FINEST = 2  # image pixels per CSS pixel at which fonts are compared: more say no more


@dataclass(frozen=True)
class BackgroundThresholds:
    """What a text, and a whole page, stands on."""

    around: int = 2  # px around a text's ink in which its background is looked for
    painted: int = 3  # px around a text's ink that are painted over with it
    same: int = 3  # levels a pixel may be off a background that it belongs to
    ground: float = 0.3  # share of a text's box that its background has…
    no_ground: float = 0.02  # …and that another colour has which is none
    filled: float = 0.95  # share of a row that has one colour where no text is
    strongest: float = 0.8  # of the strongest contrast: what stands off the background so much
    whole_page: float = 0.9  # share of the page: a panel so large is the page's background


@dataclass(frozen=True)
class GlyphThresholds:
    """Which short readings are icons, and which small pictures are left over from letters."""

    icon: int = 6000  # px²: what is read within a picture so small is part of an icon…
    letters: int = 3  # …if it has no more characters
    slack: int = 2  # px that one may stick out of the other
    line: float = 4  # heights: what cannot be read and is wider is a line and no icon…
    photo: float = 3.0  # …unless a picture is around it that is so many times as large


BACKGROUNDS = BackgroundThresholds()
GLYPHS = GlyphThresholds()
_seen: OrderedDict[str, Perception] = OrderedDict()


OnFound = Callable[[Found], None]


def perceive(image: Image, scale: float, on_found: OnFound = lambda _: None) -> Perception:
    """Everything found in `image`, drawn at `scale` image pixels per CSS pixel; in CSS pixels.

    Text alone is read at full resolution: all else is found in the picture at one pixel per CSS
    pixel.

    Pure and slow (text reading takes seconds); the last few results are remembered. On the way
    `on_found` hears what is found: where text is, before it is read, and then everything.
    """
    key = f"{sha256(image.tobytes()).hexdigest()}:{image.shape}:{scale}"
    if key in _seen:
        seen = _seen[key]
        words = (styled.run for styled in seen.runs)
        on_found(_found(words, seen.panels, seen.rules, seen.pictures))
    else:
        _seen[key] = _perceive(_Source.of(image, scale), on_found)
        while len(_seen) > REMEMBERED:
            _seen.popitem(last=False)
    _seen.move_to_end(key)
    return _seen[key]


@dataclass(frozen=True)
class _Source:
    """A mockup of `scale` image pixels per CSS pixel, without the noise of its file format:
    `picture` has one pixel per CSS pixel, and `fine` FINEST of them, or as many as there are."""

    image: Image
    scale: float
    picture: Image
    fine: Image

    @classmethod
    def of(cls, image: Image, scale: float) -> "_Source":
        image = without_compression_noise(image)
        fine = at_css_scale(image, scale / min(scale, FINEST)) if scale > 1 else image
        return cls(image, scale, at_css_scale(image, scale), fine)

    def read(self, on_found: OnFound) -> list[TextRun]:
        """What is taken for text on it, in CSS pixels. What cannot be read has no `text`."""
        runs = find_text(self.image, lambda inks: on_found(_located(inks, self.scale)))
        return [_at_css_scale(run, self.picture, self.scale) for run in runs]

    def read_inside(self, box: Box) -> list[TextRun]:
        """What stands in a small box. All in CSS pixels."""
        runs = read_inside(self.image, box_at_image_scale(box, self.scale))
        return [_at_css_scale(run, self.picture, self.scale) for run in runs]

    def styled(self, runs: Sequence[TextRun]) -> tuple[StyledRun, ...]:
        return style_runs(self.picture, runs, self.fine, max(1, min(self.scale, FINEST)))


def _perceive(source: _Source, on_found: OnFound) -> Perception:
    """What is found in a mockup."""
    image = source.picture
    located = source.read(on_found)
    read = [run for run in legible(located) if is_letter(image, run)]
    runs, underlines = find_underlines(image, (on_its_background(image, run) for run in read))
    text = text_mask(image, runs)
    for line in underlines:
        text[grow(line.box, 0, 1).slices] = True
    clean = painted_over(image, runs, text)
    shapes = find_shapes(clean, text)
    clean, thrown = without_shadows(clean, shapes.panels)
    if thrown:
        shapes = find_shapes(clean, text)
    panels = with_borders(shapes.panels, shapes.hollow, clean)
    found = find_letters(panels, runs, source.read_inside)
    if letters := tuple(run for run in found if is_letter(image, run)):
        runs += letters
        text |= text_mask(image, letters)
        shapes = replace(shapes, crumbs=shapes.crumbs & ~text)
    pictures = find_pictures(shapes, panels, runs)
    background, panels = take_background(image, without_photo_parts(panels, pictures))
    panels = with_shadows(panels, thrown)
    dots = find_bullets(clean, shapes.crumbs, runs)
    panels += dots
    words = tuple(run for run in runs if not is_icon(run, pictures))
    panels, lines = joined(panels, shapes.rules, clean, words)
    rules = without_edges((*lines, *underlines), panels)
    pictures = tuple(p for p in pictures if not is_text(p, words))
    lost = [
        run
        for run in located
        if run not in read and not any(run.ink.contains(dot.box, 2) for dot in dots)
    ]
    pictures = with_unread(pictures, (run.ink for run in lost), shapes.crumbs)
    on_found(_found(words, panels, rules, pictures))
    height, width = image.shape[:2]
    return Perception(
        width=width,
        height=height,
        background=background,
        runs=source.styled(words),
        panels=panels,
        rules=rules,
        pictures=pictures,
        text_mask=text,
        unread=tuple(run.ink for run in lost if is_unread_line(run.ink, pictures)),
    )


def _located(inks: Iterable[Box], scale: float) -> Found:
    """Where text is, from boxes in image pixels."""
    return Found(complete=False, texts=tuple(box_at_css_scale(ink, scale) for ink in inks))


def _found(
    words: Iterable[TextRun],
    panels: Iterable[Panel],
    rules: Iterable[Rule],
    pictures: Iterable[Picture],
) -> Found:
    return Found(
        complete=True,
        texts=tuple(run.ink for run in words),
        panels=tuple(panel.box for panel in panels),
        rules=tuple(rule.box for rule in rules),
        pictures=tuple(picture.box for picture in pictures),
    )


def _at_css_scale(run: TextRun, picture: Image, scale: float) -> TextRun:
    """A run read in image pixels, its ink measured anew in the `picture` of CSS pixels; the
    colour stays as read, where thin strokes are less diluted."""
    if scale == 1:
        return run
    box = box_at_css_scale(run.ink, scale)
    found = find_ink(picture, grow(box, 1, 1))
    return replace(run, ink=found.box if found else box)


def on_its_background(
    image: Image, run: TextRun, limits: BackgroundThresholds = BACKGROUNDS
) -> TextRun:
    """The run on the colour that is under it, where what was read took in more than that: a
    badge and the card around it."""
    pixels = crop(image, grow(run.ink, limits.around)).reshape(-1, 3).astype(np.int16)
    colour = _commonest(pixels)
    common, old = (
        float((np.abs(pixels - background).max(axis=1) <= limits.same).mean())
        for background in (colour, run.background)
    )
    if common <= limits.ground or old >= limits.no_ground:
        return run
    if distance(run.colour, colour) > INK.faintest:
        return replace(run, background=colour)
    return replace(run, background=colour, colour=_farthest(pixels, colour, limits))


def painted_over(
    image: Image,
    runs: tuple[TextRun, ...],
    text: Mask,
    limits: BackgroundThresholds = BACKGROUNDS,
) -> Image:
    """The picture with each run's pixels set to the run's background: flat, unlike inpainting, so
    that a panel under text stays one region. What lies beyond its edge is left alone."""
    clean = image.copy()
    for run in runs:
        area = grow(run.ink, limits.painted).slices
        beyond = _beyond_the_edge(image[area], run, limits)
        clean[area][text[area] & ~beyond[:, None]] = run.background
    return clean


def _beyond_the_edge(
    around: Image, run: TextRun, limits: BackgroundThresholds
) -> NDArray[np.bool_]:
    """The rows (H) around a text that another flat colour fills: those past a panel's edge."""
    middles = np.median(around, axis=1)
    even = np.abs(around - middles[:, None]).max(axis=2) <= limits.same
    other = np.abs(middles - run.background).max(axis=1) > limits.same
    return np.asarray((even.mean(axis=1) > limits.filled) & other, np.bool_)


def take_background(
    image: Image, panels: tuple[Panel, ...], limits: BackgroundThresholds = BACKGROUNDS
) -> tuple[Colour | Gradient, tuple[Panel, ...]]:
    """The page's own fill, and the panels less the one that gave it."""
    height, width = image.shape[:2]
    for panel in panels:
        if panel.box.area > limits.whole_page * width * height and panel.fill is not None:
            return panel.fill, tuple(each for each in panels if each is not panel)
    sides = [_commonest(side) for side in (image[:, :2], image[:, -2:], image[:2], image[-2:])]
    sample = image[::4, ::4].astype(np.int16)

    def share(side: Colour) -> int:
        return int((abs(sample - side).max(axis=2) <= limits.same).sum())

    return max(sides, key=share), panels


def _farthest(
    pixels: NDArray[np.integer], background: Colour, limits: BackgroundThresholds
) -> Colour:
    """The colour of what stands off the background most."""
    away = np.abs(pixels - background).max(axis=1)
    return to_colour(np.median(pixels[away >= limits.strongest * away.max()], axis=0))


def _commonest(pixels: NDArray[np.integer]) -> Colour:
    return to_colour(pixels[commonest(pixels)][0])


def is_unread_line(ink: Box, pictures: Iterable[Picture], limits: GlyphThresholds = GLYPHS) -> bool:
    """Whether what cannot be read is a line in letters that are not known, and neither an icon nor
    a part of a photo."""
    larger = (each.box for each in pictures if each.box.area > limits.photo * ink.area)
    in_photo = any(box.contains(ink, limits.slack) for box in larger)
    return ink.width > limits.line * ink.height and not in_photo


def is_icon(run: TextRun, pictures: tuple[Picture, ...], limits: GlyphThresholds = GLYPHS) -> bool:
    """Whether a short reading is really a glyph of a small picture."""
    small = (picture.box for picture in pictures if picture.box.area < limits.icon)
    short = len(run.text) <= limits.letters
    return short and any(box.contains(run.ink, limits.slack) for box in small)


def is_text(picture: Picture, runs: tuple[TextRun, ...], limits: GlyphThresholds = GLYPHS) -> bool:
    """Whether a picture is only what is left over of a word."""
    return any(run.ink.contains(picture.box, limits.slack) for run in runs)
