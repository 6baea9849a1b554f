"""What is to be changed so that a page comes nearer to its mockup."""

import re
from collections.abc import Iterable, Iterator, Sequence

from workers.drafting.page import Panel, Perception, StyledRun
from workers.imaging import Box
from workers.models.simulated.seeing.files import Files
from workers.models.simulated.seeing.fix import ADD, ATTRIBUTE, TEXT, TRANSLATE, Fix
from workers.models.simulated.seeing.page_source import (
    elements_of,
    rules_of,
    selector_for,
    sheet_of,
)
from workers.models.simulated.seeing.reports import Rect, Told, away
from workers.models.simulated.seeing.words import with_style

PROPERTIES = {
    "size": "font-size",
    "weight": "font-weight",
    "slant": "font-style",
    "family": "font-family",
    "colour": "color",
    "tracking": "letter-spacing",
    "fill": "background",
    "radius": "border-radius",
    "border": "border",
    "shadow": "box-shadow",
}
FAMILIES = {"serif": "serif", "mono": "monospace", "sans": "sans-serif"}
SAME_SIZE, SAME_WEIGHT, SAME_COLOUR = 0.04, 150, 40  # share, weight, levels: no difference to see

_OFFSET = re.compile(r"([+-]\d+) px across, ([+-]\d+) px down")
_VALUE = re.compile(r"-?[\d.]+px|\d{3}|#[0-9a-f]{6}|italic|normal|serif|monospace|sans-serif|none")


def fixes_of(told: Iterable[Told], shown: Sequence[tuple[str, Perception]]) -> Iterator[Fix]:
    """What differences ask for. Of a page whose mockup is `shown`, the numbers are those that are
    perceived on it."""
    mockups = dict(shown)
    for one in told:
        if not one.selector:
            continue
        mockup = mockups.get(one.page)
        value = _seen(one, mockup) if mockup else _value_of(one)
        if one.kind == "letters" and one.expected:
            yield Fix(one.page, one.selector, TEXT, one.expected, one.got)
        elif one.kind == "offset" and (moved := _OFFSET.search(one.got)):
            across, down = (-int(side) for side in moved.groups())
            yield Fix(one.page, one.selector, TRANSLATE, f"{across}px {down}px")
        elif one.kind in PROPERTIES and value is not None:
            yield Fix(one.page, one.selector, PROPERTIES[one.kind], value)


def look(
    shown: Perception, drawn: Perception, page: str, source: str, regions: Sequence[Rect] | None
) -> Iterator[Fix]:
    """What the eyes alone say: texts of the mockup that are written in another way, where the
    regions are, or everywhere."""
    for run in shown.runs:
        if regions is not None and not any(_meets(run.run.ink, region) for region in regions):
            continue
        there = [other for other in drawn.runs if other.run.text == run.run.text]
        selectors = _selectors(source, run.run.text)
        if there and selectors:
            nearest = min(there, key=lambda other: _far(run.run.ink, other.run.ink))
            for name, value in _unlike(run, nearest):
                yield Fix(page, selectors[0], name, value)


def apply(fixes: Iterable[Fix], files: Files) -> Files:
    """The files with every fix done, as far as it can be."""
    for fix in fixes:
        if fix.page not in files:
            continue
        source = files[fix.page]
        if fix.name == ADD:
            if fix.value not in source:
                at = source.rfind("</body>")
                at = len(source) if at < 0 else at
                files = {**files, fix.page: f"{source[:at]}  {fix.value}\n{source[at:]}"}
            continue
        if fix.name == ATTRIBUTE:
            files = {**files, fix.page: _with_attribute(source, fix)}
            continue
        if fix.name == TEXT:
            if source.count(f">{fix.was}<") == 1:
                changed = source.replace(f">{fix.was}<", f">{fix.value}<")
                files = {**files, fix.page: changed}
            continue
        value = fix.value
        if fix.name == TRANSLATE:
            value = _moved(files, fix)
        files = with_style(files, fix.page, fix.selector, {fix.name: value})
    return files


