"""All items of two pages, and the one number they make."""

from collections.abc import Sequence

import numpy as np

from workers.scoring.canvas import Canvas
from workers.scoring.grounds import ground_items, residual_items
from workers.scoring.item import Item
from workers.scoring.marks import mark_items, pages_of
from workers.scoring.text_items import text_items

POWER = 2.5


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
    return float(1 - ((weights * severities**power).sum() / weights.sum()) ** (1 / power))
