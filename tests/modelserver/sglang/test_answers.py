"""Thoughts, tool calls, schemas and streams, as a client of the OpenAI API sees them.

The checkpoint plays an answer in Kimi's markup (tiny.PLAY); the server has to take it apart.
"""

import json
from typing import Any

import jsonschema
import pytest

from tests.modelserver.sglang.conftest import NAME, Served, text_part
from tests.modelserver.tiny import THOUGHT

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": name,
            "description": "A tool of the test.",
            "parameters": {
                "type": "object",
                "properties": {each: {"type": "string"} for each in of},
            },
        },
    }
    for name, of in (("write_file", ("path", "content")), ("finish", ("summary",)))
]
PAGE = {"path": "index.html", "content": "<h1>Hello there</h1>\n"}
CALLS = [
    ("functions.write_file:0", "write_file", PAGE),
    ("functions.finish:1", "finish", {"summary": "one page"}),
]
SCHEMA = {
    "type": "object",
    "properties": {
        "stack": {"enum": ["html-css", "react"]},
        "pages": {"enum": [1, 2, 3]},
        "dark": {"type": "boolean"},
    },
    "required": ["stack", "pages", "dark"],
    "additionalProperties": False,
}


def request(thinking: bool, **more: object) -> dict[str, object]:
    return {
        "model": NAME,
        "messages": [{"role": "user", "content": [text_part("Write the page.")]}],
        "temperature": 0,
        "max_tokens": 200,
        "extra_body": {"chat_template_kwargs": {"thinking": thinking}},
        **more,
    }


def play(served: Served, thinking: bool) -> Any:
    return served.client.chat.completions.create(**request(thinking, tools=TOOLS))


def calls_of(answer: Any) -> list[tuple[str, str, object]]:
    return [
        (call.id, call.function.name, json.loads(call.function.arguments))
        for call in answer.choices[0].message.tool_calls or []
    ]


def test_tool_calls_are_read_with_their_ids(int4: Served) -> None:
    answer = play(int4, thinking=False)
    assert calls_of(answer) == CALLS
    assert answer.choices[0].finish_reason == "tool_calls"


def test_nothing_of_the_markup_is_left_in_the_text(int4: Served) -> None:
    message = play(int4, thinking=True).choices[0].message
    assert not message.content


def test_a_thought_is_kept_apart(int4: Served) -> None:
    answer = play(int4, thinking=True)
    assert answer.choices[0].message.model_extra["reasoning_content"] == "".join(THOUGHT)
    assert calls_of(answer) == CALLS


def test_without_thinking_there_is_no_thought(int4: Served) -> None:
    message = play(int4, thinking=False).choices[0].message
    assert not (message.model_extra or {}).get("reasoning_content")


def test_a_stream_joins_to_the_answer_given_at_once(int4: Served) -> None:
    chunks = int4.client.chat.completions.create(**request(True, tools=TOOLS, stream=True))
    thought, arguments, ids, reason = "", dict[int, str](), dict[int, tuple[str, str]](), None
    count = 0
    for chunk in chunks:
        for choice in chunk.choices:
            count += 1
            thought += (choice.delta.model_extra or {}).get("reasoning_content") or ""
            reason = choice.finish_reason or reason
            for call in choice.delta.tool_calls or []:
                arguments[call.index] = arguments.get(call.index, "") + (
                    call.function.arguments or ""
                )
                if call.id:
                    ids[call.index] = (call.id, call.function.name)
    streamed = [(*ids[index], json.loads(text)) for index, text in sorted(arguments.items())]
    assert (thought, streamed, reason) == ("".join(THOUGHT), CALLS, "tool_calls")
    assert count > 4


def test_streamed_text_is_the_text_given_at_once(int4: Served) -> None:
    body = {
        "model": NAME,
        "messages": [{"role": "user", "content": "Say something."}],
        "temperature": 0,
        "max_tokens": 16,
        "logprobs": True,
        "extra_body": {"ignore_eos": True, "separate_reasoning": False},
    }
    whole = int4.client.chat.completions.create(**body)
    chunks = int4.client.chat.completions.create(**body, stream=True)
    texts = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(texts) == whole.choices[0].message.content


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_keeps_to_a_json_schema(int4: Served, stream: bool) -> None:
    schema = {"name": "page", "schema": SCHEMA, "strict": True}
    body = request(False, response_format={"type": "json_schema", "json_schema": schema})
    if stream:
        chunks = int4.client.chat.completions.create(**body, stream=True)
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    else:
        text = int4.client.chat.completions.create(**body).choices[0].message.content
    jsonschema.validate(json.loads(text), SCHEMA)
