"""Design tokens: a page's type scale, spacing scale and radii as custom properties.

The lengths are told from the rules as they are written, so that a token is there because it is
used. Colours and families have theirs from `page_styles`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workers.drafting.compose.merging import Declarations

PIXELS = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)px")
SPACING = re.compile(r"(margin|padding)(-\w+)?|gap")
LARGER = ("lg", "xl", *(f"{number}xl" for number in range(2, 20)))  # than the body text, in order
SMALLER = ("sm", "xs", *(f"{number}xs" for number in range(2, 20)))


@dataclass(frozen=True)
class TokenThresholds:
    """What is worth a name."""

    used: int = 3  # times that a distance or a radius is written
    widest: int = 96  # CSS pixels of a distance: wider ones are of one place
    steps: int = 8  # of a scale, the commonest: a longer one is no scale


TOKENS = TokenThresholds()


@dataclass(frozen=True)
class DesignTokens:
    """Names of custom properties by the pixels they stand for, smallest first."""

    sizes: Mapping[float, str] = field(default_factory=dict)
    spaces: Mapping[float, str] = field(default_factory=dict)
    radii: Mapping[float, str] = field(default_factory=dict)

    def properties(self) -> dict[str, str]:
        """Their declarations for `:root`."""
        named = (*self.sizes.items(), *self.spaces.items(), *self.radii.items())
        return {name: f"{pixels:g}px" for pixels, name in named}

    def written(self, declarations: Declarations) -> Declarations:
        """The declarations with tokens in place of lengths that have one."""
        return tuple((name, self._value(name, value)) for name, value in declarations)

    def _value(self, name: str, value: str) -> str:
        names = self._scale_of(name)

        def token(found: re.Match[str]) -> str:
            known = names.get(float(found[1]))
            return f"var({known})" if known else found[0]

        return PIXELS.sub(token, value) if names else value

    def _scale_of(self, name: str) -> Mapping[float, str]:
        if name == "font-size":
            return self.sizes
        if name == "border-radius":
            return self.radii
        return self.spaces if SPACING.fullmatch(name) else {}


def design_tokens(
    page: Declarations, rules: Iterable[Declarations], thresholds: TokenThresholds = TOKENS
) -> DesignTokens:
    """The tokens of a stylesheet: `page` is what `body` says, which has the usual font size."""
    sizes, spaces, radii = Counter[float](), Counter[float](), Counter[float]()
    for declarations in (page, *rules):
        for name, value in declarations:
            found = [float(pixels) for pixels in PIXELS.findall(value)]
            if name == "font-size":
                sizes.update(found)
            elif name == "border-radius":
                radii.update(found)
            elif SPACING.fullmatch(name):
                spaces.update(found)
    usual = PIXELS.search(dict(page).get("font-size", ""))
    return DesignTokens(
        _type_scale(sizes, float(usual[1]) if usual else 16.0),
        {each: f"--space-{step}" for step, each in enumerate(_common(spaces, thresholds), 1)},
        {each: f"--radius-{step}" for step, each in enumerate(_common(radii, thresholds), 1)},
    )


def _common(lengths: Counter[float], thresholds: TokenThresholds) -> list[float]:
    found = [
        length
        for length, times in lengths.most_common()
        if times >= thresholds.used and length <= thresholds.widest
    ]
    return sorted(found[: thresholds.steps])


def _type_scale(sizes: Counter[float], usual: float) -> dict[float, str]:
    """Names by how far a size is above or below the usual one."""
    smaller = sorted((size for size in sizes if size < usual), reverse=True)
    larger = sorted(size for size in sizes if size > usual)
    named = [*zip(smaller, SMALLER, strict=False)][::-1]
    named += [(usual, "base")] if usual in sizes else []
    named += zip(larger, LARGER, strict=False)
    return {size: f"--text-{name}" for size, name in named}
