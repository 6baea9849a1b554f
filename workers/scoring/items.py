"""All items of two pages, and the one number they make."""

from collections.abc import Sequence

import numpy as np

from workers.scoring.canvas import Canvas
from workers.scoring.grounds import ground_items, residual_items
from workers.scoring.item import Item
from workers.scoring.marks import mark_items, pages_of
from workers.scoring.text_items import text_items

POWER = 2.5
# What losses mean to a person, judged by eye on other pages than these numbers are used for:
# up to .97 nothing is noticed at all, to .93 when asked, under .92 unasked, at .80 it is sent back.
LOSSES = (0.0, 0.012, 0.11, 0.125, 0.24, 1.0)
POINTS = (0.0, 0.03, 0.07, 0.085, 0.20, 1.0)


def items_of(canvas: Canvas) -> list[Item]:
    text = text_items(canvas.mockup, canvas.render)
    mockup, render = pages_of(canvas, text.places)
    marks = mark_items(mockup, render, canvas.render.boxes)
    grounds = ground_items(mockup, render, canvas.render.boxes)
    rest = residual_items(mockup, render, canvas.render.boxes, marks + grounds)
    return text.items + marks + grounds + rest


def total_of(items: Sequence[Item], power: float = POWER) -> float:
    weights = np.array([item.weight for item in items])
    severities = np.array([item.severity for item in items])
    if weights.sum() == 0:
        return 1.0
    loss = float(((weights * severities**power).sum() / weights.sum()) ** (1 / power))
    loss = float(np.interp(loss, LOSSES, POINTS))
    return (1 - loss) * (1 - 0.5 * wordless(items) ** 4)


def wordless(items: Sequence[Item]) -> float:
    """The share of the text that is missing, extra or other words, by weight."""
    text = [item for item in items if item.name.startswith("text")]
    weight = sum(item.weight for item in text)
    if weight == 0:
        return 0.0
    wrong = 0.0
    for item in text:
        for finding in item.findings:
            if finding.kind in ("missing", "extra", "letters"):
                wrong += item.weight * min(1.0, finding.severity * 1.2)
                break
    return min(1.0, wrong / weight)
