"""A stylesheet that grows as elements are written: equal looks share a class."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

Declarations = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NarrowScreen:
    """How a page is laid out on screens narrower than its mockup. Lengths are CSS pixels."""

    below: int = 768  # or the mockup's own width: rows wrap and widths relax
    relaxed: int = 320  # widths up to this stay: they fit the narrowest phone
    deep: int = 24  # margins and paddings up to this stay: they leave room for words
    padding: int = 16  # at the sides of what was padded deeper: what phones are used to


NARROW = NarrowScreen()
ONE_LINE = "h1, h2, h3, p, a, li, span, button"


class Stylesheet:
    """Classes in the order they were first needed, and the tokens they use. `width` is that of
    the page as it was drawn, CSS pixels."""

    def __init__(self, width: int = NARROW.below, narrow: NarrowScreen = NARROW) -> None:
        self._narrow = replace(narrow, below=min(narrow.below, width))
        self._classes: dict[tuple[str, Declarations], str] = {}
        self._counts: Counter[str] = Counter()
        self._tokens: dict[str, str] = {}
        self._page: Declarations = ()

    def name(self, base: str, declarations: Declarations) -> str:
        """The class with these declarations, named `base` or, where that is taken, `base-2`, …"""
        key = (base, declarations)
        if key not in self._classes:
            self._counts[base] += 1
            count = self._counts[base]
            self._classes[key] = base if count == 1 else f"{base}-{count}"
        return self._classes[key]

    def tokens(self, tokens: Iterable[tuple[str, str]]) -> None:
        """Custom properties for `:root`."""
        self._tokens.update(tokens)

    def page(self, declarations: Declarations) -> None:
        """What `body` looks like."""
        self._page = declarations

    def to_css(self) -> str:
        rules = [(f".{name}", declarations) for (_, declarations), name in self._classes.items()]
        parts = [
            _rule(":root", tuple(self._tokens.items())) if self._tokens else "",
            _rule("*", (("box-sizing", "border-box"), ("margin", "0"), ("padding", "0"))),
            _rule("body", self._page),
            _rule("ul", (("list-style", "none"),)),
            _rule("a", (("color", "inherit"), ("text-decoration", "none"))),
            _rule("button", (("background", "none"), ("border", "0"), ("font", "inherit"))),
            _rule("img", (("display", "block"),)),
            *(_rule(selector, declarations) for selector, declarations in rules if declarations),
            _wide(rules, self._narrow.below),
            _narrow([("body", self._page), *rules], self._narrow),
        ]
        return "\n".join(part for part in parts if part)


def _rule(selector: str, declarations: Declarations, indent: str = "") -> str:
    body = "".join(f"{indent}  {name}: {value};\n" for name, value in declarations)
    return f"{indent}{selector} {{\n{body}{indent}}}\n"


Rules = list[tuple[str, Declarations]]


def _wide(rules: Rules, width: int) -> str:
    """From `width` on, where there is room, lines stay whole and rows keep their measures."""
    rows = [f"{selector} > *" for selector, found in rules if _is_row(found)]
    blocks = [_rule(ONE_LINE, (("white-space", "nowrap"),), "  ")]
    if rows:
        blocks.append(_rule(",\n  ".join(rows), (("flex-shrink", "0"),), "  "))
    return f"@media (min-width: {width}px) {{\n" + "\n".join(blocks) + "}\n"


def _narrow(rules: Rules, screen: NarrowScreen) -> str:
    """On a narrow `screen` rows wrap, wide things shrink, layers are stacked and deep offsets
    go."""
    wrap = [selector for selector, found in rules if _is_row(found)]
    wide = [s for s, found in rules if _pixels(dict(found).get("width", "")) > screen.relaxed]
    deep = [s for s, found in rules if _pixels(dict(found).get("margin-left", "")) > screen.deep]
    layered = [s for s, found in rules if ("position", "relative") in found]
    padded = [
        s for s, found in rules if _side_padding(dict(found).get("padding", "")) > screen.deep
    ]
    stacked = [f"{selector} > *" for selector in layered]
    blocks = [
        _rule("body", (("overflow-wrap", "anywhere"),), "  "),
        _rule("img", (("max-width", "100%"), ("height", "auto")), "  "),
    ]
    blocks += [
        _rule(",\n  ".join(selectors), declarations, "  ")
        for selectors, declarations in (
            (wrap, (("flex-wrap", "wrap"),)),
            (wide, (("width", "auto"), ("max-width", "100%"))),
            (deep, (("margin-left", "0"),)),
            (layered, (("width", "auto"), ("max-width", "100%"), ("height", "auto"))),
            (stacked, (("position", "static"),)),
            (padded, tuple((f"padding-{s}", f"{screen.padding}px") for s in ("left", "right"))),
        )
        if selectors
    ]
    return f"@media (max-width: {screen.below - 1}px) {{\n" + "\n".join(blocks) + "}\n"


def _is_row(declarations: Declarations) -> bool:
    return ("display", "flex") in declarations and (
        ("flex-direction", "column") not in declarations
    )


def _pixels(value: str) -> float:
    found = re.fullmatch(r"(-?[\d.]+)px", value)
    return float(found.group(1)) if found else 0.0


def _side_padding(value: str) -> float:
    """The larger of a padding's left and right."""
    parts = [_pixels(part) for part in value.split()]
    if len(parts) < 2:
        return parts[0] if parts else 0.0
    return max(parts[1], parts[3] if len(parts) == 4 else 0.0)
