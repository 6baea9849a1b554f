"""Commands that change the elements themselves: what there is, where, and its words."""

import html
import re
from dataclasses import replace
from functools import partial

from justhtml.dom import Element

from webapp.studio.commands.refusal import CommandRefused
from webapp.studio.commands.site import Page, Site, bearers, lineage, own_text, refusing
from webapp.studio.commands.work import Work, refused
from webapp.studio.sources import Place


def _places(page: Page, element: Element) -> list[Place]:
    """Where an element stands, and what stands for it in the sources that it is built of. Raises
    CommandRefused."""
    found = page.source.place(element)
    places = [Place(page.file, found.start, found.end)]
    if page.written is not None:
        with refusing():
            places.append(page.written.unit(element))
    return places


def _whole_item(element: Element) -> Element:
    """The list entry that holds nothing but this element, else the element."""
    for one in lineage(element):
        parent = one.parent
        if not isinstance(parent, Element) or parent.name not in ("li", "span"):
            return one
        if len([each for each in parent.children if isinstance(each, Element)]) > 1 or own_text(
            parent
        ):
            return one
    return element


def _line_of(text: str, place: Place) -> Place:
    """The place with its indentation and line break, where it has lines to itself; with what
    separates it from the next, or from the one before, in a list."""
    start, end = place.start, place.end
    if place.separator:
        behind = re.compile(rf"\s*{place.separator}").match(text, end)
        before = re.compile(rf"{place.separator}\s*\Z").search(text[:start])
        if behind is not None:
            end = behind.end()
        elif before is not None:
            return replace(place, start=before.start())
    begin = text.rfind("\n", 0, start) + 1
    after = re.compile(r"[ \t]*(\r?\n|\Z)").match(text, end)
    if after is not None and not text[begin:start].strip():
        return replace(place, start=begin, end=after.end())
    if place.separator:
        end += len(text[end:]) - len(text[end:].lstrip(" \t"))
    return replace(place, start=start, end=end)


def remove(work: Work) -> None:
    for element in work.elements:
        if element.name in ("html", "body", "head"):
            raise refused("Then nothing would be left.")
        for place in _places(work.page, _whole_item(element)):
            work.site.put(_line_of(work.site.files[place.path], place), "")


def duplicate(work: Work) -> None:
    for element in work.elements:
        if element.name in ("html", "body", "head", "main"):
            raise refused("A page has only one of it.")
        for place in _places(work.page, _whole_item(element)):
            text = work.site.files[place.path]
            begin = text.rfind("\n", 0, place.start) + 1
            indent = text[begin : place.start]
            lead = f"\n{indent}" if not indent.strip() else " " if place.separator else ""
            copy = text[place.start : place.end]
            copy = copy if place.separator else _with_new_ids(copy, text)
            behind = replace(place, start=place.end)
            work.site.put(behind, f"{place.separator}{lead}{copy}")


def _with_new_ids(copy: str, page: str) -> str:
    """An id names one element of a page, so what is copied has others."""
    for one in re.findall(r"""\sid=["']?([\w-]+)""", copy):
        number = 2
        while re.search(rf"""\bid=["']?{re.escape(one)}-{number}\b""", page):
            number += 1
        names = "id|for|aria-labelledby|aria-describedby|aria-controls"
        named = rf"""(\s(?:{names})=["']?){re.escape(one)}\b(?![\w-])"""
        copy = re.sub(named, rf"\g<1>{one}-{number}", copy)
    return copy


def _siblings(element: Element) -> list[Element]:
    parent = element.parent
    children = parent.children if isinstance(parent, Element) else []
    return [one for one in children if isinstance(one, Element)]


def _neighbour(element: Element, step: int) -> Element:
    around = _siblings(element)
    at = next(number for number, one in enumerate(around) if one is element) + step
    if not 0 <= at < len(around):
        raise refused(f"There is nothing {'after' if step > 0 else 'before'} it.")
    return around[at]


def _exchange(work: Work, first: Element, second: Element) -> None:
    try:
        pairs = zip(_places(work.page, first), _places(work.page, second), strict=True)
    except CommandRefused:  # one source writes both: then what is said in them changes places
        pairs = zip(text_places(work.page, first), text_places(work.page, second), strict=True)
    for pair in pairs:
        one, other = sorted(pair, key=lambda place: place.start)
        if one.path != other.path or one.separator != other.separator:
            raise refused("They are written in different places.")
        if one.end > other.start:
            raise refused("One of them holds the other.")
        text = work.site.files[one.path]
        work.site.put(one, text[other.start : other.end])
        work.site.put(other, text[one.start : one.end])


def move(work: Work) -> None:
    if len(work.elements) > 1:
        raise refused("One element can be moved at a time.")
    element = _whole_item(work.elements[0])
    _exchange(work, element, _neighbour(element, 1 if work.command.action == "later" else -1))


def swap(work: Work) -> None:
    if len(work.elements) > 1 or len(work.others) > 1:
        raise refused("It is not clear which two.")
    first = _whole_item(work.elements[0])
    if work.others:
        second = _whole_item(work.others[0])
    else:  # "swap these two": what is selected, with what is after it
        around = _siblings(first)
        second = _neighbour(first, -1 if around[-1] is first else 1)
    if first is second:
        raise refused("Both are the same element.")
    _exchange(work, first, second)


def set_text(work: Work) -> None:
    for element in work.elements:
        write_text(work.site, work.page, element, work.command.text)


def write_text(
    site: Site, page: Page, element: Element, text: str, *, is_for_all: bool = False
) -> None:
    """Give an element other words, of a field or a picture those that stand for it. Raises
    CommandRefused where it has none, or they are in pieces; and where a source says them for
    others too, unless it `is_for_all` of these."""
    name = {"input": "placeholder", "textarea": "placeholder", "img": "alt"}.get(element.name)
    if name is None:
        places = text_places(page, element)
        if page.written is not None and not is_for_all:
            with refusing():
                page.written.only_here(bearers([element])[0], places[-1])
        for place in places:
            site.put(place, place.write(text))
    elif name in element.attrs:
        site.set_attribute(page, element, name, text)
    else:
        raise refused("There are no words in it.")


def text_places(page: Page, element: Element) -> list[Place]:
    """Where an element's words stand, from the first letter to the last, and where the sources say
    them that it is built of. Raises CommandRefused where it has none, or they are in pieces."""
    held = bearers([element])
    if len(held) != 1:
        what = f"{len(held)} pieces of text" if held else "no words"
        raise refused(f"There are {what} in it.")
    nodes = [one for one in held[0].children if one.name == "#text" and str(one.data).strip()]
    if len(nodes) != 1 or nodes[0].origin_offset is None:
        raise refused("Its words are in several pieces.")
    source, start = page.source.html, nodes[0].origin_offset
    end = source.find("<", start)
    now = source[start : end if end >= 0 else len(source)]
    begin, end = start + len(now) - len(now.lstrip()), start + len(now.rstrip())
    places = [Place(page.file, begin, end, partial(html.escape, quote=False))]
    if page.written is not None:
        with refusing():
            places.append(page.written.words(held[0], own_text(held[0])))
    return places
