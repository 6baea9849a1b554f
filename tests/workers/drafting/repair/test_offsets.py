"""How far text lies off, learnt from a render and written so that it fits."""

import numpy as np

from tests.workers.drafting.perceive.kit import perception, styled
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose import STACKS
from workers.drafting.layout.paragraphs import read_paragraphs
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Offset, Paragraph
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.repair.offsets import (
    OFFSETS,
    Comparison,
    OffsetThresholds,
    RenderedText,
    is_shifted,
    learn_offsets,
)
from workers.imaging import Image

PAPER = np.full((200, 300, 3), 255, np.uint8)
BLANK = Comparison(PAPER, PAPER)


def one_line() -> Paragraph:
    [text] = read_paragraphs([styled("Departures", 40, 60)])
    return text.paragraph


def seen(paragraph: Paragraph, dx: float = 0, dy: float = 0, wider: float = 0) -> RenderedText:
    """The paragraph's first line where a browser would put it, moved."""
    [text] = read_paragraphs(paragraph.lines[0].runs)
    width = paragraph.ink.width + wider
    return RenderedText(paragraph.text, 40 + dx, text.box.y + dy, width, text.box.height)


def offset_of(text: RenderedText) -> Offset:
    learnt = learn_offsets([one_line()], [text], {}, BLANK)
    return learnt.get(one_line().ink, Offset())


def test_text_in_its_place_needs_no_offset() -> None:
    assert offset_of(seen(one_line())) == Offset()


def test_text_that_lies_off_is_moved_back() -> None:
    offset = offset_of(seen(one_line(), dx=12, dy=-9))
    assert (offset.dx, offset.dy) == (-12, 9)


def test_text_that_is_too_wide_gets_tighter_letters() -> None:
    assert offset_of(seen(one_line(), wider=5)).letter_spacing == -0.5


def test_text_elsewhere_with_the_same_words_is_not_taken_for_it() -> None:
    assert offset_of(seen(one_line(), dy=400)) == Offset()


def test_offsets_add_up() -> None:
    learnt = learn_offsets(
        [one_line()], [seen(one_line(), dx=10)], {one_line().ink: Offset(dx=-3)}, BLANK
    )
    assert learnt[one_line().ink].dx == -13


def test_an_offset_that_was_for_nothing_is_taken_back() -> None:
    ink = one_line().ink
    learnt = learn_offsets([one_line()], [seen(one_line(), dx=-12)], {ink: Offset(dx=-12)}, BLANK)
    assert learnt[ink] == Offset()


def test_a_paragraph_whose_lines_broke_elsewhere_is_broken_by_hand() -> None:
    lines = (
        "A paragraph is told from a list by the way its",
        "lines end: each is as long as the room and the",
    )
    runs = [styled(line, 20, 40 + 24 * i) for i, line in enumerate(lines)]
    [text] = read_paragraphs(runs)
    elsewhere = [RenderedText("A paragraph is told from a list by the way", 20, 20, 300, 24)]
    learnt = learn_offsets([text.paragraph], elsewhere, {}, BLANK)
    assert learnt[text.paragraph.ink].broken


def test_a_page_moved_as_a_whole_is_noticed() -> None:
    paragraph = one_line()
    assert not is_shifted([paragraph], [seen(paragraph)])
    assert is_shifted([paragraph], [seen(paragraph, dy=30)])


def striped(x: int, y: int) -> Image:
    """The ink of the one line at twice the density, its left top at (x, y) image pixels."""
    image = np.full((400, 600, 3), 255, np.uint8)
    ink = one_line().ink
    for column in range(0, 2 * ink.width, 7):
        image[y : y + 2 * ink.height, x + column : x + column + 3] = 30
    return image


def test_the_shift_is_learnt_to_an_image_pixel_of_a_dense_screen() -> None:
    ink = one_line().ink
    images = Comparison(striped(2 * ink.x, 2 * ink.y), striped(2 * ink.x + 1, 2 * ink.y - 3), 2)
    offset = learn_offsets([one_line()], [seen(one_line())], {}, images)[ink]
    assert (offset.dx, offset.dy) == (-0.5, 1.5)


def test_a_shift_of_half_a_pixel_is_written() -> None:
    run = one_line().lines[0].runs[0]
    tree = lay_out(perception(run), {run.run.ink: Offset(dx=-0.5, dy=1.5)})
    files = STACKS["html-css"]([tree], css_stack).files
    assert "translate: 0.5px 0.5px;" in files["style.css"]
    [text] = tree.children
    [unmoved] = lay_out(perception(run)).children
    assert (text.box.x, text.box.y) == (unmoved.box.x - 1, unmoved.box.y + 1)


WORDS = ("Departures", "Arrivals", "Quays", "Tides", "Ships", "Berths", "Prices", "Rates")


def moved(dx: int, marks: int = 8, levels: int = 200) -> Comparison:
    """A black page whose text, a few marks, the render has `dx` pixels farther right."""
    mockup, render = np.zeros_like(PAPER), np.zeros_like(PAPER)
    ink = one_line().ink
    for x in range(ink.x + 5, ink.x + 5 + 9 * marks, 9):
        mockup[ink.y + x % 4, x] = levels
        render[ink.y + x % 4, x + dx] = levels
    return Comparison(mockup, render)


def is_slipped(off: float, share: float, thresholds: OffsetThresholds) -> bool:
    found = [read_paragraphs([styled(word, 40, 60)])[0].paragraph for word in WORDS]
    texts = [seen(each, off * (n < share * len(found))) for n, each in enumerate(found)]
    return is_shifted(found, texts, thresholds)


def learnt(thresholds: OffsetThresholds) -> dict[object, object]:
    def offset(words: str, images: Comparison = BLANK, **off: float) -> Offset:
        [text] = read_paragraphs([styled(words, 40, 60)])
        texts = [seen(text.paragraph, **off)]
        known = learn_offsets([text.paragraph], texts, {}, images, thresholds)
        return known.get(text.paragraph.ink, Offset())

    found: dict[object, object] = {
        **{f"moved by {dx}": offset("Departures", moved(dx)) for dx in (1, 2, 3, 5)},
        **{f"{n} faint marks": offset("Departures", moved(2, n, 1)) for n in (1, 4, 8)},
        **{f"{n} wider": offset("Departures", wider=n) for n in (1, 2, 9)},
        **{words: offset(words, wider=4) for words in ("Of", "Ofte", "Departu")},
        **{f"{n} away": offset("Departures", dy=n) for n in (20, 40, 80)},
    }
    for off in (4, 8):
        for share in (0.125, 0.25, 0.5):
            found[f"{share} slipped by {off}"] = is_slipped(off, share, thresholds)
    return found


LEARNT = learnt(OFFSETS)


@off_by_two(OFFSETS)
def test_each_threshold_of_offsets_matters(name: str, factor: float) -> None:
    assert learnt(varied(OFFSETS, name, factor)) != LEARNT


def test_faint_marks_move_a_text_only_where_there_are_enough() -> None:
    found = [LEARNT[f"{n} faint marks"] for n in (1, 4, 8)]
    assert found == [Offset(), Offset(), Offset(dx=-2)]


def test_what_nobody_sees_moves_no_text_off_those_it_is_aligned_with() -> None:
    assert LEARNT["moved by 1"] == Offset()
    assert LEARNT["moved by 2"] == Offset(dx=-2)
