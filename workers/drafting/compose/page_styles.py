"""How text looks: tokens for families and colours, and one class for each look."""

from collections import Counter
from collections.abc import Iterable
from colorsys import rgb_to_hls
from dataclasses import dataclass
from statistics import median

from workers.drafting.compose.merging import Declarations, commonest_look, without
from workers.drafting.compose.page_files import FontStack
from workers.drafting.compose.placement import px
from workers.drafting.language import is_right_to_left
from workers.drafting.page import (
    Container,
    Divider,
    Gradient,
    Node,
    Panel,
    Paragraph,
    Shadow,
    StyledRun,
    Text,
    walk,
)
from workers.drafting.perceive.fonts.installed import natural_line_height
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Colour

MEDIUM, LIGHT = 500, 300  # CSS weights
NORMAL = "normal"  # line height of a lone line


@dataclass(frozen=True)
class TextThresholds:
    """What a text is by its font and words. The body size is the median letter's."""

    larger: float = 1.2  # times the body size from which a text is large…
    larger_if_bold: float = 1.1  # …and a bold one: a card's title is hardly larger than its text
    smaller: float = 0.88  # times the body size up to which a text is small
    outdone: float = 0.75  # times the page's largest size: below, a sentence is a headline's lead
    bold: int = 600  # CSS weight from which a text is bold
    shortest_heading: int = 2  # letters: a single one is an initial or an icon
    underlined: float = 0.8  # share of it that a line is under for all of it to be underlined
    heading_lines: int = 4  # at most: what has more lines is a paragraph
    heading_levels: int = 3  # told apart by size: smaller headings are of the last
    digits: float = 0.5  # of a figure's letters and digits: it may have a unit


@dataclass(frozen=True)
class ColourThresholds:
    """What a colour says. Hue, lightness and saturation are those of HLS, 0..1."""

    same: int = 24  # levels a run's colour may be off its text's: thin strokes are blended
    vivid: float = 0.35  # saturation from which a colour is no grey…
    darkest: float = 0.1  # …if its lightness is more: darker ones look black…
    palest: float = 0.92  # …and less than this: paler ones look white
    red: float = 0.04  # hue up to which a vivid colour says danger…
    yellow: float = 0.17  # …from orange up to which, a warning…
    green: float = 0.47  # …up to which, success…
    purple: float = 0.9  # …and up to which, nothing but an accent: beyond are pink and red
    inverse: float = 0.7  # lightness from which a text can only stand on a dark ground
    link: float = 0.25  # saturation from which a blue is a link's: most are vivid
    cyan: float = 0.5  # hue from which a text is blue as links are…
    violet: float = 0.72  # …and up to which
    darkest_link: float = 0.15  # lightness of a link: what is darker is navy, and plain text…
    palest_link: float = 0.75  # …as is what is paler, on a dark panel
    night: float = 0.2  # lightness under which a ground is a dark one
    soft: float = 0.8  # lightness from which a vivid ground is a soft one
    texts: int = 5  # colours of text that get names, the commonest: a page is designed with few…
    panels: int = 5  # …of panels…
    lines: int = 2  # …and of borders and lines


TEXTS = TextThresholds()
COLOURS = ColourThresholds()


USUAL = (  # of any page
    ("font-style", "normal"),
    ("font-weight", "400"),
    ("text-align", "left"),
    ("line-height", "normal"),
)


