"""What the seeing simulator does next: a request's bytes in, calls out."""

from typing import cast

import pytest

from tests.workers.agent.kit import draw_mockup
from tests.workers.models.simulated.seeing.kit import (
    SHEET,
    Talk,
    difference,
    names,
    text,
    with_photo,
)
from workers.models.endpoint.messages import EARLIER_WORDS
from workers.models.simulated.seeing.conversation import Done, Words, read_conversation
from workers.models.simulated.seeing.policy import BLIND, UNARMED, Answer

LARGE = difference("size", "34 px", "20 px", "h1.title")
NO_ASK = ("write_file", "edit_file", "read_file", "compare", "finish")
BOLD = difference("weight", "400", "700", "span.label")


def edits(answer: Answer) -> list[dict[str, str]]:
    found = dict(answer.calls)["edit_file"]["edits"]
    return cast(list[dict[str, str]], found)


def test_the_first_page_is_what_the_picture_shows() -> None:
    answer = Talk(mockup=with_photo()).answer()
    assert names(answer) == ["crop_asset", "write_file", "write_file", "compare"]
    _, page, sheet, _ = (arguments for _, arguments in answer.calls)
    assert ">Hello<" in str(page["content"])
    assert "#1b2a4a" in str(sheet["content"])


def test_a_picture_in_css_pixels_of_a_dense_mockup_is_cut_out_in_image_pixels() -> None:
    talk = Talk(mockup=with_photo())
    told = talk.messages[1]["content"][0]
    told["text"] = told["text"].replace("scale 1,", "scale 2,").replace("is 320×200", "is 160×100")
    (_, given), *_ = talk.answer().calls
    (crop,) = cast(list[dict[str, int]], given["crops"])
    assert abs(crop["x"] - 200) <= 4 and abs(crop["width"] - 95) <= 8


def test_a_difference_is_mended_where_its_selector_says() -> None:
    answer = Talk().written().compared(0.8, LARGE).answer()
    assert names(answer) == ["edit_file", "compare"]
    assert edits(answer) == [{"search": "  font-size: 20px;\n", "replace": "  font-size: 34px;\n"}]


def test_an_element_whose_class_others_have_gets_a_rule_of_its_own() -> None:
    told = difference("colour", "#b00020", "#333333", "body > p.text:nth-of-type(1)")
    (edit,) = edits(Talk().written().compared(0.8, told).answer())
    assert "body > p.text:nth-of-type(1) {\n  color: #b00020;\n}" in edit["replace"]


def test_what_makes_other_things_move_is_mended_before_what_was_moved() -> None:
    moved = difference("offset", "0 px", "+0 px across, +12 px down", "button.button")
    (edit,) = edits(Talk().written().compared(0.8, moved, LARGE).answer())
    assert "34px" in edit["replace"]
    (edit,) = edits(Talk().written().compared(0.8, moved).answer())
    assert "translate: 0px -12px" in edit["replace"]


def test_nothing_left_to_mend_is_the_end() -> None:
    assert names(Talk().written().compared(0.9).answer()) == ["finish"]


def test_what_made_it_worse_is_taken_back_and_half_of_it_tried() -> None:
    talk = Talk().written().compared(0.8, BOLD, difference("colour", "#ff0000", "", "p.note"))
    first = talk.answer()
    assert "font-weight: 400" in str(first.calls) and "#ff0000" in str(first.calls)
    again = talk.acted(first).compared(0.7).answer()
    assert [edit["search"] for edit in edits(again)] != []
    assert "#ff0000" not in "".join(edit["replace"] for edit in edits(again))
    assert "font-weight: 400" not in str(again.calls)  # it stays as it is
    other = talk.acted(again).compared(0.75).answer()
    assert "font-weight: 700" in str(other.calls) and "#ff0000" in str(other.calls)


def test_when_nothing_helps_it_ends_with_the_best_revision() -> None:
    talk = Talk("for a farm")
    talk.written(0.5)
    talk.compared(0.9, BOLD, notes="This is revision 1.")
    talk.acted(talk.answer()).compared(0.8, notes="This is revision 2.")
    ((name, given),) = talk.answer().calls
    assert (name, given["revision"]) == ("finish", 1)


@pytest.mark.parametrize(
    "notes",
    [
        "2 tool calls are left: leave the page in a good state, then finish.",
        "The last 3 revisions did not raise the score; revision 1 has the highest, 0.8.",
    ],
)
def test_a_note_ends_it_and_a_hidden_one_does_not(notes: str) -> None:
    talk = Talk().written().compared(0.8, LARGE, notes=notes)
    assert names(talk.answer()) == ["finish"]
    assert names(talk.answer("notes")) == ["edit_file", "compare"]


def test_a_failed_edit_makes_it_read_the_file_and_edit_what_is_there() -> None:
    talk = Talk().written().compared(0.8, LARGE)
    missed = "Error: Edit 1: the search text was not found. Nothing was changed in style.css."
    talk.did("edit_file", {"path": "style.css", "edits": []}, missed)
    answer = talk.answer()
    assert answer.calls == (("read_file", {"path": "style.css"}),)
    there = SHEET.replace("font-size: 20px", "font-size: 21px")
    listed = "\n".join(f"{at}\t{line}" for at, line in enumerate(there.splitlines(), 1))
    talk.did("read_file", {"path": "style.css"}, f"style.css, 20 lines:\n{listed}")
    assert edits(talk.answer())[0]["search"] == "  font-size: 21px;\n"


