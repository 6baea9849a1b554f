"""Lengths as they stand in CSS."""

import re

LENGTH = re.compile(r"(?<![\w.#-])(-?\d*\.?\d+)(px|rem|em|%|ch|vw|vh)?(?![\w(])")
PRODUCT = re.compile(r"calc\(\s*(-?[\d.]+)(px|rem|em)\s*\*\s*(-?[\d.]+)\s*\)")
ROOT = 16.0  # CSS pixels of 1rem


def pixels(value: str, em: float = ROOT) -> float | None:
    """The first length of a value in CSS pixels; None where it has none that is known here."""
    found = LENGTH.search(value)
    if found is None:
        return None
    units = {"px": 1.0, "rem": ROOT, "em": em, None: 1.0}
    unit = units.get(found[2])
    return float(found[1]) * unit if unit is not None else None


def scaled(value: str, factor: float) -> str:
    """All lengths of a value times a factor, in the units that they have."""
    return LENGTH.sub(
        lambda found: f"{_short(float(found[1]) * factor, found[2])}{found[2] or ''}", value
    )


def _short(number: float, unit: str | None) -> str:
    digits = 0 if unit == "px" and abs(number) >= 10 else 3 if unit in ("rem", "em", None) else 1
    return f"{number:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{number:.0f}"


def worked_out(value: str) -> str:
    """A value with its products as they come out: `calc(0.25rem * 4)` is `1rem`."""
    return PRODUCT.sub(lambda found: f"{float(found[1]) * float(found[3]):g}{found[2]}", value)
