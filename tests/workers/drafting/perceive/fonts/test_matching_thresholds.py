"""Each threshold of measuring glyphs, comparing them and choosing faces and sizes from that.

Texts are drawn without a browser; where only likeness and place matter, they are made by hand.
"""

from dataclasses import replace

import numpy as np
import pytest

from tests.workers.drafting.perceive.kit import INK, PAPER
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.page import Font
from workers.drafting.perceive.fonts.installed import (
    GLYPHS,
    FontFace,
    GlyphMeasuring,
    nearest_face,
    rasterise,
    text_extents,
)
from workers.drafting.perceive.fonts.likeness import (
    GLYPH_COMPARISON,
    GlyphComparison,
    RunInk,
    likeness,
)
from workers.drafting.perceive.fonts.matching import (
    FACE_CHOICE,
    FAMILY_CHOICE,
    STYLE_GROUPING,
    FaceChoice,
    FamilyChoice,
    StyleGrouping,
    choose_faces,
    choose_families,
    compare_candidates,
    nearness,
    sample_runs,
    with_best_reading,
)
from workers.drafting.perceive.fonts.sizes import SIZE_MEASURING, SizeMeasuring, measure_sizes
from workers.drafting.perceive.text.ink import find_ink
from workers.imaging import Box, Colour, TextRun

LONG = "Quarterly figures and notes of the harbour"


def face(family: str, weight: int = 400, *, italic: bool = False) -> FontFace:
    return nearest_face(Font(family, weight, 16, italic))


INTER, BOLD, SERIF = face("Inter"), face("Inter", 700), face("Liberation Serif")
SERIF_ITALIC = face("Liberation Serif", italic=True)
LEANING = face("Open Sans", italic=True)  # its J starts 0.16 em before its origin


def inked(
    text: str, width: int = 60, height: int = 12, colour: Colour = INK, at: tuple[int, int] = (0, 0)
) -> RunInk:
    """A run whose ink fills its box."""
    box = Box(*at, width, height)
    return RunInk(TextRun(text, box, colour, PAPER), box, np.ones((height, width), np.float32))


def drawn(text: str, font: FontFace, size: float, *, above: int = 0) -> RunInk:
    """A run drawn in a face, with blank rows `above` that its box holds too."""
    pixels = np.pad(255 - rasterise(font.at(size), text), 4, constant_values=255)
    image = np.repeat(pixels[:, :, None], 3, axis=2)
    ink = find_ink(image, Box(0, 0, image.shape[1], image.shape[0]))
    assert ink is not None
    box = Box(ink.box.x, ink.box.y, ink.box.width, ink.box.height + above)
    run = TextRun(text, box, ink.colour, ink.background)
    return RunInk(run, box, np.pad(ink.coverage, ((above, 0), (0, 0))))


def glyph_measures(measuring: GlyphMeasuring) -> dict[str, float]:
    return {
        "left of a leaning J": text_extents(LEANING, "J", measuring).left,
        "bottom of an f": text_extents(
            face("Liberation Serif", italic=True), "f", measuring
        ).bottom,
        "size 12.37": INTER.at(12.37, measuring).size,
        "size 3": INTER.at(3, measuring).size,
    }


GLYPH_MEASURES = {
    "left of a leaning J": -0.16,
    "bottom of an f": 0.21,
    "size 12.37": 12.25,
    "size 3": 4,
}


def test_glyphs_are_measured_to_a_hundredth_of_an_em() -> None:
    assert glyph_measures(GLYPHS) == pytest.approx(GLYPH_MEASURES)


# More room than any glyph leans into changes nothing.
@off_by_two(GLYPHS, one_way={"bleed_px": 0.5})
def test_each_threshold_of_measuring_glyphs_matters(name: str, factor: float) -> None:
    assert glyph_measures(varied(GLYPHS, name, factor)) != pytest.approx(GLYPH_MEASURES)


COMPARED = {
    "its own face": (drawn("Settings", INTER, 16), INTER),
    "a bolder face": (drawn("Settings", INTER, 16), BOLD),
    "small": (drawn("Settings", INTER, 9.3), INTER),
    "long": (drawn(LONG, INTER, 14), INTER),
    "long, in another family": (drawn(LONG, INTER, 14), SERIF),
    "six rows higher": (drawn("Settings", INTER, 16, above=6), INTER),
    "more than twice as high": (drawn("Settings", INTER, 16, above=24), INTER),
}


def compared(how: GlyphComparison) -> dict[str, float]:
    return {name: likeness(ink, other, how) for name, (ink, other) in COMPARED.items()}


LIKENESSES = {
    "its own face": 0.929,
    "a bolder face": 0.855,
    "small": 0.910,
    "long": 0.946,
    "long, in another family": 0.657,
    "six rows higher": 0.848,
    "more than twice as high": -1,
}


