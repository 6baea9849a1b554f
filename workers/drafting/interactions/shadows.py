"""The shadow of what came to lie over a page, told by how much darker the page is around it."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from workers.drafting.interactions.values import Shadow
from workers.imaging import Box, Image

NORMAL = NormalDist()
Profile = NDArray[np.float64]  # share of the light that is gone, by the distance from an edge


@dataclass(frozen=True)
class ShadowLimits:
    """When there is one. Px are CSS pixels, shares those of the light."""

    reach: int = 60  # px that it is looked for around a box
    faint: float = 0.012  # share that is taken off, at least
    even: float = 0.03  # share that a neighbour may be off by: more is an edge and no shadow
    middle: float = 0.5  # of a side that is looked at: at its ends the corners are round


LIMITS = ShadowLimits()


def shadow_of(
    before: Image, after: Image, box: Box, limits: ShadowLimits = LIMITS
) -> Shadow | None:
    """The shadow of a box that is on the second picture alone; None where it has none.

    A shadow is the box, moved down and blurred by a Gaussian of half its blur: beside the box's
    middle it is alpha * cdf(-t / sigma), below it alpha * cdf((down - t) / sigma).
    """
    lost = 1 - (after.astype(np.float64).mean(axis=2) + 1) / (before[: len(after)].mean(axis=2) + 1)
    side = _strip(box.y, box.height, limits)
    over = _strip(box.x, box.width, limits)
    left = _profile(lost[side, max(0, box.x - limits.reach) : box.x][:, ::-1].T)
    right = _profile(lost[side, box.right : box.right + limits.reach].T)
    below = _profile(lost[box.bottom : box.bottom + limits.reach, over])
    beside = max(left, right, key=len)
    if len(below) < 2 or len(beside) < 2 or below[0] < limits.faint:
        return None
    for profile in (below, beside):
        if np.abs(np.diff(profile)).max() > limits.even or profile.min() < -limits.even:
            return None
    alpha = min(1.0, max(2 * float(beside[0]), float(below[0]), limits.faint))
    sigma = max(0.5, float(beside.clip(0).sum()) / (alpha * NORMAL.pdf(0)))
    share = min(0.98, max(0.02, float(below[0]) / alpha))
    return Shadow(round(sigma * NORMAL.inv_cdf(share)), round(2 * sigma), round(alpha, 2))


def _strip(start: int, length: int, limits: ShadowLimits) -> slice:
    """The middle of a side."""
    off = round(length * (1 - limits.middle) / 2)
    return slice(start + off, start + length - off)


def _profile(lost: Profile) -> Profile:
    """(T,): the median of each row of (T, n)."""
    return np.median(lost, axis=1) if lost.size else np.zeros(0)
