"""Which fields, tables, links and other roles of a reference a draft has in the same places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.code_facts import Element, Facts, Sides

NO_FIELDS = ("hidden", "button", "submit", "reset", "image")
BUTTONS = ("button", "submit")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
ROLES = ("field", "table", "link", "item", "heading", "button", "nav")
LEAST_OVERLAP = 0.3  # of two boxes: what both cover ÷ what one of them covers
NEAR = 40.0  # CSS pixels between the centres of elements with the same text


@dataclass(frozen=True)
class Counts:
    """Elements of a role in the reference, in the draft, and in both."""

    reference: int
    drafted: int
    found: int

    @property
    def precision(self) -> float | None:
        """None where the draft has none."""
        return self.found / self.drafted if self.drafted else None

    @property
    def recall(self) -> float | None:
        """None where the reference has none."""
        return self.found / self.reference if self.reference else None

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.reference + other.reference,
            self.drafted + other.drafted,
            self.found + other.found,
        )


def role_counts(reference: Facts, drafted: Facts) -> dict[str, Counts]:
    """For each role; visible elements alone.

    A link of the reference need not lead anywhere, as sets of pages have their addresses taken out
    (1,113 of 1,127 in 40 pages of Design2Code); one of the draft has to.
    """
    counts = {}
    for role in ROLES:
        ours = _of_role(role, drafted.elements)
        if role == "link":
            ours = [one for one in ours if one.link]
        counts[role] = _matched(_of_role(role, reference.elements), ours)
    return counts


def pooled(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts(0, 0, 0))


def has_role(role: str, element: Element) -> bool:
    tag, kind = element.tag, element.type.lower()
    match role:
        case "field":
            return tag in ("textarea", "select") or (tag == "input" and kind not in NO_FIELDS)
        case "button":
            pressed = tag == "button" or (tag == "input" and kind in BUTTONS)
            return pressed or element.role == "button"
        case "link":
            return tag == "a"
        case "item":
            return tag == "li"
        case "heading":
            return tag in HEADINGS
        case _:  # table and nav are tags
            return tag == role


def _of_role(role: str, elements: Iterable[Element]) -> list[Element]:
    return [one for one in elements if one.visible and not one.drawing and has_role(role, one)]


def _matched(reference: Sequence[Element], drafted: Sequence[Element]) -> Counts:
    """Pairs are taken from the most alike on; nothing is in two of them."""
    pairs = [
        (likeness, i, j)
        for i, one in enumerate(reference)
        for j, other in enumerate(drafted)
        if (likeness := _likeness(one, other)) > 0
    ]
    left, right = set[int](), set[int]()
    for _, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
    return Counts(len(reference), len(drafted), len(left))


def _likeness(one: Element, other: Element) -> float:
    """0 where they cannot be the same; 1 and more where they say the same close by.

    What they say may be where it was although the boxes differ: a heading that is as wide as the
    page is in the same place as one that is as wide as its words.
    """
    share = max(overlap(one.box, other.box), overlap(one.words, other.words))
    says = _said(one)
    if says and says == _said(other) and _distance(one.words, other.words) <= NEAR:
        return 1 + share
    return share if share >= LEAST_OVERLAP else 0.0


def _said(element: Element) -> str:
    return " ".join(element.text.split())


def overlap(one: Sides, other: Sides) -> float:
    """Intersection over union."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    both = wide * high
    return both / (one[2] * one[3] + other[2] * other[3] - both)


def _distance(one: Sides, other: Sides) -> float:
    across = one[0] + one[2] / 2 - other[0] - other[2] / 2
    down = one[1] + one[3] / 2 - other[1] - other[3] / 2
    return float((across**2 + down**2) ** 0.5)
