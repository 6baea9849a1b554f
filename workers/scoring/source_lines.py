"""Where a page's file writes the elements that differ."""

from collections.abc import Sequence

from justhtml import JustHTML
from justhtml.selector import SelectorError

from webapp.studio.events import Difference


def with_lines(differences: Sequence[Difference], html: str) -> list[Difference]:
    """The differences with the line of the element that each selector names.

    A selector that names none or several elements of the file gets no line: its element is made or
    moved by a script, and lives in no line of this file.
    """
    selectors = {one.selector for one in differences if one.selector}
    if not html or not selectors:
        return list(differences)
    page = JustHTML(html, sanitize=False, track_node_locations=True)
    lines = {selector: _line_of(page, selector) for selector in selectors}
    return [one.model_copy(update={"line": lines.get(one.selector)}) for one in differences]


def _line_of(page: JustHTML, selector: str) -> int | None:
    try:
        found = page.query(selector)
    except SelectorError:
        return None
    return found[0].origin_line if len(found) == 1 else None
