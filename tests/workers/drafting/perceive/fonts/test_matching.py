"""The font of each run is found again from its pixels."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.workers.drafting.perceive.typeset import Page, Typeset, typeset
from workers.drafting.page import Font, StyledRun
from workers.drafting.perceive.fonts import installed
from workers.drafting.perceive.fonts.installed import (
    FontFace,
    css_stack,
    installed_faces,
    metrics,
    text_width,
)
from workers.drafting.perceive.fonts.matching import style_runs
from workers.drafting.perceive.text.ink import find_ink
from workers.imaging import Box, TextRun

INSTALLED = {face.family for face in installed_faces()}
SENTENCES = (
    "The quick brown fox jumps",
    "Quarterly figures and notes",
    "Settings",
    "Delivery within two days",
)


@dataclass(frozen=True)
class Case:
    family: str
    weight: int
    size: float
    italic: bool = False

    def html(self, top: int, words: str) -> str:
        slope = "italic" if self.italic else "normal"
        font = f"{slope} {self.weight} {self.size}px '{self.family}'"
        return f'<div style="top:{top}px;font:{font}">{words}</div>'


# Each page uses one family for its text, as pages do.
CASES = [
    case
    for family in ("Liberation Sans", "Liberation Serif", "DejaVu Sans Mono", "Inter", "Roboto")
    for case in (
        Case(family, 400, 13),
        Case(family, 400, 16),
        Case(family, 700, 16),
        Case(family, 700, 32),
    )
    if family in INSTALLED
] + [Case("Liberation Serif", 400, 18, italic=True)]


@pytest.fixture(scope="module")
def styled() -> dict[Case, tuple[TextRun, StyledRun]]:
    """Every case, set among the others of its family; the text is given, not read."""
    families = list(dict.fromkeys(case.family for case in CASES))
    groups = [[case for case in CASES if case.family == family] for family in families]
    drawn = typeset(Page(_body(group), height=60 * len(group) + 20) for group in groups)
    found: dict[Case, tuple[TextRun, StyledRun]] = {}
    for group, page in zip(groups, drawn, strict=True):
        runs = [_run(page, i) for i in range(len(group))]
        for case, run, style in zip(group, runs, style_runs(page.image, runs), strict=True):
            found[case] = (run, style)
    return found


def _words(i: int) -> str:
    return SENTENCES[i % len(SENTENCES)]


def _body(group: list[Case]) -> str:
    return "".join(case.html(12 + 60 * i, _words(i)) for i, case in enumerate(group))


def _run(page: Typeset, i: int) -> TextRun:
    ink = find_ink(page.image, Box(30, 6 + 60 * i, 720, 56))
    assert ink is not None
    return TextRun(_words(i), ink.box, ink.colour, ink.background)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_family_weight_and_slope_are_found(
    styled: dict[Case, tuple[TextRun, StyledRun]], case: Case
) -> None:
    font = styled[case][1].font
    assert (font.family, font.weight, font.italic) == (case.family, case.weight, case.italic)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_size_is_found(styled: dict[Case, tuple[TextRun, StyledRun]], case: Case) -> None:
    assert styled[case][1].font.size == pytest.approx(case.size, rel=0.02)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_set_in_its_font_the_text_is_as_wide_as_its_ink(
    styled: dict[Case, tuple[TextRun, StyledRun]], case: Case
) -> None:
    run, style = styled[case]
    bearings = 0.2 * case.size
    assert text_width(run.text, style.font) == pytest.approx(
        run.ink.width + bearings / 2, abs=bearings / 2 + 0.02 * run.ink.width
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_text_starts_where_the_page_starts_it(
    styled: dict[Case, tuple[TextRun, StyledRun]], case: Case
) -> None:
    assert styled[case][1].origin_x == pytest.approx(40, abs=1.5)


def test_metrics_are_those_of_the_face() -> None:
    family = "Liberation Serif" if "Liberation Serif" in INSTALLED else installed_faces()[0].family
    ascent, descent = metrics(Font(family, 400, 100))
    assert 70 < ascent < 120
    assert 10 < descent < 40


def test_every_family_ends_in_a_generic_one() -> None:
    assert all(
        re.search(r"(sans-serif|serif|monospace)$", css_stack(family)) for family in INSTALLED
    )


def test_a_machine_without_fonts_still_sets_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "_listed", list)
    installed_faces.cache_clear()
    try:
        assert installed_faces() == (FontFace("sans-serif", 400, False, None),)
        assert text_width("word", Font("Arial", 400, 16)) > 16
        image = np.full((40, 90, 3), 255, np.uint8)
        image[10:24, 10:70:4] = 0
        run = TextRun("word", Box(10, 10, 57, 14), (0, 0, 0), (255, 255, 255))
        assert len(style_runs(image, [run])) == 1
    finally:
        installed_faces.cache_clear()


def test_fonts_are_found_without_fontconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    if not any(Path("/usr/share/fonts").rglob("LiberationSans-Bold.ttf")):
        pytest.skip("Liberation Sans is not installed here")
    monkeypatch.setenv("PATH", "")
    found = {(f.family, f.weight, f.italic) for f in installed._listed()}
    assert ("Liberation Sans", 700, False) in found


def test_no_text_has_no_width() -> None:
    assert text_width("", Font("Inter", 400, 16)) == 0
    assert text_width(" harbour", Font("Inter", 400, 16)) > text_width(
        "harbour", Font("Inter", 400, 16)
    )
