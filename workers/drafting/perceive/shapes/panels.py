"""Panels and rules: the flat regions that a rectangle, perhaps rounded, explains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Panel, Rule
from workers.drafting.perceive.shapes.fills import Fill, fit_fill, middle
from workers.drafting.perceive.shapes.rectangles import largest_rectangles
from workers.drafting.perceive.shapes.regions import (
    Labels,
    Region,
    flat_regions,
    mask_of,
    outline_fill,
)
from workers.imaging import Box, Colour, Image, Mask, crop, to_colour

THINNEST_PANEL = 10  # CSS pixels
THICKEST_RULE = 3
SHORTEST_RULE = 16
THICKEST_BORDER = 8  # CSS pixels
SOLID = 0.73  # share of its bounds that a rectangle fills: a circle fills 0.785 less its rim
HOLLOW = 0.35  # share of its outline's area below which a panel is only a border
PLACEABLE = 0.004  # share of the page from which an irregular region is cut into rectangles
UNEVEN = 14  # levels by which an irregular region may vary …
MOSTLY = 0.7  # … in this share of its pixels, shadows apart
CORNER_LOSS = 1 - np.pi / 4  # area a rounded corner of radius 1 lacks
RIM_LOSS = 0.9  # area its antialiased rim loses, per pixel of radius: measured


@dataclass(frozen=True)
class Outline:
    """A hollow rectangle: a border before it is known what it surrounds."""

    panel: Panel
    thickness: int


@dataclass(frozen=True)
class Shapes:
    """What rectangles explain, and `crumbs` (H, W): the pixels that they do not."""

    panels: tuple[Panel, ...]
    outlines: tuple[Outline, ...]
    rules: tuple[Rule, ...]
    crumbs: Mask


def find_shapes(image: Image, text: Mask, scale: float) -> Shapes:
    """Panels, outlines and rules of a picture from which text has been painted away."""
    labels, regions = flat_regions(image)
    found = _Sorting(image, labels, scale)
    explained = [region.label for region in regions if found.take(region)]
    known = np.zeros(int(labels.max()) + 1, bool)
    known[explained] = True
    crumbs = ~known[labels] & ~text
    return Shapes(tuple(found.panels), tuple(found.outlines), tuple(found.rules), crumbs)


class _Sorting:
    """Puts each region where it belongs."""

    def __init__(self, image: Image, labels: Labels, scale: float) -> None:
        self.image = image
        self.labels = labels
        self.scale = scale
        self.panels: list[Panel] = []
        self.outlines: list[Outline] = []
        self.rules: list[Rule] = []

    def take(self, region: Region) -> bool:
        """Whether the region is explained."""
        short, long = sorted((region.box.width, region.box.height))
        if short <= THICKEST_RULE * self.scale:
            return long >= SHORTEST_RULE * self.scale and self._take_rule(region)
        if short < THINNEST_PANEL * self.scale * 0.6:
            return False
        mask = mask_of(self.labels, region)
        filled = mask.astype(np.uint8) if mask.all() else outline_fill(mask)
        if filled.mean() > SOLID and short >= THINNEST_PANEL * self.scale:
            return self._take_panel(region, mask, filled)
        return self._take_irregular(region, mask, filled)

    def _take_rule(self, region: Region) -> bool:
        if region.area < 0.7 * region.box.area:
            return False
        fill = self._fill(region, mask_of(self.labels, region))
        if fill is None:
            return False
        self.rules.append(Rule(region.box, middle(fill)))
        return True

    def _take_panel(self, region: Region, mask: Mask, filled: NDArray[np.uint8]) -> bool:
        fill = self._fill(region, mask)
        if fill is None:
            return False
        panel = Panel(region.box, fill, radius=corner_radius(filled))
        around = 2 * (region.box.width + region.box.height)
        thickness = max(1, round(region.area / around))
        thin = thickness <= THICKEST_BORDER * self.scale
        if thin and region.area < HOLLOW * filled.sum():
            self.outlines.append(Outline(panel, thickness))
        else:
            self.panels.append(panel)
        return True

    def _take_irregular(self, region: Region, mask: Mask, filled: NDArray[np.uint8]) -> bool:
        height, width = self.image.shape[:2]
        if region.area < PLACEABLE * height * width:
            return False
        colour = self._common_colour(region, mask)
        if colour is None:
            return False
        for part in largest_rectangles(filled):
            box = Box(region.box.x + part.x, region.box.y + part.y, part.width, part.height)
            self.panels.append(Panel(box, colour))
        return True

    def _common_colour(self, region: Region, mask: Mask) -> Colour | None:
        """The colour of most of a region; None where there is none, as in a photo."""
        box = region.box
        pixels = crop(self.image, box)[mask][::7]
        colour = np.median(pixels, axis=0)
        near = np.abs(pixels - colour).max(axis=1) <= UNEVEN
        return to_colour(colour) if near.mean() >= MOSTLY else None

    def _fill(self, region: Region, mask: Mask) -> Fill | None:
        ys, xs = np.nonzero(mask)
        box = region.box
        pixels = crop(self.image, box)[ys, xs]
        return fit_fill(pixels, xs, ys, (box.width, box.height))


def corner_radius(filled: NDArray[np.uint8]) -> int:
    """The radius most corners of a filled outline (H, W) share, from the area each one lacks."""
    height, width = filled.shape
    half = min(height, width) // 2
    reach = min(half, 4 * max(1, round(_radius(int(filled.size - filled.sum()) / 4))))
    if reach < 2:
        return 0
    corners = (
        filled[:reach, :reach],
        filled[:reach, -reach:],
        filled[-reach:, :reach],
        filled[-reach:, -reach:],
    )
    radii = [_radius(reach * reach - int(corner.sum())) for corner in corners]
    radius = min(float(np.median(radii)), min(height, width) / 2)
    return round(radius) if radius >= 1.5 else 0


def _radius(lost: float) -> float:
    """The positive root of CORNER_LOSS · r² + RIM_LOSS · r = lost."""
    under = RIM_LOSS * RIM_LOSS + 4 * CORNER_LOSS * max(0.0, lost)
    return float((np.sqrt(under) - RIM_LOSS) / (2 * CORNER_LOSS))