def test_differences_that_are_hidden_are_not_acted_on() -> None:
    talk = Talk().written().compared(0.8, LARGE, png=draw_mockup())
    assert names(talk.answer("differences")) == ["finish"]
    assert names(talk.answer()) == ["edit_file", "compare"]


def test_without_numbers_they_are_taken_from_the_picture() -> None:
    told = difference("colour", "#000000", "#101010", "h1.title")
    (edit,) = edits(Talk().written().compared(0.8, told).answer("numbers"))
    assert "color: #0" in edit["replace"]
    small = difference("size", "99 px", "20 px", "h1.title")
    (edit,) = edits(Talk().written().compared(0.8, small).answer("numbers"))
    assert "99px" not in edit["replace"]


def test_it_asks_where_it_does_not_understand_and_does_not_ask_twice() -> None:
    talk = Talk().written().did("finish", {}, "Done.").says("Make it more playful")
    answer = talk.answer()
    assert names(answer) == ["ask"]
    again = talk.acted(answer).says("You decide.").answer()
    assert names(again) == ["finish"]
    talk = Talk(tools=NO_ASK).written().says("Make it more playful")
    assert names(talk.answer()) == ["finish"]


def test_a_follow_up_edits_what_was_asked_for_then_looks_then_ends() -> None:
    talk = Talk().written().did("finish", {}, "Done.").says("Make the button green")
    answer = talk.answer()
    assert names(answer) == ["edit_file", "compare"]
    assert edits(answer) == [
        {"search": "  background: #2f5bd0;\n", "replace": "  background: #2e7d32;\n"}
    ]
    end = talk.acted(answer).compared(0.7, LARGE).answer()
    ((name, given),) = end.calls
    assert (name, given["summary"]) == ("finish", answer.text)


def test_words_to_a_run_at_work_are_followed_and_the_work_goes_on() -> None:
    talk = Talk().written().compared(0.8, LARGE).says("Make it dark")
    answer = talk.answer()
    assert "They say: Make it dark" in answer.thought
    light = difference("fill", "#ffffff", "#111111", "body")
    on = talk.acted(answer).compared(0.4, light, LARGE).answer()
    assert "34px" in str(on.calls)
    end = talk.acted(on).compared(0.5, light).answer()
    assert names(end) == ["finish"]  # light is not what they want


def test_what_was_said_in_earlier_runs_is_followed_from_the_first_page_on() -> None:
    talk = Talk("Replace “Hello” with “Welcome”")
    told = f"{EARLIER_WORDS}\nThe person wrote:\nMake it dark\nThe person wrote:\nNo such words"
    talk.messages[1]["content"].insert(-1, {"type": "text", "text": told})
    written = str(talk.answer().calls)
    assert "--color-surface: #121212" in written
    assert "Welcome" in written
    assert "--color-surface: #121212" not in str(Talk().answer().calls)


def test_files_it_does_not_know_are_read_first() -> None:
    talk = Talk().written().did("finish", {}, "Done.")
    talk.says("Make it dark", revision=7)
    assert talk.answer().calls == (("read_file", {"path": "index.html"}),)


def test_a_revision_that_was_gone_back_to_is_gone_on_with() -> None:
    talk = Talk("for a farm").written(notes="This is revision 1.")
    gone = {"path": "style.css", "content": SHEET.replace("#2f5bd0", "#000001")}
    talk.did("write_file", gone, "Wrote style.css.").compared(0.5, notes="This is revision 2.")
    talk.says("Make the button green", revision=1)
    assert edits(talk.answer())[0]["search"] == "  background: #2f5bd0;\n"


def test_what_was_told_in_short_is_not_done_again() -> None:
    talk = Talk()
    told = (
        "To save space, your first 3 turns are told in short here.\n"
        "- write_file: Wrote index.html, 9 lines\n- compare: Match 70.0%, revision 1\n"
        "The person says:\nMake it dark\nplease\nYou: It is dark.\n"
        "- edit_file: failed: No such text\n- edit_file: Edited style.css, 1 edit"
    )
    talk.messages.append({"role": "user", "content": [text(told)]})
    answer = talk.answer()
    assert answer.calls == (("read_file", {"path": "index.html"}),)
    entries = read_conversation(talk.request).entries
    assert [one.text for one in entries if isinstance(one, Words)] == ["Make it dark\nplease"]
    assert [one.ok for one in entries if isinstance(one, Done)] == [True, True, False, True]


def test_without_a_mockup_or_without_tools_it_says_so() -> None:
    talk = Talk()
    talk.messages[1]["content"] = "Hello"
    assert talk.answer().text == BLIND
    assert Talk(tools=("finish",)).answer().text == UNARMED


def test_mistakes_are_on_the_first_page() -> None:
    whole, mistaken = Talk().answer(), Talk().answer(mistakes=2)
    assert whole.calls[0] == mistaken.calls[0]  # the page
    assert whole.calls[1] != mistaken.calls[1]  # its sheet