def test_ink_is_most_like_its_own_face() -> None:
    assert compared(GLYPH_COMPARISON) == pytest.approx(LIKENESSES, abs=0.005)


@off_by_two(GLYPH_COMPARISON)
def test_each_threshold_of_comparing_glyphs_matters(name: str, factor: float) -> None:
    found = compared(varied(GLYPH_COMPARISON, name, factor))
    assert found != pytest.approx(LIKENESSES, abs=0.005)


APART = (300, 300)
GROUPED = {
    "elsewhere": inked("a", at=APART),
    "a little higher": inked("a", height=13, at=APART),
    "with other letters": inked("h", height=16, at=APART),
    "paler": inked("a", colour=(INK[0] + 20, INK[1], INK[2]), at=APART),
    "flush": inked("a", at=(2, 300)),
    "flush right": inked("a", width=30, at=(30, 300)),
    "in one row": inked("a", at=(300, 2)),
    "nearly flush": inked("a", at=(3, 300)),
    "with more letters": inked("abcd", at=APART),
}


def grouped(grouping: StyleGrouping) -> dict[str, float]:
    """How near each is to a run of one letter."""
    first = inked("a")
    return {
        name: round(float(nearness([first, other], grouping)[0, 1]), 2)
        for name, other in GROUPED.items()
    }


NEAR = {
    "elsewhere": 1.0,
    "a little higher": 0.08,
    "with other letters": 0.87,
    "paler": 0.6,
    "flush": 13.0,
    "flush right": 13.0,
    "in one row": 13.0,
    "nearly flush": 1.0,
    "with more letters": 0.0,  # as high as an a, they are smaller
}


def test_runs_are_near_that_are_of_one_size_and_colour_and_more_so_in_one_column() -> None:
    assert grouped(STYLE_GROUPING) == NEAR


@off_by_two(STYLE_GROUPING)
def test_each_threshold_of_grouping_matters(name: str, factor: float) -> None:
    assert grouped(varied(STYLE_GROUPING, name, factor)) != NEAR


def test_a_style_is_sampled_once_before_another_run_of_it() -> None:
    runs = [inked("Settings"), inked("Settlings"), inked("Setting", height=24)]
    sampled = sample_runs(runs, varied(FAMILY_CHOICE, "sample", 0.05))
    assert [one.run.text for one in sampled] == ["Settlings", "Setting"]


def family_choices(choice: FamilyChoice) -> dict[str, object]:
    """What is sampled of a page, and which families explain some runs."""
    unlike = [{str(family): 0.9 if family == i else 0.5 for family in range(10)} for i in range(10)]

    def second(gain: float, evidence: float) -> list[str]:
        """The families of a page in A and of a run that is more like B by `gain`."""
        fits = [{"A": 0.9, "B": 0}, {"A": 0.5, "B": 0.5 + gain}]
        return choose_families(fits, [2 * evidence, evidence], choice)

    return {
        "sampled of 100 runs": len(sample_runs([inked("Settings")] * 100, choice)),
        "long enough": [ink.run.text for ink in sample_runs([inked("four"), inked("of")], choice)],
        "for ten unlike runs": len(choose_families(unlike, [4.0] * 10, choice)),
        "a little better in many letters": second(0.03, evidence=1000),
        "better in many letters": second(0.06, evidence=1000),
        "worth little": second(choice.clearly + 0.2, evidence=1),
        "worth more": second(choice.clearly + 0.3, evidence=1),
    }


FAMILIES: dict[str, object] = {
    "sampled of 100 runs": 40,
    "long enough": ["four"],
    "for ten unlike runs": 4,
    "a little better in many letters": ["A"],
    "better in many letters": ["A", "B"],
    "worth little": ["A"],
    "worth more": ["A", "B"],
}


def test_a_family_is_added_where_it_explains_what_others_do_not() -> None:
    assert family_choices(FAMILY_CHOICE) == FAMILIES


@off_by_two(FAMILY_CHOICE)
def test_each_threshold_of_choosing_families_matters(name: str, factor: float) -> None:
    assert family_choices(varied(FAMILY_CHOICE, name, factor)) != FAMILIES


MEDIUM, ITALIC = face("Inter", 500), face("Inter", italic=True)
SHORT, OF_ITS_STYLE, LONGER = inked("a"), inked("c"), inked("a" * 16, height=40)


