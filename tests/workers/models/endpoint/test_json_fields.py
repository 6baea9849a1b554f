"""The string members of a JSON object, read while it arrives."""

import itertools
import json
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.models.endpoint.json_fields import FieldReader, Piece

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def chop(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[start:end] for start, end in itertools.pairwise(places)]


def read(*chunks: str) -> list[Piece]:
    reader = FieldReader()
    return [piece for chunk in chunks for piece in reader.feed(chunk)]


def joined(pieces: list[Piece]) -> dict[str, str]:
    found: dict[str, str] = defaultdict(str)
    for piece in pieces:
        found[piece.key] += piece.text
    return dict(found)


@given(st.dictionaries(texts, values), st.booleans(), st.lists(st.integers(min_value=0)))
def test_any_object_in_any_chunks_gives_its_own_strings(
    value: dict[str, object], ascii_only: bool, cuts: list[int]
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    pieces = read(*chop(text, cuts))
    wanted = {key: member for key, member in value.items() if isinstance(member, str)}
    assert joined(pieces) == wanted
    assert [piece.key for piece in pieces if piece.closed] == list(wanted)


@pytest.mark.parametrize("at", range(1, 60))
def test_an_escape_may_be_split_anywhere(at: int) -> None:
    text = r'{"path": "a\"b\\c\u00e9\ud83d\ude00\n\t\/", "n": [1, {"x": "}"}]}'
    assert joined(read(text[:at], text[at:])) == {"path": 'a"b\\cé\U0001f600\n\t/'}


def test_what_has_arrived_is_given_out_before_the_string_ends() -> None:
    assert read('{"content": "<h1>Hel') == [Piece("content", "<h1>Hel")]


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        (r'{"a": "\ud800x"}', "\ufffdx"),
        (r'{"a": "\ud800\ud800\udc00"}', "\ufffd\U00010000"),
        (r'{"a": "\udc00"}', "\ufffd"),
        (r'{"a": "\ud800"}', "\ufffd"),
        (r'{"a": "\x"}', "x"),
    ],
)
def test_broken_escapes_are_read_as_well_as_they_can_be(text: str, decoded: str) -> None:
    assert joined(read(*text)) == {"a": decoded}


@given(st.text(), st.lists(st.integers(min_value=0)))
def test_what_is_no_json_does_no_harm(text: str, cuts: list[int]) -> None:
    read(*chop(text, cuts))
