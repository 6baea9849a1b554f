"""How dense the screen was that was recorded."""

from webapp.studio.uploads.images import guess_scale
from workers.drafting.perceive.text.ocr import estimate_pixel_ratio
from workers.imaging import Image

LARGE = 1_600  # image pixels: below, a screen of twice the density is hardly recorded


def scale_of(image: Image, name: str) -> float:
    """Image pixels a CSS pixel, a guess: as of a mockup; of a large one also by its letters, as
    many a screen is twice as dense as its width tells."""
    height, width = image.shape[:2]
    guessed = guess_scale(width, height, name)
    if guessed == 1 and max(height, width) >= LARGE:
        return float(min(2, estimate_pixel_ratio(image)))
    return float(guessed)
