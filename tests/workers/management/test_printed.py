"""What a shell shows of a score, of made comparisons."""

from pathlib import Path

import pytest

from tests.workers.management.kit import ICON, PRICE
from webapp.studio.events import ModelRef, RegionScore
from webapp.studio.values import Difference, Rect
from workers.management.measure import PageReport
from workers.management.printed import page_line, page_text, table
from workers.management.report import NamedDifference, Report


def table_of(*differences: Difference, width: int = 120) -> list[str]:
    return table([NamedDifference.of(one) for one in differences], width).splitlines()


def test_a_difference_is_a_row_with_its_cost_in_points_and_its_place() -> None:
    head, price, icon = table_of(PRICE, ICON)
    assert head.split() == ["cost", "kind", "item", "expected", "got", "place", "line", "selector"]
    assert price == (
        '2.13  size     text "$9"  34 px     18 px  640,200 40×30  42    '
        "main > section.plans > div:nth-child(2) > p.price"
    )
    assert icon == "0.40  missing  icon       icon      –      12,1024 16×16  –     –"


@pytest.mark.parametrize("width", [100, 120])
def test_long_texts_are_cut_so_that_no_row_is_wider_than_the_table(width: int) -> None:
    long = PRICE.model_copy(
        update={
            "item": f'text "{"Plan the season before it plans you " * 3}"',
            "expected": "Plan the season before it plans you" * 2,
            "got": "Plan the reason before it plans you" * 2,
            "selector": f"main > {'div:nth-child(2) > ' * 9}p.price",
        }
    )
    lines = table_of(long, ICON, width=width)
    assert max(map(len, lines)) == width
    assert lines[1].count("…") == 4
    assert lines[1].endswith(" > p.price")
    assert '  text "Plan t' in lines[1]
    places = {line.index(place) for line, place in zip(lines, PLACES, strict=True)}
    assert len(places) == 1


PLACES = ("place", "640,200 40×30", "12,1024 16×16")


def test_columns_stand_below_each_other_where_letters_are_wide() -> None:
    wide = PRICE.model_copy(update={"item": "文字"})
    head, row, below = table_of(wide, ICON)
    assert row.index("34 px") + 2 == head.index("expected") == below.index("icon", 20)


def test_a_text_of_a_page_cannot_talk_to_the_terminal() -> None:
    sly = PRICE.model_copy(update={"item": "a\x1b[2J\nb\u202ec", "got": "\x07"})
    lines = table_of(sly)
    assert len(lines) == 2
    assert "a [2J b c" in lines[1]
    assert lines[1].isprintable()


def page_report(**changes: object) -> PageReport:
    report = PageReport(
        mockup="m.png",
        page="site/index.html",
        width=1280,
        height=800,
        scale=1,
        score=0.97449,
        differences=(NamedDifference.of(PRICE), NamedDifference.of(ICON)),
        unread_lines=0,
        console_errors=(),
        failed_requests=(),
        overflow_px=0,
    )
    return report.model_copy(update=changes)


def test_a_comparison_is_its_score_above_the_table() -> None:
    score, *rest = page_text(page_report()).splitlines()
    assert score == "Score 97.4%"
    assert rest == table_of(PRICE, ICON)


def test_a_page_that_differs_in_nothing_is_told_in_a_sentence() -> None:
    assert page_text(page_report(differences=())).splitlines() == [
        "Score 97.4%",
        "No differences.",
    ]


def test_what_the_browser_complained_about_stands_below() -> None:
    told = page_text(
        page_report(
            console_errors=("Uncaught\nTypeError",), failed_requests=("a.css",), overflow_px=40
        )
    )
    assert told.splitlines()[-3:] == [
        "Console: Uncaught TypeError",
        "Not loaded: a.css",
        "The page is 40 px wider than the mockup.",
    ]


def test_what_a_browser_says_is_told_in_words_and_not_in_the_table() -> None:
    told = page_text(page_report(differences=(AS_FILE,)))
    assert told.splitlines() == [
        "Score 97.4%",
        "No differences.",
        "Opened as a file: m.js does not load",
    ]


def test_what_axe_finds_is_told_in_words_with_how_often() -> None:
    image = PRICE.model_copy(update={"kind": "accessibility", "got": "Images\nmust have an alt"})
    pale = {"kind": "low_contrast", "got": "3 : 1", "expected": "4.5 : 1", "count": 2}
    differences = [image, PRICE.model_copy(update=pale)]
    told = page_text(page_report(differences=tuple(map(NamedDifference.of, differences))))
    assert told.splitlines()[1:] == [
        "No differences.",
        f"Accessibility: {PRICE.item}: Images must have an alt",
        f"Low contrast: {PRICE.item}: 3 : 1, wanted 4.5 : 1 (2 places)",
    ]


@pytest.mark.parametrize(
    ("lines", "note"), [(1, "1 line could not be read"), (2, "2 lines could not be read")]
)
def test_lines_that_could_not_be_read_are_told(lines: int, note: str) -> None:
    told = page_text(page_report(unread_lines=lines))
    assert told.splitlines()[-1] == f"{note}: pixels alone were compared."


def report_of(stop_reason: str = "finished", **changes: object) -> Report:
    report = Report(
        name="mockup",
        mockup="mockup.png",
        width=1280,
        height=800,
        scale=1,
        notes=(),
        stack="html-css",
        model=ModelRef(id="draft", prompt_version="1"),
        score=0.97449,
        parts={},
        picture_penalty=0,
        regions=(REGION,),
        differences=(NamedDifference.of(PRICE), NamedDifference.of(ICON)),
        unread_lines=0,
        revision=1,
        revisions=(),
        stop_reason=stop_reason,
        seconds={},
        files=(),
    )
    return report.model_copy(update=changes)


AS_FILE = NamedDifference.of(
    PRICE.model_copy(update={"kind": "as_file", "got": "m.js does not load"})
)
REGION = RegionScore(name="top left", rect=Rect(x=0, y=0, width=9, height=9), score=0.912)


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (
            report_of(),
            'mockup · 97.4% · worst: text "$9" size: 18 px, mockup 34 px '
            "· the model was done · out",
        ),
        (
            report_of("plateau", differences=(NamedDifference.of(ICON),)),
            "mockup · 97.4% · worst: icon missing · the last revisions gained nothing · out",
        ),
        (
            report_of("budget", differences=()),
            "mockup · 97.4% · worst: top left, 91.2% "
            "· its steps, seconds or tokens were used up · out",
        ),
        (
            report_of(differences=(), regions=(), unread_lines=2),
            "mockup · 97.4% · 2 lines could not be read · the model was done · out",
        ),
        (
            report_of(differences=(), regions=(), score=1.0),
            "mockup · 100.0% · the model was done · out",
        ),
        (
            report_of(differences=(AS_FILE,), regions=(), score=0.9999),
            "mockup · 99.9% · the model was done · out",
        ),
    ],
)
def test_a_page_is_one_line(report: Report, line: str) -> None:
    assert page_line(report, Path("out")) == line
