"""The pages of the domain, and how they are told."""

import json
from html.parser import HTMLParser

import pytest

from modelserver.mini import vocabulary as v
from modelserver.mini.lines import LineBox, line_tokens, reading_order
from modelserver.mini.pages import draw, pages

VOID = {"meta", "link", "input"}


class Nesting(HTMLParser):
    """Keeps the open elements; an end tag must close the innermost."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def calls_in(answer: list[str]) -> list[tuple[str, dict[str, str]]]:
    """The calls of an answer, read from its markup."""
    text = "".join(answer)
    parts = text.split("<|tool_call_begin|>")[1:]
    split = (
        part.split("<|tool_call_end|>")[0].split("<|tool_call_argument_begin|>") for part in parts
    )
    return [(name, json.loads(arguments)) for name, arguments in split]


@pytest.mark.parametrize("seed", range(0, 3000, 100))
def test_an_answer_is_made_of_the_vocabulary_alone(seed: int) -> None:
    page = draw(seed)
    numbers = {index: min(index, v.LINES - 1) for index in range(len(page.texts))}

    assert set(page.answer(numbers) + page.thought()) <= set(v.TOKENS)


@pytest.mark.parametrize("seed", range(50, 3000, 100))
def test_an_answer_writes_the_page_and_its_sheet_and_finishes(seed: int) -> None:
    page = draw(seed)
    calls = calls_in(page.answer({index: index for index in range(len(page.texts))}))

    assert [name for name, _ in calls] == [v.WRITE_PAGE, v.WRITE_SHEET, v.FINISH]
    nesting = Nesting()
    nesting.feed(calls[0][1]["content"])
    assert (nesting.open, nesting.wrong) == ([], [])
    assert calls[1][1] == {"path": "style.css", "content": v.STYLE_SHEET}


def test_a_text_that_was_not_read_leaves_its_element_empty() -> None:
    page = draw(7)
    numbers = {index: index for index in range(1, len(page.texts))}

    source = calls_in(page.answer(numbers))[0][1]["content"]

    assert "<title></title>" in source
    assert "{{0}}" not in source


def test_the_same_seed_draws_the_same_page() -> None:
    assert draw(12) == draw(12)
    assert draw(12) != draw(13)


def test_no_layout_is_in_two_splits() -> None:
    def layouts(split: str) -> set[tuple[str | None, ...]]:
        drawn = pages(split)  # type: ignore[arg-type]
        some = (next(drawn) for _ in range(400))
        return {tuple(p if isinstance(p, str) else None for p in page.pieces) for page in some}

    train, validation, test = map(layouts, ("train", "validation", "test"))

    assert not train & validation
    assert not train & test
    assert not validation & test


def test_words_of_one_row_are_read_from_the_left_whatever_their_height() -> None:
    boxes = [
        LineBox(300, 101, 40, 9),  # "now": no letter rises or falls
        LineBox(20, 98, 40, 15),  # "help"
        LineBox(20, 140, 40, 12),
        LineBox(160, 98, 40, 12),  # "Tea"
    ]

    assert reading_order(boxes) == [1, 3, 0, 2]


def test_a_line_is_told_in_cells_and_stays_within_the_vocabulary() -> None:
    assert "".join(line_tokens(3, LineBox(44, 30.5, 71, 18))) == "{{3}} x3 y2 w5 h9\n"
    far = line_tokens(47, LineBox(5000, 5000, 5000, 5000))
    assert set(far) <= set(v.TOKENS)
