"""Values that are stored, as earlier versions stored them."""

from webapp.studio.values import Score


def test_a_score_of_before_lines_were_counted_that_nobody_read_has_none() -> None:
    assert Score.model_validate({"total": 0.5, "parts": {}}).unread_lines == 0
