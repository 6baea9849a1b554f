"""A command at work on a page: what it may ask and write."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from justhtml.dom import Element

from webapp.studio.commands import colours
from webapp.studio.commands.colours import RGB
from webapp.studio.commands.grammar import Command
from webapp.studio.commands.refusal import CommandRefused
from webapp.studio.commands.site import Page, Site, bearers, inner, lineage
from webapp.studio.commands.targets import distinct
from webapp.studio.commands.writing import Writer

WHITE: RGB = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Work:
    """One command on the elements that it means."""

    site: Site
    page: Page
    writer: Writer
    command: Command
    elements: Sequence[Element]
    others: Sequence[Element] = ()  # what a swap is with

    def set(self, elements: Sequence[Element], name: str, value: str, *aliases: str) -> None:
        if elements:
            self.writer.set(elements, name, value, aliases)

    def set_each(
        self,
        elements: Sequence[Element],
        name: str,
        value_of: Callable[[Element], str | None],
        *aliases: str,
    ) -> bool:
        """Give each element a value of its own; None leaves it as it is. Whether any was given.

        What gets the same value gets it at once, so that one rule is written for all of them.
        """
        groups: dict[str, list[Element]] = {}
        for one in elements:
            if (value := value_of(one)) is not None:
                groups.setdefault(value, []).append(one)
        for value, members in groups.items():
            self.set(members, name, value, *aliases)
        return bool(groups)


def refused(why: str) -> CommandRefused:
    return CommandRefused("command_refused", why)


def ground_of(page: Page, element: Element) -> RGB:
    """What an element stands on: its own background, or that of what is around it."""
    for one in lineage(element):
        value = page.value(one, "background-color")
        if value is not None and (rgb := first_colour(value)) is not None:
            return rgb
    return WHITE


def first_colour(value: str) -> RGB | None:
    """The first colour of a value such as `1px solid #ddd`; None where there is none."""
    parts = re.findall(r"[\w-]+\([^()]*\)|#\w+|[\w-]+", value)
    return next((rgb for part in parts if (rgb := colours.read(part)) is not None), None)


def is_filled(page: Page, element: Element) -> bool:
    """Whether an element has a background of its own that is seen."""
    value = page.value(element, "background-color")
    return value is not None and first_colour(value) is not None


def ink_of(page: Page, element: Element) -> RGB | None:
    value = page.value(element, "color")
    return first_colour(value) if value else None


def carriers(page: Page, elements: Sequence[Element], name: str) -> list[Element]:
    """Who has to have an inherited property, so that all words in these elements get it: they
    themselves, and what in them has one of its own."""
    inside = [one for element in elements for one in inner(element) if one is not element]
    special = [one for one in inside if page.styles(one, name) and bearers([one])]
    plain = [
        element
        for element in elements
        if not special or any(not has_own(page, one, element, name) for one in bearers([element]))
    ]
    return distinct([*plain, *special])


def has_own(page: Page, element: Element, within: Element, name: str) -> bool:
    for one in lineage(element):
        if one is within:
            return False
        if page.styles(one, name):
            return True
    return False
