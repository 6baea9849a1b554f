"""How alike two pictures are as a whole, by their pixels."""

import numpy as np
from PIL import Image as Pillow
from skimage.metrics import structural_similarity

from workers.imaging import Image


def ssim(mockup: Image, render: Image) -> float:
    """SSIM of the whole page in grey, as large as the mockup; what is missing counts as black."""
    height, width = mockup.shape[:2]
    canvas = np.zeros_like(mockup)
    shown = render[:height, :width]
    canvas[: shown.shape[0], : shown.shape[1]] = shown
    one, other = (np.asarray(Pillow.fromarray(image).convert("L")) for image in (mockup, canvas))
    return float(structural_similarity(one, other))  # type: ignore[no-untyped-call]
