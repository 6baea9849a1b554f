"""Mistakes such as a model makes that guesses sizes and colours: what there is to mend."""

import re
from collections.abc import Callable
from hashlib import sha256

_MISTAKES: dict[str, Callable[[str], str]] = {
    "font-size": lambda value: f"{round(float(value[:-2]) * 1.3)}px",
    "font-weight": lambda value: "400" if int(value) > 500 else "800",
    "color": lambda _: "#b03060",
    "border-radius": lambda value: f"{round(float(value[:-2])) + 14}px",
}
_DECLARATION = re.compile(r"^  (font-size|font-weight|color|border-radius): ([^;]+);", re.M)
_TOKEN = re.compile(r"^  (--[\w-]+): ([^;]+);", re.M)
_PLAIN = re.compile(r"[\d.]+px|\d+|#[0-9a-f]{6}|var\(.*\)")


_LEAF = re.compile(r"^ *<(p|span|h[1-6]|a)\b[^>]*>[^<>\n]+</\1>\n", re.M)


def with_gaps(page: str, count: int) -> str:
    """The page without so many of its texts: the same ones each time."""
    places = sorted(_LEAF.finditer(page), key=lambda found: sha256(found[0].encode()).digest())
    for found in sorted(places[:count], key=lambda found: -found.start()):
        page = page[: found.start()] + page[found.end() :]
    return page


def with_mistakes(css: str, count: int) -> str:
    """The sheet with so many declarations wrong: the same ones each time, no kind twice as often
    as another."""
    places = [found for found in _DECLARATION.finditer(css) if _PLAIN.fullmatch(found[2])]
    ranked = sorted(
        places, key=lambda found: sha256(f"{found.start()}{found[0]}".encode()).digest()
    )
    by_kind = {name: [found for found in ranked if found[1] == name] for name in _MISTAKES}
    tokens: dict[str, str] = dict(_TOKEN.findall(css))
    chosen: list[re.Match[str]] = []
    while len(chosen) < count and any(by_kind.values()):
        chosen += [by_kind[name].pop(0) for name in _MISTAKES if by_kind[name]]
    for found in sorted(chosen[:count], key=lambda found: -found.start()):
        start, end = found.span(2)
        value = found.group(2)
        meant = tokens.get(value.removeprefix("var(").removesuffix(")"), value)
        css = css[:start] + _MISTAKES[found[1]](meant) + css[end:]
    return css
