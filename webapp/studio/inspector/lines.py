"""Which element of a page a line of its files is about."""

from collections.abc import Mapping

from justhtml.dom import Element

from webapp.studio.commands.site import Page, is_written
from webapp.studio.inspector.declared import ElementUnknown


def element_at(files: Mapping[str, str], page: str, path: str, line: int) -> str:
    """A selector of the innermost element of a page that a line of its file writes, or of the
    first that a rule of a style sheet is for; `line` from 1. Raises ElementUnknown."""
    if page not in files:
        raise ElementUnknown
    seen = Page(page, files)
    found = _written_at(seen, line) if path == page else _styled_at(seen, path, files, line)
    if found is None:
        raise ElementUnknown
    return selector_of(found)


def _written_at(page: Page, line: int) -> Element | None:
    found = None
    for element in page.source.query("body, body *"):
        if not is_written(element):
            continue
        place = page.source.place(element)
        if place.first_line <= line <= place.last_line:
            found = element  # what stands in another comes after it
    return found


def _styled_at(page: Page, path: str, files: Mapping[str, str], line: int) -> Element | None:
    text = files.get(path, "")
    for rule in page.rules:
        first = text.count("\n", 0, rule.start) + 1
        last = text.count("\n", 0, rule.end) + 1
        if rule.path != path or not first <= line <= last:
            continue
        meant = page.matched_by(rule)
        return next((one for one in page.source.query("body, body *") if id(one) in meant), None)
    return None


def selector_of(element: Element) -> str:
    """One that names this element alone, by its place among those beside it."""
    parent = element.parent
    if not isinstance(parent, Element) or element.name == "body":
        return element.name
    alike = [
        one for one in parent.children if isinstance(one, Element) and one.name == element.name
    ]
    place = next(number for number, one in enumerate(alike, 1) if one is element)
    return f"{selector_of(parent)} > {element.name}:nth-of-type({place})"
