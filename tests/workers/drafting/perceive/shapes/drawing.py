"""Pictures drawn without text: at one pixel per CSS pixel, or finer and averaged down."""

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from workers.imaging import Box, Colour, Image

WHITE, GREY, BLUE, DARK = (255, 255, 255), (226, 230, 238), (40, 90, 220), (20, 24, 40)
FINER = 4  # drawn pixels per image pixel: edges of curves are antialiased


class Canvas:
    """A picture to draw on in CSS pixels, `scale` image pixels each."""

    def __init__(self, width: int, height: int, fill: Colour = WHITE, scale: float = 1) -> None:
        self._size = (width, height)
        self._scale = scale
        size = (round(width * scale) * FINER, round(height * scale) * FINER)
        self.image = Pillow.new("RGB", size, fill)
        self._draw = ImageDraw.Draw(self.image)

    def box(self, box: Box, fill: Colour, radius: float = 0) -> "Canvas":
        """Edges lie between image pixels, as a browser puts them."""
        left, top, right, bottom = (
            round(edge * self._scale) * FINER for edge in (box.x, box.y, box.right, box.bottom)
        )
        return self._rounded((left, top, right, bottom), fill, radius)

    def card(self, box: Box, fill: Colour, border: tuple[float, Colour], radius: int) -> "Canvas":
        """A box with a border of whole image pixels, as many as its width has, as in a browser."""
        width, colour = border
        inset = max(1, int(width * self._scale)) * FINER
        edges = (box.x, box.y, box.right, box.bottom)
        left, top, right, bottom = (round(edge * self._scale) * FINER for edge in edges)
        self._rounded((left, top, right, bottom), colour, radius)
        inner = (left + inset, top + inset, right - inset, bottom - inset)
        return self._rounded(inner, fill, max(0, radius - inset / FINER / self._scale))

    def _rounded(self, edges: tuple[int, int, int, int], fill: Colour, radius: float) -> "Canvas":
        left, top, right, bottom = edges
        corners = (left, top, right - 1, bottom - 1)
        self._draw.rounded_rectangle(corners, radius * self._scale * FINER, fill=fill)
        return self

    def pixels(self) -> Image:
        """As drawn, averaged down to one pixel per CSS pixel."""
        width, height = self.image.size
        small = self.image.resize((width // FINER, height // FINER), Pillow.Resampling.BOX)
        return np.asarray(cv2.resize(np.asarray(small), self._size, interpolation=cv2.INTER_AREA))
