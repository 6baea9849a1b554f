"""Cutting rectangles out of mockups, and erasing the text on them."""

from dataclasses import replace

import cv2
import numpy as np

from workers.agent.workspace import WorkspaceError
from workers.imaging import Box, Image, TextRun, crop, grow

INPAINT_RADIUS = 4  # pixels
SURROUNDINGS = 24  # pixels around a crop that inpainting sees
INK_MARGIN = 2  # pixels around a run's ink that anti-aliasing touches


def cut(image: Image, box: Box) -> Image:
    """The rectangle, clipped to the image. Raises WorkspaceError where they do not overlap."""
    part = crop(image, box)
    if part.size == 0:
        height, width = image.shape[:2]
        raise WorkspaceError(
            f"({box.x}, {box.y}) {box.width}×{box.height} lies outside of the mockup, "
            f"which is {width}×{height}."
        )
    return part


def cut_without_text(image: Image, runs: tuple[TextRun, ...], box: Box) -> Image:
    """The pixels of `box`, the ink of text on them painted over with what surrounds it (Telea's
    inpainting, 2004). `runs` are those of the whole image."""
    mask = np.zeros(image.shape[:2], np.uint8)
    for run in runs:
        crop(mask, grow(run.ink, INK_MARGIN))[:] = 255
    area = grow(box, SURROUNDINGS)
    around, inked = (np.ascontiguousarray(crop(each, area)) for each in (image, mask))
    painted = cv2.inpaint(around, inked, INPAINT_RADIUS, cv2.INPAINT_TELEA)
    left, top = max(0, area.x), max(0, area.y)
    return cut(np.asarray(painted, np.uint8), replace(box, x=box.x - left, y=box.y - top))