def face_choices(choice: FaceChoice) -> dict[str, object]:
    """Whether a short run gets a face it is more like, or less like, by so much than Inter, and
    the weights and slopes that are tried of Inter."""

    def gets(other: FontFace, gain: float, *context: tuple[RunInk, dict[FontFace, float]]) -> bool:
        inks, likenesses = zip((SHORT, {other: 0.5 + gain, INTER: 0.5}), *context, strict=True)
        return choose_faces(inks, likenesses, choice)[0] == other

    regular = (OF_ITS_STYLE, {BOLD: 0.5, INTER: 0.7})
    in_serif = (LONGER, {SERIF: 0.9, INTER: 0.7})
    return {
        "medium by 0.009": gets(MEDIUM, 0.009),
        "medium by 0.015": gets(MEDIUM, 0.015),
        "italic by 0.02": gets(ITALIC, 0.02),
        "italic by 0.03": gets(ITALIC, 0.03),
        "bold by 0.07 beside regular": gets(BOLD, 0.07, regular),
        "bold by 0.085 beside regular": gets(BOLD, 0.085, regular),
        "serif by -0.09 on a page in serif": gets(SERIF, -0.09, in_serif),
        "serif by -0.06 on a page in serif": gets(SERIF, -0.06, in_serif),
        "tried of regular": tried(choice, drawn("Settings", INTER, 16)),
        "tried of bold": tried(choice, drawn("Settings", BOLD, 16)),
        "read for a dash 0.014 better": read_as("a - b", drawn("a – b", INTER, 16), choice),
        "read for a dash 0.0097 better": read_as("−12", drawn("–12", INTER, 14), choice),
    }


def read_as(text: str, ink: RunInk, choice: FaceChoice = FACE_CHOICE) -> str:
    """What a text is taken for that was read as `text`."""
    read = RunInk(replace(ink.run, text=text), ink.box, ink.coverage)
    return with_best_reading(read, ["Inter"], choice).run.text


def tried(choice: FaceChoice, ink: RunInk) -> set[int]:
    return {other.weight for other in compare_candidates(ink, ["Inter"], choice)}


FACES: dict[str, object] = {
    "medium by 0.009": False,
    "medium by 0.015": True,
    "italic by 0.02": False,
    "italic by 0.03": True,
    "bold by 0.07 beside regular": False,
    "bold by 0.085 beside regular": True,
    "serif by -0.09 on a page in serif": False,
    "serif by -0.06 on a page in serif": True,
    "tried of regular": {300, 400, 500, 600, 700},
    "tried of bold": {400, 500, 600, 700, 800},
    "read for a dash 0.014 better": "a – b",
    "read for a dash 0.0097 better": "−12",
}


@pytest.mark.parametrize(
    ("drawn_text", "read"),
    [("−12", "-12"), ("-12", "−12"), ("−$49.28", "-$49.28"), ("A · B", "A·B"), ("£49", "f49")],
)
def test_signs_that_are_read_alike_are_told_by_their_looks(drawn_text: str, read: str) -> None:
    assert read_as(read, drawn(drawn_text, INTER, 16)) == drawn_text


def test_the_page_and_like_runs_have_a_say_in_a_runs_face() -> None:
    assert face_choices(FACE_CHOICE) == FACES


@off_by_two(FACE_CHOICE)
def test_each_threshold_of_choosing_faces_matters(name: str, factor: float) -> None:
    assert face_choices(varied(FACE_CHOICE, name, factor)) != FACES


def sizes(measuring: SizeMeasuring) -> dict[str, float]:
    """The sizes of texts as wide as their names say, alone or beside a long one of 16 pixels."""
    alone = {f"{text}, {width}": inked(text, width) for text, width in ALONE}
    long = inked(LONG, 318)
    beside = {f"Settings, {width}, beside": inked("Settings", width) for width in (59, 60)}
    halves = {
        f"Hi, beside {many} in half pixels": [inked("Hi", 13), long, *[inked(LONG, 308)] * count]
        for many, count in (("two", 2), ("three", 3))
    }
    many = {
        name: measure_sizes(inks, [INTER] * len(inks), 1, measuring)[0]
        for name, inks in halves.items()
    }
    return (
        {name: measure_sizes([ink], [INTER], 1, measuring)[0] for name, ink in alone.items()}
        | {
            name: measure_sizes([ink, long], [INTER] * 2, 1, measuring)[0]
            for name, ink in beside.items()
        }
        | many
    )


ALONE = (
    ("Hi", 13),
    ("Hi", 14),
    ("Him", 30),
    ("Hill", 25),
    ("Delivery within days", 121),
    ("Delivery within days", 224),
)
SIZES = {
    "Hi, 13": 15.5,
    "Hi, 14": 16,
    "Him, 30": 17,
    "Hill, 25": 19,
    "Delivery within days, 121": 12.9,
    "Delivery within days, 224": 24,
    "Settings, 59, beside": 15.5,
    "Settings, 60, beside": 16,
    "Hi, beside two in half pixels": 16,
    "Hi, beside three in half pixels": 15.5,
}


def test_a_size_is_measured_and_may_be_a_likely_one_near_it() -> None:
    assert sizes(SIZE_MEASURING) == pytest.approx(SIZES)


@off_by_two(SIZE_MEASURING)
def test_each_threshold_of_measuring_sizes_matters(name: str, factor: float) -> None:
    assert sizes(varied(SIZE_MEASURING, name, factor)) != pytest.approx(SIZES)
