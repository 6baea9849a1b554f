"""Commands that change the elements themselves: what there is, where, and its words."""

import html
import re

from justhtml.dom import Element

from webapp.studio.commands.site import Page, Site, bearers, lineage, own_text
from webapp.studio.commands.work import Work, refused


def _place(page: Page, element: Element) -> tuple[int, int]:
    found = page.source.place(element)
    return found.start, found.end


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


def _line_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The place with its indentation and line break, where it has lines to itself."""
    begin = text.rfind("\n", 0, start) + 1
    after = re.compile(r"[ \t]*(\r?\n|\Z)").match(text, end)
    if after is not None and not text[begin:start].strip():
        return begin, after.end()
    return start, end


def remove(work: Work) -> None:
    text = work.page.source.html
    for element in work.elements:
        if element.name in ("html", "body", "head"):
            raise refused("Then nothing would be left.")
        work.site.edit(
            work.page.path, *_line_of(text, *_place(work.page, _whole_item(element))), ""
        )


def duplicate(work: Work) -> None:
    text = work.page.source.html
    for element in work.elements:
        if element.name in ("html", "body", "head", "main"):
            raise refused("A page has only one of it.")
        start, end = _place(work.page, _whole_item(element))
        begin, _ = _line_of(text, start, end)
        copy = _with_new_ids(text[start:end], text)
        indent = text[begin:start] if begin < start else ""
        work.site.edit(work.page.path, end, end, f"\n{indent}{copy}" if begin < start else copy)


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
    one, other = sorted((_place(work.page, first), _place(work.page, second)))
    if one[1] > other[0]:
        raise refused("One of them holds the other.")
    text = work.page.source.html
    work.site.edit(work.page.path, *one, text[slice(*other)])
    work.site.edit(work.page.path, *other, text[slice(*one)])


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


def write_text(site: Site, page: Page, element: Element, text: str) -> None:
    """Give an element other words, of a field or a picture those that stand for it. Raises
    CommandRefused where it has none, or they are in pieces."""
    name = {"input": "placeholder", "textarea": "placeholder", "img": "alt"}.get(element.name)
    if name is None:
        start, end = text_place(page, element)
        site.edit(page.path, start, end, html.escape(text, quote=False))
    elif name in element.attrs:
        site.set_attribute(page, element, name, text)
    else:
        raise refused("There are no words in it.")


def text_place(page: Page, element: Element) -> tuple[int, int]:
    """Where the file has an element's words, from the first letter to the last. Raises
    CommandRefused where it has none, or they are in pieces."""
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
    return start + len(now) - len(now.lstrip()), start + len(now.rstrip())
