"""Commands that change colours, with the contrast that words need."""

from collections.abc import Sequence

from justhtml.dom import Element

from webapp.studio.commands import colours
from webapp.studio.commands.colours import RGB
from webapp.studio.commands.grammar import FACTOR
from webapp.studio.commands.lengths import pixels
from webapp.studio.commands.site import Page, bearers, is_written, lineage
from webapp.studio.commands.targets import BUTTON, distinct, without
from webapp.studio.commands.work import (
    Work,
    carriers,
    first_colour,
    ground_of,
    has_own,
    ink_of,
    is_filled,
    refused,
)
from webapp.studio.commands.writing import Writer

SAME_HUE = 12.0  # degrees within which a variable of the page is the colour that was named
STEP = 0.1  # of Oklab's lightness, by which a colour becomes darker or lighter
GROUND = ("background", "background-color")
BORDER = ("border", "border-color")
FILLED = {"body", "header", "footer", "section", "aside", "main", "nav", "table", "hr"}


def set_colour(work: Work) -> None:
    wanted = work.command.colour
    assert wanted is not None
    part = work.command.part
    for element in work.elements:
        if not part and element.name in ("img", "video", "picture"):
            raise refused("A picture has no colour that could be set.")
    grounds = [
        one
        for one in work.elements
        if part == "background" or (not part and _takes_ground(work.page, one))
    ]
    if part == "border":
        _set_border(work, wanted)
        return
    texts = without(work.elements, grounds)
    if grounds:
        _fill(work, grounds)
    if texts:
        css = _chosen(work, [ground_of(work.page, texts[0])])
        new = colours.read(work.page.resolved(css))
        meant = carriers(work.page, texts, "color")
        work.set([one for one in meant if ink_of(work.page, one) != new], "color", css)


def _takes_ground(page: Page, element: Element) -> bool:
    """Whether an element is of a colour by its ground, not by its words."""
    boxed = element.name in FILLED or id(element) in page.matches(BUTTON)
    return boxed or is_filled(page, element)


def _chosen(work: Work, beside: Sequence[RGB]) -> str:
    """The colour of the command that is best read beside all of these, as CSS."""
    wanted = work.command.colour
    assert wanted is not None
    options = [
        (f"var({name})", rgb)
        for name, value in work.page.variables.items()
        if (rgb := colours.read(value)) and not wanted.shade
        and colours.has_hue(rgb, wanted, SAME_HUE)
    ]  # fmt: skip
    options += [(css, rgb) for css in colours.candidates(wanted) if (rgb := colours.read(css))]
    readable = (
        css
        for css, rgb in options
        if all(colours.contrast(rgb, one) >= colours.READABLE for one in beside)
    )
    return next(readable, options[-1][0] if wanted.exact else options[0][0])


def _fill(work: Work, elements: Sequence[Element]) -> None:
    """A new ground, and other words on it where they could not be read any longer."""
    page = work.page
    words = distinct(one for one in bearers(elements) if _stands_on(page, one, elements))
    inks = [rgb for one in words if (rgb := ink_of(page, one)) is not None]
    css = _chosen(work, inks)
    work.set(elements, "background", css, *GROUND)
    ground = colours.read(page.resolved(css))
    if ground is None:
        return
    faint = [one for one in words if _contrast_of(page, one, ground) < colours.READABLE]
    if faint:
        _set_words_on(work, elements, _whole(page, faint, elements), colours.readable_on(ground))


def _set_words_on(
    work: Work, grounds: Sequence[Element], words: Sequence[Element], css: str
) -> None:
    """The colour of words on a new ground: in the class that has it, else in one beside it."""
    others = without(words, grounds)
    work.set(without(words, others), "color", css)
    writer = Writer(work.site, work.page, f"on-{work.writer.modifier}", is_whole_name=True)
    writer.set(others, "color", css)
    writer.finish()


def _stands_on(page: Page, element: Element, elements: Sequence[Element]) -> bool:
    """Whether nothing lies between words and one of these elements."""
    for one in lineage(element):
        if any(one is other for other in elements):
            return True
        if is_filled(page, one):
            return False
    return False


def _contrast_of(page: Page, element: Element, ground: RGB) -> float:
    return colours.contrast(ink_of(page, element) or (0.0, 0.0, 0.0), ground)


def _whole(page: Page, words: Sequence[Element], within: Sequence[Element]) -> list[Element]:
    """The outermost elements within others from which these words alone get their colour."""
    meant = {id(one) for one in words}
    found: dict[int, Element] = {}
    for word in words:
        chosen = word
        for around in lineage(word):
            held = bearers([around])
            heirs = {id(one) for one in held if not has_own(page, one, around, "color")}
            if around.name == "body" or not is_written(around) or not heirs <= meant:
                break
            chosen = around
            if page.styles(around, "color") or any(around is one for one in within):
                break
        found[id(chosen)] = chosen
    return list(found.values())


def set_border(work: Work) -> None:
    if work.command.action == "no border":
        work.set(work.elements, "border", "0", *BORDER)
    elif work.command.colour is not None:
        _set_border(work, work.command.colour)
    else:
        line = next(
            (f"var({name})" for name in work.page.variables if "line" in name or "border" in name),
            "#d4d4d8",
        )
        work.set(work.elements, "border", f"1px solid {line}", *BORDER)


def _set_border(work: Work, wanted: colours.Colour) -> None:
    css = _chosen(work, [])
    work.set_each(work.elements, "border", lambda one: _bordered(work.page, one, css), *BORDER)


def _bordered(page: Page, element: Element, css: str) -> str:
    """The border of an element in another colour, or one where it has none."""
    value = page.value(element, "border")
    width = value.split()[0] if value and (pixels(value) or 0) > 0 else "1px"
    return f"{width} solid {css}"


def shift_lightness(work: Work) -> None:
    page, part = work.page, work.command.part

    def border(one: Element) -> str:
        return _bordered(page, one, _shifted(work, first_colour(page.value(one, "border") or "")))

    if part == "border":
        work.set_each(work.elements, "border", border, *BORDER)
        return
    filled = [one for one in work.elements if one.name in FILLED or is_filled(page, one)]
    grounds = work.elements if part == "background" else [] if part == "text" else filled
    work.set_each(grounds, "background", lambda one: _shifted(work, ground_of(page, one)), *GROUND)
    words = carriers(page, without(work.elements, grounds), "color")
    work.set_each(words, "color", lambda one: _shifted(work, ink_of(page, one)))


def _shifted(work: Work, now: RGB | None) -> str:
    if now is None:
        raise refused("It has no colour of its own.")
    step = STEP * (work.command.factor - 1) / (FACTOR - 1)
    lightness = colours.lightness(now) + (-step if work.command.action == "darker" else step)
    new = colours.to_css(colours.with_lightness(now, lightness))
    if new == colours.to_css(now):
        raise refused(f"It cannot be any {work.command.action}.")
    return new