class PageStyles:
    """What the texts of a page share: the body text, colour and family tokens, heading ranks, and
    the look of most letters (`page_look`), which `body` says."""

    def __init__(
        self,
        roots: Iterable[Node],
        font_stack: FontStack,
        thresholds: TextThresholds = TEXTS,
        tones: ColourThresholds = COLOURS,
    ) -> None:
        self.font_stack = font_stack
        self._thresholds = thresholds
        self._tones = tones
        nodes = [node for root in roots for node in walk(root)]
        texts = [node.paragraph for node in nodes if isinstance(node, Text)]
        self._letters = letters = _letters(texts)
        self.body_size = median([text.font.size for text in texts for _ in text.text] or [16.0])
        self.largest = max((text.font.size for text in texts), default=16.0)
        self.body_colour = max(letters, key=lambda c: letters[c], default=(0, 0, 0))
        self.families = _families(texts)
        self.colours = _colour_names(letters, nodes, tones)
        looks = Counter(self.look(text) for text in texts for _ in text.text)
        heights = Counter(_line_height(t) for t in texts if len(t.lines) == 1 for _ in t.text)
        usual = max(heights, key=lambda height: heights[height], default=NORMAL)
        self.page_look = tuple(
            (name, usual if name == "line-height" else value)
            for name, value in commonest_look(looks)
        )
        # what is laid out is what is seen: a text that reads from the right begins where it did
        mixed = any(is_right_to_left(text.text) for text in texts)
        self.usual = tuple(each for each in USUAL if not (mixed and each[0] == "text-align"))
        sizes = {round(t.font.size) for t in texts if self.is_heading(t)}
        self.ranks = {size: rank for rank, size in enumerate(sorted(sizes, reverse=True), 1)}

    def tokens(self) -> list[tuple[str, str]]:
        families = [(f"--{n}", self.font_stack(f)) for f, n in self.families.items()]
        return families + [(f"--{name}", hex_colour(c)) for c, name in self.colours.items()]

    def colour(self, colour: Colour) -> str:
        """A token where there is one, or else the colour itself."""
        name = self.colours.get(colour)
        return f"var(--{name})" if name else hex_colour(colour)

    def ink_on(self, ground: Colour, apart: int) -> str:
        """The colour of most letters that is `apart` levels off a ground; empty where none is."""
        inks = (ink for ink, _ in self._letters.most_common() if distance(ink, ground) >= apart)
        found = next(inks, None)
        return self.colour(found) if found is not None else ""

    def fill(self, fill: Colour | Gradient) -> str:
        if not isinstance(fill, Gradient):
            return self.colour(fill)
        ends = f"{hex_colour(fill.start)}, {hex_colour(fill.end)}"
        return f"linear-gradient({fill.angle:g}deg, {ends})"

    def tone(self, panel: Panel) -> str:
        """What the colour of a panel says: danger, warning, success, accent, or nothing."""
        fill, tones = panel.fill, self._tones
        if fill is None or isinstance(fill, Gradient) or not _vivid(fill, tones):
            return ""
        return _hue_name(fill, tones)

    def shadow(self, shadow: Shadow) -> str:
        lengths = f"0 {px(shadow.down)} {px(shadow.blur)}"
        spread = f" {px(shadow.spread)}" if shadow.spread else ""
        red, green, blue = shadow.colour
        return f"{lengths}{spread} rgb({red} {green} {blue} / {100 * shadow.alpha:.0f}%)"

    def hints(self, text: Paragraph) -> tuple[str, ...]:
        """What else sets a look apart from another of its name."""
        lines = "lines" if len(text.lines) > 1 else ""
        size = text.font.size / self.body_size
        return (
            _weight_name(text.font.weight),
            lines,
            "larger" if size > 1 else "smaller",
            self.families[text.font.family],
            "italic" if text.font.italic else "",
        )

    def is_large(self, text: Paragraph) -> bool:
        bold, thresholds = self.is_bold(text.font.weight), self._thresholds
        larger = thresholds.larger_if_bold if bold else thresholds.larger
        return text.font.size >= larger * self.body_size

    def is_large_if_plain(self, text: Paragraph) -> bool:
        """Whether a text is large whatever its weight."""
        return text.font.size >= self._thresholds.larger * self.body_size

    def is_bold(self, weight: int) -> bool:
        return weight >= self._thresholds.bold

    def is_value(self, text: Paragraph) -> bool:
        """Whether a text is a large figure: a price, a count."""
        digits, share = sum(c.isdigit() for c in text.text), self._thresholds.digits
        return self.is_large(text) and digits >= share * sum(c.isalnum() for c in text.text) > 0

    def is_heading(self, text: Paragraph) -> bool:
        """Whether a text is large and neither a figure nor the sentence under a headline."""
        bold, thresholds = self.is_bold(text.font.weight), self._thresholds
        words = len(text.text) >= thresholds.shortest_heading and not self.is_value(text)
        lead = not bold and text.text.endswith(".") and self.is_outdone(text)
        fits = len(text.lines) <= thresholds.heading_lines
        return words and fits and not lead and self.is_large(text)

    def is_outdone(self, text: Paragraph) -> bool:
        """Whether the page has much larger text."""
        return text.font.size < self._thresholds.outdone * self.largest

    def heading_level(self, text: Paragraph) -> int | None:
        """1 to 3 for a heading, by rank of its size; None for other text."""
        last, size = self._thresholds.heading_levels, round(text.font.size)
        return min(last, self.ranks[size]) if self.is_heading(text) else None

    def is_link(self, text: Paragraph) -> bool:
        """Whether its colour or a line under it sets all of a text apart as something to click."""
        one_line = len(text.lines) == 1
        return one_line and (self.is_in_link_colour(text) or bool(self.underline(text)))

    def is_in_link_colour(self, text: Paragraph) -> bool:
        """Whether all of its runs have a colour that links have."""
        runs = (run for line in text.lines for run in line.runs)
        return self.is_link_colour(text.colour) and all(
            self.is_link_colour(run.run.colour) or not self.is_other(run.run.colour, text)
            for run in runs
        )

    def is_link_colour(self, colour: Colour) -> bool:
        """Whether it is a blue that most of the page is not written in."""
        hue, light, saturation = rgb_to_hls(*(c / 255 for c in colour))
        tones = self._tones
        blue = tones.cyan <= hue <= tones.violet and saturation > tones.link
        legible = tones.darkest_link < light < tones.palest_link
        return blue and legible and colour != self.body_colour

    def underline(self, text: Paragraph, run: StyledRun | None = None) -> Declarations:
        """What says that a text of one line is underlined, or one run of it; empty where not."""
        runs = (run,) if run is not None else text.lines[0].runs
        left, right = runs[0].run.ink.x, runs[-1].run.ink.right
        for line in text.underlines:
            middle = line.box.x + line.box.width / 2
            whole = (
                line.box.width >= self._thresholds.underlined * (right - left)
                and left <= middle <= right
            )
            below = line.box.y - runs[0].baseline
            if whole and 0 <= below <= text.font.size:
                drawn = f"underline {px(line.box.height)} {self.colour(line.colour)}"
                return (("text-decoration", drawn), ("text-underline-offset", px(below)))
        return ()

    def is_other(self, colour: Colour, text: Paragraph) -> bool:
        """Whether a run's colour is not the one of its text."""
        off = max(abs(a - b) for a, b in zip(colour, text.colour, strict=True))
        return off > self._tones.same

    def face(self, text: Paragraph) -> tuple[str, float, int]:
        """Family, size in CSS pixels and weight."""
        return text.font.family, round(text.font.size, 2), text.font.weight

    def look(self, text: Paragraph) -> Declarations:
        """All of the look of a text but its place: each text has the same properties."""
        font = text.font
        return (
            ("font-family", f"var(--{self.families[font.family]})"),
            ("font-size", px(font.size)),
            ("font-weight", str(font.weight)),
            ("font-style", "italic" if font.italic else "normal"),
            ("line-height", _line_height(text)),
            ("color", self.colour(text.colour)),
            ("text-align", text.alignment),
        )

    def declarations(self, text: Paragraph, inherited: Declarations | None = None) -> Declarations:
        """What a text says of its look where that of its holder is `inherited`, else the page's."""
        return without(self.look(text), self.page_look if inherited is None else inherited)

    def name(self, text: Paragraph, *, heading: bool = True) -> str:
        """A name for the look: what it is, its size, weight and colour. `heading`: whether it may
        be one."""
        level = self.heading_level(text) if heading else None
        if level:
            return f"heading-{level}"
        small = text.font.size <= self._thresholds.smaller * self.body_size
        size = "small" if small else "large" if self.is_large(text) else ""
        words = ["value" if self.is_value(text) else f"text-{size}" if size else "text"]
        if self.is_link(text):
            words = ["link-small" if small else "link"]
        elif self.is_bold(text.font.weight) and words != ["value"]:
            words.append("strong")
        elif text.font.weight in (MEDIUM, LIGHT):
            words.append("medium" if text.font.weight == MEDIUM else "light")
        if text.font.italic:
            words.append("italic")
        tone = tone_of(text.colour, self.body_colour, self._tones)
        return "-".join([*words, tone] if tone and not self.is_link(text) else words)


