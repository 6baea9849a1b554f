"""Values that are stored, as earlier versions stored them."""

import pytest

from webapp.studio.values import Score, percent, unread_note


def test_a_score_of_before_lines_were_counted_that_nobody_read_has_none() -> None:
    assert Score.model_validate({"total": 0.5, "parts": {}}).unread_lines == 0


@pytest.mark.parametrize(
    ("score", "read"),
    [(1.0, "100.0%"), (0.99999, "99.9%"), (0.9985, "99.9%"), (0.98765, "98.8%"), (0.0, "0.0%")],
)
def test_a_score_reads_as_a_percentage_and_is_perfect_only_where_it_is(
    score: float, read: str
) -> None:
    assert percent(score) == read


@pytest.mark.parametrize(("lines", "read"), [(1, "1 line could"), (2, "2 lines could")])
def test_unread_lines_are_counted(lines: int, read: str) -> None:
    assert unread_note(lines) == f"{read} not be read"


@pytest.mark.parametrize(
    ("score", "shown"),
    [(0.9505, "95.1%"), (0.9504, "95.0%"), (0.0005, "0.1%"), (0.9996, "99.9%"), (1.0, "100.0%")],
)
def test_a_score_is_rounded_as_the_browser_rounds_it(score: float, shown: str) -> None:
    assert percent(score) == shown
