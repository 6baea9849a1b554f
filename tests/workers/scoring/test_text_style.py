"""What is said of text that looks other, with the values that the browser was given."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from tests.workers.scoring.small import Small
from webapp.studio.events import DifferenceKind, Rect
from workers.imaging import Box, Colour, TextRun
from workers.scoring.colour import delta
from workers.scoring.glyphs import Look
from workers.scoring.item import Finding, Item
from workers.scoring.page_view import DrawnRun
from workers.scoring.text_pairs import Pair
from workers.scoring.text_style import (
    STYLE,
    Inks,
    StyleLimits,
    _weight,
    class_of,
    slant_findings,
    style_findings,
    with_colour,
    with_weight,
)
from workers.shot import DomText

BOTH_WAYS = pytest.mark.parametrize("back", [False, True])


def pixels(value: str) -> float:
    return float(value.removesuffix(" px"))


@BOTH_WAYS
@pytest.mark.parametrize(
    ("spoilt", "thing", "own", "other"),
    [
        ("title of 24 px", "title", 28, 24),
        ("note of 16 px", "note", 14, 16),
        ("price of 18 px", "price", 22, 18),
        ("label of 12 px", "label", 15, 12),
    ],
)
def test_size_is_told_within_a_twentieth(
    small: Small, spoilt: str, thing: str, own: float, other: float, back: bool
) -> None:
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)
    expected, got = (other, own) if back else (own, other)

    assert first.kind == "size"
    assert first.selector.endswith(f"div.{thing}")
    assert pixels(first.expected) == pytest.approx(expected, rel=0.05)
    assert pixels(first.got) == got


@BOTH_WAYS
@pytest.mark.parametrize(
    ("spoilt", "thing", "own", "other"),
    [
        ("title of weight 400", "title", 700, 400),
        ("note of weight 800", "note", 400, 800),
        ("button of weight 400", "buy", 600, 400),
    ],
)
def test_weight_is_told_within_a_hundred(
    small: Small, spoilt: str, thing: str, own: int, other: int, back: bool
) -> None:
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)
    expected, got = (other, own) if back else (own, other)

    assert first.kind == "weight"
    assert first.selector.endswith(f"div.{thing}")
    assert abs(int(first.expected) - expected) <= 100
    assert int(first.got) == got


@BOTH_WAYS
@pytest.mark.parametrize("thing", ["title", "note", "text", "button"])
def test_italics_are_seen_where_the_mockup_is_upright_and_the_other_way_round(
    small: Small, thing: str, back: bool
) -> None:
    spoilt = f"italic {thing}"
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)

    assert (first.kind, first.expected, first.got) == (
        ("slant", "italic", "upright") if back else ("slant", "upright", "italic")
    )


@BOTH_WAYS
@pytest.mark.parametrize(
    ("spoilt", "spacing"), [("spaced price", 3), ("spaced label", 2), ("spaced title", 2)]
)
def test_letters_further_apart_are_told_within_a_twentieth(
    small: Small, spoilt: str, spacing: float, back: bool
) -> None:
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)

    assert first.kind == "tracking"
    apart, close = (first.expected, first.got) if back else (first.got, first.expected)
    assert pixels(apart) == pytest.approx(spacing, rel=0.05)
    assert pixels(close) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    ("mockup", "render", "expected", "got"),
    [
        ("own", "serif note", "sans", "serif"),
        ("own", "serif title", "sans", "serif"),
        ("own", "mono note", "sans", "mono"),
        ("own", "mono label", "sans", "mono"),
        ("mono note", "own", "mono", "sans"),
        ("mono label", "own", "mono", "sans"),
    ],
)
def test_anotherclass_of_letters_is_named(
    small: Small, mockup: str, render: str, expected: str, got: str
) -> None:
    first = small.first(mockup, render)

    assert (first.kind, first.expected, first.got) == ("family", expected, got)


@BOTH_WAYS
def test_another_colour_is_told_by_its_hex(small: Small, back: bool) -> None:
    first = small.first("red price", "own") if back else small.first("own", "red price")

    assert first.kind == "colour"
    assert first.selector.endswith("div.price")
    assert {first.expected, first.got} == {"#0b5cad", "#b02a37"}
    assert (first.expected == "#b02a37") is back


def test_text_that_hardly_stands_out_costs_more_than_another_colour(small: Small) -> None:
    first = small.first("own", "faint note")

    assert (first.kind, first.got) == ("contrast", "1.1:1")
    assert float(first.expected.split(":")[0]) == pytest.approx(9.0, abs=4)
    assert small.total("own", "faint note") < small.total("own", "pale note") - 0.05
    assert small.first("own", "pale note").kind == "colour"


def test_style_is_no_fault_of_text_that_is_the_same(small: Small) -> None:
    assert small.compare("own", "own").differences == ()
    assert small.total("own", "own") == 1


def line(width: int = 240, height: int = 40, ink: float = 0.5, lean: float = 0.0) -> Look:
    """Thirty strokes over `width`, `ink` of it covered, that lean by a tangent."""
    fine = np.zeros((height, 4 * width), np.float32)
    step = 4 * width / 30
    for row in range(height):
        for stroke in range(29):
            left = stroke * step + 4 * lean * (height - 1 - row)
            fine[row, round(left) : round(left + ink * step)] = 1
    sheet = fine.reshape(height, width, 4).mean(axis=2)
    return Look(Box(0, 0, width, height), sheet, (0, 0, 0), (255, 255, 255))


DOM = DomText("hidden bold", Rect(x=0, y=0, width=9, height=9), (0, 0, 0), 20, family="Inter")
ITEM = Item("text", Box(0, 0, 9, 9), 1)
WHITE = (255, 255, 255)


def said(
    one: Look, other: Look, limits: StyleLimits, dom: DomText = DOM
) -> list[tuple[str, str, float]]:
    pair = Pair(
        TextRun(dom.text, one.box, (0, 0, 0), WHITE),
        DrawnRun(dom.text, other.box, (0, 0, 0), WHITE, dom=dom),
    )
    found = style_findings(pair, one, other, dom, 1.0, limits)
    return [(finding.kind, finding.expected, finding.severity) for finding in found]


def sizes(limits: StyleLimits) -> object:
    return [said(line(round(480 * by), round(160 * by)), line(480, 160), limits)
            for by in (1.015, 1.03)]  # fmt: skip


def weights(limits: StyleLimits) -> object:
    bold = replace(DOM, weight=700)
    return [said(line(ink=ink), line(), limits, bold) for ink in (0.535, 0.575)]


def heavier(limits: StyleLimits) -> object:
    return said(line(ink=0.7), line(), limits)


def leaning(limits: StyleLimits) -> object:
    return [said(line(ink=0.3, lean=lean), line(ink=0.3), limits) for lean in (0.06, 0.12)]


def upright(limits: StyleLimits) -> object:
    italic = replace(DOM, italic=True)
    leans = (0.06, 0.09)
    return [said(line(ink=0.3), line(ink=0.3, lean=lean), limits, italic) for lean in leans]


def widths(limits: StyleLimits) -> object:
    return said(line(501, 160), line(480, 160), limits)


def coloured(shown: Colour, drawn: Colour, limits: StyleLimits) -> tuple[Finding, ...]:
    one, other = (replace(line(), colour=colour) for colour in (shown, drawn))
    inks = [side.mass * (np.array(side.colour, float) - 255) for side in (one, other)]
    dom = replace(DOM, colour=drawn)
    return with_colour(ITEM, one, other, dom, Inks(*inks), limits).findings


def colours(limits: StyleLimits) -> object:
    return [coloured((level,) * 3, (100, 100, 100), limits) for level in (108, 117)]


def greys(limits: StyleLimits) -> object:
    return [coloured((0, 0, 0), (level,) * 3, limits) for level in (150, 210)]


def pale(limits: StyleLimits) -> object:
    found = []
    for level in (124, 150):
        one, other = (replace(line(), colour=(c,) * 3) for c in (level, 100))
        ink = other.mass * (np.array(other.colour, float) - 255)
        found.append(with_weight(ITEM, one, other, DOM, Inks(ink * 1.5, ink), limits).findings)
    return found


CASES: dict[str, Callable[[StyleLimits], object]] = {
    "same_size": sizes,
    "same_weight": weights,
    "mass_of_weight": heavier,
    "italic": leaning,
    "upright": upright,
    "same_width": widths,
    "paler": pale,
    "same_colour": colours,
    "other_colour": colours,
    "unreadable": greys,
}


# a line that is so little wider has another size before it has other gaps
@off_by_two(STYLE, one_way={"same_width": 2})
def test_each_threshold_of_style_off_by_two_says_something_else(name: str, factor: float) -> None:
    assert CASES[name](varied(STYLE, name, factor)) != CASES[name](STYLE)


def test_what_is_said_of_lines_drawn_by_hand() -> None:
    assert [kind for kind, *_ in said(line(516, 172), line(480, 160), STYLE)] == ["size"]
    assert [kind for kind, *_ in said(line(501, 160), line(480, 160), STYLE)] == ["tracking"]
    assert [kind for kind, *_ in said(line(ink=0.7), line(), STYLE)] == ["weight"]
    assert said(line(), line(), STYLE) == []


def test_the_colour_of_a_line_is_told_by_all_of_its_ink() -> None:
    """The median of thin strokes may be pale on one side alone."""
    shown, drawn = line(), replace(line(), colour=(90, 90, 90))
    ink = shown.mass * (np.array((0, 0, 0), float) - 255)
    dom = replace(DOM, colour=(0, 0, 0))

    assert with_colour(ITEM, shown, drawn, dom, Inks(ink, ink)).findings == ()


@pytest.mark.parametrize("kind", ["size", "weight", "family"])
@pytest.mark.parametrize(("colour", "told"), [((0, 0, 0), []), ((170, 20, 20), ["#aa1414"])])
def test_thin_letters_that_never_reach_their_colour_are_of_no_other(
    colour: Colour, told: list[str], kind: DifferenceKind
) -> None:
    """Bold ones of the mockup reach it: the weight has been told, and the colour is the same."""
    item = ITEM.with_finding(Finding(kind, "700", "400", 0.2))
    shown, drawn = replace(line(), colour=colour), replace(line(ink=0.3), colour=(90, 90, 90))
    inks = [side.mass * (np.array(side.colour, float) - 255) for side in (shown, drawn)]
    dom = replace(DOM, colour=(0, 0, 0))

    first, *rest = with_colour(item, shown, drawn, dom, Inks(*inks)).findings
    assert first == item.findings[0]
    assert [finding.expected for finding in rest] == told


@pytest.mark.parametrize(("level", "told"), [(120, 0), (142, 1)])
def test_the_colour_of_letters_of_another_weight_may_be_three_times_as_far_off(
    level: int, told: int
) -> None:
    item = ITEM.with_finding(Finding("weight", "700", "400", 0.2))
    shown, drawn = (replace(line(), colour=(it,) * 3) for it in (level, 100))
    ink = drawn.mass * (np.array(drawn.colour, float) - 255)
    dom = replace(DOM, colour=(100, 100, 100))

    assert len(with_colour(item, shown, drawn, dom, Inks(ink, ink)).findings) == 1 + told


def test_another_colour_is_told_as_the_ink_of_the_whole_line_has_it() -> None:
    """Thin strokes of the mockup look grey, and all of its ink together is black."""
    shown, drawn = replace(line(), colour=(90, 90, 90)), replace(line(), colour=(200, 0, 0))
    inks = (shown.mass * np.full(3, -255.0), drawn.mass * (np.array(drawn.colour, float) - 255))
    (finding,) = with_colour(
        ITEM, shown, drawn, replace(DOM, colour=(200, 0, 0)), Inks(*inks)
    ).findings

    assert (finding.kind, finding.expected, finding.got) == ("colour", "#000000", "#c80000")


def test_a_colour_costs_by_how_far_it_is_off_up_to_a_limit() -> None:
    (near,) = coloured((117, 117, 117), (100, 100, 100), STYLE)
    (far,) = coloured((255, 255, 0), (0, 0, 255), STYLE)

    away = delta((117, 117, 117), (100, 100, 100))
    assert near.severity == pytest.approx(0.15 + away / 100)
    assert far.severity == 0.7


@pytest.mark.parametrize(
    ("ours", "theirs", "kinds"),
    [
        (130, 210, ["contrast"]),
        (185, 210, ["colour"]),  # pale in the mockup too
        (205, 210, []),
        (210, 130, ["colour"]),
    ],
)
def test_text_that_nobody_reads_is_a_fault_where_the_mockups_can_be_read(
    ours: int, theirs: int, kinds: list[str]
) -> None:
    assert [one.kind for one in coloured((ours,) * 3, (theirs,) * 3, STYLE)] == kinds


def test_the_faint_rim_of_a_line_is_no_part_of_its_size() -> None:
    plain = line(240, 20)
    rimmed = replace(
        plain,
        box=Box(0, 0, 244, 24),
        coverage=np.pad(plain.coverage, 2, constant_values=0.2),
    )

    assert said(rimmed, plain, STYLE) == said(plain, rimmed, STYLE) == []


@pytest.mark.parametrize(
    ("one", "other", "kind", "expected", "severity"),
    [
        (line(516, 172), line(480, 160), "size", "21.5 px", 1.5 * np.log(1.075)),
        (line(480, 160), line(516, 172), "size", "18.6 px", 1.5 * np.log(1.075)),
        (line(960, 320), line(480, 160), "size", "40 px", 0.9),
        (line(ink=0.6), line(), "weight", "500", 0.12 + 0.4 * np.log(1.2)),
        (line(ink=0.95), line(ink=0.2), "weight", "900", 0.45),
        (line(501, 160), line(480, 160), "tracking", "2 px", 1.5 * 21 / 480),
    ],
)
def test_what_differs_costs_by_how_much(
    one: Look, other: Look, kind: str, expected: str, severity: float
) -> None:
    ((told, value, cost),) = said(one, other, STYLE)
    assert (told, value) == (kind, expected)
    assert cost == pytest.approx(severity, abs=0.01)


def test_gaps_are_told_in_css_pixels_beyond_those_that_are_set() -> None:
    spaced = replace(DOM, spacing=1.0)
    one, other = line(501, 160), line(480, 160)
    pair = Pair(
        TextRun(DOM.text, one.box, (0, 0, 0), WHITE),
        DrawnRun(DOM.text, other.box, (0, 0, 0), WHITE, dom=spaced),
    )
    for scale, expected in ((1.0, "3 px"), (1.5, "2.3 px")):
        (finding,) = style_findings(pair, one, other, spaced, scale, STYLE)
        assert (finding.expected, finding.got) == (expected, "1 px")


@pytest.mark.parametrize(("italic", "expected"), [(False, "italic"), (True, "upright")])
def test_letters_that_lean_otherwise_are_said_both_ways(italic: bool, expected: str) -> None:
    sides = line(ink=0.3, lean=0.2), line(ink=0.3)
    shown, drawn = reversed(sides) if italic else sides
    (finding,) = slant_findings(shown, drawn, replace(DOM, italic=italic))
    assert (finding.kind, finding.expected, finding.severity) == ("slant", expected, 0.24)
    assert slant_findings(drawn, drawn, replace(DOM, italic=italic)) == []


@pytest.mark.parametrize(
    ("got", "mass", "weight"),
    [(400, 1.0, 400), (400, 1.16, 500), (700, 1.0, 700), (700, 1 / 1.48, 400), (400, 1.48, 700),
     (400, 0.1, 100), (400, 9.0, 900)],
)  # fmt: skip
def test_a_weight_is_told_in_hundreds_by_the_mass_of_its_ink(
    got: int, mass: float, weight: int
) -> None:
    assert _weight(got, mass, STYLE) == weight


@pytest.mark.parametrize(
    ("fonts", "kind"),
    [
        ("", "sans"),
        ("Inter, sans-serif", "sans"),
        ("Georgia, serif", "serif"),
        ('"Times New Roman"', "serif"),
        ("times", "serif"),
        ('"JetBrains Mono", monospace', "mono"),
        ("Courier New", "mono"),
        ("Consolas", "mono"),
        ("Georgia, Arial", "sans"),  # the last one that is known says what is meant
        ("Helvetica, Georgia", "serif"),
        ("Arial, Unknown", "sans"),
        ("Unknown", "sans"),
    ],
)
def test_theclass_of_a_font_is_told_by_the_names_of_its_list(fonts: str, kind: str) -> None:
    assert class_of(fonts) == kind
