"""Edits of a text, without a workspace."""

import pytest

from workers.agent.tools.edit_file import Edit, EditError, apply_edits


def refusal(text: str, search: str) -> str:
    with pytest.raises(EditError) as refused:
        apply_edits(text, (Edit(search=search, replace=""),))
    return str(refused.value)


def test_edits_are_made_one_after_the_other() -> None:
    edits = (Edit(search="a", replace="b"), Edit(search="bb", replace="c"))
    assert apply_edits("ab", edits) == "c"


def test_an_ambiguous_search_is_told_with_its_first_ten_lines() -> None:
    assert "occurs 2 times, on lines 2, 3." in refusal("\nred\nred", "red")
    assert f"on lines {', '.join(map(str, range(1, 11)))}." in refusal("x\n" * 12, "x")


def test_the_nearest_lines_are_shown_numbered_three_before_and_three_after() -> None:
    text = "\n".join(f"line {letter * 9}" for letter in "abcdefghijklmnop")
    told = refusal(text, "line hhhhhhhhx")
    assert [line.split(":")[0] for line in told.splitlines()[1:]] == [*map(str, range(5, 12))]
    assert "8: line hhhhhhhhh" in told
    first = refusal(text, "line aaaaaaaax")
    assert [line.split(":")[0] for line in first.splitlines()[1:]] == [*map(str, range(1, 8))]


def test_the_longest_line_of_a_search_is_looked_for_and_as_many_lines_are_shown() -> None:
    text = "\n".join(["}", "{", *(f"filler {n}" for n in range(20)), "a: long-declaration;", "}"])
    assert "23: a: long-declaration;" in refusal(text, "{\na: long-declaratiom;\n}")


def test_lines_are_shown_up_to_three_hundred_characters() -> None:
    assert f"1: {'x' * 300}\n" in refusal("x" * 400, "x" * 299 + "y")


def test_four_thousand_lines_are_searched() -> None:
    def told(line: int) -> str:
        lines = ["."] * 4100
        lines[line - 1] = "header { color: red }"
        return refusal("\n".join(lines), "header { colour: red }")

    assert "4000: header" in told(4000)
    assert "header {" not in told(4001)


def test_an_empty_file_says_so() -> None:
    assert "The file is empty." in refusal("", "x")
    assert refusal("a", "  ") == "Edit 1: the search text was not found. "
