"""Cutting rectangles out of mockups, and erasing the text on them."""

import cv2
import numpy as np

from workers.agent.workspace import WorkspaceError
from workers.imaging import Box, Image, TextRun

INPAINT_RADIUS = 4  # pixels
SURROUNDINGS = 24  # pixels around a crop that inpainting sees
INK_MARGIN = 2  # pixels around a run's ink that anti-aliasing touches


def cut(image: Image, x: int, y: int, width: int, height: int) -> Image:
    """The rectangle, clipped to the image. Raises WorkspaceError where they do not overlap."""
    rows, columns = image.shape[:2]
    part = image[max(0, y) : y + height, max(0, x) : x + width]
    if part.size == 0:
        raise WorkspaceError(
            f"({x}, {y}) {width}×{height} lies outside of the mockup, which is {columns}×{rows}."
        )
    return part


def cut_without_text(image: Image, runs: tuple[TextRun, ...], box: Box) -> Image:
    """The pixels of `box`, the ink of text on them painted over with what surrounds it (Telea's
    inpainting, 2004). `runs` are those of the whole image."""
    left, top = max(0, box.x - SURROUNDINGS), max(0, box.y - SURROUNDINGS)
    around = image[top : box.bottom + SURROUNDINGS, left : box.right + SURROUNDINGS]
    mask = np.zeros(around.shape[:2], np.uint8)
    for run in runs:
        rows = slice(
            _inside(run.ink.y - INK_MARGIN - top), _inside(run.ink.bottom + INK_MARGIN - top)
        )
        columns = slice(
            _inside(run.ink.x - INK_MARGIN - left), _inside(run.ink.right + INK_MARGIN - left)
        )
        mask[rows, columns] = 255
    painted = cv2.inpaint(np.ascontiguousarray(around), mask, INPAINT_RADIUS, cv2.INPAINT_TELEA)
    return cut(np.asarray(painted, np.uint8), box.x - left, box.y - top, box.width, box.height)


def _inside(side: int) -> int:
    return max(0, side)
