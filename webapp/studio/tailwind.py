"""Declarations as Tailwind's utilities: by name where it has one, by value where not."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Declarations = tuple[tuple[str, str], ...]  # names and values
PIXELS_A_STEP = 4  # CSS pixels of Tailwind's spacing unit, of which it takes quarters
PX = re.compile(r"(-?)(\d+(?:\.\d+)?)px")
WORDS: Mapping[tuple[str, str], str] = {
    ("display", "flex"): "flex",
    ("display", "block"): "block",
    ("display", "grid"): "grid",
    ("display", "inline-block"): "inline-block",
    ("flex-direction", "column"): "flex-col",
    ("flex-wrap", "wrap"): "flex-wrap",
    ("flex-shrink", "0"): "shrink-0",
    ("align-items", "flex-start"): "items-start",
    ("align-items", "flex-end"): "items-end",
    ("align-items", "center"): "items-center",
    ("align-items", "stretch"): "items-stretch",
    ("align-items", "baseline"): "items-baseline",
    ("align-self", "flex-start"): "self-start",
    ("align-self", "flex-end"): "self-end",
    ("align-self", "center"): "self-center",
    ("align-self", "stretch"): "self-stretch",
    ("justify-content", "center"): "justify-center",
    ("justify-content", "flex-end"): "justify-end",
    ("justify-content", "space-between"): "justify-between",
    ("font-style", "italic"): "italic",
    ("font-style", "normal"): "not-italic",
    ("font-weight", "400"): "font-normal",
    ("font-weight", "500"): "font-medium",
    ("font-weight", "600"): "font-semibold",
    ("font-weight", "700"): "font-bold",
    ("text-align", "left"): "text-left",
    ("text-align", "center"): "text-center",
    ("text-align", "right"): "text-right",
    ("text-align", "justify"): "text-justify",
    ("text-transform", "uppercase"): "uppercase",
    ("text-transform", "capitalize"): "capitalize",
    ("text-transform", "none"): "normal-case",
    ("text-decoration", "underline"): "underline",
    ("text-decoration", "none"): "no-underline",
    ("white-space", "normal"): "whitespace-normal",
    ("white-space", "nowrap"): "whitespace-nowrap",
    ("overflow", "hidden"): "overflow-hidden",
    ("position", "relative"): "relative",
    ("position", "absolute"): "absolute",
    ("position", "static"): "static",
    ("border", "0"): "border-0",
    ("border-radius", "50%"): "rounded-full",
    ("appearance", "none"): "appearance-none",
}
LENGTHS = {
    "width": "w",
    "height": "h",
    "min-width": "min-w",
    "min-height": "min-h",
    "max-width": "max-w",
    "gap": "gap",
    "column-gap": "gap-x",
    "row-gap": "gap-y",
    "margin-top": "mt",
    "margin-right": "mr",
    "margin-bottom": "mb",
    "margin-left": "ml",
    "padding-top": "pt",
    "padding-right": "pr",
    "padding-bottom": "pb",
    "padding-left": "pl",
    "padding-inline": "px",
    "padding-block": "py",
    "margin-inline": "mx",
    "margin-block": "my",
    "top": "top",
    "left": "left",
    "right": "right",
    "bottom": "bottom",
    "line-height": "leading",
}
SIDES = ("top", "right", "bottom", "left")
SHORTHAND = ((0, 0, 0, 0), (0, 1, 0, 1), (0, 1, 2, 1), (0, 1, 2, 3))  # which part a side has
BORDERS = {"border": "border", **{f"border-{side}": f"border-{side[0]}" for side in SIDES}}
BORDER = re.compile(r"(\d+)px solid (.+)")


@dataclass(frozen=True)
class Theme:
    """The names of a page's own colours, families, sizes and radii, by what CSS says of them."""

    colours: Mapping[str, str]
    families: Mapping[str, str]
    sizes: Mapping[str, str]
    radii: Mapping[str, str]


def utilities(declarations: Declarations, theme: Theme) -> list[str]:
    """The classes that say what `declarations` say."""
    found: list[str] = []
    for name, value in with_sides(declarations):
        found += _utilities(name, value, theme)
    return list(dict.fromkeys(found))


def with_sides(declarations: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same with each side of a padding or margin on its own; of two the last holds."""
    sides: dict[str, str] = {}
    for name, value in declarations:
        if name not in ("padding", "margin"):
            sides[name] = value
            continue
        parts = value.split()
        for side, at in zip(SIDES, SHORTHAND[len(parts) - 1], strict=True):
            sides[f"{name}-{side}"] = parts[at]
    return list(sides.items())


def _utilities(name: str, value: str, theme: Theme) -> list[str]:
    if (name, value) in WORDS:
        return [WORDS[name, value]]
    if name in LENGTHS:
        return [_length(LENGTHS[name], value)]
    if name in BORDERS and (border := BORDER.fullmatch(value)):
        width = "" if border[1] == "1" else f"-{border[1]}"
        side = BORDERS[name]
        return [f"{side}{width}", f"{side}-{_colour(border[2], theme)}"]
    writers: Mapping[str, Callable[[], str]] = {
        "color": lambda: f"text-{_colour(value, theme)}",
        "border-color": lambda: f"border-{_colour(value, theme)}",
        "background": lambda: _ground(value, theme),
        "background-color": lambda: _ground(value, theme),
        "font-family": lambda: _named("font", value, theme.families),
        "font-size": lambda: _named("text", value, theme.sizes),
        "border-radius": lambda: _named("rounded", value, theme.radii),
        "box-shadow": lambda: f"shadow-[{_bracketed(value)}]",
        "letter-spacing": lambda: f"tracking-[{value}]",
        "font-weight": lambda: f"font-[{value}]",
    }
    return [writers[name]() if name in writers else _arbitrary(name, value)]


def _length(prefix: str, value: str) -> str:
    pixels = PX.fullmatch(value)
    if pixels and float(pixels[2]).is_integer():
        return f"{pixels[1]}{prefix}-{float(pixels[2]) / PIXELS_A_STEP:g}"
    words = {"100%": "full", "0": "0", "auto": "auto"}
    if prefix != "leading" and value in words:
        return f"{prefix}-{words[value]}"
    return f"{prefix}-[{_bracketed(value)}]"


def _colour(value: str, theme: Theme) -> str:
    return theme.colours.get(value, f"[{_bracketed(value)}]")


def _ground(value: str, theme: Theme) -> str:
    if value in theme.colours:
        return f"bg-{theme.colours[value]}"
    if re.fullmatch(r"#[0-9a-f]{3,8}", value):
        return f"bg-[{value}]"
    return _arbitrary("background", value)


def _named(prefix: str, value: str, names: Mapping[str, str]) -> str:
    return f"{prefix}-{names[value]}" if value in names else f"{prefix}-[{_bracketed(value)}]"


def _arbitrary(name: str, value: str) -> str:
    return f"[{name}:{_bracketed(value)}]"


def _bracketed(value: str) -> str:
    """A value as it stands in square brackets: a blank there would end the class."""
    return value.replace("_", "\\_").replace(" ", "_")
