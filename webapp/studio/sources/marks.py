"""Which places of the sources wrote an element of a built page.

The build keeps a page once more, with a mark in each element: `path:line:column:index`, first of
the element itself, then of the components that it is the root of, the outermost last. `index` is
its place among what stands beside it, so in a list. It is never shown and never taken home.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from justhtml.dom import Element

ATTRIBUTE = "data-mockwright-source"
SUFFIX = ".map"
BUILT = "dist/"  # what stands before the path of a built file among those of a revision
BUILD_FAILED = "<title>The build failed</title>"  # in a page that stands for one
MARKED = re.compile(rf'({ATTRIBUTE}=")([^"]*)(")')
ONE = re.compile(r"([^:\s]+):(\d{1,7}):(\d{1,7}):(\d{1,7})")


UNKNOWN = 9_999_999  # the index of what stands in a list that was changed


@dataclass(frozen=True)
class Mark:
    """`line` and `column` count from 1, `index` from 0."""

    path: str
    line: int
    column: int
    index: int

    @property
    def place(self) -> tuple[str, int, int]:
        return self.path, self.line, self.column


def marked_page(path: str) -> str:
    """Where the site of a revision has the marked form of a page."""
    return f"{path}{SUFFIX}"


def is_marked_page(path: str) -> bool:
    return path.endswith((f".html{SUFFIX}", f".htm{SUFFIX}"))


def own_marks(element: Element) -> tuple[Mark, ...]:
    """Those of an element; none where no source wrote it."""
    return _read(element.attrs.get(ATTRIBUTE) or "")


def marks_around(element: Element) -> tuple[Mark, ...]:
    """Those of an element and of all that it stands in, outwards."""
    found: list[Mark] = []
    node: object = element
    while isinstance(node, Element):
        found += own_marks(node)
        node = node.parent
    return tuple(found)


def moved(html: str, after: Callable[[Mark], Mark | None]) -> str:
    """A marked page with each mark as it is `after` a change of the sources; None takes it out."""

    def again(found: re.Match[str]) -> str:
        marks = (now for mark in _read(found[2]) if (now := after(mark)) is not None)
        return f"{found[1]}{' '.join(map(_written, marks))}{found[3]}"

    return MARKED.sub(again, html)


def _read(text: str) -> tuple[Mark, ...]:
    return tuple(
        Mark(unquote(path), int(line), int(column), int(index))
        for path, line, column, index in ONE.findall(text)
    )


def _written(mark: Mark) -> str:
    return f"{quote(mark.path, safe='')}:{mark.line}:{mark.column}:{mark.index}"
