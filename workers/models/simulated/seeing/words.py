"""The person's words, by small rules: which change of the files they ask for."""

import colorsys
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from workers.models.simulated.seeing.conversation import Selected
from workers.models.simulated.seeing.files import Files
from workers.models.simulated.seeing.page_source import (
    Element,
    elements_of,
    rules_of,
    selector_for,
    sheet_of,
    with_declaration,
)

COLOURS = {
    "red": "#d32f2f", "green": "#2e7d32", "blue": "#1565c0", "orange": "#ef6c00",
    "yellow": "#fbc02d", "purple": "#6a1b9a", "pink": "#d81b60", "teal": "#00796b",
    "black": "#111111", "white": "#ffffff", "grey": "#757575", "gray": "#757575",
    "brown": "#5d4037", "lime": "#00ff00",
}  # fmt: skip
NOUNS: Mapping[str, Set[str]] = {
    "button": {"button"},
    "headline": {"h1", "h2", "h3"},
    "heading": {"h1", "h2", "h3"},
    "title": {"h1", "h2", "h3"},
    "link": {"a"},
    "page": {"body"},
    "background": {"body"},
}
PAINTED = {"button", "body"}  # whose colour is that of what they are drawn on
OF_LIGHT = frozenset({"colour", "contrast", "fill", "border", "gradient", "shadow", "rule"})
OF_WORDS = frozenset({"letters", "missing", "extra", "line_breaks", "offset"})
OF_SIZE = OF_WORDS | {"size", "shape"}
STEP = 1.25  # what is larger is larger by that much

_QUOTED = r"[\"“‘'«](.+?)[\"”’'»]"
_CHANGE = re.compile(
    rf"(?:change|replace|rename|turn)\b.*?{_QUOTED}\s+(?:to|with|by|into)\s+{_QUOTED}", re.I
)
_REMOVE = re.compile(r"\b(?:remove|delete|drop|take out)\b", re.I)
_DARK = re.compile(r"\bdark\b", re.I)
_SIZE = re.compile(r"\b(larger|bigger|smaller)\b", re.I)
_COLOUR = re.compile(rf"\b({'|'.join(COLOURS)})\b|(#[0-9a-f]{{6}})\b", re.I)
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", re.I)


@dataclass(frozen=True)
class Change:
    """What was understood: the files as they are to be, and what to tell the person."""

    files: Files
    summary: str


def follow(words: str, files: Files, selected: Selected | None = None) -> Change | None:
    """The change that the words ask for; None where they are not understood. Of a page with an
    element `selected`, only that is changed."""
    changes = []
    for rule in (_change_text, _remove, _recolour, _resize, _darken):
        change = rule(words, files, selected)
        if change is not None:
            changes.append(change)
            files = change.files
    if not changes:
        return None
    return Change(files, " ".join(change.summary for change in changes))


def wanted_kinds(words: str) -> frozenset[str]:
    """The kinds of difference from the mockup that the words ask for: they are no faults."""
    kinds = OF_LIGHT if _DARK.search(words) or _COLOUR.search(words) else frozenset[str]()
    if _CHANGE.search(words) or _REMOVE.search(words):
        kinds |= OF_WORDS
    return kinds | OF_SIZE if _SIZE.search(words) else kinds


def _change_text(words: str, files: Files, selected: Selected | None) -> Change | None:
    """Once on each page: the same page in another state has the same words."""
    asked = _CHANGE.search(words)
    if asked is None:
        return None
    old, new = asked.groups()
    words_there = re.compile(rf">[^<]*?(?<!\w)({re.escape(old)})(?!\w)[^<]*<")
    changed = dict(files)
    for path, source in _pages(files):
        start, end = max(0, source.find("<body")), len(source)
        if selected is not None:
            one = _selected(selected, path, source)
            start, end = (one.start, one.end) if one else (end, end)
        if there := words_there.search(source, start, end):
            start, end = there.span(1)
            changed[path] = source[:start] + new + source[end:]
    return Change(changed, f"‘{old}’ is now ‘{new}’.") if changed != files else None


def _remove(words: str, files: Files, selected: Selected | None) -> Change | None:
    if not _REMOVE.search(words):
        return None
    for path, source in _pages(files):
        one = _target(words, path, source, selected)
        if one is not None and one.tag != "body":
            start = source.rfind("\n", 0, one.start) + 1
            end = source.find("\n", one.end) + 1
            if source[start : one.start].strip() or source[one.end : end].strip():
                start, end = one.start, one.end  # it has no lines of its own
            changed = source[:start] + source[end:]
            return Change({**files, path: changed}, f"‘{one.text}’ is gone.")
    return None


def _recolour(words: str, files: Files, selected: Selected | None) -> Change | None:
    named = _COLOUR.search(words)
    if named is None:
        return None
    value = COLOURS.get(named[0].lower(), named[0])
    for path, source in _pages(files):
        one = _target(words, path, source, selected)
        if one is not None:
            name = "background" if one.tag in PAINTED else "color"
            changed = _styled(files, path, one, {name: value}, selected)
            told = one.text[:40] or one.tag
            return Change(changed, f"‘{told}’ is {named[0].lower()} now.")
    return None


