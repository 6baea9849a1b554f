"""What the seeing model does about what costs no score, and about what is missing."""

from typing import cast

import numpy as np
import pytest

from tests.workers.models.simulated.seeing.kit import PAGE, Talk, difference, names, with_photo
from tests.workers.models.stand_in import JSON
from workers.imaging import encode_png
from workers.models.simulated.seeing.mistakes import with_gaps
from workers.models.simulated.seeing.policy import Answer

LANG: JSON = {
    **difference("accessibility", "", "<html> element must have a lang attribute", "html"),
    "item": "page",
    "line": 2,
}
PALE = difference("low_contrast", "4.5 : 1", "2.32 : 1, #aaaaaa on #ffffff", "p.note")


HELLO = (19, 88, 64, 20)  # where the mockup has the word


def edits(answer: Answer) -> list[dict[str, str]]:
    found = dict(answer.calls)["edit_file"]["edits"]
    return cast(list[dict[str, str]], found)


def page_after(answer: Answer) -> str:
    page = PAGE
    for edit in edits(answer):
        assert page.count(edit["search"]) == 1
        page = page.replace(edit["search"], edit["replace"])
    return page


@pytest.mark.parametrize(
    ("rule", "item", "line", "written"),
    [
        ("<html> element must have a lang attribute", "page", 2, '<html lang="en">'),
        ("Document should have one main landmark", "page", 6, '<body role="main">'),
        (
            "Buttons must have discernible text",
            "button",
            10,
            '<button class="button" type="button" aria-label="Field">',
        ),
    ],
)
def test_a_broken_rule_is_mended_on_its_line(rule: str, item: str, line: int, written: str) -> None:
    told = {**difference("accessibility", "", rule, item), "item": item, "line": line}
    assert written in page_after(Talk().written().compared(0.8, told).answer())


def test_a_rule_that_names_no_line_or_is_not_known_is_left() -> None:
    for told in ({**LANG, "line": None}, {**LANG, "got": "Something else"}):
        assert names(Talk().written().compared(0.8, told).answer()) == ["finish"]


def test_low_contrast_is_mended_with_a_colour_that_can_be_read() -> None:
    (edit,) = edits(Talk().written().compared(0.8, PALE).answer())
    assert "color: #737373;" in edit["replace"]  # 4.7 : 1


def test_low_contrast_that_the_mockup_has_is_left() -> None:
    meant = {**PALE, "expected": "4.5 : 1, or the mockup’s: about 2.3 : 1"}
    assert names(Talk().written().compared(0.8, meant).answer()) == ["finish"]


def test_what_overflows_is_made_to_yield() -> None:
    wide = difference("overflow", "", "40 px wider than the window", "button.button")
    (edit,) = edits(Talk().written().compared(0.8, wide).answer())
    assert "max-width: 100%;" in edit["replace"]


def test_complaints_that_are_hidden_are_not_mended() -> None:
    talk = Talk().written().compared(0.8, LANG, PALE)
    assert names(talk.answer("complaints")) == ["finish"]
    assert names(talk.answer("numbers")) == ["edit_file", "compare"]


def test_what_mends_a_complaint_and_costs_nothing_is_kept() -> None:
    talk = Talk().written().compared(0.8, LANG)
    tried = talk.acted(talk.answer())
    assert names(tried.compared(0.8).answer()) == ["finish"]
    assert "revision" not in dict(tried.compared(0.8).answer().calls)["finish"]


def missing(item: str, expected: str, *rect: int) -> JSON:
    return {**difference("missing", expected, "", "", list(rect)), "item": item}


def test_missing_text_is_written_as_it_is_seen() -> None:
    talk = Talk()
    first = dict(talk.answer().calls[0][1])
    assert ">Hello<" in str(first["content"])
    told = missing("text ‘Hello’", "Hello", *HELLO)
    page = page_after(talk.written().compared(0.8, told).answer())
    assert page.count(">Hello<") == 2
    assert 'style="position: absolute; left:' in page


def test_a_missing_picture_is_cut_out_and_shown() -> None:
    talk = Talk(mockup=with_photo())
    told = missing("picture", "picture", 200, 70, 96, 100)
    answer = talk.written().compared(0.8, told).answer()
    assert names(answer) == ["crop_asset", "edit_file", "compare"]
    (crop,) = cast(list[JSON], dict(answer.calls)["crop_asset"]["crops"])
    assert f'src="{crop["path"]}"' in page_after(answer)
    assert abs(crop["x"] - 200) <= 4 and abs(crop["width"] - 96) <= 8


def test_a_missing_box_is_drawn_with_its_colour() -> None:
    image = np.full((200, 320, 3), 255, np.uint8)
    image[60:140, 40:240] = (27, 42, 74)
    told = missing("box", "box", 40, 60, 200, 80)
    talk = Talk(mockup=encode_png(image))
    page = page_after(talk.written().compared(0.8, told).answer())
    assert "left: 40px; top: 60px; width: 200px; height: 80px;" in page
    assert "background: #1b2a4a;" in page


def test_what_is_seen_nowhere_near_is_not_written() -> None:
    talk = Talk().written()
    told = missing("text ‘Hello’", "Hello", 250, 150, 30, 20)
    assert names(talk.compared(0.8, told).answer()) == ["finish"]


def test_what_is_missing_is_not_written_where_that_is_hidden() -> None:
    talk = Talk().written()
    told = missing("text ‘Hello’", "Hello", *HELLO)
    assert names(talk.compared(0.8, told).answer("missing")) == ["finish"]


def test_gaps_leave_texts_out_of_the_first_page() -> None:
    assert with_gaps(PAGE, 0) == PAGE
    assert len(with_gaps(PAGE, 2).splitlines()) == len(PAGE.splitlines()) - 2
    assert with_gaps(PAGE, 2) == with_gaps(PAGE, 2)
