"""Commands that change type, sizes and boxes."""

from collections.abc import Callable, Sequence
from functools import partial

from justhtml.dom import Element

from webapp.studio.commands.lengths import pixels, scaled
from webapp.studio.commands.site import Page, bearers
from webapp.studio.commands.targets import BUTTON
from webapp.studio.commands.work import Work, carriers, is_filled, refused

RADIUS = 8.0  # CSS pixels, of corners that were square
PADDING = 16.0  # CSS pixels, of what had none
SHADOW = "0 4px 12px rgb(0 0 0 / 15%)"
USUAL = {"700": "bold", "400": "normal"}  # other words for the same
SIDES = {  # text-align, align-self, and the margins beside
    "centre": ("center", "center", ("auto", "auto")),
    "left": ("left", "flex-start", ("0", "auto")),
    "right": ("right", "flex-end", ("auto", "0")),
}


def inherited(name: str, value: str) -> Callable[[Work], None]:
    def act(work: Work) -> None:
        if not bearers(work.elements) and not any(
            one.name in ("input", "textarea", "select") for one in work.elements
        ):
            raise refused("There are no words in it.")
        same = (value, USUAL.get(value, value))
        meant = carriers(work.page, work.elements, name)
        others = [one for one in meant if work.page.value(one, name) not in same]
        work.set(others, name, value)

    return act


def decorated(value: str) -> Callable[[Work], None]:
    def act(work: Work) -> None:
        work.set(work.elements, "text-decoration", value, "text-decoration-line")

    return act


def resize(work: Work) -> None:
    page = work.page
    factor = work.command.factor if work.command.action == "bigger" else 1 / work.command.factor
    done = _scale_type(work, factor)
    for name in ("width", "height", "min-height", "padding"):
        larger = partial(_larger, page, name, factor)
        done |= work.set_each(work.elements, name, larger)
    if not done:
        raise refused("Its size follows from what is in it.")


def _larger(page: Page, name: str, factor: float, element: Element) -> str | None:
    """A length of an element times a factor; None where it has none of its own."""
    styles = page.styles(element, name)
    now = page.resolved(styles[-1].declaration.value) if styles else ""
    return scaled(now, factor) if "%" not in now and scaled(now, 2) != scaled(now, 1) else None


def _scale_type(work: Work, factor: float) -> bool:
    """The words of texts and controls; those in a card or a header keep their size."""
    page = work.page
    held = {id(one) for one in bearers(work.elements)}
    meant = [
        one
        for one in work.elements
        if id(one) in held or id(one) in page.matches(BUTTON) or not is_filled(page, one)
    ]
    words = carriers(page, meant, "font-size") if bearers(meant) else []
    work.set_each(words, "line-height", lambda one: _line_height(page, one, factor))
    return work.set_each(
        words, "font-size", lambda one: scaled(page.value(one, "font-size") or "16px", factor)
    )


def _line_height(page: Page, element: Element, factor: float) -> str | None:
    now = page.value(element, "line-height")
    return scaled(now, factor) if now is not None and now.endswith(("px", "rem")) else None


def widen(work: Work) -> None:
    factor = work.command.factor if work.command.action == "wider" else 1 / work.command.factor
    if not work.set_each(work.elements, "width", lambda one: _wider(work.page, one, factor)):
        raise refused("Its width follows from what is in it.")


def _wider(page: Page, element: Element, factor: float) -> str | None:
    now = page.value(element, "width")
    return scaled(now, factor) if now is not None and scaled(now, 2) != scaled(now, 1) else None


def set_size(work: Work) -> None:
    page, size = work.page, work.command.length or 0.0

    def height(one: Element) -> str | None:
        return _line_height(page, one, size / (pixels(page.value(one, "font-size") or "") or 16.0))

    words = carriers(page, work.elements, "font-size")
    work.set_each(words, "line-height", height)
    work.set(words, "font-size", f"{size:g}px")


def set_length(name: str) -> Callable[[Work], None]:
    def act(work: Work) -> None:
        work.set(work.elements, name, f"{work.command.length:g}px")

    return act


def set_space(work: Work) -> None:
    factor = work.command.factor**2 if work.command.action == "airier" else work.command.factor**-2

    def padding(one: Element) -> str | None:
        now = work.page.value(one, "padding") or ""
        if scaled(now, 2) != scaled(now, 1):
            return scaled(now, factor)
        return f"{PADDING:g}px" if factor > 1 else None

    if not work.set_each(work.elements, "padding", padding):
        raise refused("There is no space in it that could become less.")


def _is_box(page: Page, element: Element) -> bool:
    border = page.value(element, "border-width")
    has_border = border is not None and (pixels(border) or 0) > 0
    controls = {"img", "video", "button", "input", "textarea", "select"}
    return element.name in controls or has_border or is_filled(page, element)


def set_corners(work: Work) -> None:
    def radius(one: Element) -> str | None:
        if not _is_box(work.page, one):
            return None
        now = pixels(work.page.value(one, "border-radius") or "0") or 0.0
        fixed = {"square": "0", "pill": "999px"}.get(work.command.action)
        return fixed or f"{now * 2 if now else RADIUS:g}px"

    if not work.set_each(work.elements, "border-radius", radius):
        raise refused("It has no corners that are seen.")


def set_shadow(work: Work) -> None:
    work.set(work.elements, "box-shadow", SHADOW if work.command.action == "shadow" else "none")


def align(work: Work) -> None:
    page = work.page
    text, own, margins = SIDES[work.command.action]
    for direction in ("column", "row", ""):
        members = [one for one in work.elements if _flow(page, one) == direction]
        if direction == "column":
            work.set(members, "align-self", own)
        else:
            boxes = [one for one in members if direction == "row" or _is_box(page, one)]
            work.set(boxes, "margin-left", margins[0])
            work.set(boxes, "margin-right", margins[1])
    work.set(_worded(work.elements), "text-align", text)


def _flow(page: Page, element: Element) -> str:
    """How its parent lays an element out: in a flex row or column, or as a block."""
    parent = element.parent
    if not isinstance(parent, Element) or "flex" not in (page.value(parent, "display") or ""):
        return ""
    return "column" if "column" in (page.value(parent, "flex-direction") or "row") else "row"


def _worded(elements: Sequence[Element]) -> list[Element]:
    return [one for one in elements if bearers([one])]