def _resize(words: str, files: Files, selected: Selected | None) -> Change | None:
    asked = _SIZE.search(words)
    if asked is None:
        return None
    step = 1 / STEP if asked[1].lower() == "smaller" else STEP
    for path, source in _pages(files):
        one = _target(words, path, source, selected)
        sheet = sheet_of(files, path)
        if one is None or sheet is None:
            continue
        sizes = {name: _pixels(files[sheet], one, name) for name in ("font-size", "line-height")}
        styles = {name: f"{round(size * step)}px" for name, size in sizes.items() if size}
        if styles:
            told = f"‘{one.text[:40]}’ is {asked[1].lower()} now."
            return Change(_styled(files, path, one, styles, selected), told)
    return None


def _darken(words: str, files: Files, selected: Selected | None) -> Change | None:
    if selected is not None or not _DARK.search(words):
        return None
    changed = dict(files)
    sheets = (sheet_of(files, path) for path, _ in _pages(files))
    for sheet in {sheet for sheet in sheets if sheet is not None}:
        bodies = [rule for rule in rules_of(files[sheet]) if rule.selector == "body"]
        painted = any("background" in rule.body for rule in bodies)
        css = _HEX.sub(lambda found: _inverted(found[1]), files[sheet])
        changed[sheet] = css if painted else with_declaration(css, "body", "background", "#101014")
        if not any(rule.value("color") for rule in bodies):
            changed[sheet] = with_declaration(changed[sheet], "body", "color", "#e8e8ec")
    return Change(changed, "The page is dark now.") if changed != files else None


def _inverted(digits: str) -> str:
    """A colour as light as it was dark, or the same where it is a strong one."""
    digits = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    hue, light, strength = colorsys.rgb_to_hls(*channels)
    if strength > 0.45 and 0.2 < light < 0.8:
        return f"#{digits}"
    light = 0.07 + 0.86 * (1 - light)
    back = colorsys.hls_to_rgb(hue, light, min(strength, 0.25))
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in back)


def with_style(
    files: Files, path: str, selector: str, styles: Mapping[str, str]
) -> Mapping[str, str]:
    """The files with declarations for an element of a page, in its sheet or in the page."""
    sheet = sheet_of(files, path)
    if sheet is None:
        return _with_rule(files, path, selector, styles)
    for name, value in styles.items():
        chosen = selector_for(files[path], files[sheet], selector, name)
        files = _with_rule(files, path, chosen, {name: value})
    return files


def _styled(
    files: Files, path: str, one: Element, styles: Mapping[str, str], selected: Selected | None
) -> Files:
    """With declarations for an element; for one that is selected in a rule of its own."""
    if selected is None:
        return with_style(files, path, one.selector, styles)
    return _with_rule(files, path, selected.selector, styles)


def _with_rule(files: Files, path: str, selector: str, styles: Mapping[str, str]) -> Files:
    sheet = sheet_of(files, path)
    if sheet is None:
        source = files[path]
        said = " ".join(f"{name}: {value};" for name, value in styles.items())
        style = f"<style>{selector} {{ {said} }}</style>\n"
        at = max(0, source.find("</head>"))
        return {**files, path: source[:at] + style + source[at:]}
    css = files[sheet]
    for name, value in styles.items():
        css = with_declaration(css, selector, name, value)
    return {**files, sheet: css}


def _target(words: str, path: str, source: str, selected: Selected | None) -> Element | None:
    """The element that words speak of: the selected one, or by a text in quotes, one of the page,
    or a noun."""
    if selected is not None:
        return _selected(selected, path, source)
    elements = elements_of(source)
    quoted = re.search(_QUOTED, words)
    if quoted:
        return next((one for one in elements if quoted[1].lower() in one.text.lower()), None)
    nouns = [tags for noun, tags in NOUNS.items() if re.search(rf"\b{noun}s?\b", words, re.I)]
    wanted = nouns[0] if nouns else None
    spoken = [
        one
        for one in elements
        if len(one.text) > 2
        and one.text.lower() in words.lower()
        and (wanted is None or one.tag in wanted)
    ]
    if spoken:
        return max(spoken, key=lambda one: len(one.text))
    if wanted is None:
        return None
    found = [one for one in elements if one.tag in wanted]
    return min(found, key=lambda one: (one.tag, one.start), default=None)  # an h1 before an h2


def _selected(selected: Selected, path: str, source: str) -> Element | None:
    """The element of that source, in the place next to where it was."""
    if path != selected.page:
        return None
    found = [
        one
        for one in elements_of(source)
        if source[one.start : one.end].startswith(selected.source)
    ]
    lines = {one: abs(source.count("\n", 0, one.start) + 1 - selected.line) for one in found}
    return min(found, key=lines.__getitem__, default=None)


def _pixels(css: str, one: Element, name: str) -> float | None:
    """The value in pixels that the last rule of the element's classes gives."""
    own = {*(f".{name}" for name in one.classes), one.tag, one.selector}
    given = [rule.value(name) for rule in rules_of(css) if rule.selector in own]
    sizes = [float(value[:-2]) for value in given if value and re.fullmatch(r"[\d.]+px", value)]
    return sizes[-1] if sizes else None


def _pages(files: Files) -> Iterator[tuple[str, str]]:
    return ((path, text) for path, text in sorted(files.items()) if path.endswith(".html"))