def _with_attribute(source: str, fix: Fix) -> str:
    """The page with an attribute in the tag that begins on the line, unless it has it."""
    tag, number = fix.was.split(" ")
    lines = source.splitlines(keepends=True)
    at, name = int(number) - 1, fix.value.partition("=")[0]
    found = re.search(rf"<{re.escape(tag)}\b[^>]*?(?=\s*/?>)", lines[at] if at < len(lines) else "")
    if found is None or f" {name}=" in found[0]:
        return source
    lines[at] = f"{lines[at][: found.end()]} {fix.value}{lines[at][found.end() :]}"
    return "".join(lines)


def _moved(files: Files, fix: Fix) -> str:
    """Where an element comes to lie that is moved from where it is, which it may be already."""
    sheet = sheet_of(files, fix.page)
    css = files[sheet] if sheet else ""
    chosen = selector_for(files[fix.page], css, fix.selector, fix.name)
    earlier = [rule.value("translate") for rule in rules_of(css) if rule.selector == chosen]
    before = re.findall(r"-?\d+", next((one for one in earlier if one), "0px 0px"))
    after = re.findall(r"-?\d+", fix.value)
    return " ".join(f"{int(a) + int(b)}px" for a, b in zip(before, after, strict=True))


def _value_of(one: Told) -> str | None:
    """A difference's `expected` as a value of CSS; None where it is none."""
    said = one.expected.replace(" px", "px").lower()
    value = {"upright": "normal", **FAMILIES}.get(said, said)
    if one.kind in ("border", "shadow") and value != "none":
        return None  # what it looks like is not said
    return value if _VALUE.fullmatch(value) else None


def _seen(one: Told, mockup: Perception) -> str | None:
    """What the mockup has at a difference's place, by what was perceived there."""
    if one.kind in ("size", "weight", "colour", "slant"):
        run = min(mockup.runs, key=lambda run: away(run.run.ink, one.rect), default=None)
        return _text_values(run)[PROPERTIES[one.kind]] if run else None
    if one.kind in ("fill", "radius"):
        panel = min(mockup.panels, key=lambda panel: away(panel.box, one.rect), default=None)
        return _panel_value(panel, one.kind) if panel else None
    return None


def _text_values(run: StyledRun) -> dict[str, str]:
    return {
        "font-size": f"{run.font.size:g}px",
        "font-weight": str(run.font.weight),
        "font-style": "italic" if run.font.italic else "normal",
        "color": "#{:02x}{:02x}{:02x}".format(*run.run.colour),
    }


def _panel_value(panel: Panel, kind: str) -> str | None:
    if kind == "radius":
        return f"{panel.radius}px"
    return "#{:02x}{:02x}{:02x}".format(*panel.fill) if isinstance(panel.fill, tuple) else None


def _unlike(run: StyledRun, other: StyledRun) -> Iterator[tuple[str, str]]:
    """The declarations that make of the second the first."""
    values = _text_values(run)
    colours = zip(run.run.colour, other.run.colour, strict=True)
    if abs(run.font.size / other.font.size - 1) > SAME_SIZE:
        yield "font-size", values["font-size"]
    elif abs(run.font.weight - other.font.weight) > SAME_WEIGHT:
        yield "font-weight", values["font-weight"]
    elif max(abs(a - b) for a, b in colours) > SAME_COLOUR:
        yield "color", values["color"]


def _selectors(source: str, text: str) -> list[str]:
    """Of the innermost elements with that text."""
    return [one.selector for one in elements_of(source) if text and one.text == text]


def _meets(box: Box, rect: Rect) -> bool:
    x, y, width, height = rect
    return box.x < x + width and box.right > x and box.y < y + height and box.bottom > y


def _far(one: Box, other: Box) -> float:
    return float(abs(one.x - other.x) + abs(one.y - other.y))
