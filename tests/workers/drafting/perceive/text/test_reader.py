"""Reading: what a browser drew is read back, in runs of one style."""

import numpy as np
import pytest

from tests.workers.drafting.perceive.typeset import Page, Typeset, run_reading, typeset, words_of
from workers.drafting.perceive.text.reader import find_text, read_text
from workers.imaging import Colour, TextRun

SANS = "font-family:'Liberation Sans',Arial,sans-serif"
ICON = (
    '<svg style="position:absolute;left:40px;top:{top}px" width="18" height="18">'
    '<circle cx="9" cy="6" r="4" fill="none" stroke="#111" stroke-width="2"/>'
    '<path d="M2 17a7 7 0 0 1 14 0" fill="none" stroke="#111" stroke-width="2"/></svg>'
)
LINES = {
    "Annual report": "top:20px;font-size:30px;font-weight:700",
    "Revenue grew faster than expected this year": "top:80px;font-size:16px",
    "Pale notes stay legible": "top:120px;font-size:14px;color:#8a8f98",
    "Underlined words are read": "top:160px;font-size:16px;text-decoration:underline",
}
ROWS = [f"Entry {number} of the long list" for number in range(1, 61)]


def _div(top: int, inner: str, style: str = "") -> str:
    return f'<div style="top:{top}px;{SANS};{style}">{inner}</div>'


LIGHT = (
    "".join(f'<div style="{SANS};{style}">{words}</div>' for words, style in LINES.items())
    + _div(200, 'Home<a style="margin-left:28px">Pricing</a><a style="margin-left:28px">Blog</a>')
    + _div(240, '<b style="font-size:28px">2,315</b><span style="font-size:13px"> +5%</span>')
    + _div(290, 'Read <a style="color:#c2255c">our handbook</a> before asking')
    + _div(330, "Status: <b>everything works</b> again today")
    + ICON.format(top=366)
    + f'<div style="top:364px;left:70px;{SANS};font-size:16px">People</div>'
)
DARK = (
    '<body style="background:#14171f">'
    + _div(40, "Dark surfaces", "font-size:24px;color:#f2f4f8")
    + _div(90, "Muted caption below", "font-size:14px;color:#8d96a8")
    + '<div style="top:140px;width:400px;height:90px;'
    + 'background:linear-gradient(90deg,#1b4dd8,#b5179e)"></div>'
    + _div(170, "White on a gradient", "font-size:20px;color:#fff;left:70px")
)
TALL = "".join(_div(20 + 50 * i, row, "font-size:16px") for i, row in enumerate(ROWS))
HIDPI = _div(20, "Sharp heading", "font-size:26px") + "".join(
    _div(80 + 30 * i, row, "font-size:15px") for i, row in enumerate(ROWS[:8])
)

ARMENIAN = (
    _div(20, "Անձնական կարգավորումներ", "font-size:28px")
    + _div(80, "Պայմանագիրը գործում է մինչև 12 մայիսի", "font-size:15px")
    + _div(120, "Plan and billing", "font-size:15px")
)

Read = tuple[Typeset, tuple[TextRun, ...]]


@pytest.fixture(scope="module")
def read() -> dict[str, Read]:
    pages = {
        "light": Page(LIGHT),
        "dark": Page(DARK, height=260),
        "tall": Page(TALL, height=3040),
        "armenian": Page(ARMENIAN, height=160),
        "hidpi": Page(HIDPI, height=340, scale=2.0),
    }
    drawn = typeset(pages.values())
    return {name: (page, read_text(page.image)) for name, page in zip(pages, drawn, strict=True)}


def near(a: Colour, b: Colour, levels: int) -> bool:
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) <= levels


@pytest.mark.parametrize("words", LINES)
def test_a_line_is_read_exactly(read: dict[str, Read], words: str) -> None:
    run_reading(read["light"][1], words)


