"""What is no text: controls, icons, badges, shadows, round corners, underlines; and the order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from bench.eyes.lines import holds
from webapp.studio.events import Rect
from workers.drafting.page import Check, Container, Field, Perception, Text, walk
from workers.imaging import Box
from workers.shot import DomBox, DomText

SAME_PLACE = 0.5  # of what two boxes cover together, that both cover: they are of one thing
SAME_RADIUS_PX, SAME_RADIUS = 2.0, 0.2  # CSS pixels, or share of the radius, that it may be off
SMALLEST_SIDE = 14  # CSS pixels of a box whose corners are looked at
CONTROLS = ("checkbox", "radio", "switch", "select", "field")


@dataclass(frozen=True)
class Thing:
    """Something on a page that says what it is."""

    what: str
    rect: Rect


@dataclass(frozen=True)
class Tally:
    """How many there are, how many were found, and how many of those are right."""

    there: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        found, right = self.found + other.found, self.right + other.right
        return Tally(self.there + other.there, found, right)

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0


@dataclass(frozen=True)
class Seen:
    """A page: what the browser says, and what the built-in model made of its picture."""

    texts: Sequence[DomText]
    boxes: Sequence[DomBox]
    things: Sequence[Thing]
    perception: Perception
    tree: Container


def controls(seen: Seen) -> Tally:
    """Boxes to mark, switches, fields and menus, wherever they were found as such."""
    there = [thing.rect for thing in seen.things if thing.what in CONTROLS]
    nodes = [node for node in walk(seen.tree) if isinstance(node, Check | Field)]
    found = [node.control if isinstance(node, Field) else node.panel.box for node in nodes]
    return _matched(there, found)


def icons(seen: Seen) -> Tally:
    """Small pictures. Those within a control, an avatar or a photo are not asked for."""
    there = _of(seen, "icon")
    others = [thing.rect for thing in seen.things if thing.what != "icon"]
    small = [p.box for p in seen.perception.pictures if max(p.box.width, p.box.height) <= 32]
    found = [box for box in small if not any(_middle_in(box, rect) for rect in others)]
    within = [box for box in small if any(_middle_in(box, rect) for rect in there)]
    return _matched(there, list(dict.fromkeys([*found, *within])), 0.3)


def icons_read(seen: Seen) -> Tally:
    """Icons, and those that were not taken for text."""
    there = _of(seen, "icon")
    inks = [run.run.ink for run in seen.perception.runs]
    spared = sum(not any(_middle_in(ink, rect) for ink in inks) for rect in there)
    return Tally(len(there), len(there), spared)


def badges(seen: Seen) -> Tally:
    """Badges, pills, chips and avatars that have a ground of their own."""
    there = [thing.rect for thing in seen.things if thing.what in ("badge", "avatar")]
    found = [panel.box for panel in seen.perception.panels]
    right = sum(any(_overlap(rect, box) >= SAME_PLACE for box in found) for rect in there)
    return Tally(len(there), len(there), right)


def radii(seen: Seen) -> Tally:
    """Boxes that show their corners, and those found that are as round."""
    told = [box for box in seen.boxes if _shows_corners(box)]
    return Tally(len(told), len(told), sum(_is_as_round(box, seen.perception) for box in told))


def shadows(seen: Seen) -> Tally:
    """Boxes with a shadow, and panels that were given one."""
    there = [box.rect for box in seen.boxes if box.shadow and not box.picture]
    found = [panel.box for panel in seen.perception.panels if getattr(panel, "shadow", None)]
    return _matched(there, found)


def underlines(seen: Seen) -> Tally:
    """Underlined words, and lines found that belong to words."""
    there = _of(seen, "underline")
    texts = [node.paragraph for node in walk(seen.tree) if isinstance(node, Text)]
    lines = [line.box for text in texts for line in text.underlines]
    right = sum(any(_underlines(line, rect) for line in lines) for rect in there)
    return Tally(len(there), len(lines), right)


def dropped(seen: Seen) -> Tally:
    """Lines of text, and those that left something: words or a picture of them."""
    inks = [ink for node in walk(seen.tree) if isinstance(node, Text) for ink in _runs(node)]
    inks += [picture.box for picture in seen.perception.pictures]
    kept = sum(any(_meets(ink, text.rect) for ink in inks) for text in seen.texts)
    return Tally(len(seen.texts), len(seen.texts), kept)


def order(seen: Seen) -> Tally:
    """Pairs of lines, and those that are read in the order in which the document has them."""
    places = []
    for node in walk(seen.tree):
        for ink in _runs(node) if isinstance(node, Text) else ():
            at = _line_at(seen.texts, ink)
            if at is not None and at not in places:
                places.append(at)
    pairs = list(combinations(places, 2))
    return Tally(len(pairs), len(pairs), sum(first < second for first, second in pairs))


THINGS: dict[str, Callable[[Seen], Tally]] = {
    "controls": controls,
    "icons": icons,
    "icons not text": icons_read,
    "badges": badges,
    "radii": radii,
    "shadows": shadows,
    "underlines": underlines,
    "words kept": dropped,
    "order": order,
}


def _runs(text: Text) -> list[Box]:
    return [run.run.ink for line in text.paragraph.lines for run in line.runs]


def _of(seen: Seen, what: str) -> list[Rect]:
    return [thing.rect for thing in seen.things if thing.what == what]


def _matched(there: Sequence[Rect], found: Sequence[Box], least: float = SAME_PLACE) -> Tally:
    right = sum(any(_overlap(rect, box) >= least for box in found) for rect in there)
    return Tally(len(there), len(found), right)


def _overlap(rect: Rect, box: Box) -> float:
    """What both cover, as a share of what they cover together."""
    across = min(rect.x + rect.width, box.right) - max(rect.x, box.x)
    down = min(rect.y + rect.height, box.bottom) - max(rect.y, box.y)
    both = max(0.0, across) * max(0.0, down)
    return both / max(rect.width * rect.height + box.area - both, 1e-6)


def _middle_in(box: Box, rect: Rect) -> bool:
    return holds(rect, box.x + box.width / 2, box.y + box.height / 2)


def _meets(box: Box, rect: Rect) -> bool:
    middle = rect.y + rect.height / 2
    across = min(rect.x + rect.width, box.right) > max(rect.x, box.x)
    return across and box.y <= middle <= box.bottom


def _shows_corners(box: DomBox) -> bool:
    seen = (box.fill is not None and box.fill[3] > 0) or min(box.borders) > 0
    large = min(box.rect.width, box.rect.height) >= SMALLEST_SIDE
    return seen and large and not box.picture and box.radius > 0


def _is_as_round(box: DomBox, perception: Perception) -> bool:
    half = min(box.rect.width, box.rect.height) / 2
    radius = min(box.radius, half)
    return any(
        abs(min(panel.radius, half) - radius) <= max(SAME_RADIUS_PX, SAME_RADIUS * radius)
        for panel in perception.panels
        if _overlap(box.rect, panel.box) >= SAME_PLACE
    )


def _underlines(line: Box, rect: Rect) -> bool:
    across = min(rect.x + rect.width, line.right) - max(rect.x, line.x)
    return across >= SAME_PLACE * rect.width and rect.y < line.y <= rect.y + rect.height + 2


def _line_at(texts: Iterable[DomText], ink: Box) -> int | None:
    over = [(one.rect.width, at) for at, one in enumerate(texts) if _middle_in(ink, one.rect)]
    return min(over)[1] if over else None
