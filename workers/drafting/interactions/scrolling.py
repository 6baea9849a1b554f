"""A page that is longer than the window: one picture of all that was seen while it scrolled."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.studio.storyboard import Storyboard
from workers.imaging import Image

COLUMNS = 32  # places across at which two rows are compared


@dataclass(frozen=True)
class ScrollLimits:
    """How the place of a scrolled window is found. Px are image pixels."""

    over: int = 10  # px that it may be further down than what was scrolled by
    fixed: float = 0.15  # share of the window at its top that may stay where it is
    alike: float = 0.6  # levels that rows of one place may differ by, on the mean
    least: int = 40  # px of rows that both have


LIMITS = ScrollLimits()


def stitched(
    board: Storyboard, pictures: Mapping[str, Image], limits: ScrollLimits = LIMITS
) -> tuple[Image, dict[str, int]]:
    """The first state's page as far as it was seen, and for each state of it that was scrolled to
    how far down the window was, in image pixels. `pictures` by the ids of states."""
    first = board.states[0].id
    page, down = pictures[first], {first: 0}
    for action in board.actions:
        picture = pictures[action.to_state]
        same = action.kind == "scroll" and action.from_state in down
        if not same or action.to_state in down or picture.shape[1] != page.shape[1]:
            continue
        wanted = down[action.from_state] + round(action.scroll_by * board.scale)
        place = _place(page, picture, down[action.from_state], max(0, wanted), limits)
        down[action.to_state] = place
        more = place + len(picture) - len(page)
        if more > 0:
            page = np.concatenate([page, picture[-more:]])
    return page, down


def _place(page: Image, picture: Image, before: int, wanted: int, limits: ScrollLimits) -> int:
    """How far down a page a window is that was `before` and was `wanted` there: at its end it goes
    no further. What was wanted where nothing tells."""
    rows, seen = _signature(page), _signature(picture)
    skipped = round(limits.fixed * len(seen))  # a header that stays
    best, least = wanted, limits.alike
    first, last = sorted((before, wanted))
    for place in sorted(range(first, last + limits.over), key=lambda one: abs(one - wanted)):
        shared = min(len(rows) - place, len(seen))
        if shared - skipped < limits.least:
            continue
        off = np.abs(rows[place + skipped : place + shared] - seen[skipped:shared]).mean()
        if off < least:
            best, least = place, float(off)
    return min(best, len(page))


def _signature(image: Image) -> NDArray[np.float32]:
    """(H, COLUMNS, 3): the mean colours of each row's parts."""
    small = cv2.resize(image, (COLUMNS, image.shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)
