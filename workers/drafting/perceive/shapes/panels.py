"""Panels and rules: the flat regions that a rectangle, perhaps rounded, explains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Border, Panel, Rule
from workers.drafting.perceive.shapes.edges import EDGES, run_length, sharpen
from workers.drafting.perceive.shapes.fills import Fill, fit_fill, mean_colour
from workers.drafting.perceive.shapes.rectangles import largest_rectangles
from workers.drafting.perceive.shapes.regions import (
    Labels,
    Region,
    filled_outline,
    flat_regions,
    mask_of,
)
from workers.imaging import Box, Colour, Image, Mask, crop, to_colour

CORNER_LOSS = 1 - np.pi / 4  # area a rounded corner of radius 1 lacks


@dataclass(frozen=True)
class PanelThresholds:
    """What a flat region is, by its shape."""

    thickest_rule: int = 3  # px: a thicker line is a panel
    shortest_rule: int = 16  # px: shorter ones are strokes of an icon
    beside: int = 4  # px seen on both sides of a line: two may be its other part, two show an area
    thinnest: int = 10  # px of a panel: thinner ones are parts of a picture…
    shortest_bar: int = 24  # …but for bars at least so long…
    oblong: float = 4.0  # …and so many times as long as thick
    widest_border: int = 8  # px of a hollow rectangle that is a border and no panel
    solid: float = 0.73  # share of its box that a rectangle fills: a circle 0.785 less its rim
    hollow: float = 0.35  # share of what it encloses below which a rectangle is only a border
    placeable: float = 0.004  # share of the page from which an irregular region becomes rectangles
    rim_loss: float = 0.9  # area a corner's antialiased rim loses, per px of radius: measured
    corner: float = 2.0  # radii from a corner: what is lacking farther away is a notch
    smallest_radius: float = 1.5  # px: what a corner lacks by chance looks like less
    uneven: int = 14  # levels by which an irregular region may vary …
    mostly: float = 0.7  # … in this share of its pixels, shadows apart


PANELS = PanelThresholds()


@dataclass(frozen=True)
class Shapes:
    """What rectangles explain: panels, hollow ones (a border and no fill, before it is known what
    they surround), rules; and `crumbs` (H, W): the pixels that they do not."""

    panels: tuple[Panel, ...]
    hollow: tuple[Panel, ...]
    rules: tuple[Rule, ...]
    crumbs: Mask


def find_shapes(image: Image, text: Mask, thresholds: PanelThresholds = PANELS) -> Shapes:
    """Panels and rules of a picture from which text has been painted away."""
    labels, regions = flat_regions(image)
    classifier = _Classifier(image, labels, thresholds)
    found = {region.label: classifier.shapes_of(region) for region in regions}
    known = np.zeros(int(labels.max()) + 1, bool)
    known[[label for label, shapes in found.items() if shapes is not None]] = True
    shapes = [shape for some in found.values() for shape in some or ()]
    panels = [shape for shape in shapes if isinstance(shape, Panel)]
    return Shapes(
        tuple(panel for panel in panels if panel.fill is not None),
        tuple(panel for panel in panels if panel.fill is None),
        tuple(dict.fromkeys(shape for shape in shapes if isinstance(shape, Rule))),
        ~known[labels] & ~text,
    )


class _Classifier:
    """Says what each region is."""

    def __init__(self, image: Image, labels: Labels, thresholds: PanelThresholds) -> None:
        self._image = image
        self._labels = labels
        self._thresholds = thresholds

    def shapes_of(self, region: Region) -> list[Panel | Rule] | None:
        """What explains a region: nothing, if it is only a blended edge; None if unexplained."""
        thresholds = self._thresholds
        short, long = sorted((region.box.width, region.box.height))
        if short <= thresholds.thickest_rule:
            return self._rule(region) if long >= thresholds.shortest_rule else None
        mask = mask_of(self._labels, region)
        filled = mask.astype(np.uint8) if mask.all() else filled_outline(mask)
        is_bar = long >= max(thresholds.shortest_bar, thresholds.oblong * short)
        if filled.mean() > thresholds.solid and (short >= thresholds.thinnest or is_bar):
            return self._panel(region, mask, filled)
        return self._rectangles(region, mask, filled)

    def _rule(self, region: Region) -> list[Panel | Rule] | None:
        if self._fill(region, mask_of(self._labels, region)) is None:
            return None
        rule = line_across(self._image, region.box, self._thresholds)
        return [rule] if rule else []

    def _panel(
        self, region: Region, mask: Mask, filled: NDArray[np.uint8]
    ) -> list[Panel | Rule] | None:
        fill = self._fill(region, mask)
        if fill is None:
            return None
        radius = corner_radius(filled, self._thresholds)
        width = max(1, round(region.area / (2 * (region.box.width + region.box.height))))
        is_thin = width <= self._thresholds.widest_border
        if is_thin and region.area < self._thresholds.hollow * filled.sum():
            return [Panel(region.box, None, Border(width, mean_colour(fill)), radius)]
        return [Panel(region.box, fill, radius=radius)]

    def _rectangles(
        self, region: Region, mask: Mask, filled: NDArray[np.uint8]
    ) -> list[Panel | Rule] | None:
        if region.area < self._thresholds.placeable * self._image.shape[0] * self._image.shape[1]:
            return None
        if region.area < self._thresholds.hollow * filled.sum():
            return []  # the lines of a frame, parts of which are open
        colour = self._common_colour(region, mask)
        if colour is None:
            return None
        parts = largest_rectangles(filled)
        x, y = region.box.x, region.box.y
        return [Panel(Box(x + p.x, y + p.y, p.width, p.height), colour) for p in parts]

    def _common_colour(self, region: Region, mask: Mask) -> Colour | None:
        """The colour of most of a region; None where there is none, as in a photo."""
        box = region.box
        pixels = crop(self._image, box)[mask]
        colour = np.median(pixels, axis=0)
        near = np.abs(pixels - colour).max(axis=1) <= self._thresholds.uneven
        return to_colour(colour) if near.mean() >= self._thresholds.mostly else None

    def _fill(self, region: Region, mask: Mask) -> Fill | None:
        ys, xs = np.nonzero(mask)
        box = region.box
        pixels = crop(self._image, box)[ys, xs]
        return fit_fill(pixels, xs, ys, (box.width, box.height))


def line_across(image: Image, box: Box, thresholds: PanelThresholds = PANELS) -> Rule | None:
    """The rule that a thin region is, in whole pixels; None where it is the blended edge of an area
    beside it."""
    is_upright = box.height > box.width
    picture = image.swapaxes(0, 1) if is_upright else image
    low, high = (box.x, box.right) if is_upright else (box.y, box.bottom)
    left, right = (box.y, box.bottom) if is_upright else (box.x, box.right)
    first = max(0, low - thresholds.beside)
    profile = sharpen(np.median(picture[first : high + thresholds.beside, left:right], axis=1))
    middle = (low + high) // 2 - first
    colour = profile[middle]
    start = middle + 1 - run_length(profile[middle::-1], colour, EDGES.same)
    stop = middle + run_length(profile[middle:], colour, EDGES.same)
    if (start == 0 and low > 0) or (stop == len(profile) and high < picture.shape[0]):
        return None
    place, size = first + start, stop - start
    across = Box(left, place, right - left, size)
    upright = Box(place, left, size, right - left)
    return Rule(upright if is_upright else across, to_colour(colour))


def corner_radius(filled: NDArray[np.uint8], thresholds: PanelThresholds = PANELS) -> int:
    """The radius most corners of a filled outline (H, W) share, from the area each one lacks."""
    height, width = filled.shape
    likely = _radius(int(filled.size - filled.sum()) / 4, thresholds.rim_loss)
    reach = min(height // 2, width // 2, round(thresholds.corner * likely))
    if reach == 0:
        return 0
    corners = (
        filled[:reach, :reach],
        filled[:reach, -reach:],
        filled[-reach:, :reach],
        filled[-reach:, -reach:],
    )
    lost = [reach * reach - int(corner.sum()) for corner in corners]
    radius = min(_radius(float(np.median(lost)), thresholds.rim_loss), min(height, width) / 2)
    return round(radius) if radius >= thresholds.smallest_radius else 0


def radius_of_end(radius: int, thresholds: PanelThresholds = PANELS) -> int:
    """The radius of two corners at one end of a panel whose other two are square, of which
    `corner_radius` sees the mean."""
    lost = 2 * radius * (CORNER_LOSS * radius + thresholds.rim_loss)
    return round(_radius(lost, thresholds.rim_loss))


def _radius(lost: float, rim_loss: float) -> float:
    """The positive root of CORNER_LOSS · r² + rim_loss · r = lost."""
    under = rim_loss**2 + 4 * CORNER_LOSS * lost
    return float((np.sqrt(under) - rim_loss) / (2 * CORNER_LOSS))
