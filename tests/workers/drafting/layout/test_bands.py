"""On which side the cells of a column are flush, on boxes made by hand."""

import pytest

from tests.workers.drafting.compose.pieces import text
from workers.drafting.layout.bands import alignment_of
from workers.drafting.page import Alignment, Text

PRICES = ("24.00", "61.00")  # as wide as each other


def at(words: str, right: int) -> Text:
    held = text(words, 0, 0)
    return text(words, right - held.box.width, 0)


@pytest.mark.parametrize(
    ("header", "side"),
    [
        (at("Price of it", 400), "right"),
        (text("Price of it", 400 - at(PRICES[0], 400).box.width, 0), "left"),
    ],
)
def test_the_header_tells_where_cells_are_as_wide_as_each_other(
    header: Text, side: Alignment
) -> None:
    assert alignment_of([header, *(at(words, 400) for words in PRICES)], 1) == side


def test_a_header_tells_nothing_where_the_cells_do() -> None:
    words = [text(each, 100, 0) for each in ("Albatross", "Tern")]
    assert alignment_of([text("No", 130, 0), *words], 1) == "left"
