"""Where the sources of a built page write its elements, their words and attributes."""

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from posixpath import dirname, relpath

from justhtml.dom import Element

from webapp.studio.page_source import PageSource, selector_of
from webapp.studio.sources.elements import Place, SourceElement, SourceRefused, Words
from webapp.studio.sources.jsx import written_name
from webapp.studio.sources.marks import UNKNOWN, Mark, marks_around, moved, own_marks
from webapp.studio.sources.project import Project, column_of, line_of
from webapp.studio.sources.values import Resolver

PICTURE = "src"
# where an element begins after a change that began at a place of a file; None where it was moved
PlaceAfter = Callable[[str, int], int | None]


class WrittenPage:
    """`page` is the marked page, `path` its file before its scripts run; `files` are all of the
    revision, pictures with any text."""

    def __init__(self, page: PageSource, path: str, files: Mapping[str, str]) -> None:
        self.project = Project(files)
        self._page, self._path = page, path
        marked = (mark.place for one in page.query("*") for mark in own_marks(one))
        self._times = Counter(marked)  # how many elements a place of the sources writes

    def source(self, element: Element) -> SourceElement | None:
        """What writes an element of the page; None where nothing of the project does."""
        marks = own_marks(element)
        return self.project.element(marks[0]) if marks else None

    @cached_property
    def _document(self) -> PageSource:
        """What the page is before its scripts run."""
        return PageSource(self.project.files[self._path])

    def of_source(self, element: Element) -> list[Element]:
        """The elements that the source of one writes, itself among them."""
        marks = own_marks(element)
        if not marks:
            return [element]
        place = marks[0].place
        return [
            one
            for one in self._page.query("*")
            if any(mark.place == place for mark in own_marks(one)[:1])
        ]

    def lines(self, element: Element) -> tuple[str, int, int] | None:
        """The file that writes an element, and the first and last of its lines."""
        one = self.source(element)
        if one is None:
            found = self._document.find(selector_of(element))
            return (self._path, found.first_line, found.last_line) if found else None
        text = self.project.files[one.path]
        return one.path, line_of(text, one.start), line_of(text, one.end)

    def written_at(self, path: str, line: int) -> Element | None:
        """The first element of the page that the innermost of a line of a file writes."""
        found: tuple[int, Element] | None = None
        for element in self._page.query("*"):
            lines = self.lines(element)
            if lines is None or lines[0] != path or not lines[1] <= line <= lines[2]:
                continue
            one = self.source(element)
            if one is not None and (found is None or one.start > found[0]):
                found = (one.start, element)
        return found[1] if found else None

    def words(self, element: Element, shown: str) -> Place:
        """Where the words of an element are that are `shown`. Raises SourceRefused."""
        one = self._known(element)
        resolver = self._resolver(element)
        bound = resolver.content(one, 0)
        if bound is None:
            raise SourceRefused(f"Its words are put together at {self._where(one)}")
        found = resolver.words(bound.value, bound.at)
        if _plain(found.text) != _plain(shown):
            raise SourceRefused(f"Its words are made at {self._where(one)}")
        return found.place

    def times_shown(self, element: Element, shown: str) -> int:
        """How many elements show the words of one from where they are written. Raises
        SourceRefused."""
        places = [self.words(element, shown)]
        for one in self.of_source(element):
            with suppress(SourceRefused):
                places.append(self.words(one, shown))
        first = places[0]
        return sum((p.path, p.start) == (first.path, first.start) for p in places[1:])

    def attribute(self, element: Element, name: str) -> Words | None:
        """What an element's attribute says, and where; None where it has none. Raises
        SourceRefused."""
        one = self._known(element)
        resolver = self._resolver(element)
        bound = resolver.prop(one, name, 0)
        if bound is None:
            return None
        found = resolver.words(bound.value, bound.at)
        if name == PICTURE and not found.is_file and found.text.startswith("."):
            path = self.project.resolve(found.place.path, found.text)
            return Words(path, found.place, is_file=True) if path else found
        return found

    def set_attribute(self, element: Element, name: str, value: str) -> tuple[Place, str]:
        """Where an attribute is written anew, and what is. Raises SourceRefused."""
        found = self.attribute(element, name)
        if found is None:
            one = self._known(element)
            if name in element.attrs:
                raise SourceRefused(f"Its {name} is made at {self._where(one)}")
            place = Place(one.path, one.name_end, one.name_end)
            return place, _new_attribute(one.path, written_name(one.path, name), value)
        if found.is_file:
            value = self._file(found, value)
        return found.place, found.place.write(value)

    def set_classes(
        self, element: Element, before: Sequence[str], after: Sequence[str]
    ) -> tuple[Place, str]:
        """Where classes are written, and what is: those that go and come, beside what else a
        source says there. Raises SourceRefused."""
        one = self._known(element)
        gone = {name for name in before if name not in after}
        come = [name for name in after if name not in before]
        said = next((each for each in one.attributes if each.name == "class"), None)
        bound = None if said is None else said.value
        if isinstance(bound, Words):
            found = bound
        elif (resolved := self.attribute(element, "class")) is not None:
            found = resolved
        else:
            return self.set_attribute(element, "class", " ".join(after))
        names = found.text.split()
        if not gone <= set(names):
            raise SourceRefused(f"Its classes are put together at {self._where(one)}")
        at = min((names.index(name) for name in gone), default=len(names))
        kept = [name for name in names if name not in gone]
        return found.place, found.place.write(" ".join([*kept[:at], *come, *kept[at:]]))

    def moved(
        self, html: str, after: Mapping[str, str], place_of: PlaceAfter, *, has_new_lists: bool
    ) -> str:
        """The marked page with its marks where the sources stand `after` a change."""

        def now(mark: Mark) -> Mark | None:
            one = self.project.element(mark)
            start = None if one is None else place_of(one.path, one.start)
            if one is None or start is None:
                return None
            text = after[one.path]
            index = UNKNOWN if has_new_lists and one.repeat is not None else mark.index
            return Mark(one.path, line_of(text, start), column_of(text, start), index)

        return moved(html, now)

    def _file(self, found: Words, path: str) -> str:
        """How a picture is named where another is now."""
        if path not in self.project.files:
            raise SourceRefused("Its picture is a file of the project")
        way = relpath(path, dirname(found.place.path) or ".")
        return way if way.startswith(".") else f"./{way}"

    def unit(self, element: Element) -> Place:
        """What stands for an element alone: its source, what is given to its component, or its
        entry in the list that it is made of. Raises SourceRefused."""
        marks = own_marks(element)
        self._known(element)
        around = marks_around(element)
        for at, mark in enumerate(marks):
            one = self.project.element(mark)
            if one is None:
                break
            if one.repeat is not None:
                held, item = Resolver(self.project, around).item(one, at)
                start, end = held.syntax.start(item), held.syntax.end(item)
                return Place(held.path, start, end, separator=",")
            if one.holding == "expression":
                raise SourceRefused(f"An expression at {self._where(one)} says whether it is there")
            if one.holding == "child" or (one.path.endswith(".vue") and at + 1 == len(marks)):
                if self._times[mark.place] > 1:
                    raise SourceRefused(self._several(one, mark))
                return Place(one.path, one.start, one.end)
        raise SourceRefused("It is all that its component has")

    def _several(self, one: SourceElement, mark: Mark) -> str:
        return f"{self._where(one)} writes {self._times[mark.place]} elements at once"

    def alone(self, element: Element, among: Sequence[Element]) -> None:
        """Raises SourceRefused where what writes an element writes others too that are not
        meant."""
        one, mark = self._known(element), own_marks(element)[0]
        meant = sum(mark.place == own.place for each in among for own in own_marks(each)[:1])
        if self._times[mark.place] > meant:
            raise SourceRefused(self._several(one, mark), "change them all alike")

    def only_here(self, element: Element, place: Place) -> None:
        """Raises SourceRefused where a place stands in what writes other elements too: what comes
        from a list or is given to a component is an element's own."""
        one = self._known(element)
        if place.path == one.path and one.start <= place.start < one.end:
            self.alone(element, [element])

    def _known(self, element: Element) -> SourceElement:
        one = self.source(element)
        if one is None:
            raise SourceRefused("No source of the project writes it")
        return one

    def _resolver(self, element: Element) -> Resolver:
        return Resolver(self.project, marks_around(element))

    def _where(self, one: SourceElement) -> str:
        return f"{one.path}:{line_of(self.project.files[one.path], one.start)}"


def _new_attribute(path: str, name: str, value: str) -> str:
    if path.endswith(".vue") or not re.search(r'["&\\\n]', value):
        return f' {name}="{html.escape(value)}"'
    return f" {name}={{{json.dumps(value, ensure_ascii=False)}}}"


def _plain(text: str) -> str:
    return " ".join(text.split())
