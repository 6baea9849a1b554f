"""How text looks: tokens for families and colours, and one class for each look."""

from collections import Counter
from collections.abc import Iterable
from colorsys import rgb_to_hls
from statistics import median

from workers.drafting.compose.page_files import FontStack
from workers.drafting.compose.placement import px
from workers.drafting.compose.stylesheet import Declarations
from workers.drafting.page import Container, Divider, Gradient, Node, Panel, Paragraph, Text, walk
from workers.imaging import Colour

LARGER, LARGER_IF_BOLD = 1.2, 1.1  # times the body size from which text is a heading
SMALLER = 0.88
BOLD, MEDIUM, LIGHT = 600, 500, 300
VIVID = 0.35  # saturation
HUES = ((0.04, "danger"), (0.17, "warning"), (0.47, "success"), (0.9, "accent"), (1, "danger"))
PALE = 0.7  # lightness from which a text can only stand on a dark ground
MOST_TOKENS = 12


class PageStyles:
    """What the texts of a page share: the body text, colour and family tokens, heading ranks."""

    def __init__(self, roots: Iterable[Node], font_stack: FontStack) -> None:
        self.font_stack = font_stack
        nodes = [node for root in roots for node in walk(root)]
        texts = [node.paragraph for node in nodes if isinstance(node, Text)]
        letters = _letters(texts)
        self.body_size = median([text.font.size for text in texts for _ in text.text] or [16.0])
        self.largest = max((text.font.size for text in texts), default=16.0)
        self.body_colour = max(letters, key=lambda c: letters[c], default=(0, 0, 0))
        self.families = _families(texts)
        self.colours = _colour_names(letters, nodes)
        sizes = {round(t.font.size) for t in texts if self.is_heading(t)}
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
        bold = text.font.weight >= BOLD
        return text.font.size >= (LARGER_IF_BOLD if bold else LARGER) * self.body_size

    def is_value(self, text: Paragraph) -> bool:
        """Whether a text is a large figure: a price, a count."""
        digits = sum(c.isdigit() for c in text.text)
        return self.is_large(text) and 2 * digits >= sum(c.isalnum() for c in text.text) > 0

    def is_heading(self, text: Paragraph) -> bool:
        """Whether a text is large and neither a figure nor the sentence under a headline."""
        words = len(text.text) > 1 and len(text.lines) <= 4 and not self.is_value(text)
        lead = text.font.weight < BOLD and text.text.endswith(".") and self.is_outdone(text)
        return words and not lead and self.is_large(text)

    def is_outdone(self, text: Paragraph) -> bool:
        """Whether the page has much larger text."""
        return text.font.size < 0.75 * self.largest

    def heading_level(self, text: Paragraph) -> int | None:
        """1 to 3 for a heading, by rank of its size; None for other text."""
        return min(3, self.ranks[round(text.font.size)]) if self.is_heading(text) else None

    def is_link(self, text: Paragraph) -> bool:
        """Whether the colour sets a short text apart as something to click."""
        hue, light, saturation = rgb_to_hls(*(c / 255 for c in text.colour))
        blue = 0.5 <= hue <= 0.72 and 0.15 < light < 0.75 and saturation > VIVID
        return len(text.lines) == 1 and blue and text.colour != self.body_colour

    def declarations(self, text: Paragraph) -> Declarations:
        """The look of a text: all but its place."""
        font = text.font
        found = [
            ("font-family", f"var(--{self.families[font.family]})"),
            ("font-size", px(font.size)),
            ("line-height", px(text.line_height)),
            ("color", self.colour(text.colour)),
        ]
        found.insert(2, ("font-weight", str(font.weight)))
        if font.italic:
            found.append(("font-style", "italic"))
        if text.alignment != "left":
            found.append(("text-align", text.alignment))
        return tuple(found)

    def name(self, text: Paragraph) -> str:
        """A name for the look: what it is, its size, weight and colour."""
        level = self.heading_level(text)
        if level:
            return f"heading-{level}"
        small = text.font.size <= SMALLER * self.body_size
        size = "small" if small else "large" if self.is_large(text) else ""
        words = ["value" if self.is_value(text) else f"text-{size}" if size else "text"]
        if self.is_link(text):
            words = ["link-small" if small else "link"]
        elif text.font.weight >= BOLD and words != ["value"]:
            words.append("strong")
        elif text.font.weight in (MEDIUM, LIGHT):
            words.append("medium" if text.font.weight == MEDIUM else "light")
        if text.font.italic:
            words.append("italic")
        tone = tone_of(text.colour, self.body_colour)
        return "-".join([*words, tone] if tone and not self.is_link(text) else words)


def hex_colour(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def tone_of(colour: Colour, body: Colour) -> str:
    """What a text's colour says beside the body's: empty for nothing."""
    if colour == body:
        return ""
    hue, light, _ = rgb_to_hls(*(c / 255 for c in colour))
    if _vivid(colour):
        return next(name for most, name in HUES if hue <= most)
    if light >= PALE:
        return "inverse"
    paler = light > rgb_to_hls(*(c / 255 for c in body))[1]
    return "muted" if paler else "dark"


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
        if isinstance(node, Container) and node.panel is not None:
            _count(node.panel, panels, lines)
        elif isinstance(node, Divider):
            lines[node.colour] += 1
    body = max(letters, key=lambda colour: letters[colour], default=(0, 0, 0))
    for colour, _ in letters.most_common(5):
        tone = tone_of(colour, body)
        give(colour, f"ink-{tone}" if tone else "ink")
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
