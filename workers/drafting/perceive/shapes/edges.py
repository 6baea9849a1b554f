"""Edges: the colours met on the way across one, and which pixel of it is a blend of two areas.

A mockup is averaged down to one pixel per CSS pixel, so an edge may lie within a pixel, which then
has a colour of neither side.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image

Profile = NDArray[np.float64]  # (N, 3): colours met on a straight way

SHIFTS = np.linspace(0, 1, 101)[:, None]  # of a pixel


@dataclass(frozen=True)
class EdgeThresholds:
    """How exactly a blend is known."""

    same: float = 2.0  # levels between equal colours: what rounding leaves of a blend
    steep: float = 0.5  # share of an edge two px wide that lies between them: else it is a line


EDGES = EdgeThresholds()


def strips_beside(
    image: Image, box: Box, insets: tuple[int, int], reach: int, inside: int = 0
) -> tuple[Image, Image, Image, Image]:
    """What lies left, above, right and below of a box's sides: (N, length, 3) each, outwards.

    Px: `insets` are left out at either end of a side across and of one down, so many `inside` the
    box are taken in, and fewer than `reach` outside it at the picture's edge.
    """
    across, down = insets
    columns = slice(max(0, box.x + across), max(0, box.right - across))
    rows = slice(max(0, box.y + down), max(0, box.bottom - down))
    turned = image.swapaxes(0, 1)
    return (
        turned[max(0, box.x - reach) : max(0, box.x + inside), rows][::-1],
        image[max(0, box.y - reach) : max(0, box.y + inside), columns][::-1],
        turned[box.right - inside : box.right + reach, rows],
        image[box.bottom - inside : box.bottom + reach, columns],
    )


def run_length(profile: Profile, colour: Profile, tolerance: float) -> int:
    """How many pixels at the beginning have the colour, to so many levels."""
    alike = np.abs(profile - colour).max(axis=1) <= tolerance
    return int(np.append(alike, False).argmin())


def sharpen(profile: Profile, thresholds: EdgeThresholds = EDGES) -> Profile:
    """The profile with each blended pixel in the colour of one of the areas that it is of, such
    that every area keeps its width, to the pixel."""
    sharp, same = profile.copy(), thresholds.same
    shift = 0.0  # of the last edge, towards the beginning
    for start, stop in _blended(profile, same):
        areas = before, after = profile[start - 1], profile[stop]
        if stop - start == 1:
            shift = _give_to_area(sharp, start, areas, same, shift)
        elif stop - start == 2 and _is_edge(sharp[start:stop], areas, thresholds):
            _give_to_area(sharp, start, areas, same, 0)
            _give_to_area(sharp, start + 1, areas, same, 0)
        elif stop - start == 3 or not _join_halves(sharp, start, areas, same):
            shift = _give_to_area(sharp, start, (before, profile[start + 1]), same, shift)
            if stop - start == 3 or (sharp[start] == profile[start]).all():
                shift = _give_to_area(sharp, stop - 1, (profile[stop - 2], after), same, shift)
    return sharp


def _blended(profile: Profile, same: float) -> list[tuple[int, int]]:
    """Runs (start, stop) of up to three pixels that are like no neighbour, between flat areas."""
    is_same = np.abs(np.diff(profile, axis=0)).max(axis=1) <= same
    unlike = ~(np.r_[is_same, False] | np.r_[False, is_same])
    turns = np.flatnonzero(np.diff(np.r_[False, unlike, False].astype(np.int8)))
    runs = [(int(start), int(stop)) for start, stop in zip(turns[::2], turns[1::2], strict=True)]
    return [run for run in runs if run[0] > 0 and run[1] < len(profile) and run[1] - run[0] <= 3]


def _covered(pixel: Profile, areas: tuple[Profile, Profile], same: float) -> float | None:
    """How much of a pixel the second area covers, 0..1; None where its colour is no blend."""
    before, after = areas
    step = after - before
    covered = float(np.clip((pixel - before) @ step / max(1.0, float(step @ step)), 0, 1))
    return covered if np.abs(before + covered * step - pixel).max() <= same else None


def _is_edge(pixels: Profile, areas: tuple[Profile, Profile], thresholds: EdgeThresholds) -> bool:
    """Whether two pixels are an edge that was blended twice."""
    first, second = (_covered(pixel, areas, thresholds.same) for pixel in pixels)
    return first is not None and second is not None and second - first >= thresholds.steep


def _give_to_area(
    sharp: Profile, at: int, areas: tuple[Profile, Profile], same: float, shift: float
) -> float:
    """Gives the pixel at an edge to one of two areas, if its colour is a blend of theirs; how far
    the edge has moved back by that."""
    covered = _covered(sharp[at], areas, same)
    if covered is None:
        return 0.0
    is_after = 1 - covered - shift < 0.5
    sharp[at] = areas[is_after]
    return 1 - covered if is_after else -covered


def _join_halves(sharp: Profile, start: int, areas: tuple[Profile, Profile], same: float) -> bool:
    """Whether two blended pixels show a line of one pixel between them; puts it into one of them.
    One of a colour that there isn't is wider than that."""
    before, after = areas
    first, second = sharp[start], sharp[start + 1]
    colours = first + second - SHIFTS * before - (1 - SHIFTS) * after
    off = np.abs(SHIFTS * before + (1 - SHIFTS) * colours - first).max(axis=1)
    best = int(off.argmin())
    colour = colours[best]
    if off[best] > same or colour.min() < -same or colour.max() > 255 + same:
        return False
    in_first = SHIFTS[best, 0] <= 0.5
    sharp[start] = colour if in_first else before
    sharp[start + 1] = after if in_first else colour
    return True
