"""Writes what a person set in the inspector as a person would write it: into the rule that owns
the property, or for one element alone into a rule of its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import tinycss2
from tinycss2.ast import Node

from webapp.studio.commands.markup import write_text
from webapp.studio.commands.site import Style
from webapp.studio.commands.utility import alike, is_utility
from webapp.studio.commands.work import refused
from webapp.studio.commands.writing import Writer, replace_declaration
from webapp.studio.inspector.declared import (
    Target,
    declared,
    holds_for,
    home,
    target,
    with_shorthand,
)
from webapp.studio.inspector.inspection import ATTRIBUTES

Scope = Literal["rule", "element"]
NAME = re.compile(r"-{0,2}[a-z][a-z-]*")
MODIFIER = "variant"  # what a class ends in that one of several alike gets
PLACE = re.compile(r":nth-of-type\(\d+\)")
BAD = {"error", "{} block"}


@dataclass(frozen=True)
class ElementChange:
    """What an element of a page is to be. `text` None and what is not named stay; an empty value
    takes a property out. `scope`: in the rule that sets it for all that are alike, or for this
    element alone."""

    page: str
    selector: str
    scope: Scope = "rule"
    text: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


def change_element(files: Mapping[str, str], asked: ElementChange) -> dict[str, str]:
    """The files that change, by their paths.

    Raises ElementUnknown, and CommandRefused where any of it cannot be: then nothing is.
    """
    for name, value in asked.properties.items():
        check_declaration(name, value)
    meant = target(files, asked.page, asked.selector)
    known = ATTRIBUTES.get(meant.element.name, ())
    for name, value in asked.attributes.items():
        if name not in known:
            raise refused(f"A {meant.element.name} has no {name} that could be set here.")
        if value != meant.element.attrs.get(name):
            meant.site.set_attribute(meant.page, meant.element, name, value)
    if asked.text is not None:
        if not asked.text.strip():
            raise refused("An element without words is removed: “remove”.")
        text, is_for_all = " ".join(asked.text.split()), asked.scope == "rule"
        write_text(meant.site, meant.page, meant.element, text, is_for_all=is_for_all)
    writer = Writer(meant.site, meant.page, MODIFIER)
    for name, value in asked.properties.items():
        _set(meant, writer, asked.scope, name, value.strip())
    writer.finish()
    changed = meant.site.changed()
    if not changed:
        raise refused("That is so already.")
    return changed


def describe(asked: ElementChange) -> str:
    """A change in a few words, for the list of what was done."""
    said = [f"“{' '.join(asked.text.split())}”"] if asked.text is not None else []
    said += [f"{name} {value}" for name, value in asked.attributes.items()]
    said += [f"{name} {value or 'unset'}" for name, value in asked.properties.items()]
    element = PLACE.sub("", asked.selector.split(" > ")[-1])
    return f"{element}: {', '.join(said)}"


def check_declaration(name: str, value: str) -> None:
    """Raises CommandRefused where this is not one value of one property, in full."""
    parts = tinycss2.parse_component_value_list(value)
    if not NAME.fullmatch(name) or "\n" in value or any(map(_is_bad, parts)):
        raise refused(f"“{value}” is not a value of {name}.")


def _is_bad(part: Node) -> bool:
    """Whether it ends a value, or what is around it."""
    held = getattr(part, "content", None) or getattr(part, "arguments", None) or ()
    ends = part.type == "literal" and part.value in (";", "!", "}")
    return ends or part.type in BAD or part.type == "comment" or any(map(_is_bad, held))


def _set(meant: Target, writer: Writer, scope: Scope, name: str, value: str) -> None:
    now = declared(meant.page, meant.element, name)
    if now is not None and now.declaration.value == value:
        return
    if _is_of_classes(meant, now):
        _set_utilities(meant, writer, scope, name, value)
        return
    if not value:
        if now is not None:
            _remove(meant, scope, now)
        return
    if scope == "element":
        writer.set([meant.element], name, value)
        return
    if now is not None:
        replace_declaration(meant.site, meant.page, meant.element, now, value)
        return
    around = declared(meant.page, meant.element, *with_shorthand(name))
    rule = (around.rule if around else None) or home(meant.page, meant.element)
    if rule is not None:
        writer.add(rule, name, value)
    else:
        written = meant.page.written
        members = [meant.element] if written is None else written.of_source(meant.element)
        writer.set(members, name, value)


def _is_of_classes(meant: Target, style: Style | None) -> bool:
    """Whether a property is for the classes of an element to say."""
    if style is None:
        return meant.page.has_utilities
    return style.rule is not None and is_utility(style.rule)


def _set_utilities(meant: Target, writer: Writer, scope: Scope, name: str, value: str) -> None:
    if scope == "element":
        writer.set_utility([meant.element], name, value)
        return
    for page in meant.site.pages.values():
        members = alike(page, meant.element)
        if page is meant.page:
            writer.set_utility(members, name, value)
        elif members:
            other = Writer(meant.site, page, MODIFIER)
            other.set_utility(members, name, value)
            other.finish()


def _remove(meant: Target, scope: Scope, style: Style) -> None:
    """Take a declaration out, with its line where it has one to itself."""
    if scope == "element" and style.rule is not None:
        count = holds_for(meant.site, style.rule)
        if count > 1:
            raise refused(f"{style.declaration.name} is set for {count} elements at once.")
    if style.rule is None and meant.page.written is not None:
        replace_declaration(meant.site, meant.page, meant.element, style, "")
        return
    text = meant.site.files[style.path]
    start, end = style.declaration.start, style.declaration.end
    after = re.compile(r"\s*;[ \t]*").match(text, end)
    end = after.end() if after else end
    begin = text.rfind("\n", 0, start) + 1
    line_end = re.compile(r"\r?\n").match(text, end)
    if not text[begin:start].strip() and line_end is not None:
        start, end = begin, line_end.end()
    meant.site.edit(style.path, start, end, "")
