"""Which rule sets a property of an element, and which one would."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from justhtml.dom import Element
from justhtml.selector import SelectorError

from webapp.studio.commands.site import Page, Site, Style, is_built, is_written
from webapp.studio.commands.stylesheet import Rule, specificity
from webapp.studio.commands.utility import is_utility

UNIVERSAL = re.compile(r"(?:[\w-]+\s+)?\*(?:::?[\w-]+)?$")  # `*`, `body *`: nobody's own
SHORTHANDS = ("padding", "margin", "border", "background", "font", "flex", "gap", "text-decoration")


class ElementUnknown(Exception):
    """The page's file does not hold the element, or holds several that the selector names."""


@dataclass(frozen=True)
class Target:
    """An element of a page, among the files of its revision."""

    site: Site
    page: Page
    element: Element


def target(files: Mapping[str, str], page: str, selector: str) -> Target:
    """Raises ElementUnknown."""
    site = Site(files)
    if page not in site.pages:
        raise ElementUnknown
    return Target(site, site.pages[page], only(site.pages[page], selector))


def only(page: Page, selector: str) -> Element:
    """The one element that a selector names and a source writes. Raises ElementUnknown."""
    try:
        found = page.source.query(selector)
    except SelectorError:
        raise ElementUnknown from None
    if len(found) != 1 or not is_written(found[0]):
        raise ElementUnknown
    if page.written is not None and page.written.lines(found[0]) is None:
        raise ElementUnknown
    return found[0]


def declared(page: Page, element: Element, *names: str) -> Style | None:
    """The declaration that counts for an element itself; what holds for every element is not
    its own."""
    own = [one for one in page.styles(element, *names) if one.rule is None or is_own(one.rule)]
    return own[-1] if own else None


def is_own(rule: Rule) -> bool:
    """Whether a rule is for some elements, and a person's: a utility is, what a framework brings
    along for its pages is not."""
    if is_built(rule.path) and not is_utility(rule):
        return False
    return not all(map(UNIVERSAL.match, rule.selectors))


def with_shorthand(name: str) -> tuple[str, ...]:
    """A property and the shorthand that sets it too."""
    return (name, *(one for one in SHORTHANDS if name.startswith(f"{one}-")))


def home(page: Page, element: Element) -> Rule | None:
    """The rule that says what the element is: the strongest that names it, not the universal. None
    where that is for its classes to say."""
    if page.has_utilities:
        return None
    named = [
        (max(map(specificity, hit)), rule.order, rule)
        for rule in page.rules
        if not rule.conditional
        and is_own(rule)
        and not is_built(rule.path)
        and (hit := [one for one in rule.selectors if id(element) in page.matches(one)])
    ]
    return max(named, key=lambda one: one[:2])[2] if named else None


def lines_of(page: Page, element: Element) -> tuple[str, int, int]:
    """The file that writes an element, and the first and last of its lines. Raises
    ElementUnknown."""
    if page.written is None:
        found = page.source.place(element)
        return page.path, found.first_line, found.last_line
    lines = page.written.lines(element)
    if lines is None:
        raise ElementUnknown
    return lines


def holds_for(site: Site, rule: Rule) -> int:
    """How many elements a rule holds for, on all pages."""
    return sum(
        len(page.matched_by(one))
        for page in site.pages.values()
        for one in page.rules
        if one.path == rule.path and one.start == rule.start
    )
