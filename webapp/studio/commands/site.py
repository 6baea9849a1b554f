"""A page's files as plain commands see them: elements, the styles they have and where from."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, join, normpath

from justhtml.dom import Element
from justhtml.selector import SelectorError

from webapp.studio.commands.lengths import ROOT, pixels
from webapp.studio.commands.stylesheet import Declaration, Rule, declarations, rules, specificity
from webapp.studio.page_source import PageSource

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
# what a browser does where a page says nothing
# https://html.spec.whatwg.org/multipage/rendering.html#sections-and-headings
SIZES = {
    "h1": "2em",
    "h2": "1.5em",
    "h3": "1.17em",
    "h5": "0.83em",
    "h6": "0.67em",
    "small": "0.83em",
}
CONTROLS = ("button", "input", "select", "textarea")
SIZES |= dict.fromkeys(CONTROLS, "13.333px")
INKS = dict.fromkeys(CONTROLS, "#000000") | {"a": "#0000ee"}
BOLD = dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "th"), "bold")
ITALIC = dict.fromkeys(("em", "i", "cite", "address"), "italic")
USER_AGENT = {"color": INKS, "font-size": SIZES, "font-weight": BOLD, "font-style": ITALIC}
FONT = re.compile(r"(\d*\.?\d+(?:px|rem|em|%))(?:\s*/\s*([\d.]+\w*%?))?")  # size/line height
MOST_VARIABLES = 8  # that one value leads through

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
    """One HTML file with the sheets that it has."""

    def __init__(self, path: str, files: Mapping[str, str]) -> None:
        self.path = path
        self.source = PageSource(files[path])
        self.rules: list[Rule] = []
        for node in self.source.query("link, style"):
            if node.name == "style":
                self._add(path, *self._inside(node))
            elif "stylesheet" in (node.attrs.get("rel") or "").lower():
                sheet = normpath(join(dirname(path), node.attrs.get("href") or ""))
                if sheet in files:
                    self._add(sheet, files[sheet], 0)
        self._matched: dict[str, set[int]] = {}

    def _add(self, path: str, text: str, offset: int) -> None:
        self.rules += rules(path, text, offset, len(self.rules))

    def _inside(self, element: Element) -> tuple[str, int]:
        """What stands between its tags, and from where on."""
        whole = self.source.place(element)
        start = START_TAG.match(self.source.html, whole.start)
        begin = start.end() if start else whole.start
        return self.source.html[begin : self.source.html.rfind("</", begin, whole.end)], begin

    def matches(self, selector: str) -> set[int]:
        """The elements that a selector names, by identity; none where it is none."""
        if selector not in self._matched:
            try:
                self._matched[selector] = {id(one) for one in self.source.query(selector)}
            except SelectorError:
                self._matched[selector] = set()
        return self._matched[selector]

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
                weight = (0, *max(map(specificity, hit)))
                origin = (declaration.important, weight, rule.order, declaration.start)
                found.append(Style(rule.path, declaration, rule, origin))
        found += [
            Style(self.path, one, None, (one.important, (1, 0, 0, 0), 0, one.start))
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
        """With the variables that it names put in."""
        for _ in range(MOST_VARIABLES):
            found = VARIABLE.search(value)
            if found is None:
                break
            meant = self.variables.get(found[1], found[2] or "")
            value = value[: found.start()] + meant + value[found.end() :]
        return value

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
        self.pages = {path: Page(path, files) for path in files if path.endswith((".html", ".htm"))}
        self._edits: list[Edit] = []

    def edit(self, path: str, start: int, end: int, text: str) -> None:
        one = Edit(path, start, end, text)
        if one not in self._edits:
            self._edits.append(one)

    def set_attribute(self, page: Page, element: Element, name: str, value: str) -> None:
        """Write an attribute into an element's tag, in place of what it is there."""
        place = page.attribute(element, name)
        text = html.escape(value)
        if place is None:
            end = page.source.place(element).start + 1 + len(element.name)
            self.edit(page.path, end, end, f' {name}="{text}"')
            return
        quoted = page.source.html[place[0] - 1] in "\"'"
        self.edit(page.path, *place, text if quoted else f'"{text}"')

    def changed(self) -> dict[str, str]:
        """The files that differ, by their paths."""
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
