"""The judge: identity is perfect, and each known distortion costs what its formula says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.scorer import Fidelity, Page, Run, merged, score
from webapp.studio.events import Rect

BLACK, RED = (0, 0, 0), (200, 0, 0)


def run(text: str, left: float, top: float, *, width: float = 100, height: float = 20) -> Run:
    return Run(text, left, top, left + width, top + height, BLACK)


RUNS = (
    run("Northwind trading", 20, 20),
    run("Our autumn catalogue", 20, 100),
    run("Delivery within two days", 20, 180),
    run("Contact the warehouse", 20, 260),
)
PAGE = Page(RUNS, (), 1000, 500)


def test_a_page_is_perfectly_like_itself() -> None:
    assert score(PAGE, PAGE) == Fidelity(1, 1, 1, 1, 1, 1, 0)


def test_dropping_a_quarter_of_the_text_costs_its_share_of_the_area() -> None:
    found = score(PAGE, replace(PAGE, runs=RUNS[:3]))

    assert found.block == pytest.approx(6 / 7)
    assert (found.text, found.position, found.colour) == (1, 1, 1)
    assert found.word_recall == pytest.approx(9 / 12)
    assert found.word_precision == 1


def test_text_that_only_the_generated_page_has_costs_block_and_precision() -> None:
    found = score(PAGE, replace(PAGE, runs=(*RUNS, run("Zzz", 500, 400))))

    assert found.block == pytest.approx(8 / 9)
    assert found.word_precision == pytest.approx(12 / 13)


def test_shifting_costs_the_larger_offset_as_a_share_of_the_page() -> None:
    shifted = tuple(replace(r, left=r.left + 50, right=r.right + 50) for r in RUNS)

    assert score(PAGE, replace(PAGE, runs=shifted)).position == pytest.approx(0.95)


def test_recolouring_costs_the_ciede2000_distance() -> None:
    recoloured = tuple(replace(r, colour=RED) for r in RUNS)
    found = score(PAGE, replace(PAGE, runs=recoloured))

    assert 0.4 < found.colour < 0.7
    assert found.position == 1


def test_a_misread_letter_costs_text_but_not_block() -> None:
    misread = (replace(RUNS[0], text="Northwimd trading"), *RUNS[1:])
    found = score(PAGE, replace(PAGE, runs=misread))

    assert found.block == 1
    assert found.text == pytest.approx(1 - (1 / 17) / 4)


def test_a_page_with_other_words_scores_nothing() -> None:
    other = tuple(replace(r, text="0123456789") for r in RUNS)
    found = score(PAGE, replace(PAGE, runs=other))

    assert (found.block, found.text, found.position, found.colour) == (0, 0, 0, 0)


def test_splitting_a_line_into_words_costs_nothing() -> None:
    words = (run("Northwind", 20, 20, width=60), run("trading", 84, 20, width=36))

    assert score(PAGE, replace(PAGE, runs=(*words, *RUNS[1:]))) == score(PAGE, PAGE)


def test_columns_of_a_table_stay_apart() -> None:
    cells = [run("Name", 20, 20, width=40), run("Price", 200, 20, width=40)]

    assert merged(cells) == cells


def test_pictures_count_once_and_only_beyond_the_reference() -> None:
    half = Rect(x=0, y=0, width=500, height=500)
    reference = replace(PAGE, pictures=(Rect(x=0, y=0, width=250, height=500),))

    assert score(reference, replace(PAGE, pictures=(half, half))).pictures == pytest.approx(0.25)


def test_two_pages_without_text_are_alike() -> None:
    empty = replace(PAGE, runs=())

    assert score(empty, empty).block == 1
    assert score(PAGE, empty).block == 0


@given(
    st.lists(
        st.builds(
            run,
            st.text("abcdef ", min_size=1, max_size=12),
            st.integers(0, 900),
            st.integers(0, 450),
        ),
        max_size=8,
    ).map(tuple)
)
def test_every_part_lies_between_nothing_and_perfect(runs: tuple[Run, ...]) -> None:
    found = score(PAGE, replace(PAGE, runs=runs))

    parts = (found.block, found.text, found.position, found.colour)
    assert all(0 <= part <= 1 for part in (*parts, found.word_recall, found.word_precision))
