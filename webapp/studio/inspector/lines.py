"""Which element of a page a line of its files is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from justhtml.dom import Element

from webapp.studio.commands.site import Page, is_written
from webapp.studio.inspector.declared import ElementUnknown, lines_of, only
from webapp.studio.page_source import selector_of


@dataclass(frozen=True)
class SourceLines:
    """What writes an element, with its lines from 1."""

    path: str
    first_line: int
    last_line: int
    text: str


def element_source(files: Mapping[str, str], page: str, selector: str) -> SourceLines:
    """Where the one element of a page that a selector names is written. Raises ElementUnknown."""
    seen = Page(page, files)
    element = only(seen, selector)
    path, first, last = lines_of(seen, element)
    if seen.written is None:
        place = seen.source.place(element)
        return SourceLines(path, first, last, seen.source.html[place.start : place.end])
    one = seen.written.source(element)
    lines = files[path].split("\n")[first - 1 : last]
    text = files[path][one.start : one.end] if one is not None else "\n".join(lines)
    return SourceLines(path, first, last, text)


def element_at(files: Mapping[str, str], page: str, path: str, line: int) -> str:
    """A selector of the innermost element of a page that a line of its file writes, or of the
    first that a rule of a style sheet is for; `line` from 1. Raises ElementUnknown."""
    if page not in files:
        raise ElementUnknown
    seen = Page(page, files)
    if seen.written is not None:
        found = seen.written.written_at(path, line) or _styled_at(seen, path, files, line)
    elif path == page:
        found = _written_at(seen, line)
    else:
        found = _styled_at(seen, path, files, line)
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
