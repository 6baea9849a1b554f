"""HTML as a tree, and the tree as indented text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from workers.drafting.language import language_of

VOID = frozenset({"img", "hr", "input", "meta", "link"})
INDENT = "  "


@dataclass(frozen=True)
class Element:
    """An element; text children are plain text in which a line feed is a forced break."""

    tag: str
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple["Element | str", ...] = ()


def texts_of(element: Element) -> Iterator[str]:
    """The texts of the element and of all that it holds, in their order."""
    for child in element.children:
        if isinstance(child, Element):
            yield from texts_of(child)
        else:
            yield child


def tags_of(element: Element) -> frozenset[str]:
    """The tags of the element and of all that it holds."""
    held = (tags_of(child) for child in element.children if isinstance(child, Element))
    return frozenset({element.tag}).union(*held)


def elements_of(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from elements_of(child)


def has_words(element: Element) -> bool:
    return any(isinstance(child, str) for one in elements_of(element) for child in one.children)


def with_attributes(element: Element, attributes: Sequence[tuple[str, str]]) -> Element:
    merged = dict(element.attributes) | dict(attributes)
    return Element(element.tag, element.classes, tuple(merged.items()), element.children)


def replaced(element: Element, old: Element, new: Element) -> Element:
    if element is old:
        return new
    children = tuple(
        replaced(one, old, new) if isinstance(one, Element) else one for one in element.children
    )
    return Element(element.tag, element.classes, element.attributes, children)


def to_html(element: Element, depth: int = 0) -> str:
    """The element on lines of its own; one that holds text stays on one line."""
    pad, opening = INDENT * depth, _opening(element)
    if element.tag in VOID:
        return f"{pad}{opening}\n"
    closing = f"</{element.tag}>"
    if not element.children:
        return f"{pad}{opening}{closing}\n"
    if any(isinstance(child, str) for child in element.children):
        return f"{pad}{opening}{_inline(element.children)}{closing}\n"
    inner = "".join(
        to_html(child, depth + 1) for child in element.children if isinstance(child, Element)
    )
    return f"{pad}{opening}\n{inner}{pad}{closing}\n"


def document(title: str, stylesheet: str, body: Element, script: str = "") -> str:
    """A whole page that links one stylesheet, and perhaps a script."""
    runs = f'  <script src="{escape(script)}" defer></script>\n' if script else ""
    return (
        "<!doctype html>\n"
        f'<html lang="{language_of(texts_of(body))}">\n'
        "<head>\n"
        '  <meta charset="utf-8">\n'
        '  <meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"  <title>{escape(title)}</title>\n"
        f'  <link rel="stylesheet" href="{escape(stylesheet)}">\n'
        f"{runs}"
        "</head>\n"
        f"{to_html(body)}"
        "</html>\n"
    )


def _opening(element: Element) -> str:
    attributes = list(element.attributes)
    if element.classes:
        attributes.insert(0, ("class", " ".join(element.classes)))
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes)
    return f"<{element.tag}{written}>"


def _inline(children: tuple[Element | str, ...]) -> str:
    return "".join(
        _text(child)
        if isinstance(child, str)
        else f"{_opening(child)}{_inline(child.children)}</{child.tag}>"
        for child in children
    )


def _text(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
