"""How text looks: each threshold told from half and twice of it, on texts and colours by hand."""

from colorsys import hls_to_rgb
from dataclasses import replace

from tests.workers.drafting.compose.pieces import column, panel, styles_of, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose.page_styles import (
    COLOURS,
    TEXTS,
    ColourThresholds,
    TextThresholds,
    tone_of,
)
from workers.drafting.page import Divider, Text
from workers.imaging import Box, Colour

CANDIDATES = {
    **{f"of {size}": text("Berths", size=size) for size in (12, 16, 17, 24)},
    **{f"bold, of {size}": text("Berths", size=size, weight=700) for size in (16, 18, 24)},
    **{f"of weight {weight}": text("Berths", weight=weight) for weight in (400, 700)},
    **{f"a sentence of {size}": text("Berths.", size=size) for size in (24, 36)},
    **{f"{words} of 24": text(words, size=24) for words in ("M", "Map", "Room 12b", "12 kg")},
    **{f"{lines} lines": text("Berths", size=24, lines=lines) for lines in (1, 3, 6)},
}
LARGEST = text("Harbour", size=40)


def named(thresholds: TextThresholds = TEXTS) -> dict[str, str]:
    found = {}
    for name, each in CANDIDATES.items():
        styles = styles_of(LARGEST, each, thresholds=thresholds)
        found[name] = styles.name(each.paragraph)
    sizes = [text("Berths", size=size) for size in (36, 32, 28, 24)]
    styles = styles_of(*sizes, thresholds=thresholds)
    levels = [styles.heading_level(each.paragraph) for each in sizes]
    for share in (0.6, 0.9):
        one = underlined(share)
        told = styles_of(one, thresholds=thresholds).underline(one.paragraph)
        found[f"a line under {share} of it"] = dict(told).get("text-underline-offset", "none")
    return found | {"levels of four sizes": str(levels)}


def underlined(share: float) -> Text:
    """A text with a line in the middle under a share of it, 3 pixels under its baseline."""
    plain = text("Berths")
    run = plain.paragraph.lines[0].runs[0]
    ink, wide = run.run.ink, round(share * run.run.ink.width)
    line = Box(ink.x + (ink.width - wide) // 2, round(run.baseline) + 3, wide, 1)
    return replace(plain, paragraph=replace(plain.paragraph, underlines=(Divider(line, GREY),)))


def test_a_look_is_named_by_size_weight_and_words() -> None:
    assert named() == {
        "of 12": "text-small",
        "of 16": "text",
        "of 17": "text",
        "of 24": "heading-2",
        "bold, of 16": "text-strong",
        "bold, of 18": "heading-2",
        "bold, of 24": "heading-2",
        "of weight 400": "text",
        "of weight 700": "text-strong",
        "a sentence of 24": "text-large",
        "a sentence of 36": "heading-2",
        "M of 24": "text-large",
        "Map of 24": "heading-2",
        "Room 12b of 24": "heading-2",
        "12 kg of 24": "value",
        "1 lines": "heading-2",
        "3 lines": "heading-2",
        "6 lines": "text-large",
        "a line under 0.6 of it": "none",
        "a line under 0.9 of it": "3px",
        "levels of four sizes": "[1, 2, 3, 3]",
    }


@off_by_two(TEXTS)
def test_each_threshold_of_texts_matters(name: str, factor: float) -> None:
    assert named(varied(TEXTS, name, factor)) != named()


def hls(hue: float, light: float, saturation: float = 1.0) -> Colour:
    red, green, blue = (round(255 * part) for part in hls_to_rgb(hue, light, saturation))
    return red, green, blue


GREY = hls(0, 0.2, 0)
TONES = {
    **{f"hue {hue}": hls(hue, 0.4) for hue in (0.03, 0.06, 0.12, 0.25, 0.4, 0.6, 0.8, 0.95)},
    **{f"lightness {light}": hls(0.6, light) for light in (0.07, 0.12, 0.18, 0.5, 0.85, 0.95)},
    **{f"saturation {part}": hls(0.6, 0.4, part) for part in (0.25, 0.5)},
    **{f"grey {light}": hls(0, light, 0) for light in (0.1, 0.5, 0.8)},
}


def tones(limits: ColourThresholds = COLOURS) -> dict[str, str]:
    found = {}
    for name, colour in TONES.items():
        linked = text("Berths", colour=colour)
        is_link = styles_of(linked, tones=limits).is_link(linked.paragraph)
        found[name] = tone_of(colour, GREY, limits) + (", a link" if is_link else "")
    return found


def tokens(limits: ColourThresholds = COLOURS) -> list[str]:
    """Names of the colours of a page that has many of each kind."""
    shades = [(shade, shade, shade) for shade in range(60, 130, 10)]
    nodes = [text("Berths", colour=colour) for colour in shades]
    panels = [panel(Box(0, 0, 9, 9), fill=(200 + level,) * 3) for level in range(8)]
    lines = [Divider(Box(0, 0, 9, 1), (180 + level,) * 3) for level in range(5)]
    return list(styles_of(*nodes, column(*panels, *lines), tones=limits).colours.values())


def grounds(limits: ColourThresholds = COLOURS) -> list[str]:
    """Names of the grounds of panels of one hue, from dark to pale."""
    panels = [panel(Box(0, 0, 9, 9), fill=hls(0.4, light)) for light in (0.12, 0.3, 0.6, 0.9)]
    return list(styles_of(*panels, tones=limits).colours.values())[1:]


def test_a_ground_is_named_by_what_stands_on_it() -> None:
    assert grounds() == [
        "color-surface-dark",
        "color-success",
        "color-success-2",
        "color-success-soft",
    ]


def others(limits: ColourThresholds = COLOURS) -> list[int]:
    """Levels by which a run's colour is off its text's and is another."""
    base = text("Berths", colour=(100, 100, 100))
    styles = styles_of(base, tones=limits)
    return [off for off in (18, 36) if styles.is_other((100 + off, 100, 100), base.paragraph)]


def test_a_colour_is_named_by_what_it_says() -> None:
    assert tones() == {
        "hue 0.03": "danger",
        "hue 0.06": "warning",
        "hue 0.12": "warning",
        "hue 0.25": "success",
        "hue 0.4": "success",
        "hue 0.6": "accent, a link",
        "hue 0.8": "accent",
        "hue 0.95": "danger",
        "lightness 0.07": "dark",
        "lightness 0.12": "accent",
        "lightness 0.18": "accent, a link",
        "lightness 0.5": "accent, a link",
        "lightness 0.85": "accent",
        "lightness 0.95": "inverse",
        "saturation 0.25": "muted",
        "saturation 0.5": "accent, a link",
        "grey 0.1": "dark",
        "grey 0.5": "muted",
        "grey 0.8": "inverse",
    }
    assert others() == [36]


def test_the_commonest_colours_have_names() -> None:
    assert tokens() == [
        "color-text",
        *("color-muted", "color-muted-2", "color-muted-3", "color-muted-4"),
        *("color-surface", *(f"color-surface-{number}" for number in range(2, 6))),
        *("color-border", "color-border-2"),
    ]


@off_by_two(COLOURS)
def test_each_threshold_of_colours_matters(name: str, factor: float) -> None:
    off = varied(COLOURS, name, factor)
    found = (tones(off), tokens(off), grounds(off), others(off))
    assert found != (tones(), tokens(), grounds(), others())
