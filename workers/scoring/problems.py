"""What is wrong with a page by what the browser says of it, whether or not it can be seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.studio.events import Difference, DifferenceKind, Rect
from workers.imaging import decode_png
from workers.shot import Shot


@dataclass(frozen=True)
class SamenessLimits:
    """When two pictures of one page show the same."""

    step: int = 24  # levels of any colour channel between two pixels that are alike
    share: float = 0.0005  # of the pixels that may be unlike: a caret, a digit of a clock


SAMENESS = SamenessLimits()


def problems_of(shot: Shot, as_file: Shot | None = None) -> tuple[Difference, ...]:
    """What the browser complained about; `as_file` is the same page opened from the disk.

    Of that, only what differs is told.
    """
    told: list[tuple[DifferenceKind, str]] = [
        *(("console_error", error) for error in shot.console_errors),
        *(("failed_request", path) for path in shot.failed_requests),
    ]
    if shot.overflow_px:
        told.append(("overflow", f"{shot.overflow_px} px wider than the window"))
    if as_file is not None:
        told += (("as_file", change) for change in _changes(shot, as_file))
    nowhere = Rect(x=0, y=0, width=0, height=0)
    return tuple(
        Difference(item="page", kind=kind, expected="", got=got, rect=nowhere, selector="", cost=0)
        for kind, got in told
    )


def overflow_at(shots: Sequence[tuple[int, Shot]]) -> tuple[Difference, ...]:
    """Where the page is wider than narrower windows, of so many CSS pixels, with the element that
    reaches furthest."""
    return tuple(
        Difference(
            item=f"page at {width} px",
            kind="overflow",
            expected="",
            got=f"{shot.overflow_px} px wider than the window",
            rect=Rect(x=0, y=0, width=0, height=0),
            selector=_widest(shot, width),
            cost=0,
        )
        for width, shot in shots
        if shot.overflow_px
    )


def _widest(shot: Shot, width: int) -> str:
    """The selector of what reaches furthest out of a window; empty where nothing drawn does."""
    drawn = [(box.rect, box.selector) for box in shot.boxes]
    drawn += [(text.rect, text.selector) for text in shot.texts]
    reaches = [(rect.x + rect.width, selector) for rect, selector in drawn if selector]
    reach, selector = max(reaches, default=(0.0, ""))
    return selector if reach > width else ""


def _changes(shot: Shot, as_file: Shot, limits: SamenessLimits = SAMENESS) -> list[str]:
    failed = [path for path in as_file.failed_requests if path not in shot.failed_requests]
    errors = [error for error in as_file.console_errors if error not in shot.console_errors]
    changes = [f"{path} does not load" for path in failed] + errors
    share = _unlike(shot, as_file, limits.step)
    if share > limits.share:
        changes.append(f"{share:.1%} of its pixels differ")
    return changes


def _unlike(shot: Shot, other: Shot, step: int) -> float:
    """The share of the pixels that differ; all of them where the pages have two sizes."""
    if shot.png == other.png:
        return 0.0
    one, two = decode_png(shot.png).astype(np.int16), decode_png(other.png).astype(np.int16)
    if one.shape != two.shape:
        return 1.0
    return float(np.mean(np.abs(one - two).max(axis=2) > step))
