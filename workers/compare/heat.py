"""Pictures for people: where two pages differ."""

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.compare.canvas import Canvas
from workers.elements import Image

FULL_HEAT = 30.0  # ΔE (CIE76) from where a difference is drawn in full red
AMBER = np.array([255, 178, 0], dtype=np.float32)
RED = np.array([214, 0, 28], dtype=np.float32)
GAP = 16  # pixels between the three pictures of a triptych


def heat_map(canvas: Canvas, width: int, height: int) -> Image:
    """The mockup in pale grey, differences over it from amber to red; (height, width, 3)."""
    mockup, render = (sight.image[:height, :width] for sight in (canvas.mockup, canvas.render))
    heat = _heat(mockup, render)[..., None]
    grey = cv2.cvtColor(mockup, cv2.COLOR_RGB2GRAY).astype(np.float32)[..., None]
    ground = 150 + grey * (105 / 255)
    ramp = AMBER + (RED - AMBER) * heat
    cover = np.minimum(1, 1.6 * np.sqrt(heat)) * 0.9
    return np.asarray(ground * (1 - cover) + ramp * cover).astype(np.uint8)


def triptych(mockup: Image, render: Image, heat: Image) -> Image:
    """Mockup, render and heat map side by side, top-aligned on grey."""
    pictures = (mockup, render, heat)
    height = max(picture.shape[0] for picture in pictures)
    width = sum(picture.shape[1] for picture in pictures) + 2 * GAP
    sheet = np.full((height, width, 3), 128, dtype=np.uint8)
    left = 0
    for picture in pictures:
        sheet[: picture.shape[0], left : left + picture.shape[1]] = picture
        left += picture.shape[1] + GAP
    return sheet


def _heat(mockup: Image, render: Image) -> NDArray[np.float32]:
    """0–1: colour difference, spread a little so that thin lines stay visible."""
    one, other = (
        cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
        for image in (mockup, render)
    )
    delta = np.linalg.norm(one - other, axis=2)
    spread = cv2.blur(cv2.dilate(delta, np.ones((3, 3), dtype=np.uint8)), (5, 5))
    return np.asarray(np.clip((spread - 2) / FULL_HEAT, 0, 1), dtype=np.float32)
