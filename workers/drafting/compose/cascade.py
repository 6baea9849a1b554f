"""Rules told by what elements are and what they are in, where that says as much as a class of each.

A page is first written with a class for each look and each place. Here classes that always stand
together become one; a look that is that of all elements of a tag becomes the tag's (`h2`), and one
that all elements of a tag have in one component becomes the component's (`.card h3`). No element
looks otherwise for it: a selector leads to the very elements that had the class, and what used to
win still does.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from workers.drafting.compose.markup import Element
from workers.drafting.compose.merging import Declarations

Rules = Mapping[str, Declarations]
Places = frozenset[int]  # of elements, counted in the order of the document

LANDMARKS = frozenset(("header", "nav", "main", "aside", "footer", "form"))
TELLING = LANDMARKS | frozenset(  # tags that say what an element is; `td`s have their table's rules
    (
        *("h1", "h2", "h3", "p", "a", "ul", "li", "dl", "dt", "dd", "img", "hr", "button"),
        *("input", "select", "textarea", "label"),
    )
)
SHORTHANDS = frozenset(("margin", "padding", "border", "background", "font", "flex", "overflow"))
CLASS = re.compile(r"\.([\w-]+)")


@dataclass(frozen=True)
class _Seat:
    """An element, the places of those it is in from the innermost, and its tag."""

    tag: str
    ancestors: tuple[int, ...]


class _Page:
    """The elements of a page, which classes they have, and the rules of these."""

    def __init__(
        self, body: Element, rules: Rules, shared: Collection[str], named: Collection[str]
    ) -> None:
        self.shared = frozenset(shared)
        self.seats: list[_Seat] = []
        self.classes: list[list[str]] = []
        self.rules = dict(rules)
        self.tags: defaultdict[str, set[int]] = defaultdict(set)
        self.told: defaultdict[int, set[str]] = defaultdict(set)  # of elements, without a class
        self._add(body, ())
        plain = {f".{name}" for names in self.classes for name in names}
        others = (selector for selector in rules if selector not in plain)
        self.named = {name for selector in others for name in CLASS.findall(selector)}
        self.named |= set(named)

    def _add(self, element: Element, ancestors: tuple[int, ...]) -> None:
        place = len(self.seats)
        self.seats.append(_Seat(element.tag, ancestors))
        self.classes.append([name for name in element.classes if f".{name}" in self.rules])
        self.tags[element.tag].add(place)
        for child in element.children:
            if isinstance(child, Element):
                self._add(child, (place, *ancestors))

    def uses(self) -> dict[str, Places]:
        """Where each class stands."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for place, names in enumerate(self.classes):
            for name in names:
                found[name].add(place)
        return {name: frozenset(places) for name, places in found.items()}

    def tag_of(self, places: Places) -> str:
        """The one tag that elements have; empty where there are several."""
        tags = {self.seats[place].tag for place in places}
        return tags.pop() if len(tags) == 1 else ""

    def rivals(self, name: str, places: Places) -> set[str]:
        """Other classes of these elements that say something of what a class is about."""
        topics = _topics(self.rules[f".{name}"])
        others = {other for place in places for other in self.classes[place]} - {name}
        return {other for other in others if topics & _topics(self.rules[f".{other}"])}

    def is_alone(self, name: str, places: Places) -> bool:
        """Whether nothing else says of these elements what a class does."""
        topics = _topics(self.rules[f".{name}"])
        told = any(topics & self.told[place] for place in places)
        return not told and not self.rivals(name, places)

    def join(self, name: str, kept: str) -> None:
        """One class of two that stand on the same elements."""
        said = self.rules.pop(f".{name}")
        self.rules[f".{kept}"] = (*said, *self.rules[f".{kept}"])
        self._drop(name)

    def retell(self, name: str, selector: str) -> None:
        """The rule of a class told by another selector, in its place."""
        old = f".{name}"
        self.rules = {selector if each == old else each: said for each, said in self.rules.items()}
        for place in self._drop(name):
            self.told[place] |= _topics(self.rules[selector])

    def _drop(self, name: str) -> list[int]:
        """Takes a class from its elements: their places."""
        places = [place for place, names in enumerate(self.classes) if name in names]
        for place in places:
            self.classes[place].remove(name)
        return places


