"""Single changes to items of base pages, drawn by a seed, and what should be said of each."""

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.distortions import TURNED, Edit, Page
from bench.page_items import Item
from webapp.studio.events import Rect
from workers.imaging import Image

# what a comparison may call each change
NAMES: dict[str, frozenset[str]] = {
    "size": frozenset({"size"}),
    "weight": frozenset({"weight"}),
    "colour": frozenset({"colour", "contrast"}),
    "word": frozenset({"letters"}),
    "removed": frozenset({"missing"}),
    "moved": frozenset({"offset"}),
    "swapped": frozenset({"letters", "offset"}),
    "icon": frozenset({"icon", "missing", "picture"}),
    "border": frozenset({"border"}),
    "shadow": frozenset({"shadow"}),
    "radius": frozenset({"radius"}),
}
FACTORS = (0.75, 0.8, 1.25, 1.35)  # of a text's size
COLOURS = ("rgb(214, 40, 57)", "rgb(20, 140, 70)", "rgb(40, 90, 220)", "rgb(190, 120, 0)")
LEAST_COLOUR = 120  # RGB distance of a new colour from the old one
SHIFTS = (-14, -10, 10, 14)  # CSS pixels
LEAST_ALPHA = 0.1  # of a shadow; fainter ones nobody sees
FAINT = 8  # levels of a channel that nobody sees
MARGIN, BOX_MARGIN = 16, 64  # CSS pixels around an item that its change may reach
ELSEWHERE = 0.1  # share of the changed pixels that may lie further off
NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Change:
    """A change to `item`; `other` is the second place that two texts exchanged have.

    `expected` and `got` are what the mockup has and what the render has: CSS pixels, a weight, a
    colour, words; empty where the kind says all.
    """

    page: str
    kind: str
    item: Item
    edit: Edit
    expected: str = ""
    got: str = ""
    other: Rect | None = None


@dataclass(frozen=True)
class Source:
    """A base page, the text of its HTML and its items."""

    page: Page
    html: str
    items: Sequence[Item]

    def texts(self) -> list[Item]:
        """Texts on one line that stand once in the HTML, so that they can be replaced."""
        return [it for it in self.items if it.what == "text" and it.lines == 1 and self.once(it)]

    def once(self, item: Item) -> bool:
        return self.html.count(f">{item.text}<") == 1

    def icons(self) -> list[Item]:
        """Icons with their markup as the HTML has it, which stands there once."""
        shortened = [
            replace(it, markup=re.sub(r"></\w+>", "/>", it.markup))
            for it in self.items
            if it.what == "icon"
        ]
        return [it for it in shortened if self.html.count(it.markup) == 1]


def draw(sources: Sequence[Source], kind: str, chance: random.Random) -> Change:
    """A change of a kind to one of the pages."""
    while True:
        change = MAKERS[kind](chance.choice(sources), chance)
        if change is not None:
            return change


def shows_alone(change: Change, mockup: Image, render: Image, scale: float) -> bool:
    """Whether the change can be seen, and nearly all that differs lies about its item.

    Both pictures are RGB with `scale` pixels per CSS pixel. A text of another width may push its
    neighbours aside, and then there is more than one difference.
    """
    if mockup.shape != render.shape:
        return False
    differs = np.abs(mockup.astype(np.int16) - render).max(axis=2) > FAINT
    everywhere = int(differs.sum())
    margin = BOX_MARGIN if change.item.what == "box" else MARGIN
    for place in (change.item.box, change.other):
        if place is not None:
            left, top = max(0.0, place.x - margin), max(0.0, place.y - margin)
            right, bottom = place.x + place.width + margin, place.y + place.height + margin
            rows = slice(int(top * scale), int(bottom * scale))
            differs[rows, int(left * scale) : int(right * scale)] = False
    return everywhere > 0 and int(differs.sum()) <= ELSEWHERE * everywhere


def _styled(item: Item, rules: str) -> Edit:
    return Edit(css=f"{item.selector} {{ {rules} }}")


def _size(source: Source, chance: random.Random) -> Change:
    item = chance.choice(source.texts())
    size = round(item.size * chance.choice(FACTORS))
    leading = "" if item.leading == "normal" else f"; line-height: {item.leading} !important"
    edit = _styled(item, f"font-size: {size}px !important{leading}")
    return Change(source.page.name, "size", item, edit, f"{item.size:g}", f"{size}")


def _weight(source: Source, chance: random.Random) -> Change:
    item = chance.choice(source.texts())
    weight = 400 if item.weight >= 600 else 700
    edit = _styled(item, f"font-weight: {weight} !important")
    return Change(source.page.name, "weight", item, edit, f"{item.weight}", f"{weight}")


def _colour(source: Source, chance: random.Random) -> Change:
    item = chance.choice(source.texts())
    old = rgb(item.colour) or (0, 0, 0)
    far = [it for it in COLOURS if _distance(old, rgb(it) or old) >= LEAST_COLOUR]
    new = chance.choice(far)
    edit = _styled(item, f"color: {new} !important; fill: {new} !important")
    return Change(source.page.name, "colour", item, edit, item.colour, new)


