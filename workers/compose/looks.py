"""How text looks: tokens for families and colours, and one class for each look."""

from collections import Counter
from collections.abc import Iterable
from colorsys import rgb_to_hls
from statistics import median

from workers.compose.draft import FontStack
from workers.compose.placement import Unit
from workers.compose.stylesheet import Declarations
from workers.elements import Colour, Gradient, Panel
from workers.nodes import Divider, Frame, Node, Paragraph, Text, walk

LARGER = 1.2  # times the body size from which text is a heading
SMALLER = 0.88
BOLD = 600
VIVID = 0.35  # saturation
MOST_TOKENS = 12


class Looks:
    """What the pages of one draft share: the body text, colour and family tokens, heading ranks."""

    def __init__(self, roots: Iterable[Node], unit: Unit, font_stack: FontStack) -> None:
        self.unit = unit
        self.font_stack = font_stack
        nodes = [node for root in roots for node in walk(root)]
        texts = [node.paragraph for node in nodes if isinstance(node, Text)]
        letters = _letters(texts)
        self.body_size = median([text.font.size for text in texts for _ in text.text] or [16.0])
        self.body_colour = max(letters, key=lambda c: letters[c], default=(0, 0, 0))
        self.families = _families(texts)
        self.colours = _colour_names(letters, nodes)
        sizes = {round(t.font.size) for t in texts if self.is_large(t)}
        self.ranks = {size: rank for rank, size in enumerate(sorted(sizes, reverse=True), 1)}

    def tokens(self) -> list[tuple[str, str]]:
        families = [(f"--{n}", self.font_stack(f)) for f, n in self.families.items()]
        return families + [(f"--{name}", hex_colour(c)) for c, name in self.colours.items()]

    def colour(self, colour: Colour) -> str:
        """A token where there is one, or else the colour itself."""
        name = self.colours.get(colour)
        return f"var(--{name})" if name else hex_colour(colour)

    def fill(self, fill: Colour | Gradient) -> str:
        if not isinstance(fill, Gradient):
            return self.colour(fill)
        ends = f"{hex_colour(fill.start)}, {hex_colour(fill.end)}"
        return f"linear-gradient({fill.angle:g}deg, {ends})"

    def is_large(self, text: Paragraph) -> bool:
        return text.font.size >= LARGER * self.body_size

    def heading_level(self, text: Paragraph) -> int | None:
        """1 to 3 for a heading, by rank of its size; None for other text."""
        if not self.is_large(text) or len(text.text) < 2 or len(text.lines) > 4:
            return None
        return min(3, self.ranks.get(round(text.font.size), 3))

    def is_link(self, text: Paragraph) -> bool:
        """Whether the colour sets a short text apart as something to click."""
        hue, light, saturation = rgb_to_hls(*(c / 255 for c in text.colour))
        blue = 0.5 <= hue <= 0.72 and 0.15 < light < 0.75 and saturation > VIVID
        return len(text.lines) == 1 and blue and text.colour != self.body_colour

    def declarations(self, text: Paragraph) -> Declarations:
        """The look of a text: all but its place."""
        font, unit = text.font, self.unit
        found = [
            ("font-family", f"var(--{self.families[font.family]})"),
            ("font-size", unit.px(font.size)),
            ("line-height", unit.px(text.line_height)),
            ("color", self.colour(text.colour)),
        ]
        found.insert(2, ("font-weight", str(font.weight)))
        if font.italic:
            found.append(("font-style", "italic"))
        if text.alignment != "left":
            found.append(("text-align", text.alignment))
        return tuple(found)

    def name(self, text: Paragraph) -> str:
        """A name for the look, by rank, size, weight and colour."""
        level = self.heading_level(text)
        if level:
            return f"heading-{level}"
        base = "text-small" if text.font.size <= SMALLER * self.body_size else "text"
        if self.is_link(text):
            return "link"
        if text.font.weight >= BOLD:
            return f"{base}-strong"
        return base if text.colour == self.body_colour else f"{base}-alt"


def hex_colour(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _letters(texts: Iterable[Paragraph]) -> Counter[Colour]:
    letters: Counter[Colour] = Counter()
    for text in texts:
        letters[text.colour] += len(text.text)
    return letters


def _families(texts: Iterable[Paragraph]) -> dict[str, str]:
    """Token names by family, the most used one first."""
    letters: Counter[str] = Counter()
    for text in texts:
        letters[text.font.family] += len(text.text)
        for line in text.lines:
            for run in line.runs:
                letters[run.font.family] += 0
    order = [family for family, _ in letters.most_common()]
    return {f: "font" if i == 0 else f"font-{i + 1}" for i, f in enumerate(order)}


def _colour_names(letters: Counter[Colour], nodes: Iterable[Node]) -> dict[Colour, str]:
    """Names for the colours that matter: text by use, then surfaces and lines."""
    names: dict[Colour, str] = {}
    used: Counter[str] = Counter()

    def give(colour: Colour, base: str) -> None:
        if colour not in names and len(names) < MOST_TOKENS:
            used[base] += 1
            names[colour] = base if used[base] == 1 else f"{base}-{used[base]}"

    panels: Counter[Colour] = Counter()
    lines: Counter[Colour] = Counter()
    for node in nodes:
        if isinstance(node, Frame) and node.panel is not None:
            _count(node.panel, panels, lines)
        elif isinstance(node, Divider):
            lines[node.colour] += 1
    for index, (colour, _) in enumerate(letters.most_common(5)):
        give(colour, "ink" if index == 0 else "accent" if _vivid(colour) else "ink")
    for colour, _ in panels.most_common(5):
        give(colour, "brand" if _vivid(colour) else "surface")
    for colour, _ in lines.most_common(2):
        give(colour, "line")
    return names


def _count(panel: Panel, panels: Counter[Colour], lines: Counter[Colour]) -> None:
    if panel.fill is not None and not isinstance(panel.fill, Gradient):
        panels[panel.fill] += 1
    if panel.border is not None:
        lines[panel.border.colour] += 1


def _vivid(colour: Colour) -> bool:
    _, light, saturation = rgb_to_hls(*(c / 255 for c in colour))
    return saturation > VIVID and 0.1 < light < 0.92
