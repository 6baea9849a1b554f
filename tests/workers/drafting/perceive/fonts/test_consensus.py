"""Texts in one row or column agree on what short words measure badly."""

from dataclasses import replace

from tests.workers.drafting.perceive.kit import PAPER, styled
from workers.drafting.page import StyledRun
from workers.drafting.perceive.fonts.consensus import unify_aligned

GREY, PALER, RED = (102, 114, 138), (121, 132, 153), (200, 40, 40)


def row(*runs: StyledRun) -> list[StyledRun]:
    return unify_aligned(runs)


def test_a_short_label_takes_the_look_of_its_row() -> None:
    wide = [styled("Monday", 20, 40, 12, GREY), styled("Tuesday", 120, 40, 12, GREY)]
    short = styled("Fri", 220, 40, 11.5, PALER, weight=300)
    *_, joined = row(*wide, short)
    assert joined.font == wide[0].font
    assert joined.run.colour == GREY


def test_a_column_agrees_as_a_row_does() -> None:
    figures = [styled(text, 20, 40 + 35 * i, 14, weight=700) for i, text in enumerate(("31", "28"))]
    odd = styled("17", 20, 110, 16, weight=800)
    assert {run.font.size for run in row(*figures, odd)} == {14}
    assert {run.font.weight for run in row(*figures, odd)} == {700}


def test_bold_among_regular_stays_bold() -> None:
    regular = [styled("Kinsale", 20, 40), styled("North quay", 120, 40)]
    bold = styled("10:40", 260, 40, weight=700)
    assert row(*regular, bold)[-1] == bold


def test_another_colour_is_another_style() -> None:
    late = styled("2 invoices", 260, 40, 13, RED, weight=500)
    assert row(styled("12 % more", 20, 40, 13), late)[-1] == late


def test_texts_in_no_common_row_or_column_are_left_alone() -> None:
    apart = [styled("Kinsale", 20, 40), styled("Fuel dock", 320, 300, weight=500)]
    assert row(*apart) == apart


def test_a_column_far_below_has_no_say() -> None:
    apart = [styled("Kinsale", 20, 40), styled("Fuel", 20, 400, weight=500)]
    assert row(*apart) == apart


def test_texts_on_other_grounds_have_no_say() -> None:
    first, other = styled("Kinsale", 20, 40), styled("Fuel", 120, 40, weight=500)
    badge = replace(other, run=replace(other.run, background=(200, 240, 220)))
    assert first.run.background == PAPER
    assert row(first, badge) == [first, badge]