@pytest.mark.parametrize("words", list(LINES)[:3])
def test_ink_boxes_are_tight(read: dict[str, Read], words: str) -> None:
    page, runs = read["light"]
    ink = run_reading(runs, words).ink
    line = page.text(words).rect
    area = page.image[int(line.y) : int(line.y + line.height) + 1]
    dark = np.abs(area.astype(int) - 255).max(axis=2) > 60
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert abs(ink.x - columns[0]) <= 2
    assert abs(ink.right - columns[-1] - 1) <= 2
    assert abs(ink.y - int(line.y) - rows[0]) <= 2
    assert abs(ink.bottom - int(line.y) - rows[-1] - 1) <= 2


def test_colours_are_those_of_the_page(read: dict[str, Read]) -> None:
    _, runs = read["light"]
    assert near(run_reading(runs, "Annual report").colour, (0x11, 0x11, 0x11), 8)
    assert near(run_reading(runs, "Pale notes stay legible").colour, (0x8A, 0x8F, 0x98), 24)
    assert all(near(run.background, (255, 255, 255), 2) for run in runs)


def test_the_entries_of_a_bar_are_separate_runs(read: dict[str, Read]) -> None:
    assert {"Home", "Pricing", "Blog"} <= set(words_of(read["light"][1]))


def test_a_figure_and_the_change_beside_it_are_separate_runs(read: dict[str, Read]) -> None:
    assert {"2,315", "+5%"} <= set(words_of(read["light"][1]))


def test_a_link_inside_a_sentence_is_its_own_run(read: dict[str, Read]) -> None:
    _, runs = read["light"]
    assert {"Read", "our handbook", "before asking"} <= set(words_of(runs))
    assert near(run_reading(runs, "our handbook").colour, (0xC2, 0x25, 0x5C), 24)


def test_bold_words_inside_a_sentence_are_their_own_run(read: dict[str, Read]) -> None:
    assert {"Status:", "everything works", "again today"} <= set(words_of(read["light"][1]))


def test_an_icon_beside_a_label_is_not_read(read: dict[str, Read]) -> None:
    run_reading(read["light"][1], "People")
    assert not [run for run in read["light"][1] if run.ink.y > 355 and run.ink.right < 65]


def test_light_text_on_a_dark_page_is_read_in_its_colours(read: dict[str, Read]) -> None:
    _, runs = read["dark"]
    heading = run_reading(runs, "Dark surfaces")
    assert near(heading.colour, (0xF2, 0xF4, 0xF8), 12)
    assert near(heading.background, (0x14, 0x17, 0x1F), 3)
    run_reading(runs, "Muted caption below")


def test_text_on_a_gradient_is_read_in_its_colour(read: dict[str, Read]) -> None:
    run = run_reading(read["dark"][1], "White on a gradient")
    assert near(run.colour, (255, 255, 255), 16)


def test_a_tall_page_is_read_without_loss_or_repetition(read: dict[str, Read]) -> None:
    assert words_of(read["tall"][1]) == ROWS


def test_a_page_at_two_pixels_per_pixel_is_read_in_its_own_pixels(read: dict[str, Read]) -> None:
    page, runs = read["hidpi"]
    assert words_of(runs) == ["Sharp heading", *ROWS[:8]]
    rect = page.text(ROWS[7]).rect
    ink = run_reading(runs, ROWS[7]).ink
    assert abs(ink.x - 2 * rect.x) <= 4
    assert abs(ink.right - 2 * (rect.x + rect.width)) <= 4


def test_a_line_in_letters_that_are_not_known_is_found_and_not_read(read: dict[str, Read]) -> None:
    page, runs = read["armenian"]
    assert words_of(runs) == ["Plan and billing"]
    found = find_text(page.image)
    assert [run.text for run in found] == ["", "", "Plan and billing"]
    for run, words in zip(
        found, ("Անձնական կարգավորումներ", "Պայմանագիրը գործում է մինչև 12 մայիսի"), strict=False
    ):
        rect = page.text(words).rect
        assert abs(run.ink.x - rect.x) <= 4
        assert abs(run.ink.right - rect.x - rect.width) <= 4
        assert run.confidence < 0.5


def test_a_picture_without_text_has_no_runs() -> None:
    assert read_text(np.full((300, 400, 3), 200, np.uint8)) == ()
