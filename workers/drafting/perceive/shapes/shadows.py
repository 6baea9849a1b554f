"""Shadows: how the ground around a panel darkens, or lightens, as a CSS box-shadow does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import ndtr

from workers.drafting.page import Border, Panel, Shadow
from workers.drafting.perceive.shapes.edges import run_length, strips_beside
from workers.imaging import Box, Image, clip, crop, grow, to_colour

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ShadowThresholds:
    """What is a shadow. Px are CSS pixels, levels those of a channel, 0..255."""

    smallest: int = 16  # px of a panel's shorter side: less is an icon
    reach: int = 48  # px around a panel in which its shadow falls
    fewest: int = 4  # px of a side's ground that tell anything
    even: float = 0.9  # share of a side along which the ground is the same
    alike: int = 4  # levels within which it is
    jump: int = 3  # levels from one px to the next at which something else begins…
    steeper: float = 2.0  # …where that is so many times the step before: a shade fades
    back: float = 1.0  # levels by which the ground turns back where another shadow begins
    visible: float = 3.0  # levels of the strongest shade: fainter ones are not seen
    off: float = 2.0  # levels that the shade may be off on average (root of the mean square)
    explained: float = 0.6  # share of what the ground varies that the shade has to explain
    widest: int = 4  # px of a border between a panel and its shadow
    below: float = 2.0  # px more than its blur that a shade may be down
    spread: float = 1.0  # of its blur's deviation that a shade may be spread, either way
    ground: int = 10  # levels that lit ground may be off what it is elsewhere: else no ground
    clear: float = 0.3  # levels off on average that need no spread to explain
    needed: float = 0.7  # of its error a shade with a spread has at most, else it has none
    black: float = 1.5  # levels that a dark shadow's colour adds, less than which it is black
    near: int = 2  # px of offset, blur or spread within which two shadows are one
    same: int = 2  # px between the edges of a panel and of one that throws a shadow


SHADOWS = ShadowThresholds()
STARTS = ((1.0, 1.0), (3.0, 4.0), (10.0, 12.0))  # px down and of blur's deviation: fits begin here


@dataclass(frozen=True)
class _Shade:
    """Where a shadow falls, before its strength: px down, of deviation, of spread."""

    down: float
    deviation: float
    spread: float

    def around(self, box: Box, xs: Floats, ys: Floats) -> Floats:
        """How much of it falls on points, 0..1."""
        left, top = box.x - self.spread, box.y + self.down - self.spread
        end, bottom = box.right + self.spread, box.bottom + self.down + self.spread
        blur = self.deviation
        across = ndtr((xs - left) / blur) - ndtr((xs - end) / blur)
        upright = ndtr((ys - top) / blur) - ndtr((ys - bottom) / blur)
        return np.asarray(across * upright, np.float64)


@dataclass(frozen=True)
class _Sides:
    """The ground beside a panel: points in the middle of its sides, their colours (N, 3), and the
    side (N) that each is at."""

    xs: Floats
    ys: Floats
    colours: Floats
    side: NDArray[np.int64]

    def varies(self) -> float:
        """Levels between the ground at a side's beginning and its end, at the side where most."""
        ways = [self.colours[self.side == number] for number in np.unique(self.side)]
        return max((float(np.abs(way[0] - way[-1]).max()) for way in ways), default=0)


@dataclass(frozen=True)
class Thrown:
    """A panel with the shadow that it throws, and the ground that it falls on: (3, 3), the colour
    at its left top, and what it changes by to the right end and to the bottom."""

    panel: Panel
    shadow: Shadow
    ground: Floats

    def ground_at(self, around: Box) -> Floats:
        """The ground's colours (H, W, 3) in a box."""
        box = self.panel.box
        across = (np.arange(around.x, around.right) - box.x) / box.width
        down = (np.arange(around.y, around.bottom) - box.y) / box.height
        first, right, below = self.ground
        return np.asarray(first + across[None, :, None] * right + down[:, None, None] * below)


def without_shadows(
    image: Image, panels: Sequence[Panel], thresholds: ShadowThresholds = SHADOWS
) -> tuple[Image, tuple[Thrown, ...]]:
    """The picture as it would be without the shadows of panels, and those."""
    found = [_thrown(image, panel, thresholds) for panel in panels]
    thrown = [each for each in found if each is not None]
    if not thrown:
        return image, ()
    lit = image.astype(np.float64)
    for each in thrown:
        _light(lit, each, panels, thresholds)
    return np.rint(np.clip(lit, 0, 255)).astype(np.uint8), tuple(_agreed(thrown, thresholds))


