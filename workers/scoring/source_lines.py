"""Where a page's file writes the elements that differ."""

from collections.abc import Sequence

from webapp.studio.events import Difference
from webapp.studio.page_source import PageSource


def with_lines(differences: Sequence[Difference], html: str) -> list[Difference]:
    """The differences with the line of the element that each selector names, where the file has
    it."""
    selectors = {one.selector for one in differences if one.selector}
    if not html or not selectors:
        return list(differences)
    page = PageSource(html)
    found = {selector: page.find(selector) for selector in selectors}
    lines = {selector: one.first_line for selector, one in found.items() if one}
    return [one.model_copy(update={"line": lines.get(one.selector)}) for one in differences]
