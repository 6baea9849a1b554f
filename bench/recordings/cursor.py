"""The pointer, as a recorder of screens draws it into its frames."""

from typing import Literal

import cv2
import numpy as np

from workers.imaging import Image

Pointer = Literal["arrow", "hand", "text"]
# outlines in CSS pixels from the hot spot
_SHAPES: dict[Pointer, list[tuple[float, float]]] = {
    "arrow": [(0, 0), (0, 17), (4, 13.2), (6.8, 19.5), (9.4, 18.4), (6.7, 12.2), (12.2, 12.2)],
    "hand": [
        (0, 0), (1.6, 1.2), (1.8, 8), (3, 7.2), (4.8, 8), (6.2, 7.6), (7.6, 8.8), (9.4, 9),
        (10, 10.6), (9.8, 15), (8.2, 19.6), (0, 19.6), (-3, 15.4), (-6.2, 11.4), (-5.4, 10),
        (-3.4, 10.4), (-1.6, 12.2), (-1.6, 1.2),
    ],
    "text": [
        (-3, -8), (3, -8), (3, -7), (0.6, -6.4), (0.6, 6.4), (3, 7), (3, 8), (-3, 8), (-3, 7),
        (-0.6, 6.4), (-0.6, -6.4), (-3, -7),
    ],
}  # fmt: skip
_FRACTION_BITS = 4


def draw_cursor(frame: Image, x: float, y: float, pointer: Pointer, scale: float) -> Image:
    """A copy of `frame` with the pointer's hot spot at (`x`, `y`), CSS pixels."""
    drawn = frame.copy()
    outline = (np.array(_SHAPES[pointer]) + np.array([x, y])) * scale * (1 << _FRACTION_BITS)
    points = [np.rint(outline).astype(np.int32)]
    cv2.fillPoly(drawn, points, (255, 255, 255), cv2.LINE_AA, _FRACTION_BITS)
    if pointer == "arrow":
        cv2.fillPoly(drawn, points, (0, 0, 0), cv2.LINE_AA, _FRACTION_BITS)
    edge = (255, 255, 255) if pointer == "arrow" else (0, 0, 0)
    cv2.polylines(drawn, points, True, edge, round(scale), cv2.LINE_AA, _FRACTION_BITS)
    return drawn
