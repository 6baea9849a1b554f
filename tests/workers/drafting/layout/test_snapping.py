"""Texts of one column begin at one place."""

from tests.workers.drafting.perceive.kit import styled
from workers.drafting.layout.paragraphs import read_paragraphs
from workers.drafting.layout.snapping import flush
from workers.drafting.layout.tree import TREE
from workers.drafting.page import Text
from workers.imaging import Box


def texts(*lefts: int) -> tuple[Text, ...]:
    return read_paragraphs(styled("Berth", x, 40 + 60 * i) for i, x in enumerate(lefts))


def lefts_of(
    found: tuple[Text, ...], edges: tuple[int, ...] = (), moved: tuple[Box, ...] = ()
) -> list[int]:
    return [text.box.x for text in flush(found, edges, moved, TREE.flush)]


def test_a_text_a_pixel_off_joins_its_column() -> None:
    assert lefts_of(texts(20, 20, 21)) == [20, 20, 20]


def test_a_text_joins_the_edge_of_the_rules_around_it() -> None:
    assert lefts_of(texts(21), (20, 20)) == [20]


def test_a_text_two_pixels_off_stays() -> None:
    assert lefts_of(texts(20, 20, 22)) == [20, 20, 22]


def test_a_text_that_a_browser_has_shown_in_its_place_stays() -> None:
    found = texts(20, 20, 21)
    assert lefts_of(found, moved=(found[2].paragraph.ink,)) == [20, 20, 21]
