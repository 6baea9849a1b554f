"""Flat regions: maximal areas whose neighbouring pixels differ by almost nothing."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image, Mask, crop, grow

Labels = NDArray[np.int32]  # (H, W)


@dataclass(frozen=True)
class RegionThresholds:
    """What holds a region together, and when it is really two."""

    step: int = 3  # levels by which neighbours may differ inside a region: lets gradients through
    smallest: int = 24  # px: less is a stroke of an icon
    splittable: int = 2000  # px from which a region is asked whether it is two
    main: float = 0.3  # share of a region of one exact colour that no gradient reaches
    other: float = 0.02  # share of the px off the main colour from which they are another area …
    alike: float = 0.5  # … if this share of them is of one exact colour
    island: int = 2000  # px of one exact colour that may be an area of their own…
    compact: float = 0.9  # …if they fill so much of their box…
    edged: float = 0.8  # …and differ by more than a step along so much of their outline


REGIONS = RegionThresholds()


@dataclass(frozen=True)
class Region:
    """One flat region: its bounds, its pixel count and its label in the label image."""

    label: int
    box: Box
    area: int


def flat_regions(
    image: Image, thresholds: RegionThresholds = REGIONS
) -> tuple[Labels, list[Region]]:
    """Labels (H, W) and the regions that are not too small, largest first.

    Pixels sit on the even cells of a doubled grid and the links between like neighbours on the
    odd ones, so that an ordinary connected-components pass follows links and not colours.
    """
    labels, regions = _connected(image, thresholds.step, thresholds.smallest)
    regions = _with_islands(image, labels, regions, thresholds)
    return labels, _split(image, labels, regions, thresholds)


def _connected(image: Image, step: int, smallest: int) -> tuple[Labels, list[Region]]:
    """Labels (H, W) of pixels linked by steps of so many levels, and the regions of so many pixels
    or more, largest first."""
    height, width = image.shape[:2]
    grid = np.zeros((2 * height - 1, 2 * width - 1), np.uint8)
    grid[::2, ::2] = 1
    grid[::2, 1::2] = _linked(image[:, 1:], image[:, :-1], step)
    grid[1::2, ::2] = _linked(image[1:], image[:-1], step)
    count, doubled, stats, _ = cv2.connectedComponentsWithStats(grid, connectivity=4)
    labels: Labels = np.ascontiguousarray(doubled[::2, ::2])
    areas = np.bincount(labels.ravel(), minlength=count)
    chosen = np.flatnonzero(areas >= smallest)
    chosen = chosen[np.argsort(-areas[chosen], kind="stable")]
    return labels, [Region(int(i), _bounds(stats[i]), int(areas[i])) for i in chosen if i != 0]


def _with_islands(
    image: Image, labels: Labels, regions: list[Region], thresholds: RegionThresholds
) -> list[Region]:
    """The regions, and cut out of them the boxes of one exact colour that lie in a larger one of
    almost theirs, from which all but a blended corner sets them apart: a white card in its shadow
    on a white page. Writes new labels into `labels`."""
    exact, cores = _connected(image, 0, thresholds.island)
    held: dict[int, list[tuple[Region, Mask]]] = {}
    for core in cores:
        mask = mask_of(exact, core)
        held.setdefault(int(crop(labels, core.box)[mask][0]), []).append((core, mask))
    free = int(labels.max()) + 1
    found: list[Region] = []
    for region in regions:
        area = region.area
        for core, mask in held.get(region.label, [])[1:]:  # the largest is the region itself
            if not _is_island(image, core, mask, thresholds):
                continue
            crop(labels, core.box)[mask] = free
            found.append(Region(free, core.box, core.area))
            area -= core.area
            free += 1
        found.append(Region(region.label, region.box, area))
    return sorted(found, key=lambda region: -region.area)


def _is_island(image: Image, core: Region, mask: Mask, thresholds: RegionThresholds) -> bool:
    """Whether pixels of one colour fill a box that an edge surrounds."""
    whole = filled_outline(mask)
    if whole.mean() < thresholds.compact:
        return False
    colour = crop(image, core.box)[mask][0].astype(np.int16)
    within = np.pad(whole, 1)
    ring = cv2.dilate(within, np.ones((3, 3), np.uint8)) > within
    around = grow(core.box, 1)
    height, width = image.shape[:2]
    seen = ring[
        max(0, -around.y) : ring.shape[0] - max(0, around.bottom - height),
        max(0, -around.x) : ring.shape[1] - max(0, around.right - width),
    ]
    beside = crop(image, around)[seen].astype(np.int16)
    apart = np.abs(beside - colour).max(axis=1, initial=0) > thresholds.step
    return bool(apart.size) and float(apart.mean()) >= thresholds.edged


def _split(
    image: Image, labels: Labels, regions: list[Region], thresholds: RegionThresholds
) -> list[Region]:
    """The regions, those cut up that are a flat area with others in it of almost its colour,
    joined by antialiased corners. Writes new labels into `labels`."""
    whole: list[Region] = []
    free = int(labels.max()) + 1
    waiting = list(regions)
    while waiting:
        region = waiting.pop()
        box = region.box
        mask = mask_of(labels, region) if region.area >= thresholds.splittable else None
        pixels = crop(image, box)
        other = None if mask is None else _other_area(pixels, mask, thresholds)
        if other is None:
            whole.append(region)
            continue
        count, parts, stats, _ = cv2.connectedComponentsWithStats(other.astype(np.uint8))
        view = crop(labels, box)
        view[other] = parts[other] + free
        for i, (x, y, width, height, area) in enumerate(stats[1:].tolist(), 1):
            if area >= thresholds.smallest:
                waiting.append(Region(free + i, Box(box.x + x, box.y + y, width, height), area))
        whole.append(Region(region.label, box, region.area - int(other.sum())))
        free += count
    return sorted(whole, key=lambda region: -region.area)


def _other_area(pixels: Image, mask: Mask, thresholds: RegionThresholds) -> Mask | None:
    """The pixels of a region that are off its main colour; None where it is one flat area or
    changes gradually."""
    inside = pixels[mask].astype(np.int32)
    packed = (inside[:, 0] << 16) | (inside[:, 1] << 8) | inside[:, 2]
    colours, counts = np.unique(packed, return_counts=True)
    main = int(colours[counts.argmax()])
    colour = np.array([main >> 16, main >> 8 & 255, main & 255])
    far = np.abs(np.stack([colours >> 16, colours >> 8 & 255, colours & 255], 1) - colour).max(1)
    off = np.where(far > thresholds.step, counts, 0)
    if counts.max() < thresholds.main * counts.sum() or off.sum() < thresholds.other * counts.sum():
        return None
    other = np.zeros_like(mask)
    other[mask] = np.abs(inside - colour).max(axis=1) >= thresholds.step
    if off.max() >= thresholds.alike * off.sum():
        return other
    boxes = _boxes(other, thresholds)
    return boxes if boxes.any() else None


def _boxes(mask: Mask, thresholds: RegionThresholds) -> Mask:
    """The parts of a mask that fill a box but for what stands in it: a gradient that ends in the
    colour of the page."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    boxes = np.zeros_like(mask)
    for index in np.flatnonzero(stats[:, 4] >= thresholds.island):
        box = Box(*(int(value) for value in stats[index, :4]))
        part = crop(parts, box) == index
        if index and filled_outline(part).mean() >= thresholds.compact:
            crop(boxes, box)[part] = True
    return boxes


def mask_of(labels: Labels, region: Region) -> Mask:
    """The region's own pixels within its box."""
    box = region.box
    own: Mask = crop(labels, box) == region.label
    return own


def filled_outline(mask: Mask) -> NDArray[np.uint8]:
    """`mask` with its holes filled, 0 or 1."""
    drawn = mask.astype(np.uint8)
    contours, _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(drawn)
    cv2.drawContours(filled, contours, -1, 1, -1)
    return filled


def _linked(first: Image, second: Image, step: int) -> NDArray[np.uint8]:
    if first.size == 0:
        return np.zeros(first.shape[:2], np.uint8)
    steps = cv2.absdiff(np.ascontiguousarray(first), np.ascontiguousarray(second))
    linked = np.asarray(cv2.inRange(steps, (0, 0, 0), (step, step, step)), np.uint8)
    return linked & np.uint8(1)


def _bounds(stats: NDArray[np.int32]) -> Box:
    """A box on the doubled grid, brought back to pixels."""
    x, y, width, height = (int(v) for v in stats[:4])
    left, top = (x + 1) // 2, (y + 1) // 2
    return Box(left, top, (x + width + 1) // 2 - left, (y + height + 1) // 2 - top)