def _word(source: Source, chance: random.Random) -> Change | None:
    item = chance.choice(source.texts())
    words = [word for word in re.findall(r"\w+", item.text) if item.text.count(word) == 1]
    if not words:
        return None
    old = chance.choice(words)
    new = old.translate(TURNED)
    pair = (f">{item.text}<", f">{item.text.replace(old, new)}<")
    return Change(source.page.name, "word", item, Edit(replace=(pair,)), old, new)


def _removed(source: Source, chance: random.Random) -> Change:
    item = chance.choice([*source.texts(), *source.icons()])
    edit = _styled(item, "visibility: hidden !important")
    return Change(source.page.name, "removed", item, edit, item.text)


def _moved(source: Source, chance: random.Random) -> Change:
    item = chance.choice([*source.texts(), *source.icons()])
    right, down = chance.choice(((1, 0), (0, 1), (1, 1)))
    across, along = right * chance.choice(SHIFTS), down * chance.choice(SHIFTS)
    edit = _styled(item, f"translate: {across}px {along}px !important")
    return Change(source.page.name, "moved", item, edit)


def _swapped(source: Source, chance: random.Random) -> Change | None:
    """Two texts of one look and about one length, so that nothing else changes."""
    first = chance.choice(source.texts())
    look = (first.size, first.weight, first.colour)
    alike = [
        it
        for it in source.texts()
        if (it.size, it.weight, it.colour) == look
        and it.text != first.text
        and 0.7 < it.box.width / first.box.width < 1.4
    ]
    if not alike:
        return None
    second = chance.choice(alike)
    here, there, between = f">{first.text}<", f">{second.text}<", ">\x00<"
    edit = Edit(replace=((here, between), (there, here), (between, there)))
    return Change(
        source.page.name, "swapped", first, edit, first.text, second.text, other=second.box
    )


def _icon(source: Source, chance: random.Random) -> Change | None:
    """An icon gone, or with what another icon of its size shows."""
    icons = source.icons()
    if not icons:
        return None
    item = chance.choice(icons)
    others = [it for it in icons if it.markup != item.markup and it.box.width == item.box.width]
    if not others or chance.random() < 0.3:
        return Change(source.page.name, "icon", item, _styled(item, "visibility: hidden"))
    pair = (item.markup, chance.choice(others).markup)
    return Change(source.page.name, "icon", item, Edit(replace=(pair,)))


def _border(source: Source, chance: random.Random) -> Change | None:
    boxes = [it for it in source.items if it.border]
    if not boxes:
        return None
    item = chance.choice(boxes)
    new = chance.choice(("transparent", "rgb(214, 40, 57)", "rgb(20, 140, 70)"))
    return Change(
        source.page.name, "border", item, _styled(item, f"border-color: {new} !important")
    )


def _shadow(source: Source, chance: random.Random) -> Change | None:
    boxes = [it for it in source.items if it.shadow and _alpha(it.shadow) >= LEAST_ALPHA]
    if not boxes:
        return None
    item = chance.choice(boxes)
    return Change(source.page.name, "shadow", item, _styled(item, "box-shadow: none !important"))


def _radius(source: Source, chance: random.Random) -> Change | None:
    boxes = [it for it in source.items if it.radius]
    if not boxes:
        return None
    item = chance.choice(boxes)
    most = min(item.box.width, item.box.height) / 2
    old = min(item.radius, most)
    new = 0 if old < 10 else round(old / 4)
    edit = _styled(item, f"border-radius: {new}px !important")
    return Change(source.page.name, "radius", item, edit, f"{old:g}", f"{new}")


MAKERS: Mapping[str, Callable[[Source, random.Random], Change | None]] = {
    "size": _size,
    "weight": _weight,
    "colour": _colour,
    "word": _word,
    "removed": _removed,
    "moved": _moved,
    "swapped": _swapped,
    "icon": _icon,
    "border": _border,
    "shadow": _shadow,
    "radius": _radius,
}


def rgb(text: str) -> tuple[int, int, int] | None:
    """The first colour in a text, written as `#rrggbb` or `rgb(…)`."""
    if found := re.search(r"#([0-9a-fA-F]{6})\b", text):
        red, green, blue = bytes.fromhex(found[1])
        return red, green, blue
    if found := re.search(r"rgba?\((\d+),? (\d+),? (\d+)", text):
        return int(found[1]), int(found[2]), int(found[3])
    return None


def _distance(one: Sequence[int], other: Sequence[int]) -> float:
    return math.dist(one, other)


def _alpha(shadow: str) -> float:
    found = re.search(r"rgba\(\d+, \d+, \d+, ([\d.]+)\)", shadow)
    return float(found[1]) if found else 1.0
