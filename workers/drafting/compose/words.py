"""The words of a paragraph: plain text, with spans where a run differs from the rest."""

from itertools import groupby

from workers.drafting.compose.markup import Element
from workers.drafting.compose.merging import Declarations
from workers.drafting.compose.page_styles import PageStyles
from workers.drafting.compose.stylesheet import Stylesheet
from workers.drafting.page import Paragraph, StyledRun


def spans(text: Paragraph, styles: PageStyles, sheet: Stylesheet) -> tuple[Element | str, ...]:
    """Children of the paragraph's element. Lines are joined by a space, or by a line feed where
    the browser would not break them by itself."""
    joint = " " if text.wrap_width is not None else "\n"
    pieces: list[tuple[tuple[bool, Declarations], str]] = []
    is_link = styles.is_link(text)
    for index, line in enumerate(text.lines):
        for place, run in enumerate(line.as_read):
            before = "" if index == place == 0 else joint if place == 0 else " "
            whole = len(line.runs) == 1
            link = not is_link and _is_link(run, text, styles)
            look = _difference(run, text, styles, whole=whole)
            look = (*look, *styles.underline(text, run)) if link else look
            pieces.append(((link, look), before + run.run.text))
    children: list[Element | str] = []
    for (link, look), group in groupby(pieces, key=lambda piece: piece[0]):
        words = "".join(piece for _, piece in group)
        if not look and not link:
            children.append(words)
            continue
        lead = words[: len(words) - len(words.lstrip())]
        if lead:
            children.append(lead)
        if link:
            inline = (("display", "inline"), *look)
            name = sheet.name("inline-link", inline)
            children.append(Element("a", (name,), (("href", "#"),), (words.lstrip(),)))
        else:
            name = sheet.name(_name(look), look)
            children.append(Element("span", (name,), (), (words.lstrip(),)))
    return tuple(children)


def _is_link(run: StyledRun, text: Paragraph, styles: PageStyles) -> bool:
    """Whether a run is underlined, or in the colour of a link where the rest is not."""
    apart = styles.is_link_colour(run.run.colour) and not styles.is_in_link_colour(text)
    return apart or bool(styles.underline(text, run))


def _difference(
    run: StyledRun, text: Paragraph, styles: PageStyles, *, whole: bool
) -> Declarations:
    """What sets a run apart. A whole line of other weight or slope is a misreading."""
    found = []
    if styles.is_other(run.run.colour, text):
        found.append(("color", styles.colour(run.run.colour)))
    if whole:
        return tuple(found)
    if styles.is_bold(run.font.weight) != styles.is_bold(text.font.weight):
        found.append(("font-weight", str(run.font.weight)))
    if run.font.italic != text.font.italic:
        found.append(("font-style", "italic" if run.font.italic else "normal"))
    return tuple(found)


def _name(look: Declarations) -> str:
    return "highlight" if look[0][0] == "color" else "emphasis"
