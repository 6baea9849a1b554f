"""Which elements of a page a command means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from justhtml.dom import Element

from webapp.studio.commands.grammar import WORDS, Target
from webapp.studio.commands.refusal import CommandRefused
from webapp.studio.commands.site import Page, bearers, inner, lineage, own_text, whole_text

BUTTON = (
    "button, input[type=submit], input[type=button], [role=button], a[class*=button], a[class*=btn]"
)
HEADING = "h1, h2, h3, h4, h5, h6"
KINDS = {
    "button": BUTTON,
    "link": "a",
    "title": HEADING,
    "heading": HEADING,
    "subheading": "h2, h3, [class*=subtitle], [class*=subheading]",
    "paragraph": "p",
    "card": "[class*=card], [class*=tile], article",
    "picture": "img, picture, video",
    "logo": "[class*=logo], [class*=brand]",
    "icon": "svg, [class*=icon]",
    "field": "input, textarea, select",
    "label": "label",
    "table": "table",
    "list": "ul, ol",
    "item": "li",
    "form": "form",
    "nav": "nav",
    "header": "body > header, header",
    "footer": "body > footer, footer",
    "sidebar": "aside, [class*=sidebar]",
    "section": "section, [class*=section]",
    "divider": "hr",
    "badge": "[class*=badge], [class*=chip], [class*=pill], [class*=tag]",
}
NOT_FIELDS = {"submit", "button", "hidden", "reset", "image"}  # types of an input
WRAPPERS = {"span", "b", "strong", "em", "i", "small"}  # stand in for what holds nothing else
PLURALS = {"button": "buttons", "link": "links", "picture": "pictures", "nav": "navigations"}
PAGE = ("body",)


@dataclass(frozen=True)
class Selected:
    """The page that a person looks at and, if they chose one, an element of it."""

    page: Page
    element: Element | None


def find(target: Target, selected: Selected) -> list[Element]:
    """The elements that are meant, in order. Raises CommandRefused where it is not clear."""
    chosen = selected.element
    if target.page:
        return selected.page.source.query("body")
    if not target.is_named or (target == WORDS and chosen is not None):
        if chosen is None:
            raise CommandRefused("command_target", "It does not say which element is meant.")
        return [control(chosen)]
    if target.kind:
        found, name = _of_kind(target, selected), _name(target)
    else:
        found, name = _with_words(target.words, selected.page, chosen), f"“{target.words}”"
    return _counted(found, target, name, chosen)


def _counted(
    found: list[Element], target: Target, name: str, chosen: Element | None
) -> list[Element]:
    if not found:
        raise CommandRefused("command_target", f"There is no {name} on this page.")
    if target.place is not None:
        try:
            return [found[target.place]]
        except IndexError:
            raise CommandRefused(
                "command_target", f"There are only {len(found)} of {name} on this page."
            ) from None
    if target.every or len(found) == 1:
        return found
    if target.kind == "title":
        return found[:1]
    raise CommandRefused("command_target", f"{name} stands for {len(found)} elements.")


def _of_kind(target: Target, selected: Selected) -> list[Element]:
    page, chosen = selected.page, selected.element
    found = [one for one in page.source.query(KINDS[target.kind]) if _is(target.kind, one, page)]
    if target.kind == "title":
        found.sort(key=lambda one: one.name)  # h1 before h2; sorting keeps the order of equals
    if target.kind == "card":
        found = outermost(found)
    if chosen is not None:
        around = [one for one in lineage(chosen) if any(one is other for other in found)]
        within = [one for one in inner(chosen) if any(one is other for other in found)]
        if any(one is chosen for one in found):
            found = found if target.every else [chosen]
        else:
            found = within or around[:1] or found
    if target.words:
        wanted = _plain(target.words)
        found = [one for one in found if wanted in _plain(_said(one))]
    return found


def _is(kind: str, element: Element, page: Page) -> bool:
    kind_of_field = (element.attrs.get("type") or "").lower()
    if kind == "field":
        return element.name != "input" or kind_of_field not in NOT_FIELDS
    if kind == "link":
        return id(element) not in page.matches(BUTTON)
    return True


def _with_words(words: str, page: Page, chosen: Element | None) -> list[Element]:
    """The innermost elements with these words: exactly, or else among others."""
    wanted = _plain(words)
    within = [chosen] if chosen is not None else page.source.query("body")
    holding = [one for one in bearers(within) if wanted in _plain(_said(one))]
    fields = [one for one in page.source.query("input, textarea") if wanted in _plain(_said(one))]
    exact = [one for one in (*holding, *fields) if wanted == _plain(_said(one))]
    found = [control(one) for one in exact or (*holding, *fields)]
    if not found and chosen is not None:
        return _with_words(words, page, None)
    return list({id(one): one for one in found}.values())


def control(element: Element) -> Element:
    """The button or link whose whole words these are, else the element."""
    for one in lineage(element):
        if one.name in ("a", "button") and whole_text(one) == whole_text(element):
            return one
    return element


def outermost(elements: Sequence[Element]) -> list[Element]:
    """Those that stand in none of the others."""
    known = {id(one) for one in elements}
    return [
        one
        for one in elements
        if not any(id(around) in known for around in lineage(one) if around is not one)
    ]


def _said(element: Element) -> str:
    """The words that an element shows."""
    if element.name in ("input", "textarea"):
        return element.attrs.get("value") or element.attrs.get("placeholder") or ""
    return whole_text(element) or own_text(element)


def _name(target: Target) -> str:
    kind = PLURALS.get(target.kind, f"{target.kind}s") if target.every else target.kind
    return f"{kind} “{target.words}”" if target.words else f"“{kind}”"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def without(elements: Iterable[Element], others: Sequence[Element]) -> list[Element]:
    """The elements that are none of the others."""
    known = {id(one) for one in others}
    return [one for one in elements if id(one) not in known]


def distinct(elements: Iterable[Element]) -> list[Element]:
    return list({id(one): one for one in elements}.values())