def shadow_over(
    before: Image, after: Image, panel: Panel, thresholds: ShadowThresholds = SHADOWS
) -> Shadow | None:
    """The shadow of a panel that is on the second picture alone, whatever the first shows below it.

    What a shadow leaves of the light is the same on every ground: looked at is a white one.
    """
    both = min(len(before), len(after))
    left = (after[:both].astype(np.float64) + 1) / (before[:both].astype(np.float64) + 1)
    thrown = _thrown(np.rint(255 * left.clip(0, 1)).astype(np.uint8), panel, thresholds)
    return thrown.shadow if thrown else None


def with_shadows(
    panels: Iterable[Panel], thrown: Iterable[Thrown], thresholds: ShadowThresholds = SHADOWS
) -> tuple[Panel, ...]:
    """The panels, each with the shadow that was thrown from its place, and those that only their
    shadow set apart from the ground."""
    throwing = [replace(each.panel, shadow=each.shadow) for each in thrown]
    shown = []
    for panel in panels:
        same = [each for each in throwing if _same(panel.box, each.box, thresholds)]
        shown.append(replace(panel, shadow=same[0].shadow) if same else panel)
    shown += [t for t in throwing if not any(_same(p.box, t.box, thresholds) for p in shown)]
    return tuple(sorted(shown, key=lambda panel: -panel.box.area))


def _agreed(thrown: Iterable[Thrown], thresholds: ShadowThresholds) -> list[Thrown]:
    """Shadows that nobody tells apart made one, the first of them."""
    kept: list[Shadow] = []
    agreed = []
    for each in thrown:
        alike = next((one for one in kept if _alike(one, each.shadow, thresholds)), None)
        if alike is None:
            kept.append(each.shadow)
        agreed.append(replace(each, shadow=alike or each.shadow))
    return agreed


def _alike(one: Shadow, other: Shadow, thresholds: ShadowThresholds) -> bool:
    lengths = ((one.down, other.down), (one.blur, other.blur), (one.spread, other.spread))
    shades = [(1 - each.alpha) * 255 + each.alpha * np.array(each.colour) for each in (one, other)]
    near = all(abs(a - b) <= thresholds.near for a, b in lengths)
    return near and float(np.abs(shades[0] - shades[1]).max()) <= thresholds.visible


def _thrown(image: Image, panel: Panel, thresholds: ShadowThresholds) -> Thrown | None:
    """What the ground around a panel shows, to whole pixels; None where it shows no shadow."""
    if min(panel.box.width, panel.box.height) < thresholds.smallest:
        return None
    panel = _outlined(image, panel, thresholds)
    box = panel.box
    sides = _sides(image, box, panel.radius, thresholds)
    if sides.varies() < thresholds.visible:
        return None
    shade = _fitted(sides, box, thresholds)
    if abs(shade.down) > 2 * shade.deviation + thresholds.below:
        return None
    grounds, strength, rest = _explained(shade, sides, box)
    seen = float(shade.around(box, sides.xs, sides.ys).max() * np.abs(strength).max())
    flat = _explained(None, sides, box)[2]
    even = rest**2 <= (1 - thresholds.explained) * flat**2
    if seen < thresholds.visible or rest > thresholds.off or not even:
        return None
    shadow = _as_css(shade, np.nanmean(grounds, axis=0), strength, thresholds)
    return Thrown(panel, shadow, _plane(grounds)) if shadow else None


def _plane(grounds: Floats) -> Floats:
    """The plane (3, 3) of `Thrown` through the colours (4, 3) left, above, right and below."""
    left, above, right, below = grounds
    down, across = (np.nan_to_num(end - start) for start, end in ((above, below), (left, right)))
    return np.stack([np.nanmean(grounds, axis=0) - (down + across) / 2, across, down])


def _as_css(
    shade: _Shade, ground: Floats, strength: Floats, thresholds: ShadowThresholds
) -> Shadow | None:
    """The colour and share of it that take so many levels (3) from a ground: the faintest share
    that can. None where not even all of it can."""
    room = np.where(strength > 0, ground, 255 - ground)
    alpha = float((np.abs(strength) / np.maximum(room, 1)).max())
    if alpha > 1:
        return None
    colour = to_colour(np.clip(ground - strength / alpha, 0, 255))
    if alpha * max(colour) < thresholds.black:
        colour = (0, 0, 0)
    blur = round(2 * shade.deviation)
    return Shadow(round(shade.down), blur, round(shade.spread), colour, round(alpha, 2))


