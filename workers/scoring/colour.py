"""Colours as a person tells them apart."""

from functools import lru_cache

import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab

from workers.imaging import Colour


@lru_cache(4096)  # a page has few colours
def delta(one: Colour, other: Colour) -> float:
    """CIEDE2000 of two sRGB colours."""
    if one == other:
        return 0.0
    a, b = (rgb2lab(np.array(side, dtype=np.float64) / 255) for side in (one, other))
    return float(deltaE_ciede2000(a, b))  # type: ignore[no-untyped-call]


def severity_of(away: float) -> float:
    """Of a thing whose colour is off by `away` (CIEDE2000), 0–1: at 50 it is another altogether."""
    return min(0.7, 0.15 + away / 100)


def hex_of(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    levels = np.array(colour) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
