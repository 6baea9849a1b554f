"""Pictures: what neither text nor rectangles explain, gathered into photos, icons and logos."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Panel, Picture
from workers.drafting.perceive.shapes.bullets import leads
from workers.drafting.perceive.shapes.panels import Shapes
from workers.imaging import Box, Mask, TextRun, crop


@dataclass(frozen=True)
class PictureThresholds:
    """Which unexplained pixels are a picture."""

    reach: int = 9  # px bridged between the crumbs of one picture: odd
    rim: int = 3  # px around an edge that antialiasing or a shadow may touch
    shortest: int = 5  # px of a picture's shorter side …
    longest: int = 10  # … and of its longer: less is dirt
    fewest: int = 30  # px of crumbs in a picture…
    mark: int = 6  # px of the longer side of a tick or a cross that stands before a text…
    strokes: int = 16  # …and px of crumbs in it
    speck: int = 4  # …that was not taken for text; of what was, and cannot be read…
    thin: float = 0.05  # …share of its box, too, that letters fill: outlines of boxes do not
    photo: int = 1500  # px² from which a picture is a photo and no icon
    sparse: float = 0.3  # share of its box that a photo's crumbs cover
    crowded: float = 0.75  # the same where it holds words: else it is a panel and its contents
    word: int = 3  # letters: shorter readings may be part of a picture


PICTURES = PictureThresholds()


def find_pictures(
    shapes: Shapes,
    panels: Iterable[Panel],
    runs: Iterable[TextRun],
    thresholds: PictureThresholds = PICTURES,
) -> tuple[Picture, ...]:
    """Pictures, largest first, none inside another."""
    crumbs = shapes.crumbs.astype(np.uint8)
    for panel in panels:
        _clear_edge(crumbs, panel, thresholds.rim)
    kernel = np.ones((thresholds.reach, thresholds.reach), np.uint8)
    joined = cv2.morphologyEx(crumbs, cv2.MORPH_CLOSE, kernel)
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    words = [run.ink for run in runs if len(run.text) >= thresholds.word]
    boxes = [Box(*(int(v) for v in stats[i][:4])) for i in range(1, count)]
    worthy = [
        box
        for box in boxes
        if _is_picture(crumbs, box, words, thresholds) or _is_mark(crumbs, box, words, thresholds)
    ]
    return tuple(Picture(box) for box in _outermost(worthy))


def with_unread(
    pictures: Iterable[Picture],
    inks: Iterable[Box],
    crumbs: Mask,
    thresholds: PictureThresholds = PICTURES,
) -> tuple[Picture, ...]:
    """The pictures, largest first, and one at its own place for each of `inks` that no shape
    explains: what was taken for text and is none that can be read."""
    least = thresholds.speck
    own = [i for i in inks if crop(crumbs, i).sum() >= max(least, thresholds.thin * i.area)]
    return tuple(map(Picture, _outermost([*own, *(each.box for each in pictures)])))


def _outermost(boxes: Iterable[Box]) -> list[Box]:
    """Boxes that lie in no other, largest first."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda each: -each.area):
        if not any(other.contains(box, 1) for other in kept):
            kept.append(box)
    return kept


def without_photo_parts(
    panels: Iterable[Panel],
    pictures: Iterable[Picture],
    thresholds: PictureThresholds = PICTURES,
) -> tuple[Panel, ...]:
    """Panels less those that are part of a photo: its sky, a wall."""
    photos = [p.box for p in pictures if p.box.area > thresholds.photo]
    return tuple(
        panel
        for panel in panels
        if not any(photo.contains(panel.box, thresholds.rim) for photo in photos)
    )


def _is_picture(
    crumbs: NDArray[np.uint8], box: Box, words: list[Box], thresholds: PictureThresholds
) -> bool:
    short, long = sorted((box.width, box.height))
    inside = crop(crumbs, box)
    if short < thresholds.shortest or long < thresholds.longest or inside.sum() < thresholds.fewest:
        return False
    if box.area <= thresholds.photo:
        return True
    held = sum(box.contains(word, thresholds.rim) for word in words)
    return float(inside.mean()) >= (thresholds.sparse if held <= 1 else thresholds.crowded)


def _is_mark(
    crumbs: NDArray[np.uint8], box: Box, words: list[Box], thresholds: PictureThresholds
) -> bool:
    """Whether it is too small for an icon and stands before a text, as a tick in a list does."""
    short, long = sorted((box.width, box.height))
    drawn = crop(crumbs, box).sum() >= thresholds.strokes
    large = short >= thresholds.shortest and thresholds.mark <= long < thresholds.longest
    return bool(drawn) and large and any(leads(box, word) for word in words)


def _clear_edge(crumbs: NDArray[np.uint8], panel: Panel, rim: int) -> None:
    """Takes away what is near a panel's edge and in its rounded corners."""
    radius = panel.radius
    left, right = max(0, panel.box.x), max(0, panel.box.right)
    top, bottom = max(0, panel.box.y), max(0, panel.box.bottom)
    rows = slice(max(0, top - rim), bottom + rim)
    columns = slice(max(0, left - rim), right + rim)
    for y in (top, bottom):
        crumbs[max(0, y - rim) : y + rim, columns] = 0
    for x in (left, right):
        crumbs[rows, max(0, x - rim) : x + rim] = 0
    for y in (top, bottom - radius):
        for x in (left, right - radius):
            crumbs[y : y + radius, x : x + radius] = 0