def simplified(
    body: Element, rules: Rules, shared: Collection[str], named: Collection[str] = ()
) -> tuple[Element, Rules]:
    """The page with fewer classes, and its rules. `shared` are classes of no component: a layout
    that many things have. `named` are those that other rules name, and stay."""
    page = _Page(body, rules, shared, named)
    _join(page)
    _tell_by_tag(page)
    _tell_by_component(page)
    return _written(body, iter(page.classes)), page.rules


def _join(page: _Page) -> None:
    """Classes that stand on the same elements as one: the last, which says where it is."""
    together: defaultdict[Places, list[str]] = defaultdict(list)
    for name, places in page.uses().items():
        together[places].append(name)
    for places, names in together.items():
        order = page.classes[min(places)]
        kept = max(names, key=lambda name: (name in page.named, order.index(name)))
        for name in names:
            if name == kept or name in page.named:
                continue
            if not page.rivals(name, places) and not page.rivals(kept, places):
                page.join(name, kept)


def _tell_by_tag(page: _Page) -> None:
    """The look of all elements of a tag, or of those that have none of their own."""
    for tag in sorted(TELLING & page.tags.keys()):
        uses = page.uses()
        found = [
            name
            for name, places in uses.items()
            if name not in page.named | page.shared
            and page.tag_of(places) == tag
            and _is_rule_of(page, tag, name, places)
        ]
        if found:
            page.retell(max(found, key=lambda name: len(uses[name])), tag)


def _is_rule_of(page: _Page, tag: str, name: str, places: Places) -> bool:
    """Whether a rule for the tag would say of each of its elements what is said now."""
    if not page.is_alone(name, places):
        return False
    said = {declared for declared, _ in page.rules[f".{name}"]}
    others = page.tags[tag] - places
    return all(said <= _said(page, place) for place in others)


def _said(page: _Page, place: int) -> set[str]:
    return {name for each in page.classes[place] for name, _ in page.rules[f".{each}"]}


def _tell_by_component(page: _Page) -> None:
    """What all elements of a tag have in a component, those within others first."""
    depths = {
        name: max(len(page.seats[place].ancestors) for place in places)
        for name, places in page.uses().items()
    }
    anchors: set[str] = set()
    for name in sorted(depths, key=lambda name: -depths[name]):
        places = page.uses()[name]
        tag = page.tag_of(places)
        layered = ("position", "absolute") in page.rules[f".{name}"]  # told apart on a phone
        if tag not in TELLING or layered or name in page.named | page.shared | anchors:
            continue
        if not page.is_alone(name, places):
            continue
        anchor = next(_components(page, tag, places), None)
        if anchor is not None:
            page.retell(name, f"{anchor} {tag}")
            anchors.update(CLASS.findall(anchor))


def _components(page: _Page, tag: str, places: Places) -> Iterator[str]:
    """Selectors of what these elements are in, and no others of the tag, from the innermost."""
    for around in page.seats[min(places)].ancestors:
        seat = page.seats[around]
        named = [f".{name}" for name in page.classes[around] if name not in page.shared]
        kinds = [seat.tag] if seat.tag in LANDMARKS else []
        for selector in [*reversed(named), *kinds]:
            if _in(page, selector, tag) == places:
                yield selector


def _in(page: _Page, selector: str, tag: str) -> Places:
    """The elements of a tag inside those that a selector leads to."""
    name = selector.removeprefix(".")
    if selector.startswith("."):
        holders = {place for place, names in enumerate(page.classes) if name in names}
    else:
        holders = page.tags[name]
    return frozenset(
        place for place in page.tags[tag] if not holders.isdisjoint(page.seats[place].ancestors)
    )


def _topics(declarations: Declarations) -> set[str]:
    """What declarations are about: `margin-left` and `margin` are about one thing."""
    firsts = ((name, name.split("-")[0]) for name, _ in declarations)
    return {first if first in SHORTHANDS else name for name, first in firsts}


def _written(element: Element, classes: Iterator[list[str]]) -> Element:
    own = tuple(next(classes))
    children = tuple(
        _written(child, classes) if isinstance(child, Element) else child
        for child in element.children
    )
    return replace(element, classes=own, children=children)


def with_names(element: Element, names: Mapping[str, str]) -> Element:
    """The element and all in it, some classes under other names."""
    children = tuple(
        with_names(child, names) if isinstance(child, Element) else child
        for child in element.children
    )
    own = tuple(names.get(name, name) for name in element.classes)
    return replace(element, classes=own, children=children)
