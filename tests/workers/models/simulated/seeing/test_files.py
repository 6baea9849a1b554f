"""The edits that the seeing simulator writes, and what it takes the files to be."""

import random

import pytest

from workers.agent.tools.edit_file import EditFileParams, apply_edits
from workers.models.simulated.seeing.conversation import Done
from workers.models.simulated.seeing.files import calls_for, files_after
from workers.models.simulated.seeing.page_source import elements_of, with_declaration


@pytest.mark.parametrize("seed", range(40))
def test_edits_are_exact_whatever_the_file_repeats(seed: int) -> None:
    chance = random.Random(seed)
    lines = [chance.choice(["a {\n", "  x: 1;\n", "  y: 2;\n", "}\n", "\n"]) for _ in range(30)]
    changed = list(lines)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(changed))
        changed[at : at + chance.randint(0, 2)] = chance.choice([[], ["  z: 3;\n"], ["}\n"] * 2])
    before, after = "".join(lines), "".join(changed)
    for name, given in calls_for({"a.css": before}, {"a.css": after}):
        done = Done("1", name, given, "Applied.")
        known = Done("0", "write_file", {"path": "a.css", "content": before}, "Wrote.")
        assert files_after([known, done]) == {"a.css": after}
        if name == "edit_file":
            edits = EditFileParams.model_validate(given).edits
            assert apply_edits(before, edits) == after


def test_a_change_of_one_line_is_one_edit() -> None:
    before = "".join(f"line {number}\n" for number in range(100))
    ((name, given),) = calls_for({"a": before}, {"a": before.replace("line 50\n", "other\n")})
    assert (name, given["edits"]) == ("edit_file", [{"search": "line 50\n", "replace": "other\n"}])


def test_a_file_that_was_edited_otherwise_than_was_thought_is_not_known() -> None:
    known = Done("0", "write_file", {"path": "a", "content": "one\n"}, "Wrote.")
    edits = [{"search": "two", "replace": "three"}]
    assert files_after([known, Done("1", "edit_file", {"path": "a", "edits": edits}, "Did.")]) == {}


def test_a_declaration_is_changed_in_its_own_rule_alone() -> None:
    css = ".a {\n  background-color: red;\n  color: red;\n}\n@media print { .a { color: red; } }\n"
    changed = with_declaration(css, ".a", "color", "blue")
    assert changed == css.replace("  color: red;\n}", "  color: blue;\n}", 1)
    assert with_declaration(css, ".a", "top", "0").count("top: 0;") == 1
    assert with_declaration(css, ".b", "top", "0").endswith(".b {\n  top: 0;\n}\n")


def test_elements_are_found_by_their_place_in_the_source() -> None:
    source = '<body>\n<p class="a b">One <b>two</b><br>\n</p><img src="x"></body>'
    (bold, paragraph, body) = elements_of(source)
    assert source[paragraph.start : paragraph.end].startswith('<p class="a b">One')
    assert (paragraph.text, paragraph.selector, bold.text) == ("One two", "p.a.b", "two")
    assert source[body.inner : body.inner_end].endswith('<img src="x">')
