"""An answer means the same however its stream was cut."""

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionChunk

from tests.workers.models.stand_in import JSON, delta, ending
from workers.agent.protocols import (
    CallChunk,
    Chunk,
    FileChunk,
    ReasoningChunk,
    TextChunk,
    ThoughtEndChunk,
)
from workers.models.endpoint.answer import Answer, CallWriter

PAGE = json.dumps({"path": "index.html", "content": '<p title="é">\U0001f600 \\ </p>\n' * 3})
RAW = (
    "I write <b>it.<|tool_calls_section_begin|><|tool_call_begin|>functions.write_file:0"
    f"<|tool_call_argument_begin|>{PAGE}<|tool_call_end|><|tool_call_begin|>functions.compare:1"
    "<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>"
)
cuts = st.lists(st.integers(min_value=0, max_value=10_000), max_size=60)


def chop(text: str, places: list[int]) -> list[str]:
    ends = sorted({0, len(text), *(place % len(text) for place in places)})
    return [text[start:end] for start, end in pairwise(ends)]


def chunks_of(pieces: list[JSON], offered: frozenset[str] = frozenset()) -> list[Chunk]:
    answer = Answer(frozenset(), offered)
    chunks: list[Chunk] = []
    for piece in (*pieces, *ending("stop")):
        chunks += answer.add(ChatCompletionChunk.model_validate(piece))
    return [*chunks, *answer.finish()]


def meaning(chunks: list[Chunk]) -> tuple[str, str, str, list[tuple[str, str, str]]]:
    """Text, thought, the file shown, and the calls."""
    said, thought = "", ""
    for chunk in chunks:
        match chunk:
            case TextChunk(text):
                said += text
            case ReasoningChunk(text):
                thought += text
            case ThoughtEndChunk():
                said, thought = "", thought + said
    file = "".join(chunk.text for chunk in chunks if isinstance(chunk, FileChunk))
    calls = [chunk.call for chunk in chunks if isinstance(chunk, CallChunk)]
    return said, thought, file, [(call.id, call.name, call.arguments) for call in calls]


CALLS = [("functions.write_file:0", "write_file", PAGE), ("functions.compare:1", "compare", "{}")]
CONTENT = json.loads(PAGE)["content"]


def test_a_long_file_is_shown_nearly_to_its_end() -> None:
    page = "<p>a line of a page</p>\n" * 10_000
    text = json.dumps({"path": "index.html", "content": page})
    writer = CallWriter("a", "write_file")
    pieces = [text[at : at + 4] for at in range(0, len(text), 4)]
    shown = "".join(chunk.text for piece in pieces for chunk in writer.write(piece))
    assert page.startswith(shown)
    assert len(shown) > 0.99 * len(page)
    assert writer.call().arguments == text


@given(cuts)
def test_markup_in_the_text(places: list[int]) -> None:
    chunks = chunks_of([delta(content=part) for part in chop(RAW, places)])
    assert meaning(chunks) == ("I write <b>it.", "", CONTENT, CALLS)


@given(cuts)
def test_markup_in_the_reasoning(places: list[int]) -> None:
    chunks = chunks_of([delta(reasoning_content=part) for part in chop(RAW, places)])
    assert meaning(chunks) == ("", "I write <b>it.", CONTENT, CALLS)


@given(cuts)
def test_arguments_of_a_call(places: list[int]) -> None:
    identity, name, arguments = CALLS[0]
    head = {"index": 0, "id": identity, "function": {"name": name, "arguments": ""}}
    tail = [{"index": 0, "function": {"arguments": part}} for part in chop(arguments, places)]
    chunks = chunks_of([delta(tool_calls=[piece]) for piece in (head, *tail)])
    assert meaning(chunks) == ("", "", CONTENT, CALLS[:1])


def calls_of(*pieces: JSON) -> list[tuple[str, str, str]]:
    return meaning(chunks_of([delta(tool_calls=[piece]) for piece in pieces]))[3]


def piece(identity: str, name: str | None, arguments: str) -> JSON:
    return {"index": 0, "id": identity, "function": {"name": name, "arguments": arguments}}


@given(cuts)
def test_an_id_that_is_new_with_each_piece_begins_no_new_call(places: list[int]) -> None:
    parts = chop(PAGE, places)
    tail = [piece(f"call_{number}", None, part) for number, part in enumerate(parts, 1)]
    assert calls_of(piece("call_0", "write_file", ""), *tail, piece("call_end", None, "")) == [
        ("call_0", "write_file", PAGE)
    ]


def test_an_id_and_a_name_begin_a_call_even_behind_a_broken_one() -> None:
    assert calls_of(piece("a", "write_file", '{"path'), piece("b", "compare", "{}")) == [
        ("a", "write_file", '{"path'),
        ("b", "compare", "{}"),
    ]
    assert calls_of(piece("a", "compare", ""), piece("b", "compare", "")) == [
        ("a", "compare", ""),
        ("b", "compare", ""),
    ]


def test_objects_that_follow_one_another_in_one_calls_arguments_are_calls() -> None:
    other = json.dumps({"path": "style.css", "content": "p {}"})
    assert calls_of(piece("a", "write_file", f"{PAGE}{other}")) == [
        ("a", "write_file", PAGE),
        ("", "write_file", other),
    ]
    assert calls_of(piece("a", "write_file", f"{PAGE}\n{PAGE}")) == [("a", "write_file", PAGE)]
    broken = f"{PAGE}{other[:9]}"
    assert calls_of(piece("a", "write_file", broken)) == [("a", "write_file", broken)]


@given(cuts)
def test_a_thought_whose_beginning_the_question_holds_is_thought(places: list[int]) -> None:
    """As R1 and Qwen answer through a server without a parser of reasoning."""
    thought = '{"a": 1} I might call <tool_call>{"name": "finish", "arguments": {}}</tool_call>.\n'
    raw = f"{thought}</think>\n\nI write it."
    pieces = [delta(content=text) for text in chop(raw, places)]
    assert meaning(chunks_of(pieces, frozenset({"finish"}))) == (
        "\n\nI write it.",
        thought,
        "",
        [],
    )


def test_words_beside_thoughts_that_came_apart_may_speak_of_the_mark() -> None:
    pieces = [delta(reasoning_content="Hm."), delta(content="It writes </think> too often.")]
    assert meaning(chunks_of(pieces))[:2] == ("It writes  too often.", "Hm.")
