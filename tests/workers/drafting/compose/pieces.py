"""Parts of layout trees made by hand."""

from tests.workers.drafting.perceive.kit import INK, styled
from workers.drafting.compose.page_styles import (
    COLOURS,
    TEXTS,
    ColourThresholds,
    PageStyles,
    TextThresholds,
)
from workers.drafting.page import Border, Container, Font, Line, Node, Panel, Paragraph, Text
from workers.drafting.perceive.fonts.installed import css_stack
from workers.imaging import Box, Colour, bounds

PALE = (240, 243, 250)
BODY = "Every berth is lit at night, and every boat is counted in the morning."


def text(
    words: str,
    x: int = 0,
    y: int = 0,
    size: float = 16,
    weight: int = 400,
    colour: Colour = INK,
    lines: int = 1,
) -> Text:
    """`words` with their left top at (x, y), in as many lines, each of them the same words."""
    step = round(1.5 * size)
    runs = [styled(words, x, y + step * (i + 1), size, colour, weight) for i in range(lines)]
    font = Font("Inter", weight, size)
    paragraph = Paragraph(tuple(Line((run,)) for run in runs), font, colour, step)
    return Text(Box(x, y, paragraph.ink.width, step * lines), paragraph)


def panel(
    box: Box, *children: Node, fill: Colour = PALE, border: int = 0, radius: int = 0
) -> Container:
    edge = Border(border, INK) if border else None
    return Container(box, "column", children, Panel(box, fill, edge, radius))


def column(*children: Node, box: Box | None = None) -> Container:
    return Container(box or bounds(child.box for child in children), "column", children)


def styles_of(
    *nodes: Node, thresholds: TextThresholds = TEXTS, tones: ColourThresholds = COLOURS
) -> PageStyles:
    """The styles of a page of these and enough body text to be the most of it."""
    return PageStyles([*nodes, text(BODY), text(BODY)], css_stack, thresholds, tones)
