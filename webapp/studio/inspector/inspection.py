"""What an element looks like, and which rules of the page's files say so."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from justhtml.dom import Element
from pydantic import Field

from webapp.studio.commands import CommandRefused, colours
from webapp.studio.commands.lengths import LENGTH
from webapp.studio.commands.markup import text_places
from webapp.studio.commands.site import Page, Site, Style, bearers, own_text
from webapp.studio.commands.stylesheet import Rule, without_scope
from webapp.studio.commands.utility import alike, is_utility
from webapp.studio.inspector.declared import (
    SHORTHANDS,
    declared,
    holds_for,
    home,
    is_own,
    lines_of,
    target,
)
from webapp.studio.sources import SourceRefused
from webapp.studio.values import Value

PROPERTIES = (
    *("color", "background-color", "opacity"),
    *("font-family", "font-size", "font-weight", "font-style", "line-height", "letter-spacing"),
    *("text-align", "text-transform", "text-decoration"),
    *("padding", "margin", "gap"),
    *("width", "max-width", "height"),
    *("border", "border-radius", "box-shadow"),
)
MORE = re.compile(  # shown where a rule sets them
    r"(?:padding|margin|border|background)-[\w-]+|(?:row|column)-gap|m(?:in|ax)-(?:width|height)"
    r"|object-fit|aspect-ratio"
)
ATTRIBUTES = {  # that are changed as well as words
    "a": ("href",),
    "img": ("src", "alt"),
    "input": ("placeholder", "value"),
    "textarea": ("placeholder",),
}
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".svg"}


class RulePlace(Value):
    """A rule of the files: where it begins, and for how many elements it holds on all pages. Of an
    element's own `style` attribute `selector` is empty."""

    path: str
    line: int = Field(ge=1)
    selector: str
    elements: int


class InspectedProperty(Value):
    """`value` as a rule of the element's own sets it, empty where none does; `computed` as it comes
    to hold, variables put in, inherited or a browser's own; empty where the page does not say."""

    name: str
    value: str
    computed: str
    rule: RulePlace | None


class InspectedAttribute(Value):
    name: str
    value: str


class Token(Value):
    """A custom property of the page and what it stands for."""

    name: str
    value: str


class Inspection(Value):
    """`text`: the element's words, null where it has none in one piece; `text_refusal`: why they
    cannot be changed where a script makes them; `text_elements`: how many elements show them from
    where they are written. `home`: the rule that a property is written into that none sets yet;
    null where the element would get a class. `pictures`: files of the revision."""

    tag: str
    text: str | None
    text_refusal: str
    text_elements: int
    attributes: tuple[InspectedAttribute, ...]
    properties: tuple[InspectedProperty, ...]
    home: RulePlace | None
    colours: tuple[Token, ...]
    lengths: tuple[Token, ...]
    fonts: tuple[str, ...]
    pictures: tuple[str, ...]


def inspect_element(
    files: Mapping[str, str], paths: tuple[str, ...], page: str, selector: str
) -> Inspection:
    """The element that a selector names on a page; `files` are the texts of HTML and CSS, `paths`
    all files. Raises ElementUnknown."""
    meant = target(files, page, selector)
    site, seen, element = meant.site, meant.page, meant.element
    rule = home(seen, element)
    tokens = [Token(name=name, value=seen.resolved(v)) for name, v in seen.variables.items()]
    text, text_refusal, text_elements = _words(seen, element)
    return Inspection(
        tag=element.name,
        text=text,
        text_refusal=text_refusal,
        text_elements=text_elements,
        attributes=tuple(
            InspectedAttribute(name=name, value=_attribute(seen, element, name))
            for name in ATTRIBUTES.get(element.name, ())
        ),
        properties=tuple(_property(site, seen, element, name) for name in _names(seen, element)),
        home=_place(site, rule) if rule else None,
        colours=tuple(one for one in tokens if colours.read(one.value) is not None),
        lengths=tuple(one for one in tokens if LENGTH.fullmatch(one.value)),
        fonts=_fonts(seen),
        pictures=tuple(path for path in paths if PurePosixPath(path).suffix.lower() in PICTURES),
    )


def _words(page: Page, element: Element) -> tuple[str | None, str, int]:
    """An element's words, or why they cannot be changed here, where it shows any; and how many
    elements show them from where they are written."""
    try:
        shown = text_places(page, element)[0]
    except CommandRefused as refusal:
        why = refusal.detail if page.written is not None and own_text(element) else ""
        return None, why, 0
    words = " ".join(page.source.html[shown.start : shown.end].split())
    if page.written is None:
        return words, "", 1
    (bearer,) = bearers([element])
    return words, "", page.written.times_shown(bearer, own_text(bearer))


def _attribute(page: Page, element: Element, name: str) -> str:
    """What an attribute says, of a picture that is built in which file it was."""
    shown = element.attrs.get(name) or ""
    if page.written is None or name != "src":
        return shown
    try:
        found = page.written.attribute(element, name)
    except SourceRefused:
        return shown
    return found.text if found is not None else shown


def _names(page: Page, element: Element) -> list[str]:
    """The usual properties, each with those of its kind that a rule sets for the element."""
    written = {
        one.name
        for rule in page.rules
        if not rule.conditional and is_own(rule) and id(element) in page.matched_by(rule)
        for one in rule.declarations
    } | {one.name for one in page.inline(element)}
    names = list(PROPERTIES)
    ground = declared(page, element, "background", "background-color")
    if ground is not None:
        names[names.index("background-color")] = ground.declaration.name
    more = sorted(one for one in written - set(names) if MORE.fullmatch(one))
    for name in reversed(more):
        kind = next((one for one in SHORTHANDS if name.startswith(one)), "")
        at = names.index(kind) + 1 if kind in names else len(names)
        names.insert(at, name)
    return names


def _property(site: Site, page: Page, element: Element, name: str) -> InspectedProperty:
    found = declared(page, element, name)
    value = found.declaration.value if found else ""
    if found and found.rule and is_utility(found.rule):
        value = page.resolved(value)
    return InspectedProperty(
        name=name,
        value=value,
        computed=page.value(element, name) or "",
        rule=_where(site, page, element, found) if found else None,
    )


def _where(site: Site, page: Page, element: Element, style: Style) -> RulePlace:
    if style.rule is not None and is_utility(style.rule):
        path, line, _ = lines_of(page, element)
        count = sum(len(alike(one, element)) for one in site.pages.values())
        return RulePlace(path=path, line=line, selector=style.rule.selectors[0], elements=count)
    if style.rule is not None:
        return _place(site, style.rule)
    if page.written is not None:
        path, line, _ = lines_of(page, element)
        return RulePlace(path=path, line=line, selector="", elements=1)
    line = _line(site, page.path, style.declaration.start)
    return RulePlace(path=page.path, line=line, selector="", elements=1)


def _place(site: Site, rule: Rule) -> RulePlace:
    return RulePlace(
        path=rule.path,
        line=_line(site, rule.path, rule.start),
        selector=", ".join(map(without_scope, rule.selectors)),
        elements=holds_for(site, rule),
    )


def _line(site: Site, path: str, offset: int) -> int:
    return site.files[path].count("\n", 0, offset) + 1


def _fonts(page: Page) -> tuple[str, ...]:
    """The lists of families that the page names, in their order."""
    named = (page.value(one, "font-family") for one in page.source.query("body, body *"))
    return tuple(dict.fromkeys(one for one in named if one))
