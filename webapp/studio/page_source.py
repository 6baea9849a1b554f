"""Where a page's file writes its elements."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from justhtml import JustHTML
from justhtml.dom import Element
from justhtml.selector import SelectorError

_TAG = re.compile(r"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
VOID |= {"track", "wbr", "param"}  # elements without an end tag


@dataclass(frozen=True)
class ElementSource:
    """An element from its start tag to its end: offsets into the file, and its lines from 1."""

    start: int
    end: int
    first_line: int
    last_line: int


class PageSource:
    """A page's file, parsed as a browser does. Half a second for a megabyte."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._page = JustHTML(html, sanitize=False, track_node_locations=True)
        offsets = (one.origin_offset for one in self._page.query("*"))
        self._starts = sorted(offset for offset in offsets if offset is not None)

    def find(self, selector: str) -> ElementSource | None:
        """The element that a selector names.

        None where it names none or several of the file: such an element is made or moved by a
        script, and lives in no line of it.
        """
        try:
            found = self._page.query(selector)
        except SelectorError:
            return None
        element = found[0] if len(found) == 1 else None
        if not isinstance(element, Element) or element.origin_offset is None:
            return None
        start, end = element.origin_offset, self._end_of(element)
        first = self.html.count("\n", 0, start) + 1
        return ElementSource(start, end, first, first + self.html.count("\n", start, end))

    def _end_of(self, element: Element) -> int:
        """The offset behind the element. It ends after its last child, which is found first."""
        lineage = [element]
        while children := [one for one in lineage[-1].children if isinstance(one, Element)]:
            lineage.append(children[-1])
        written = [one for one in lineage if one.origin_offset is not None]
        last = written[-1].origin_offset or 0
        after = bisect_right(self._starts, last)
        limit = self._starts[after] if after < len(self._starts) else len(self.html)
        tag = _TAG.match(self.html, last, limit)
        end = tag.end() if tag else limit
        is_whole = written[-1].name in VOID or self.html.endswith("/>", last, end)
        for one in reversed(written[:-1] if is_whole else written):
            end = self._behind_end_tag(one.name, end, limit)
        return end

    def _behind_end_tag(self, name: str, start: int, limit: int) -> int:
        """Where there is none, before the end tag of what is around it, or the next element."""
        own = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE).search(self.html, start, limit)
        if own:
            return own.end()
        around = self.html.find("</", start, limit)
        return start + len(self.html[start : around if around >= 0 else limit].rstrip())