def _weight_name(weight: int) -> str:
    names = {300: "light", 400: "regular", 500: "medium", 600: "semibold", 700: "bold"}
    return names.get(weight, "heavy" if weight > MEDIUM else "thin")


def _line_height(text: Paragraph) -> str:
    """The ratio of a line's height to its font's size, if two digits give it to the pixel: browsers
    cut lengths down to a 64th of one. A lone line is as high as its font asks for."""
    ratio = round(text.line_height / text.font.size, 2)
    off = ratio * text.font.size - text.line_height
    plain = len(text.lines) > 1 and 0 <= off < 1 / 64
    if len(text.lines) == 1 and text.line_height == natural_line_height(text.font):
        return NORMAL
    return f"{ratio:g}" if plain else px(text.line_height)


def hex_colour(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def tone_of(colour: Colour, body: Colour, tones: ColourThresholds) -> str:
    """What a text's colour says beside the body's: empty for nothing."""
    if colour == body:
        return ""
    _, light, _ = rgb_to_hls(*(c / 255 for c in colour))
    if _vivid(colour, tones):
        return _hue_name(colour, tones)
    if light >= tones.inverse:
        return "inverse"
    paler = light > rgb_to_hls(*(c / 255 for c in body))[1]
    return "muted" if paler else "dark"


def _hue_name(colour: Colour, tones: ColourThresholds) -> str:
    hue, _, _ = rgb_to_hls(*(c / 255 for c in colour))
    if hue <= tones.red or hue > tones.purple:
        return "danger"
    if hue <= tones.yellow:
        return "warning"
    return "success" if hue <= tones.green else "accent"


def _surface_name(colour: Colour, tones: ColourThresholds) -> str:
    """What a ground is for: pale vivid ones are behind words of their hue."""
    _, light, _ = rgb_to_hls(*(c / 255 for c in colour))
    if light < tones.night:
        return "surface-dark"
    if not _vivid(colour, tones):
        return "surface"
    name = _hue_name(colour, tones)
    return f"{name}-soft" if light >= tones.soft else name


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


def _colour_names(
    letters: Counter[Colour], nodes: Iterable[Node], tones: ColourThresholds
) -> dict[Colour, str]:
    """Names for the colours that matter: text by use, then surfaces and lines."""
    names: dict[Colour, str] = {}
    used: Counter[str] = Counter()

    def give(colour: Colour, base: str) -> None:
        if colour not in names:
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
    for colour, _ in letters.most_common(tones.texts):
        tone = tone_of(colour, body, tones)
        give(colour, f"color-{tone}" if tone else "color-text")
    for colour, _ in panels.most_common(tones.panels):
        give(colour, f"color-{_surface_name(colour, tones)}")
    for colour, _ in lines.most_common(tones.lines):
        give(colour, "color-border")
    return names


def _count(panel: Panel, panels: Counter[Colour], lines: Counter[Colour]) -> None:
    if panel.fill is not None and not isinstance(panel.fill, Gradient):
        panels[panel.fill] += 1
    if panel.border is not None:
        lines[panel.border.colour] += 1


def _vivid(colour: Colour, tones: ColourThresholds) -> bool:
    _, light, saturation = rgb_to_hls(*(c / 255 for c in colour))
    return saturation > tones.vivid and tones.darkest < light < tones.palest
