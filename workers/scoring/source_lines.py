"""Where a page's file writes the elements that differ."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from justhtml import JustHTML, QueryMatch
from justhtml.selector import SelectorError, SelectorMatcher, parse_selector

from webapp.studio.events import Difference

# Steps from element to child, as `collect.js` writes them; the last one's id or tag.
WRITTEN = re.compile(
    r"(?:[\w#.:()-]+ > )*(#[\w-]+|[a-zA-Z][\w-]*)(?:\.[\w-]+)*(?::nth-of-type\(\d+\))?"
)

Elements = Mapping[str, Sequence[QueryMatch]]


def with_lines(differences: Sequence[Difference], html: str) -> list[Difference]:
    """The differences with the line of the element that each selector names.

    A selector that names none or several elements of the file gets no line: its element is made or
    moved by a script, and lives in no line of this file.
    """
    selectors = {one.selector for one in differences if one.selector}
    if not html or not selectors:
        return list(differences)
    page = JustHTML(html, sanitize=False, track_node_locations=True)
    elements = _by_name(page)
    lines = {selector: _line_of(page, elements, selector) for selector in selectors}
    return [one.model_copy(update={"line": lines.get(one.selector)}) for one in differences]


def _by_name(page: JustHTML) -> Elements:
    """The elements of each tag, in small letters, and of each #id."""
    elements = defaultdict(list)
    for element in page.query("*"):
        elements[element.name.lower()].append(element)
        elements[f"#{(element.attrs or {}).get('id')}"].append(element)
    return elements


def _line_of(page: JustHTML, elements: Elements, selector: str) -> int | None:
    written = WRITTEN.fullmatch(selector)
    try:
        if written is None:
            found = page.query(selector)
        else:  # only some can be meant: a query would ask all the page's elements
            name = written[1] if written[1].startswith("#") else written[1].lower()
            matcher, parsed = SelectorMatcher(), parse_selector(selector)
            found = [one for one in elements.get(name, ()) if matcher.matches(one, parsed)]
    except SelectorError:
        return None
    return found[0].origin_line if len(found) == 1 else None
