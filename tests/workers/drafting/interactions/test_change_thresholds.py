"""What counts as a change, each threshold off by two."""

import numpy as np

from tests.workers.drafting.interactions.test_changes import page, with_box
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.interactions.changes import (
    CHANGES,
    ChangeThresholds,
    changed_boxes,
    changed_mask,
    dimming,
)
from workers.imaging import Box, Image


def marked(*boxes: Box, by: int = 60) -> tuple[Image, Image]:
    """A page, and it with boxes that are so many levels darker."""
    before = np.full((100, 200, 3), 200, np.uint8)
    after = before.copy()
    for box in boxes:
        after[box.slices] -= np.uint8(by)
    return before, after


def dimmed(
    share: float, *, box: Box, off: int = 0, before: Image | None = None
) -> tuple[Image, Image]:
    """A page under a black backdrop that leaves `share`, with a dialog over it; every third row is
    `off` levels darker than that."""
    before = page() if before is None else before
    levels = np.rint(before * share)
    levels[::3, :, :] -= off
    return before, with_box(np.clip(levels, 0, 255).astype(np.uint8), box, (250, 250, 90))


def speckled(count: int) -> Image:
    """A grey page with a few dark pixels, without which nobody tells what is dimmed."""
    image = np.full((100, 200, 3), 200, np.uint8)
    image[0, :count] = 40
    return image


CORPUS = {
    "strong": marked(Box(20, 20, 30, 10), by=10),
    "noise": marked(Box(20, 20, 30, 10), by=5),
    "near": marked(Box(20, 20, 10, 10), Box(39, 20, 10, 10)),
    "apart": marked(Box(20, 20, 10, 10), Box(48, 20, 10, 10)),
    "speck": marked(Box(20, 20, 2, 2)),
    "dot": marked(Box(20, 20, 3, 3)),
}
DIALOG = Box(60, 30, 80, 40)
CURTAINS = {
    "half": dimmed(0.6, box=DIALOG),
    "hardly": dimmed(0.97, box=DIALOG),
    "uneven": dimmed(0.6, box=Box(60, 30, 80, 40), off=5),
    "rough": dimmed(0.6, box=Box(60, 30, 80, 40), off=10),
    "wide": dimmed(0.6, box=Box(4, 4, 150, 70)),
    "flat": dimmed(0.6, box=DIALOG, before=speckled(7)),
    "plain": dimmed(0.6, box=DIALOG, before=speckled(28)),
    "thin": dimmed(0.985, box=DIALOG),
    "thicker": dimmed(0.945, box=DIALOG, before=np.minimum(page(), 140)),
    "dark": dimmed(0.93, box=DIALOG, before=np.minimum(page(), 60)),
}


def outcome(limits: ChangeThresholds) -> object:
    changes = {
        name: changed_boxes(changed_mask(*pair, limits), limits) for name, pair in CORPUS.items()
    }
    return changes, {name: dimming(*pair, limits) for name, pair in CURTAINS.items()}


@off_by_two(CHANGES)
def test_a_threshold_off_by_two_tells_other_changes(name: str, factor: float) -> None:
    assert outcome(varied(CHANGES, name, factor)) != outcome(CHANGES)