def _fitted(sides: _Sides, box: Box, thresholds: ShadowThresholds) -> _Shade:
    """The shade that explains the sides best, with no spread where that is needed little."""

    def tried(*, spread: bool) -> tuple[float, _Shade]:
        def shade(values: Floats) -> _Shade:
            down, deviation = values[0], max(0.5, abs(values[1]))
            reach = deviation * thresholds.spread
            return _Shade(down, deviation, np.clip(values[2], -reach, reach) if spread else 0)

        def off(values: Floats) -> Floats:
            return _solved(shade(values), sides, box)[1].ravel()

        fits = [
            least_squares(off, (*start, 0.0) if spread else start, max_nfev=40) for start in STARTS
        ]
        best = min(fits, key=lambda fit: float(fit.cost))
        return float(best.cost), shade(best.x)

    cost, shade = tried(spread=False)
    if cost > thresholds.clear**2 * sides.colours.size / 2:
        wider, spread = tried(spread=True)
        shade = spread if wider < thresholds.needed**2 * cost else shade
    return _Shade(round(shade.down), max(1, round(2 * shade.deviation)) / 2, round(shade.spread))


def _terms(shade: _Shade | None, sides: _Sides, box: Box) -> Floats:
    """(N, 4 or 5): which side's ground a point has, and how much shade."""
    grounds = np.eye(4)[sides.side]
    if shade is None:
        return grounds
    return np.column_stack([grounds, -shade.around(box, sides.xs, sides.ys)])


def _solved(shade: _Shade | None, sides: _Sides, box: Box) -> tuple[Floats, Floats]:
    """The grounds and the strength (4 or 5, 3) that are the best for a shade, and what is left of
    the colours (N, 3)."""
    terms = _terms(shade, sides, box)
    fit = np.asarray(np.linalg.lstsq(terms, sides.colours, rcond=None)[0], np.float64)
    return fit, sides.colours - terms @ fit


def _explained(shade: _Shade | None, sides: _Sides, box: Box) -> tuple[Floats, Floats, float]:
    """The grounds (4, 3; of a side that shows none, nan), the shade's strength (3), and the root
    mean square of what is left."""
    fit, left = _solved(shade, sides, box)
    rest = float(np.sqrt((left**2).mean()))
    strength = fit[4] if shade is not None else np.zeros(3)
    grounds = np.full((4, 3), np.nan)
    grounds[np.unique(sides.side)] = fit[np.unique(sides.side)]
    return grounds, np.asarray(strength), rest


def _outlined(image: Image, panel: Panel, thresholds: ShadowThresholds) -> Panel:
    """The panel with the border around it, which has one colour on all sides and an edge of its
    own, as no shade has."""
    strips = strips_beside(
        image, panel.box, _insets(panel.box, panel.radius), thresholds.widest + 2
    )
    ways = [np.median(strip, axis=1) for strip in strips if strip.shape[0] > thresholds.widest + 1]
    if len(ways) < len(strips) - 1:
        return panel
    colour = np.median([way[0] for way in ways], axis=0)
    width = min(run_length(way, colour, thresholds.alike) for way in ways)
    if not 0 < width <= thresholds.widest:
        return panel
    steps = [np.abs(np.diff(way[width - 1 : width + 2], axis=0)).max(axis=1) for way in ways]
    ends = [end > max(thresholds.jump, thresholds.steeper * after) for end, after in steps]
    if sum(ends) < len(strips) - 1:
        return panel
    radius = panel.radius + width if panel.radius else 0
    border = Border(width, to_colour(colour))
    return replace(panel, box=grow(panel.box, width), border=border, radius=radius)


def _sides(image: Image, box: Box, radius: int, thresholds: ShadowThresholds) -> _Sides:
    """The ground beside the middle of each side, outwards from the second px on (the first may be
    blended), as far as nothing else begins."""
    strips = strips_beside(image, box, _insets(box, radius), thresholds.reach)
    edges = ((box.x - 0.5, -1), (box.y - 0.5, -1), (box.right + 0.5, 1), (box.bottom + 0.5, 1))
    middle = (box.x + box.width / 2, box.y + box.height / 2)
    found = _Sides(np.zeros(0), np.zeros(0), np.zeros((0, 3)), np.zeros(0, np.int64))
    for number, (strip, (first, step)) in enumerate(zip(strips, edges, strict=True)):
        way = _ground(strip, thresholds)
        if len(way) < thresholds.fewest:
            continue
        places = first + step * np.arange(1, len(way) + 1)
        still = np.full(len(way), middle[1 - number % 2])
        xs, ys = (still, places) if number % 2 else (places, still)
        found = _Sides(
            np.append(found.xs, xs),
            np.append(found.ys, ys),
            np.append(found.colours, way, axis=0),
            np.append(found.side, np.full(len(way), number)),
        )
    return found


