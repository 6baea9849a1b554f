"""Texts in place of marks, however the text is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.models.mini.placeholders import MarkWriter, replace

TEXTS = {"{{0}}": "Home", "{{12}}": "a {{0}} b", "{{3}}": "", "index.html": "page-2.html"}


def written(pieces: list[str]) -> list[str]:
    writer = MarkWriter(TEXTS)
    return [*(writer.feed(piece) for piece in pieces), writer.close()]


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("<b>{{0}}</b>", "<b>Home</b>"),
        ("{{0}}{{0}}", "HomeHome"),
        ("{{12}}", "a {{0}} b"),  # what was put in is not looked at again
        ("<p>{{3}}</p>", "<p></p>"),
        ("{{{0}}}", "{Home}"),
        ("{{0}", "{{0}"),
        ("{{4}}", "{{4}}"),
        ("indexindex.html", "indexpage-2.html"),
    ],
)
def test_marks_become_texts(text: str, becomes: str) -> None:
    assert replace(text, TEXTS) == becomes


def test_what_cannot_be_a_mark_is_not_held_back() -> None:
    assert written(["a {", "{", "0", "}", "} b", "{x"]) == ["a ", "", "", "", "Home b", "{x", ""]


@given(st.lists(st.sampled_from(["{", "}", "{{", "0", "1", "2}}", "3", "index", ".html", "x"])))
def test_where_text_is_cut_makes_no_difference(pieces: list[str]) -> None:
    assert "".join(written(pieces)) == replace("".join(pieces), TEXTS)


def test_without_marks_text_stays_as_it_is() -> None:
    assert replace("{{0}}", {}) == "{{0}}"
