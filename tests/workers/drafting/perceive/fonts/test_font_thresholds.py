"""Each threshold of choosing, measuring and unifying fonts, on likenesses and runs made by hand."""

from dataclasses import replace

from tests.workers.drafting.perceive.kit import styled
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.page import StyledRun
from workers.drafting.perceive.fonts.consensus import ALIGNMENT, Alignment, unify_aligned
from workers.drafting.perceive.fonts.unify import UNIFYING, FontUnifying, unify_fonts
from workers.imaging import Box, Colour

LONG = "Delivery within days"


def grey(levels: int) -> Colour:
    return levels, levels, levels


def on(run: StyledRun, background: Colour) -> StyledRun:
    return replace(run, run=replace(run.run, background=background))


def at(run: StyledRun, x: int, width: int | None = None) -> StyledRun:
    ink = run.run.ink
    return replace(run, run=replace(run.run, ink=Box(x, ink.y, width or ink.width, ink.height)))


FIRST = styled(LONG, 20, 40)
SIDE = 320  # x beside it


def beside(**changes: object) -> StyledRun:
    """A narrower text in its row."""
    return styled("Settings", SIDE, **{"baseline": 40, **changes})  # type: ignore[arg-type]


PAIRS = {
    "a little paler": beside(colour=grey(48)),
    "paler": beside(colour=grey(66)),
    "another ground": on(beside(weight=500), (246, 246, 246)),
    "yet another ground": on(beside(weight=500), (236, 236, 236)),
    "a pixel lower": beside(baseline=41, weight=500),
    "two pixels lower": beside(baseline=42, weight=500),
    "below": at(styled("Settings", 20, 90, weight=500), 20),
    "below, two pixels in": at(styled("Settings", 20, 90, weight=500), 22),
    "below, four pixels in": at(styled("Settings", 20, 90, weight=500), 24),
    "farther below": at(styled("Settings", 20, 210, weight=500), 20),
    "a little smaller": beside(size=15),
    "smaller": beside(size=14),
    "short and smaller": styled("Fri", SIDE, 40, 14),
    "short and much smaller": styled("Fri", SIDE, 40, 11.5),
    "of five letters and smaller": styled("Label", SIDE, 40, 14),
    "of two letters and smaller": styled("Of", SIDE, 40, 14),
    "nearly of its weight": beside(weight=500),
    "bolder": beside(weight=600),
}
HEAVY_PAIRS = {
    "nearly of its weight": (800, 700),
    "bolder": (900, 700),
    "much bolder": (900, 600),
    "less bold": (600, 400),
}


def aligned(limits: Alignment) -> dict[str, bool]:
    """Whether two texts become one style."""
    pairs = {name: (FIRST, run) for name, run in PAIRS.items()}
    for name, (weight, other) in HEAVY_PAIRS.items():
        pairs[f"heavy, {name}"] = (styled(LONG, 20, 40, weight=weight), beside(weight=other))
    return {name: unify_aligned(pair, limits) != [*pair] for name, pair in pairs.items()}


ALIGNED: dict[str, bool] = {
    "a little paler": True,
    "paler": False,
    "another ground": True,
    "yet another ground": False,
    "a pixel lower": True,
    "two pixels lower": False,
    "below": True,
    "below, two pixels in": True,
    "below, four pixels in": False,
    "farther below": False,
    "a little smaller": True,
    "smaller": False,
    "short and smaller": True,
    "short and much smaller": False,
    "of five letters and smaller": False,
    "of two letters and smaller": True,
    "nearly of its weight": True,
    "bolder": False,
    "heavy, nearly of its weight": True,
    "heavy, bolder": True,
    "heavy, much bolder": False,
    "heavy, less bold": False,
}


def test_aligned_texts_of_like_style_become_one_style() -> None:
    assert aligned(ALIGNMENT) == ALIGNED


@off_by_two(ALIGNMENT)
def test_each_threshold_of_alignment_matters(name: str, factor: float) -> None:
    assert aligned(varied(ALIGNMENT, name, factor)) != ALIGNED


UNIFIED_RUNS = {
    "a little smaller": styled("Settings", 400, 90, 15.5),
    "smaller": styled("Settings", 400, 90, 14.9),
    "smaller, of 20 letters": styled("Delivery within days", 400, 90, 15.5),
    "smaller, of 30 letters": styled("Delivery within days or hours.", 400, 90, 15.5),
    "of nearly its colour": styled("Settings", 400, 90, colour=grey(39)),
    "paler": styled("Settings", 400, 90, colour=grey(50)),
}


def unified(limits: FontUnifying) -> dict[str, tuple[float, Colour]]:
    long = styled("Quarterly figures and notes of the harbour", 20, 40)
    results = {}
    for name, run in UNIFIED_RUNS.items():
        _, found = unify_fonts([long, run], limits)
        results[name] = found.font.size, found.run.colour
    return results


UNIFIED: dict[str, tuple[float, Colour]] = {
    "a little smaller": (16, (30, 30, 30)),
    "smaller": (14.9, (30, 30, 30)),
    "smaller, of 20 letters": (16, (30, 30, 30)),
    "smaller, of 30 letters": (15.5, (30, 30, 30)),
    "of nearly its colour": (16, (30, 30, 30)),
    "paler": (16, (50, 50, 50)),
}


def test_short_texts_take_the_size_and_colour_of_long_ones() -> None:
    assert unified(UNIFYING) == UNIFIED


@off_by_two(UNIFYING)
def test_each_threshold_of_unifying_matters(name: str, factor: float) -> None:
    assert unified(varied(UNIFYING, name, factor)) != UNIFIED
