"""One turn of the client model against a stand-in endpoint."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from tests.socks_proxy import socks_proxy
from tests.workers.models.stand_in import (
    JSON,
    Reply,
    StandIn,
    call_pieces,
    calls,
    delta,
    ending,
    refuses,
    says,
    stand_in,
    thinks,
)
from webapp.studio.blobs import FileBlobs
from webapp.studio.catalog.endpoints import Prices
from webapp.studio.events import Limits, TextPart, ToolCall, Usage
from workers.agent.errors import ModelFailed, UnknownModel
from workers.agent.protocols import (
    CallChunk,
    Chunk,
    FileChunk,
    Mockup,
    ReasoningChunk,
    RequestChunk,
    RestartChunk,
    ServedChunk,
    Task,
    TextChunk,
    ToolOutcome,
    ToolSpec,
    Transcript,
    Turn,
    UsageChunk,
    WaitChunk,
)
from workers.agent.turn_builder import TurnBuilder
from workers.models.endpoint.model import NARROWINGS, ClientModel
from workers.models.endpoint.request import Endpoint

KEY = "sk-very-secret-0123456789"
PAGE = {"path": "index.html", "content": '<h1 class="a">Grüße, "Welt" \U0001f600</h1>\n'}
TOOLS = (ToolSpec("write_file", "Create a file.", {"type": "object", "properties": {}}),)


@pytest.fixture
def transcript(tmp_path: Path) -> Transcript:
    path = tmp_path / "mockup.png"
    Image.new("RGB", (40, 30), "teal").save(path)
    mockup = Mockup("a", "0" * 64, path, 40, 30, 1.0)
    return Transcript(Task((mockup,), "html-css", "Make it blue", Limits()))


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


def model_of(server: StandIn, *, thinking: bool = True, **options: object) -> ClientModel:
    settings: dict[str, object] = {"pauses": (0.0, 0.0), "idle_timeout": 5.0, **options}
    endpoint = Endpoint(server.url, "kimi-k2.5", KEY, thinking, **settings)  # type: ignore[arg-type]
    return ClientModel(endpoint)


async def take(
    model: ClientModel,
    transcript: Transcript,
    blobs: FileBlobs,
    tools: tuple[ToolSpec, ...] = TOOLS,
) -> list[Chunk]:
    """What the model says: whom it asks, and who answers, is told apart."""
    chunks = [chunk async for chunk in model.turn(transcript, tools, blobs)]
    return [chunk for chunk in chunks if not isinstance(chunk, RequestChunk | ServedChunk)]


async def answer(
    reply: Reply, transcript: Transcript, blobs: FileBlobs, *more: Reply
) -> list[Chunk]:
    with stand_in(reply, *more) as server:
        return await take(model_of(server), transcript, blobs)


async def failure(
    transcript: Transcript, blobs: FileBlobs, *replies: Reply
) -> tuple[ModelFailed, StandIn]:
    with stand_in(*replies) as server, pytest.raises(ModelFailed) as raised:
        await take(model_of(server), transcript, blobs)
    return raised.value, server


def text_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, TextChunk))


def thought_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, ReasoningChunk))


def calls_of(chunks: list[Chunk]) -> list[ToolCall]:
    return [chunk.call for chunk in chunks if isinstance(chunk, CallChunk)]


def after(transcript: Transcript, *turns: Turn) -> Transcript:
    return Transcript(transcript.task, turns)


def called(identity: str, name: str = "write_file") -> Turn:
    call = ToolCall(id=identity, name=name, arguments="{}")
    return Turn("", "", (call,), (ToolOutcome(call, True, ()),))


# what an answer becomes


async def test_text_thought_and_usage_are_streamed(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    reply = Reply(
        pieces=(
            delta(role="assistant", content=None),
            delta(reasoning_content="Let me "),
            delta(reasoning_content="look."),
            delta(content="A teal "),
            delta(content="page."),
            *ending("stop", 700, 9),
        )
    )
    assert await answer(reply, transcript, blobs) == [
        ReasoningChunk("Let me "),
        ReasoningChunk("look."),
        TextChunk("A teal "),
        TextChunk("page."),
        UsageChunk(Usage(input_tokens=700, output_tokens=9)),
    ]


@pytest.mark.parametrize(
    "told",
    [
        {"prompt_tokens_details": {"cached_tokens": 600}},  # OpenAI, SGLang, vLLM
        {"cached_tokens": 600},  # Moonshot
    ],
)
async def test_what_was_in_the_cache_is_heard_and_the_turn_priced(
    told: JSON, transcript: Transcript, blobs: FileBlobs
) -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050, **told}
    end, last = ending("stop")
    pieces = (delta(content="Hi"), end, {**last, "usage": usage})
    with stand_in(Reply(pieces=pieces)) as server:
        endpoint = Endpoint(server.url, "kimi-k2.5", prices=Prices(2.0, 10.0, cached_input=0.5))
        chunks = await take(ClientModel(endpoint), transcript, blobs)
    chunk = chunks[-1]
    assert isinstance(chunk, UsageChunk)
    assert (chunk.usage.input_tokens, chunk.usage.cached_tokens) == (1000, 600)
    assert chunk.usage.cost == pytest.approx((400 * 2 + 600 * 0.5 + 50 * 10) / 1e6)


async def test_effort_is_asked_for_only_of_a_model_that_thinks_and_left_out_once_refused(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    refusal = refuses(400, "Unrecognized request argument supplied: reasoning_effort")
    with stand_in(refusal, says("Hi"), says("Hi")) as server:
        endpoint = Endpoint(server.url, "kimi-k2.5", effort="high", pauses=())
        await take(ClientModel(endpoint), transcript, blobs)
        await take(ClientModel(replace(endpoint, thinking=False)), transcript, blobs)
    asked = [request.get("reasoning_effort") for request in server.requests]
    assert asked == ["high", None, None]


async def test_reasoning_under_its_other_name_is_heard(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    reply = Reply(pieces=(delta(reasoning="Hm."), delta(content="Yes"), *ending("stop")))
    assert thought_of(await answer(reply, transcript, blobs)) == "Hm."


async def test_a_file_is_shown_while_its_call_is_written(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    chunks = await answer(calls(("write_file", PAGE), size=3), transcript, blobs)
    shown = [chunk for chunk in chunks if isinstance(chunk, FileChunk)]
    assert "".join(chunk.text for chunk in shown) == PAGE["content"]
    assert [chunk.start for chunk in shown] == [True, *([False] * (len(shown) - 1))]
    assert {chunk.path for chunk in shown} == {"index.html"}
    assert len(shown) > 5
    assert calls_of(chunks) == [
        ToolCall(id="functions.write_file:0", name="write_file", arguments=json.dumps(PAGE))
    ]


async def test_a_file_whose_content_comes_before_its_path_is_shown(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    backwards = {"content": "<p>", "path": "a.html"}
    chunks = await answer(calls(("write_file", backwards), size=2), transcript, blobs)
    assert [chunk for chunk in chunks if isinstance(chunk, FileChunk)] == [
        FileChunk("a.html", "<p>", start=True)
    ]


async def test_several_calls_come_in_their_order(transcript: Transcript, blobs: FileBlobs) -> None:
    reply = calls(("write_file", PAGE), ("compare", {}), ("finish", {"summary": "x"}))
    assert [call.name for call in calls_of(await answer(reply, transcript, blobs))] == [
        "write_file",
        "compare",
        "finish",
    ]


async def test_calls_that_all_have_index_0_are_told_apart_by_id(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    pieces = call_pieces(0, "a", "compare", "{}") + call_pieces(0, "b", "finish", "{}")
    found = calls_of(await answer(Reply(pieces=(*pieces, *ending("stop"))), transcript, blobs))
    assert [(call.id, call.name, call.arguments) for call in found] == [
        ("a", "compare", "{}"),
        ("b", "finish", "{}"),
    ]


async def test_a_name_repeated_in_every_piece_is_taken_once(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    pieces = [
        delta(
            tool_calls=[{"index": 0, "id": "a", "function": {"name": "compare", "arguments": part}}]
        )
        for part in ("{", "}")
    ]
    found = calls_of(await answer(Reply(pieces=(*pieces, *ending("stop"))), transcript, blobs))
    assert found == [ToolCall(id="a", name="compare", arguments="{}")]


async def test_an_id_counted_from_0_again_becomes_the_next_free_one(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    said = after(transcript, called("functions.write_file:0"), called("functions.write_file:1"))
    found = calls_of(await answer(calls(("write_file", PAGE)), said, blobs))
    assert found[0].id == "functions.write_file:2"


async def test_calls_in_raw_markup_are_found(transcript: Transcript, blobs: FileBlobs) -> None:
    raw = (
        "On it.<|tool_calls_section_begin|><|tool_call_begin|>functions.write_file:4"
        f"<|tool_call_argument_begin|>{json.dumps(PAGE)}<|tool_call_end|>"
        "<|tool_calls_section_end|>"
    )
    pieces = [raw[at : at + 7] for at in range(0, len(raw), 7)]
    chunks = await answer(says(*pieces), transcript, blobs)
    assert text_of(chunks) == "On it."
    assert calls_of(chunks) == [
        ToolCall(id="functions.write_file:4", name="write_file", arguments=json.dumps(PAGE))
    ]
    assert any(isinstance(chunk, FileChunk) for chunk in chunks)


async def test_calls_in_the_markup_of_a_thought_are_found(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    raw = (
        "Now compare.<|tool_call_begin|>functions.compare:1<|tool_call_argument_begin|>{}"
        "<|tool_call_end|>"
    )
    chunks = await answer(thinks(raw), transcript, blobs)
    assert thought_of(chunks) == "Now compare."
    assert [call.name for call in calls_of(chunks)] == ["compare"]


async def test_markup_counts_for_nothing_beside_a_real_call(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    drafted = "<|tool_call_begin|>functions.finish:0<|tool_call_argument_begin|>{}<|tool_call_end|>"
    chunks = await answer(calls(("compare", {}), thought=drafted), transcript, blobs)
    assert [call.name for call in calls_of(chunks)] == ["compare"]


async def test_thoughts_marked_in_the_text_are_thoughts(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    chunks = await answer(says("<thi", "nk>Hm.</th", "ink>A page."), transcript, blobs)
    assert (thought_of(chunks), text_of(chunks)) == ("Hm.", "A page.")


# what is asked


async def test_kimi_is_asked_as_kimi_wants(transcript: Transcript, blobs: FileBlobs) -> None:
    with stand_in(says("A"), says("B"), says("C")) as server:
        await take(model_of(server), transcript, blobs)
        await take(model_of(server, thinking=False), transcript, blobs)
        await take(model_of(server, sampling=0.0), transcript, blobs)
    thinking, instant, cold = server.requests
    assert cold["temperature"] == 0.0  # as a person chose
    assert (thinking["temperature"], thinking["top_p"]) == (1.0, 0.95)
    assert "chat_template_kwargs" not in thinking
    assert (instant["temperature"], instant["top_p"]) == (0.6, 0.95)
    assert instant["chat_template_kwargs"] == {"thinking": False}
    assert thinking["stream_options"] == {"include_usage": True}
    assert thinking["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "write_file",
                "description": "Create a file.",
                "parameters": {"type": "object", "properties": {}},
            },
        }
    ]
    assert server.keys == [f"Bearer {KEY}"] * 3


def test_moonshots_own_api_has_its_own_word_for_not_thinking() -> None:
    endpoint = Endpoint("https://api.moonshot.ai/v1", "kimi-k2.5", thinking=False)
    assert endpoint.without_thinking() == {"thinking": {"type": "disabled"}}


@pytest.mark.parametrize("url", ["https://api.moonshot.ai/v1", "http://127.0.0.1:30000/v1"])
@pytest.mark.parametrize(
    ("name", "always"),
    [
        ("kimi-k2.5", False),
        ("moonshotai/Kimi-K2.6", False),
        ("moonshotai/Kimi-K2.7-Code", True),
        ("kimi-k2.7-code-highspeed", True),
        ("kimi-k3", True),
    ],
)
def test_a_model_that_always_thinks_is_not_told_to_stop(name: str, always: bool, url: str) -> None:
    endpoint = Endpoint(url, name, thinking=False)
    assert (endpoint.without_thinking() == {}) is always
    assert endpoint.temperature == (1.0 if always else 0.6)
    assert ClientModel(endpoint).ref.settings["thinking"] is always
    assert Endpoint(url, name).temperature == 1.0


async def test_an_option_the_endpoint_does_not_know_is_left_out_from_then_on(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    unknown = refuses(400, "Unsupported parameter: 'top_p' is not supported with this model.")
    with stand_in(unknown, says("A"), says("B")) as server:
        model = model_of(server)
        assert text_of(await take(model, transcript, blobs)) == "A"
        await take(model, transcript, blobs)
    assert ["top_p" in request for request in server.requests] == [True, False, False]


def test_the_reference_names_the_model_and_no_secret() -> None:
    ref = ClientModel(Endpoint("http://host/v1", "kimi-k2.5", KEY)).ref
    assert ref.settings == {
        "model": "kimi-k2.5",
        "host": "host",
        "temperature": 1.0,
        "top_p": 0.95,
        "thinking": True,
    }
    assert len(ref.prompt_version) == 12


# what goes wrong


async def test_an_empty_answer_is_asked_for_once_more(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    assert text_of(await answer(says(""), transcript, blobs, says("Here."))) == "Here."


async def test_two_empty_answers_are_an_empty_turn(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in(thinks("Hm."), says("\n"), says("Never asked for")) as server:
        chunks = await take(model_of(server), transcript, blobs)
    assert not calls_of(chunks)
    assert text_of(chunks).strip() == ""
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "hitch",
    [
        refuses(429, "Slow down", retry_after="0"),
        refuses(500, "Oops"),
        refuses(503, "Loading model"),
        Reply(cut=True),
        Reply(raw=b'data: {"error": {"message": "The engine is restarting", "code": 503}}\n\n'),
    ],
    ids=["429", "500", "503", "cut", "error in the stream"],
)
async def test_what_passes_is_waited_for(
    hitch: Reply, transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in(hitch, hitch, says("Here.")) as server:
        assert text_of(await take(model_of(server), transcript, blobs)) == "Here."
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (refuses(401, f"Incorrect API key provided: {KEY}"), "model_unauthorised"),
        (refuses(403, "Forbidden"), "model_unauthorised"),
        (refuses(400, "No connected db.", "400"), "model_unauthorised"),
        (refuses(429, "You exceeded your quota"), "model_rate_limited"),
        (refuses(500, "CUDA error"), "model_failed"),
        (refuses(400, "max_total_tokens is wrong"), "model_failed"),
        (refuses(400, "The model is not a multimodal model"), "model_no_vision"),
        (
            refuses(500, "image input is not supported - hint: provide the mmproj"),
            "model_no_vision",
        ),
        (refuses(400, "unknown variant `image_url`, expected `text`"), "model_no_vision"),
        (refuses(404, "No endpoints found that support image input"), "model_no_vision"),
        (refuses(400, "library/tiny does not support tools"), "model_no_tools"),
        (refuses(404, "The model `kimi-k2.5` does not exist"), "model_unknown"),
        (refuses(400, "Invalid model name passed in model=kimi-k2.5", "400"), "model_unknown"),
        (
            refuses(
                500,
                "litellm.InternalServerError: InternalServerError: OpenAIException - Connection "
                "error. LiteLLM: model group 'kimi' failed with the error above.",
                "500",
            ),
            "model_unreachable",
        ),
        (
            refuses(
                408,
                "litellm.Timeout: APITimeoutError - Request timed out. Error_str: Request timed "
                "out. LiteLLM: model group 'kimi' failed with the error above.",
                "408",
            ),
            "model_unreachable",
        ),
        (
            refuses(500, "litellm.APIConnectionError: OllamaException - 'NoneType' object"),
            "model_failed",
        ),
        (
            refuses(400, "litellm.ContextWindowExceededError: OpenAIException - it is too much"),
            "model_context_exceeded",
        ),
    ],
)
async def test_a_refusal_has_its_code(
    reply: Reply, code: str, transcript: Transcript, blobs: FileBlobs
) -> None:
    error, _ = await failure(transcript, blobs, reply, reply, reply)
    assert error.code == code
    assert KEY not in str(error)


async def test_a_status_is_told_once_and_a_sentence_ends_once(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    error, _ = await failure(transcript, blobs, refuses(400, "No picture here.", "400"))
    assert str(error) == "status 400: No picture here."
    error, _ = await failure(transcript, blobs, refuses(400, "No picture here.", "no_picture"))
    assert str(error) == "status 400: No picture here. (no_picture)"
    with stand_in() as server:
        model = model_of(server)
    with pytest.raises(ModelFailed) as raised:
        await take(model, transcript, blobs)
    assert ".." not in str(raised.value)


async def test_a_refusal_that_waiting_does_not_mend_is_not_repeated(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    _, server = await failure(transcript, blobs, refuses(401, "No"), says("Never asked for"))
    assert len(server.requests) == 1


async def test_an_unknown_model_is_answered_with_those_there_are(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    offer = [{"id": "qwen"}, {"id": "mini"}]
    with stand_in(refuses(404, "not found"), models=offer) as server:
        model = model_of(server)
        with pytest.raises(ModelFailed, match=r"offers qwen, mini, but not kimi-k2\.5"):
            await take(model, transcript, blobs)


async def test_an_address_without_its_path_is_suspected(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in() as server:
        server.url = server.url.removesuffix("/v1")
        with pytest.raises(ModelFailed, match="Does the address end in /v1"):
            await take(model_of(server), transcript, blobs)


async def test_an_endpoint_that_is_not_there_is_named(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in() as server:
        model = model_of(server)
    with pytest.raises(ModelFailed) as raised:
        await take(model, transcript, blobs)
    assert raised.value.code == "model_unreachable"
    assert server.url in str(raised.value)
    assert "host.docker.internal" in str(raised.value)


async def test_an_endpoint_that_falls_silent_is_given_up(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    slow = Reply(pieces=(delta(content="A"),), pause=0.5)
    with stand_in(slow) as server:
        model = model_of(server, idle_timeout=0.1, pauses=())
        with pytest.raises(ModelFailed, match="no answer in time") as raised:
            await take(model, transcript, blobs)
    assert raised.value.code == "model_unreachable"


HALF_A_CALL = tuple(call_pieces(0, "a", "write_file", '{"path": "index.ht'))


@pytest.mark.parametrize(
    "broken",
    [
        Reply(pieces=(delta(content="I will now "),), cut=True),
        Reply(pieces=(delta(reasoning_content="It is dark, so "),), cut=True),
        Reply(pieces=HALF_A_CALL, cut=True),
        Reply(pieces=(*call_pieces(0, "b", "render", "{}"), *HALF_A_CALL), cut=True),
        Reply(pieces=HALF_A_CALL),
    ],
    ids=["in a text", "in a thought", "in a call", "in a second call", "clean, in a call"],
)
async def test_an_answer_that_breaks_off_is_asked_for_again(
    broken: Reply, transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in(broken, broken, calls(("compare", {}), text="Here.")) as server:
        chunks = await take(model_of(server), transcript, blobs)
    assert len(server.requests) == 3
    restarts = [at for at, chunk in enumerate(chunks) if isinstance(chunk, RestartChunk)]
    whole = chunks[restarts[-1] + 1 :] if restarts else chunks
    assert text_of(whole) == "Here."
    assert [call.name for call in calls_of(chunks)][-1:] == ["compare"]
    turn = TurnBuilder(1, (), 40)
    for chunk in chunks:
        list(turn.add(chunk))
    said = turn.finish()
    assert (said.text, said.reasoning) == ("Here.", "")
    assert [call.name for call in said.calls] == ["compare"]


async def test_an_answer_that_always_breaks_off_fails_with_its_cause(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    broken = Reply(pieces=(delta(content="I will now "),), cut=True)
    error, server = await failure(transcript, blobs, *(broken,) * 3)
    assert error.code == "model_unreachable"
    assert len(server.requests) == 3


async def test_a_call_that_a_clean_end_cuts_in_half_is_not_made(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    half = Reply(pieces=tuple(call_pieces(0, "a", "write_file", '{"path": "index.ht')))
    error, _ = await failure(transcript, blobs, *(half,) * 3)
    assert "inside a tool call" in str(error)


UNENDED = Reply(pieces=(delta(content="I will "),), done=False)


async def test_an_answer_whose_end_is_not_told_is_asked_for_again(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in(UNENDED, says("Here.")) as server:
        chunks = await take(model_of(server), transcript, blobs)
    assert chunks[:3] == [TextChunk("I will "), RestartChunk(), TextChunk("Here.")]


async def test_a_server_that_never_tells_the_end_is_believed_after_once(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in(*(UNENDED,) * 3) as server:
        model = model_of(server)
        assert text_of(await take(model, transcript, blobs)) == "I will I will "
        assert text_of(await take(model, transcript, blobs)) == "I will "
    assert len(server.requests) == 3


async def test_a_server_that_has_told_the_end_is_known_to(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in(says("Here."), *(UNENDED,) * 3) as server:
        model = model_of(server)
        await take(model, transcript, blobs)
        with pytest.raises(ModelFailed, match="ended before the answer"):
            await take(model, transcript, blobs)


async def test_signs_of_life_without_an_answer_end_with_the_idle_timeout(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    alive = Reply(pieces=({"type": "ping"},) * 20, pause=0.1)
    with stand_in(alive) as server:
        model = model_of(server, idle_timeout=0.4, pauses=())
        with pytest.raises(ModelFailed, match="no answer in time"):
            await take(model, transcript, blobs)


async def test_what_is_no_chat_completion_is_an_error(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    page = Reply(raw=b"<!doctype html><title>A web interface</title>\n\n")
    error, server = await failure(transcript, blobs, *(page,) * 4)
    assert "no chat completion" in str(error)
    # once for a whole answer, then twice more as before
    assert [request.get("stream") for request in server.requests] == [True, False, True, True]


async def test_a_piece_that_is_no_json_is_an_error(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    broken = Reply(raw=b"data: {oops\n\n")
    error, server = await failure(transcript, blobs, *(broken,) * 3)
    assert "no JSON" in str(error)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"message": "Rate limit reached", "code": "rate_limit_exceeded"}, "model_rate_limited"),
        ({"message": "Provider returned error", "code": 429}, "model_rate_limited"),
        ({"message": "No", "code": "401"}, "model_unauthorised"),
        ({"message": "Engine died", "code": 400}, "model_failed"),
        ("Overloaded", "model_failed"),
    ],
)
async def test_an_error_in_the_stream_has_its_code(
    error: JSON | str, code: str, transcript: Transcript, blobs: FileBlobs
) -> None:
    reply = Reply(pieces=(delta(content="I will "), {"error": error}))
    failed, _ = await failure(transcript, blobs, *(reply,) * 3)
    assert failed.code == code


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "Unsupported parameter", "param": "top_p"}},
        {"detail": [{"loc": ["body", "top_p"], "msg": "Extra inputs are not permitted"}]},
    ],
)
async def test_an_option_is_left_out_wherever_its_refusal_names_it(
    body: JSON, transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in(Reply(422, body), says("Here.")) as server:
        assert text_of(await take(model_of(server), transcript, blobs)) == "Here."
    assert "top_p" not in server.requests[1]


async def test_thoughts_of_an_empty_answer_are_not_those_of_the_next(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    chunks = await answer(thinks("Hm."), transcript, blobs, says("Here."))
    assert chunks.index(RestartChunk()) > chunks.index(ReasoningChunk("Hm."))


async def test_a_person_is_told_what_a_long_pause_is_for(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    busy = refuses(429, "Slow down", Retry_After="1")
    with stand_in(refuses(503, "Busy"), busy, says("Here.")) as server:
        chunks = await take(model_of(server), transcript, blobs)
    assert [chunk for chunk in chunks if isinstance(chunk, WaitChunk)] == [
        WaitChunk("The model's endpoint takes no more requests for now. Asking again in 1 s")
    ]
    builder = TurnBuilder(1, (), 9)
    events = [event for chunk in chunks for event in builder.add(chunk)]
    assert [event.type for event in events] == ["waiting", "text_delta"]
    assert builder.finish().text == "Here."


def long_talk(transcript: Transcript) -> Transcript:
    call = ToolCall(id="a", name="read_text", arguments="{}")
    old = Turn("", "", (call,), (ToolOutcome(call, True, (TextPart(text="word " * 10_000),)),))
    return after(transcript, old, called("b"))


def sizes_of(server: StandIn) -> list[int]:
    return [len(json.dumps(request["messages"])) for request in server.requests]


async def test_a_conversation_too_long_is_told_in_short_from_then_on(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    too_long = refuses(400, "The input is longer than the model's context length (8192 tokens).")
    with stand_in(too_long, says("Here."), says("Again.")) as server:
        model = model_of(server)
        chunks = await take(model, long_talk(transcript), blobs)
        await take(model, long_talk(transcript), blobs)
    assert text_of(chunks) == "Here."
    assert [one.usage.context_tokens for one in chunks if isinstance(one, UsageChunk)] == [8192]
    first, second, third = sizes_of(server)
    assert second < first - 40_000
    assert third == second


async def test_a_window_that_a_server_tells_is_kept_to_before_it_refuses(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    listed: list[JSON] = [{"id": "kimi-k2.5", "max_model_len": 8192}]
    with stand_in(says("Here."), says("Again."), models=listed) as server:
        model = model_of(server)
        chunks = await take(model, long_talk(transcript), blobs)
        await take(model, long_talk(transcript), blobs)
    first, second = sizes_of(server)
    assert first == second < 40_000
    usage = [chunk.usage for chunk in chunks if isinstance(chunk, UsageChunk)]
    assert [one.context_tokens for one in usage] == [8192]


async def test_a_window_that_the_endpoint_names_is_not_asked_for(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    listed: list[JSON] = [{"id": "kimi-k2.5", "max_model_len": 1_000_000}]
    with stand_in(says("Here."), models=listed) as server:
        await take(model_of(server, context_tokens=8192), long_talk(transcript), blobs)
    assert sizes_of(server)[0] < 40_000


async def test_a_server_that_counts_more_than_is_guessed_is_believed(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    too_long = refuses(400, "The maximum context length is 40000 tokens.")
    with stand_in(too_long, too_long, says("Here.")) as server:
        chunks = await take(model_of(server), long_talk(transcript), blobs)
    (usage,) = (chunk.usage for chunk in chunks if isinstance(chunk, UsageChunk))
    assert usage.context_tokens == 28_000  # of 40,000, once that was refused as well


async def test_a_conversation_that_stays_too_long_is_an_error_after_a_few_attempts(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    too_long = refuses(400, "Input is too long: the context window is full.")
    error, server = await failure(
        long_talk(transcript), blobs, *(too_long,) * 20, says("Never asked for")
    )
    assert error.code == "model_context_exceeded"
    assert len(server.requests) == 1 + NARROWINGS + 1  # the last with lighter pictures
    assert sizes_of(server)[-1] < 20_000
    # where nothing is old, only the pictures can be lighter
    _, server = await failure(transcript, blobs, *(too_long,) * 20)
    assert len(server.requests) == 2


async def test_closing_a_turn_hangs_up(transcript: Transcript, blobs: FileBlobs) -> None:
    endless = Reply(pieces=(delta(content="hm " * 2000),) * 500, pause=0.01)
    with stand_in(endless) as server:
        stream = cast(
            "AsyncGenerator[Chunk, None]", model_of(server).turn(transcript, TOOLS, blobs)
        )
        while isinstance(await anext(stream), RequestChunk):
            pass
        await stream.aclose()
        assert await asyncio.to_thread(server.hung_up.wait, 10)


async def test_cancelling_a_turn_hangs_up(transcript: Transcript, blobs: FileBlobs) -> None:
    endless = Reply(pieces=(delta(content="hm " * 2000),) * 500, pause=0.01)
    with stand_in(endless) as server:
        taking = asyncio.create_task(take(model_of(server), transcript, blobs))
        assert await asyncio.to_thread(server.was_asked.wait, 10)
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking
        assert await asyncio.to_thread(server.hung_up.wait, 10)


async def test_the_key_is_never_logged(
    transcript: Transcript, blobs: FileBlobs, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with stand_in(refuses(500, f"bad key {KEY}"), says("Here.")) as server:
        model = model_of(server)
        await take(model, transcript, blobs)
    assert "Asking again" in caplog.text
    assert KEY not in caplog.text
    assert KEY not in repr(model._endpoint)


def test_without_an_address_there_is_no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOCKWRIGHT_MODEL_URL", raising=False)
    with pytest.raises(UnknownModel, match="MOCKWRIGHT_MODEL_URL"):
        ClientModel()


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks9://127.0.0.1:1"])
async def test_an_endpoint_on_this_machine_is_asked_past_any_proxy(
    transcript: Transcript, blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "")
    assert text_of(await answer(says("Hello"), transcript, blobs)) == "Hello"


async def test_an_endpoint_elsewhere_is_asked_through_a_socks_proxy(
    transcript: Transcript, blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which resolves its name, too: nobody here knows it."""
    with (
        stand_in(says("Hello")) as server,
        socks_proxy({"models.example": server.url}) as proxy,
    ):
        monkeypatch.setenv("ALL_PROXY", f"socks5://{proxy.address}")
        monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.0/8")
        model = ClientModel(Endpoint("http://models.example/v1", "kimi-k2.5", KEY))
        assert text_of(await take(model, transcript, blobs)) == "Hello"
    assert set(proxy.asked) == {("models.example", 80)}


async def test_a_proxy_that_cannot_be_used_has_a_code_of_its_own(
    transcript: Transcript, blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks9://127.0.0.1:1")
    model = ClientModel(Endpoint("http://models.example/v1", "kimi-k2.5", KEY))
    with pytest.raises(ModelFailed, match="socks9") as raised:
        await take(model, transcript, blobs)
    assert raised.value.code == "model_no_proxy"
