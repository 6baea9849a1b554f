"""Colours as a person names them, with the contrast that text needs.

Colours are (red, green, blue) in sRGB from 0 to 1. Oklab, by which lightness is changed, is Björn
Ottosson's (https://bottosson.github.io/posts/oklab/); contrast is WCAG 2.2's.
"""

from dataclasses import dataclass
from math import cos, hypot, radians, sin
from typing import Literal

from tinycss2 import color4

RGB = tuple[float, float, float]
Shade = Literal["", "dark", "light"]

READABLE = 4.5  # contrast of text, WCAG AA
NEUTRAL_CHROMA = 0.04  # in Oklab: below, a colour is a grey
GAMUT_STEPS = 24  # of halving the chroma until a colour can be shown
LIGHTNESSES = (0.55, 0.5, 0.45, 0.4, 0.62, 0.7, 0.78, 0.86, 0.92)  # tried in this order
SHADES = {"dark": (0.38, 0.32, 0.26), "light": (0.86, 0.9, 0.94)}


@dataclass(frozen=True)
class Colour:
    """What a person called a colour: a hue of many lightnesses, or `exact` as it stands in CSS."""

    name: str
    hue: float = 0.0  # degrees, in Oklab
    chroma: float = 0.0
    exact: str = ""
    shade: Shade = ""


HUES = {  # name: hue in degrees and chroma, in Oklab
    "red": (27.0, 0.2),
    "orange": (55.0, 0.16),
    "brown": (55.0, 0.07),
    "yellow": (95.0, 0.16),
    "green": (150.0, 0.15),
    "teal": (190.0, 0.1),
    "turquoise": (200.0, 0.12),
    "blue": (260.0, 0.19),
    "purple": (300.0, 0.2),
    "pink": (355.0, 0.18),
    "grey": (260.0, 0.0),
}
EXACT = {"black": "#111111", "white": "#ffffff"}


def colour(name: str, shade: Shade = "") -> Colour:
    """The colour of a name of HUES, EXACT or CSS. Raises KeyError."""
    if name in EXACT:
        return Colour(name, exact=EXACT[name])
    if name in HUES:
        hue, chroma = HUES[name]
        return Colour(name, hue, chroma, shade=shade)
    if read(name) is None:
        raise KeyError(name)
    return Colour(name, exact=name)


def read(css: str) -> RGB | None:
    """What a CSS colour looks like; None where it is none, or shows what is behind it."""
    parsed = color4.parse_color(css.strip())
    if parsed is None or parsed == "currentcolor":
        return None
    if parsed.space in ("oklab", "oklch"):
        return _of_oklab(parsed)
    shown = parsed.to("srgb")
    if (shown.alpha or 0.0) < 0.5:
        return None
    red, green, blue = (min(1.0, max(0.0, part or 0.0)) for part in shown.coordinates)
    return red, green, blue


def _of_oklab(parsed: color4.Color) -> RGB | None:
    if (parsed.alpha or 0.0) < 0.5:
        return None
    light, first, second = (part or 0.0 for part in parsed.coordinates)
    if parsed.space == "oklch":
        return from_oklch(light, first, second)
    return _in_gamut(light, first, second)


def to_css(rgb: RGB) -> str:
    """#rrggbb."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def candidates(wanted: Colour) -> list[str]:
    """The CSS colours that a name can mean, the most usual first."""
    if wanted.exact:
        return [wanted.exact]
    steps = SHADES[wanted.shade] if wanted.shade else LIGHTNESSES
    return [to_css(from_oklch(step, wanted.chroma, wanted.hue)) for step in steps]


def contrast(one: RGB, other: RGB) -> float:
    """From 1, the same, to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(ground: RGB) -> str:
    """Black or white, whichever is better read on it."""
    white, black = "#ffffff", EXACT["black"]
    return max((white, black), key=lambda css: contrast(read(css) or ground, ground))


def lightness(rgb: RGB) -> float:
    """In Oklab, from 0 to 1."""
    return _to_oklab(rgb)[0]


def is_neutral(rgb: RGB) -> bool:
    _, a, b = _to_oklab(rgb)
    return hypot(a, b) < NEUTRAL_CHROMA


def with_lightness(rgb: RGB, wanted: float) -> RGB:
    """The same hue, as much of its chroma as can be shown."""
    _, a, b = _to_oklab(rgb)
    return _in_gamut(min(1.0, max(0.0, wanted)), a, b)


def has_hue(rgb: RGB, wanted: Colour, within: float) -> bool:
    """Whether a colour could be called by this name; `within` in degrees."""
    _, a, b = _to_oklab(rgb)
    if wanted.exact or not wanted.chroma or hypot(a, b) < wanted.chroma / 2:
        return False
    x, y = cos(radians(wanted.hue)), sin(radians(wanted.hue))
    return (a * x + b * y) / hypot(a, b) > cos(radians(within))


def from_oklch(light: float, chroma: float, hue: float) -> RGB:
    """As much of the chroma as can be shown; `hue` in degrees."""
    return _in_gamut(light, chroma * cos(radians(hue)), chroma * sin(radians(hue)))


def _in_gamut(light: float, a: float, b: float) -> RGB:
    share, low, high = 1.0, 0.0, 1.0
    for _ in range(GAMUT_STEPS):
        rgb = _from_oklab(light, a * share, b * share)
        if all(-0.001 <= part <= 1.001 for part in rgb):
            low = share
            if share == 1.0:
                break
        else:
            high = share
        share = (low + high) / 2
    red, green, blue = (
        min(1.0, max(0.0, part)) for part in _from_oklab(light, a * share, b * share)
    )
    return red, green, blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _luminance(rgb: RGB) -> float:
    red, green, blue = map(_linear, rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_oklab(rgb: RGB) -> tuple[float, float, float]:
    r, g, b = map(_linear, rgb)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(light: float, a: float, b: float) -> RGB:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return _signed(red), _signed(green), _signed(blue)


def _signed(part: float) -> float:
    return _encoded(part) if part > 0 else 12.92 * part
