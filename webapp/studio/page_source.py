"""Where a page's file writes its elements."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from justhtml import JustHTML
from justhtml.dom import Element
from justhtml.selector import SelectorError

_TAG = re.compile(r"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_END = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)|</([a-z][^\s/<>]*)[^<>]*>", re.DOTALL | re.IGNORECASE
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
VOID |= {"track", "wbr", "param"}  # elements without an end tag
RAW = {"script", "style", "title", "textarea", "iframe", "noembed", "xmp", "noframes"}  # hold none


@dataclass(frozen=True)
class ElementSource:
    """An element from its start tag to its end: offsets into the file, and its lines from 1."""

    start: int
    end: int
    first_line: int
    last_line: int


class PageSource:
    """A page's file, parsed as a browser does. About two seconds for a megabyte."""

    def __init__(self, html: str) -> None:
        self.html = html.replace("\ufeff", " ", 1) if html.startswith("\ufeff") else html
        self._page = JustHTML(self.html, sanitize=False, track_node_locations=True)
        offsets = (one.origin_offset for one in self._page.query("*"))
        self._starts = sorted(offset for offset in offsets if offset is not None)

    def query(self, selector: str) -> list[Element]:
        """The elements that a selector names, in order, with those that the file leaves out, as it
        may its `body`. Raises SelectorError."""
        return [one for one in self._page.query(selector) if isinstance(one, Element)]

    def place(self, element: Element) -> ElementSource:
        """Where the file writes an element that it does write."""
        start, end = element.origin_offset or 0, self._end_of(element)
        first = self.html.count("\n", 0, start) + 1
        return ElementSource(start, end, first, first + self.html.count("\n", start, end))

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
        return self.place(element)

    def _end_of(self, element: Element) -> int:
        """The offset behind the element. It ends after its last child, which is found first."""
        start = element.origin_offset or 0
        lineage, last = [element], start
        while inner := self._last_child(lineage[-1], last):
            lineage.append(inner)
            last = inner.origin_offset or last  # what is not written itself has children that are
        after = bisect_right(self._starts, last)
        limit = self._starts[after] if after < len(self._starts) else len(self.html)
        tag = _TAG.match(self.html, last, limit)
        end = tag.end() if tag else limit
        opened = [one.name.lower() for one in lineage]
        if opened[-1] in VOID or self.html.endswith("/>", last, end):
            opened.pop()
        elif opened[-1] in RAW:
            end = self._place(f"</{opened[-1]}", end, limit)
        return self._close(opened, _names_around(element), end, limit) if opened else end

    def _last_child(self, element: Element, after: int) -> Element | None:
        """The last that is written behind an offset: what is moved by a parser stands before it."""
        children = [one for one in element.children if isinstance(one, Element)]
        return next(
            (one for one in reversed(children) if (one.origin_offset or after + 1) > after), None
        )

    def _place(self, what: str, start: int, limit: int) -> int:
        found = re.compile(re.escape(what), re.IGNORECASE).search(self.html, start, limit)
        return found.start() if found else limit

    def _close(self, opened: list[str], around: set[str], start: int, limit: int) -> int:
        """Behind the end tag of the first of `opened`. Where there is none, before the end tag of
        what is around it, or the next element."""
        for tag in _END.finditer(self.html, start, limit):
            name = (tag[1] or "").lower()
            if name in opened:
                while opened.pop() != name:
                    pass  # elements whose end tags were left out
                start = tag.end()
                if not opened:
                    return start
            elif name in around:
                limit = tag.start()
                break
        return start + len(self.html[start:limit].rstrip())


def _names_around(element: Element) -> set[str]:
    names, parent = set(), element.parent
    while isinstance(parent, Element):
        names.add(parent.name.lower())
        parent = parent.parent
    return names


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
