"""Which text is taken for which, on the page that a real browser drew."""

from dataclasses import replace

import numpy as np
import pytest
from workers.scoring.match import match_text
from workers.scoring.pixel_match import find_same

from tests.workers.scoring.conftest import Gallery
from workers.imaging import Box, TextRun
from workers.scoring.page_view import PageView
from workers.scoring.text_lines import joined, similarity


def merged_runs(one: TextRun, other: TextRun) -> TextRun:
    """Two runs of one line as OCR reads them that sees no gap."""
    top, bottom = min(one.ink.y, other.ink.y), max(one.ink.bottom, other.ink.bottom)
    ink = Box(one.ink.x, top, other.ink.right - one.ink.x, bottom - top)
    return replace(one, text=f"{one.text}{other.text}", ink=ink)


def run_of(view: PageView, text: str) -> TextRun:
    return next(run for run in view.runs if run.text == text)


def other_font(view: PageView) -> PageView:
    """The same runs on pixels that prove nothing: text must be matched by its letters."""
    return replace(view, image=np.full_like(view.image, 255))


def test_runs_that_ocr_merged_still_match_without_loss(gallery: Gallery) -> None:
    own = gallery.own
    name, people = run_of(own, "Amsterdam office"), run_of(own, "12 people")
    rest = tuple(run for run in own.runs if run not in (name, people))
    mockup = replace(other_font(own), runs=(*rest, merged_runs(name, people)))

    matching = match_text(mockup, own)

    assert not matching.missing
    assert not matching.surplus
    assert all(match.similarity == 1 for match in matching.matches)


def test_a_misread_run_matches_fully_where_the_pixels_are_the_same(gallery: Gallery) -> None:
    own = gallery.own
    title = run_of(own, "Monthly summary")
    misread = tuple(replace(r, text="Monthiy sumnary") if r is title else r for r in own.runs)

    proven = match_text(replace(own, runs=misread), own)
    unproven = match_text(replace(other_font(own), runs=misread), own)

    assert min(match.similarity for match in proven.matches) == 1
    assert min(match.similarity for match in unproven.matches) == pytest.approx(12 / 14)


def test_a_run_that_ocr_overlooked_is_found_by_its_pixels(gallery: Gallery) -> None:
    own = gallery.own
    blind = replace(own, runs=tuple(run for run in own.runs if run.text != "Billing"))

    matching = match_text(blind, own)

    assert not matching.surplus
    assert len(matching.matches) == len(own.runs)


def test_text_that_moved_across_the_page_is_matched_by_its_letters(gallery: Gallery) -> None:
    own = gallery.own
    title = run_of(own, "Monthly summary")
    moved = replace(title, ink=replace(title.ink, x=500, y=680))
    there = replace(other_font(own), runs=tuple(moved if r is title else r for r in own.runs))

    matching = match_text(own, there)

    assert not matching.missing
    assert max(match.shift for match in matching.matches) == 680 - title.ink.y


def test_an_icon_read_as_a_letter_costs_nothing_where_the_render_shows_it_too(
    gallery: Gallery,
) -> None:
    own = gallery.own
    icon = TextRun("O", Box(760, 500, 20, 20), (0, 0, 0), (255, 255, 255))

    matching = match_text(replace(own, runs=(*own.runs, icon)), own)

    assert not matching.missing


def test_text_inside_a_picture_of_the_render_counts_as_baked(gallery: Gallery) -> None:
    picture = gallery.cheats["one picture of the mockup"]

    matching = match_text(gallery.mockup, picture)

    assert not matching.matches
    assert len(matching.rasterised) == len(gallery.mockup.runs)


def test_pixels_are_found_again_a_few_pixels_away(gallery: Gallery) -> None:
    title = run_of(gallery.own, "Monthly summary").ink
    moved = np.roll(gallery.own.image, (3, -2), axis=(0, 1))

    found = find_same(gallery.own.image, title, moved, 1.0)

    assert found is not None
    assert found.box == Box(title.x - 2, title.y + 3, title.width, title.height)
    assert found.shift == 3


def test_one_other_word_is_not_the_same_text(gallery: Gallery) -> None:
    line = run_of(gallery.own, "Amsterdam office").ink
    other = gallery.own.image.copy()
    word = slice(line.y, line.bottom), slice(line.right - 40, line.right)
    other[word] = other[word][:, ::-1]

    assert find_same(gallery.own.image, line, other, 1.0) is None


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Sign in", "Sign in", 1.0),
        ("Latest news", "Latestnews", 1.0),
        ("Don’t — wait…", "Don't - wait...", 1.0),
        ("Home", "Hume", 0.75),
        ("", "", 1.0),
        ("Home", "", 0.0),
    ],
)
def test_letters_count_and_blanks_and_typography_do_not(one: str, other: str, alike: float) -> None:
    assert similarity(one, other) == alike


def test_unrelated_sentences_are_not_alike() -> None:
    one = "All figures include returns and late corrections."
    other = "Our warehouse ships every parcel on the next day."

    assert similarity(one, other) < 0.4


def test_text_is_joined_line_by_line() -> None:
    def at(text: str, x: int, y: int) -> TextRun:
        return TextRun(text, Box(x, y, 30, 12), (0, 0, 0), (255, 255, 255))

    runs = [at("d", 50, 40), at("b", 50, 12), at("a", 10, 10), at("c", 10, 42)]

    assert joined(runs) == "a b c d"
