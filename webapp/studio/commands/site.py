"""A page's files as plain commands see them: elements, the styles they have and where from.

Of a page that is built the elements are those that were drawn, and the rules those of the sources;
what was built stands among the files under `dist/` (`sources/marks.py`), and is never changed.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, join, normpath

from justhtml.dom import Element
from justhtml.selector import SelectorError

from webapp.studio.commands.lengths import ROOT, pixels, worked_out
from webapp.studio.commands.refusal import CommandRefused
from webapp.studio.commands.stylesheet import (
    TAILWIND,
    Declaration,
    Rule,
    declarations,
    rules,
    scoped,
    specificity,
)
from webapp.studio.commands.user_agent import USER_AGENT
from webapp.studio.page_source import PageSource
from webapp.studio.sources import BUILT, Place, Project, Sheet, SourceRefused, WrittenPage

VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*))?\)")
ATTRIBUTE = r"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
START_TAG = re.compile(r"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
INHERITED = {"color", "font-family", "font-size", "font-style", "font-weight", "line-height"}
INHERITED |= {"text-align", "text-transform", "visibility"}
SHORTHANDS = {"background-color": "background", "border-color": "border", "border-width": "border"}
SHORTHANDS |= dict.fromkeys(
    ("font-family", "font-size", "font-weight", "font-style", "line-height"), "font"
)
RELATIVE = re.compile(r"(\d*\.?\d+)(em|%)")
FONT = re.compile(r"(\d*\.?\d+(?:px|rem|em|%))(?:\s*/\s*([\d.]+\w*%?))?")  # size/line height
WIDE = 1280.0  # CSS pixels of the screen whose utilities are shown and changed
MOST_VARIABLES = 8  # that one value leads through

ONE_CLASS = re.compile(r"\.((?:[\w-]|\\.|[^\x00-\x7f])+)")

Origin = tuple[bool, tuple[int, int, int, int], int, int]  # what decides between declarations


@dataclass(frozen=True)
class Style:
    """A declaration that an element has. `rule` is None for its own `style` attribute."""

    path: str
    declaration: Declaration
    rule: Rule | None
    weight: Origin


@dataclass(frozen=True)
class Edit:
    path: str
    start: int
    end: int
    text: str


class Page:
    """One HTML file with the sheets that it has. `file` is where its elements stand; `written` is
    who writes them, where a script does that."""

    def __init__(self, path: str, files: Mapping[str, str]) -> None:
        self.path = path
        self.file = BUILT + path if BUILT + path in files else path
        self.source = PageSource(files[self.file])
        self.written = WrittenPage(self.source, path, files) if self.file != path else None
        self.rules: list[Rule] = []
        self.sheets: list[Sheet] = []  # of the sources
        self._matched: dict[str, set[int]] = {}
        self.has_utilities = any(map(is_built, files)) and any(
            TAILWIND.search(text) for path, text in files.items() if path.endswith(".css")
        )
        if any(map(is_built, files)):
            self._add_sources(files)
        else:
            self._add_linked(files)

    def _add_linked(self, files: Mapping[str, str]) -> None:
        for node in self.source.query("link, style"):
            if node.name == "style":
                self._add(self.path, *self._inside(node))
            elif "stylesheet" in (node.attrs.get("rel") or "").lower():
                sheet = normpath(join(dirname(self.path), node.attrs.get("href") or ""))
                if sheet in files:
                    self._add(sheet, files[sheet], 0)

    def _add_sources(self, files: Mapping[str, str]) -> None:
        """The rules that were built, of which utilities alone are in no source, and behind them
        those of the sources."""
        if self.has_utilities:
            sheet = f"{BUILT}{self.path.rsplit('.', 1)[0]}.css"
            self.rules += rules(sheet, files.get(sheet, ""), wide=WIDE)
        project, page = Project(files), PageSource(files[self.path])
        named = (
            one.attrs.get("href") or one.attrs.get("src") or ""
            for one in page.query("link[rel~=stylesheet], script[src]")
        )
        entries = [found for name in named if (found := project.resolve(self.path, name))]
        for each in project.sheets(entries):
            self.sheets.append(each)
            self._add(each.path, each.text, each.start, each.scope)

    def _add(self, path: str, text: str, offset: int, scope: str = "") -> None:
        added = rules(path, text, offset, len(self.rules))
        self.rules += [scoped(one, scope) for one in added] if scope else added

    def _inside(self, element: Element) -> tuple[str, int]:
        """What stands between its tags, and from where on."""
        whole = self.source.place(element)
        start = START_TAG.match(self.source.html, whole.start)
        begin = start.end() if start else whole.start
        return self.source.html[begin : self.source.html.rfind("</", begin, whole.end)], begin

    def matches(self, selector: str) -> set[int]:
        """The elements that a selector names, by identity; none where it is none."""
        if selector not in self._matched:
            alone = ONE_CLASS.fullmatch(selector)
            try:
                self._matched[selector] = (
                    self._classed.get(unescaped(alone[1]), set())
                    if alone
                    else {id(one) for one in self.source.query(selector)}
                )
            except SelectorError:
                self._matched[selector] = set()
        return self._matched[selector]

    @cached_property
    def _classed(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for element in self.source.query("[class]"):
            for name in classes(element):
                found.setdefault(name, set()).add(id(element))
        return found

    def matched_by(self, rule: Rule) -> set[int]:
        return {one for selector in rule.selectors for one in self.matches(selector)}

    def styles(self, element: Element, *names: str) -> list[Style]:
        """The declarations of these properties that an element has on a wide screen, the one that
        counts last."""
        found = []
        for rule in self.rules:
            declaration = None if rule.conditional else rule.own(*names)
            hit = [one for one in rule.selectors if id(element) in self.matches(one)]
            if declaration is not None and hit:
                weight = (rule.layer, *max(map(specificity, hit)))
                origin = (declaration.important, weight, rule.order, declaration.start)
                found.append(Style(rule.path, declaration, rule, origin))
        found += [
            Style(self.file, one, None, (one.important, (1, 0, 0, 0), 0, one.start))
            for one in self.inline(element)
            if one.name in names
        ]
        return sorted(found, key=lambda one: one.weight)

    def inline(self, element: Element) -> tuple[Declaration, ...]:
        """The declarations of its `style` attribute, at their places in the file."""
        place = self.attribute(element, "style")
        return declarations(self.source.html[place[0] : place[1]], place[0]) if place else ()

    def attribute(self, element: Element, name: str) -> tuple[int, int] | None:
        """Where the value of an attribute stands, without its quotes."""
        start = self.source.place(element).start
        tag = START_TAG.match(self.source.html, start)
        found = re.search(ATTRIBUTE.format(name=name), tag[0], re.IGNORECASE) if tag else None
        if found is None:
            return None
        group = next(number for number in (1, 2, 3) if found[number] is not None)
        return start + found.start(group), start + found.end(group)

    def value(self, element: Element, name: str) -> str | None:
        """What a property is for an element, inherited where it is; None where nothing says."""
        for one in lineage(element):
            found = self.styles(one, *filter(None, (name, SHORTHANDS.get(name))))
            value = self.resolved(found[-1].declaration.value) if found else ""
            if found and found[-1].declaration.name == "font":
                value = _of_font(value, name)
            value = value or USER_AGENT.get(name, {}).get(one.name, "")
            if value and value != "inherit":
                return self._in_pixels(one, value) if name == "font-size" else value
            if name not in INHERITED and value != "inherit":
                break
        return None

    def _in_pixels(self, element: Element, size: str) -> str:
        """A font size; those in `em` and `%` are of what is around the element."""
        share = RELATIVE.fullmatch(size)
        if share is None:
            return size
        parent = element.parent
        around = self.value(parent, "font-size") if isinstance(parent, Element) else None
        base = pixels(around or "") or ROOT
        return f"{float(share[1]) * base / (100 if share[2] == '%' else 1):g}px"

    def resolved(self, value: str) -> str:
        """With the variables that it names put in, and products worked out."""
        for _ in range(MOST_VARIABLES):
            found = VARIABLE.search(value)
            if found is None:
                break
            meant = self.variables.get(found[1], found[2] or "")
            value = value[: found.start()] + meant + value[found.end() :]
        return worked_out(value)

    @cached_property
    def variables(self) -> dict[str, str]:
        """The custom properties of the whole page."""
        return {
            one.name: one.value
            for rule in self.rules
            if not rule.conditional and {":root", "html", "body"} & set(rule.selectors)
            for one in rule.declarations
            if one.name.startswith("--")
        }


class Site:
    """All files of a page, with what is changed of them."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = dict(files)
        self.pages = {path: Page(path, files) for path in files if _is_page(path)}
        self._edits: list[Edit] = []
        self._has_new_lists = False

    def edit(self, path: str, start: int, end: int, text: str) -> None:
        one = Edit(path, start, end, text)
        if one not in self._edits:
            self._edits.append(one)

    def put(self, place: Place, text: str) -> None:
        self._has_new_lists |= bool(place.separator)
        self.edit(place.path, place.start, place.end, text)

    def set_attribute(self, page: Page, element: Element, name: str, value: str) -> None:
        """Write an attribute into an element's tag, in place of what it is there. Raises
        CommandRefused."""
        if page.written is not None:
            with refusing():
                self.put(*page.written.set_attribute(element, name, value))
        self._set_html_attribute(page, element, name, value)

    def set_classes(self, page: Page, element: Element, names: Sequence[str]) -> None:
        """Give an element these classes and no others. Raises CommandRefused."""
        if page.written is not None:
            with refusing():
                self.put(*page.written.set_classes(element, classes(element), names))
        self._set_html_attribute(page, element, "class", " ".join(names))

    def _set_html_attribute(self, page: Page, element: Element, name: str, value: str) -> None:
        place = page.attribute(element, name)
        text = html.escape(value)
        if place is None:
            end = page.source.place(element).start + 1 + len(element.name)
            self.edit(page.file, end, end, f' {name}="{text}"')
            return
        quoted = page.source.html[place[0] - 1] in "\"'"
        self.edit(page.file, *place, text if quoted else f'"{text}"')

    def changed(self) -> dict[str, str]:
        """The files of a person that differ, by their paths."""
        return {path: text for path, text in self._after().items() if not is_built(path)}

    def after(self) -> dict[str, str]:
        """All files as they are then. A page that was built has its changes too, and marks where
        its sources stand then."""
        changed = self._after()
        now = self.files | changed
        for page in self.pages.values():
            if page.written is not None and changed:
                now[page.file] = page.written.moved(
                    now[page.file], now, self._place_after, has_new_lists=self._has_new_lists
                )
        return now

    def _place_after(self, path: str, start: int) -> int | None:
        """Where an element begins then; None where it was moved itself."""
        own = [one for one in self._edits if one.path == path]
        if any(one.start <= start < one.end for one in own):
            return None
        grown = (len(one.text) - (one.end - one.start) for one in own if one.end <= start)
        return start + sum(grown)

    def _after(self) -> dict[str, str]:
        changed: dict[str, str] = {}
        # from the last place on, so that no other moves; what is put in at one keeps its order
        order = sorted(
            enumerate(self._edits),
            key=lambda each: (each[1].start, each[1].end > each[1].start, each[0]),
        )
        for _, one in reversed(order):
            text = changed.get(one.path, self.files[one.path])
            changed[one.path] = text[: one.start] + one.text + text[one.end :]
        return {path: text for path, text in changed.items() if text != self.files[path]}

    def matched_elsewhere(self, rule: Rule, page: Page) -> bool:
        """Whether a rule holds for something on another page."""
        others = (one for one in self.pages.values() if one is not page)
        return any(
            each.path == rule.path and each.start == rule.start and other.matched_by(each)
            for other in others
            for each in other.rules
        )


