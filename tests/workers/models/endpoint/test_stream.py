"""A streamed answer's bytes, and the shapes of its pieces."""

import json
from collections.abc import Iterator

import pytest
from openai.types.chat import ChatCompletionChunk

from tests.workers.models.stand_in import JSON, call_pieces, delta
from webapp.studio.events import ToolCall, Usage
from workers.agent.protocols import (
    CallChunk,
    Chunk,
    ReasoningChunk,
    ServedChunk,
    TextChunk,
    UsageChunk,
)
from workers.models.endpoint.answer import Answer
from workers.models.endpoint.failures import Overloaded
from workers.models.endpoint.stream import MAX_EVENT, EventReader

PAGE = json.dumps({"path": "index.html", "content": "<p>Grüße 🙂 页面"}, ensure_ascii=False)


def read(*chunks: bytes) -> list[bytes]:
    reader = EventReader()
    return [data for chunk in chunks for data in reader.feed(chunk)] + list(reader.close())


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_the_same_however_their_bytes_come(end: bytes, size: int) -> None:
    lines = (
        b"\xef\xbb\xbfdata: \xf0\x9f\x99\x82 a: b||: alive||id: 7||data:one|event: x|data:  two"
        b"||data: ||data: last"
    ).split(b"|")
    whole = end.join(lines)
    chunks = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert read(*chunks) == ["🙂 a: b".encode(), b"one\n two", b"last"]


def test_an_event_is_told_when_its_bytes_are_there() -> None:
    assert list(EventReader().feed(b"data: a\n\ndata: b")) == [b"a"]


@pytest.mark.parametrize("data", [b"data: " + b"x" * 100_000, b"data: " + b"x" * 100_000 + b"\n"])
def test_an_event_without_end_is_given_up(data: bytes) -> None:
    reader = EventReader()
    with pytest.raises(Overloaded):
        for _ in range(MAX_EVENT // 100_000 + 1):
            list(reader.feed(data))


def heard(*pieces: JSON, offered: tuple[str, ...] = ("write_file", "compare")) -> list[Chunk]:
    def chunks() -> Iterator[Chunk]:
        answer = Answer((), offered)
        for piece in pieces:
            yield from answer.add(ChatCompletionChunk.construct(**piece))
        yield from answer.finish()

    return [chunk for chunk in chunks() if not isinstance(chunk, ServedChunk)]


def calls_in(*pieces: JSON) -> list[tuple[str, str]]:
    found = [chunk.call for chunk in heard(*pieces) if isinstance(chunk, CallChunk)]
    return [(call.name, call.arguments) for call in found]


def test_pieces_of_calls_that_come_in_turns_stay_with_their_call() -> None:
    one = call_pieces(0, "a", "write_file", PAGE, 9)
    other = call_pieces(1, "b", "write_file", PAGE[::-1], 9)
    mixed = [piece for pair in zip(one, other, strict=True) for piece in pair]
    assert calls_in(*mixed) == [("write_file", PAGE), ("write_file", PAGE[::-1])]


def test_a_name_in_two_pieces_is_one() -> None:
    pieces = [*call_pieces(0, "a", "write_", "", 9), *call_pieces(0, "", "file", PAGE, 9)]
    assert calls_in(*pieces) == [("write_file", PAGE)]


def test_a_name_told_again_before_its_arguments_begins_a_call() -> None:
    pieces = [*call_pieces(0, "", "write_file", PAGE, 900)] * 2
    pieces.insert(2, delta(tool_calls=[{"index": 0, "function": {"arguments": ""}}]))
    assert calls_in(*pieces) == [("write_file", PAGE)] * 2


def test_a_call_that_comes_again_in_every_letter_is_made_once() -> None:
    pieces = [*call_pieces(0, "a", "compare", "{}"), *call_pieces(1, "b", "write_file", PAGE)]
    again = delta(
        tool_calls=[
            {"index": at, "id": name, "function": {"name": tool, "arguments": arguments}}
            for at, (name, tool, arguments) in enumerate(
                (("a", "compare", "{}"), ("b", "write_file", PAGE))
            )
        ]
    )
    assert calls_in(*pieces, again) == [("compare", "{}"), ("write_file", PAGE)]


def test_of_several_choices_one_is_heard() -> None:
    second = {"choices": [{"index": 1, "delta": {"content": "Another"}, "finish_reason": None}]}
    nameless = {"choices": [{"delta": {"content": " is."}}]}
    assert heard(delta(content="Here it"), second, nameless) == [
        TextChunk("Here it"),
        TextChunk(" is."),
    ]


@pytest.mark.parametrize(
    "thought",
    [
        {"reasoning": "Hm."},
        {"thinking": "Hm."},
        {"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
        {"reasoning_content": None, "reasoning": "Hm.", "reasoning_details": [{"text": "Hm."}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]},
    ],
)
def test_thoughts_have_many_names(thought: JSON) -> None:
    assert heard(delta(**thought)) == [ReasoningChunk("Hm.")]


def test_a_content_in_parts_is_its_text() -> None:
    parts = [{"type": "text", "text": "Grüße"}, " 🙂", {"type": "image"}, None]
    assert heard(delta(content=parts)) == [TextChunk("Grüße 🙂")]


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"prompt_tokens": "many", "completion_tokens": None}, (0, 0)),
        ({"prompt_tokens": -5, "completion_tokens": 1e30}, (0, 0)),
        ({"prompt_tokens": 7.0, "completion_tokens": [3]}, (7, 0)),
    ],
)
def test_a_usage_that_is_no_number_counts_for_nothing(usage: JSON, tokens: tuple[int, int]) -> None:
    told = Usage(input_tokens=tokens[0], output_tokens=tokens[1])
    assert heard({"choices": [], "usage": usage}) == [UsageChunk(told)]


@pytest.mark.parametrize(
    "piece",
    [
        {"choices": "none", "usage": 7},
        {"choices": [7, None, {"delta": "x"}, {"index": 0}]},
        {"choices": [{"delta": {"tool_calls": "x", "content": {}}}]},
        {"choices": [{"delta": {"tool_calls": [None, {"index": {}, "function": "f"}]}}]},
    ],
)
def test_what_is_no_piece_of_an_answer_says_nothing(piece: JSON) -> None:
    call = ToolCall(id="a", name="compare", arguments="{}")
    assert heard(piece, *call_pieces(0, "a", "compare", "{}"), piece) == [CallChunk(call)]
