"""Which element was used where no cursor tells it: the one that explains what changed."""

from workers.imaging import Box, bounds
from workers.recording.elements import element_at, lines_in
from workers.recording.steps import Step

SMALL_WIDTH = 320.0  # CSS pixels: a tab, a button, a menu's entry
SMALL_HEIGHT = 70.0
ABOVE = 60.0  # CSS pixels between a button and the panel that it opens


def inferred(step: Step) -> Box | None:
    """Image pixels of the picture before; None where nothing explains it."""
    boxes = [blob.box for blob in step.changed]
    if not boxes:
        return None
    scale = step.scale
    image = step.before.image
    small = [
        box
        for box in boxes
        if box.width <= SMALL_WIDTH * scale and box.height <= SMALL_HEIGHT * scale
    ]
    large = [box for box in boxes if box not in small]
    if len(small) == 1 or (small and not large):
        box = small[0]
        middle = (box.x + box.width / 2, box.y + box.height / 2)
        return element_at(image, *middle, scale) or box
    panel = bounds(large) if large else bounds(boxes)
    above = Box(
        panel.x - round(40 * scale),
        panel.y - round(ABOVE * scale),
        panel.width + round(80 * scale),
        round(ABOVE * scale),
    )
    lines = lines_in(image, above, scale)
    if lines:
        nearest = max(lines, key=lambda box: (box.bottom, box.x))
        middle = (nearest.x + nearest.width / 2, nearest.y + nearest.height / 2)
        return element_at(image, *middle, scale) or nearest
    return small[0] if small else None