@contextmanager
def refusing() -> Iterator[None]:
    """What a source refuses is refused to the person."""
    try:
        yield
    except SourceRefused as refusal:
        raise CommandRefused("command_refused", str(refusal)) from None


def is_built(path: str) -> bool:
    return path.startswith(BUILT)


def _is_page(path: str) -> bool:
    return path.endswith((".html", ".htm")) and not is_built(path)


def unescaped(name: str) -> str:
    """A class as it stands in markup."""
    return re.sub(r"\\(.)", r"\1", name)


def _of_font(value: str, name: str) -> str:
    """What the shorthand `font` says of one of its properties; nothing where it does not."""
    if value.strip() in ("inherit", "initial", "unset"):
        return value.strip()
    found = FONT.search(value)
    before = value[: found.start()].split() if found else []
    usual = {"font-weight": ("bold", "bolder", "lighter"), "font-style": ("italic", "oblique")}
    if name in usual:
        named = [
            one for one in before if one in usual[name] or (name == "font-weight" and one.isdigit())
        ]
        return named[0] if named else "normal"
    if found is None:
        return ""
    said = {"font-family": value[found.end() :].strip(), "font-size": found[1]}
    return said.get(name, found[2] or "normal")


def lineage(element: Element) -> Iterator[Element]:
    """The element, its parent, and so on."""
    node: object = element
    while isinstance(node, Element):
        yield node
        node = node.parent


def is_written(element: Element) -> bool:
    """Whether the file has its tag, which it may leave out of some."""
    return element.origin_offset is not None


def inner(element: Element) -> Iterator[Element]:
    """The element and all that is in it, in order."""
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from inner(child)


def own_text(element: Element) -> str:
    """The words directly in an element."""
    parts = (str(child.data) for child in element.children if child.name == "#text" and child.data)
    return " ".join(" ".join(parts).split())


def whole_text(element: Element) -> str:
    return " ".join(own for one in inner(element) if (own := own_text(one)))


def classes(element: Element) -> list[str]:
    return (element.attrs.get("class") or "").split()


def bearers(elements: Iterable[Element]) -> list[Element]:
    """The elements in these that hold words directly."""
    return [one for element in elements for one in inner(element) if own_text(one)]