def _insets(box: Box, radius: int) -> tuple[int, int]:
    """What is left out at either end of a side across and of one down: a quarter, or what of it is
    round, but for three px of a circle."""
    across, down = (
        max(length // 4, min(radius, (length - 3) // 2)) for length in (box.width, box.height)
    )
    return across, down


def _ground(strip: Image, thresholds: ShadowThresholds) -> Floats:
    """The colours (N, 3) across a strip (N, length, 3) from its second px on, up to where they
    differ along it, jump or turn back."""
    if 0 in strip.shape:
        return np.zeros((0, 3))
    middle = np.asarray(np.median(strip, axis=1), np.float64)
    near = np.abs(strip - middle[:, None]).max(axis=2) <= thresholds.alike
    uneven = near.mean(axis=1)[1:] < thresholds.even
    middle = middle[1:]
    steps = np.abs(np.diff(middle, axis=0)).max(axis=1, initial=0)
    jumps = steps[1:] > np.maximum(thresholds.jump, thresholds.steeper * steps[:-1])
    away = np.abs(middle - middle[:1]).mean(axis=1)
    farthest = np.maximum.accumulate(away)
    returns = np.flatnonzero(farthest - away > thresholds.back)
    turn = int(away[: returns[0]].argmax()) + 1 if returns.size else len(middle)
    ends = uneven.copy()
    ends[2:] |= jumps
    return middle[: min(turn, int(np.append(ends, True).argmax()))]


def _light(
    lit: Floats, thrown: Thrown, panels: Iterable[Panel], thresholds: ShadowThresholds
) -> None:
    """Takes a shadow off the ground in a picture, but not off what else stands there."""
    panel, shadow = thrown.panel, thrown.shadow
    around = grow(panel.box, 3 * shadow.blur // 2 + abs(shadow.down) + abs(shadow.spread) + 1)
    around = clip(around, lit.shape[1], lit.shape[0]) or panel.box
    pixels = crop(lit, around)
    share = shadow.alpha * fallen(around, panel.box, panel.radius, shadow)[..., None]
    for other in panels:
        if not other.box.contains(panel.box) and not panel.box.contains(other.box):
            share[covered(around, other.box, other.radius) > 0] = 0
    own = covered(around, panel.box, panel.radius)[..., None]
    outer = panel.border.colour if panel.border else panel.fill
    paint = np.asarray(outer if isinstance(outer, tuple) else (0, 0, 0), np.float64)
    beside = (pixels - own * paint) / np.maximum(1 - own, 0.1)  # a corner's pixel is partly paint
    ground = (beside - share * shadow.colour) / (1 - np.minimum(share, 0.99))
    off = np.abs(ground - thrown.ground_at(around)).max(axis=2, keepdims=True)
    ground = np.where(off <= thresholds.ground, thrown.ground_at(around), ground)
    is_ground = (share > 0) & ((off <= thresholds.ground) | (own > 0))
    pixels += np.where(is_ground, (1 - own) * (ground - beside), 0)


def fallen(around: Box, box: Box, radius: int, shadow: Shadow) -> Floats:
    """How much of a shadow (H, W of `around`), 0..1, falls where (CSS Backgrounds 3, 7.1.1)."""
    moved = grow(Box(box.x, box.y + shadow.down, box.width, box.height), shadow.spread)
    margin = 2 * shadow.blur
    shape = covered(grow(around, margin), moved, max(0, radius + shadow.spread))
    blurred = cv2.GaussianBlur(shape, (0, 0), max(0.5, shadow.blur / 2))
    return np.asarray(blurred[margin : margin + around.height, margin : margin + around.width])


def covered(around: Box, box: Box, radius: int) -> Floats:
    """The share (H, W of `around`) of each pixel that a box with round corners covers."""
    xs = np.arange(around.x, around.right) + 0.5
    ys = np.arange(around.y, around.bottom) + 0.5
    corner = min(radius, box.width / 2, box.height / 2)
    out_x = np.abs(xs - box.x - box.width / 2) - box.width / 2 + corner
    out_y = (np.abs(ys - box.y - box.height / 2) - box.height / 2 + corner)[:, None]
    beyond = np.hypot(np.maximum(out_x, 0), np.maximum(out_y, 0))
    edge = beyond + np.minimum(np.maximum(out_x, out_y), 0) - corner
    return np.asarray(np.clip(0.5 - edge, 0, 1), np.float64)


def _same(one: Box, other: Box, thresholds: ShadowThresholds) -> bool:
    return one.contains(other, thresholds.same) and other.contains(one, thresholds.same)
