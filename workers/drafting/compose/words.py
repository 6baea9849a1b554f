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
    pieces: list[tuple[Declarations, str]] = []
    for index, line in enumerate(text.lines):
        for place, run in enumerate(line.runs):
            before = "" if index == place == 0 else joint if place == 0 else " "
            whole = len(line.runs) == 1
            pieces.append((_difference(run, text, styles, whole=whole), before + run.run.text))
    children: list[Element | str] = []
    for look, group in groupby(pieces, key=lambda piece: piece[0]):
        words = "".join(piece for _, piece in group)
        if not look:
            children.append(words)
            continue
        lead = words[: len(words) - len(words.lstrip())]
        if lead:
            children.append(lead)
        children.append(Element("span", (sheet.name(_name(look), look),), (), (words.lstrip(),)))
    return tuple(children)


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
