"""The client against servers that nobody here wrote: llama.cpp's, and LiteLLM's proxy."""

from dataclasses import replace

import pytest

from bench.seeing import NAME
from tests.workers.agent.kit import Bench, MakeBench, recorded
from tests.workers.models.peers.conftest import CONTEXT, NARROW, Peer
from webapp.studio.catalog.connection import check_connection
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.catalog.probe import fetch_capabilities
from webapp.studio.catalog.remedies import BEHIND
from webapp.studio.events import (
    MessageReceived,
    RunFailed,
    RunFinished,
    ToolFinished,
    TurnFinished,
)
from webapp.studio.messages import message_for
from workers.agent.protocols import Blobs, ToolSpec, Transcript
from workers.agent.transcript import Progress
from workers.models.endpoint.chat import Content, Message
from workers.models.endpoint.conversation import Conversation, converse
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint
from workers.models.endpoint.style import Style

pytestmark = [pytest.mark.peers, pytest.mark.asyncio(loop_scope="session")]


def model_at(peer: Peer, name: str) -> ClientModel:
    return ClientModel(Endpoint(peer.url, name, peer.key, pauses=()))


async def failure_of(bench: Bench, model: ClientModel) -> RunFailed:
    ending = (await bench.play(model))[-1]
    assert isinstance(ending, RunFailed), ending
    return ending


# llama.cpp


async def test_llama_cpp_says_how_much_it_reads_and_that_it_sees_nothing(llama_cpp: Peer) -> None:
    known = fetch_capabilities(llama_cpp.url, "smollm2", "")
    assert (known.lists_model, known.context_tokens) == (True, 4096)
    assert known.reads_pictures is False


async def test_a_run_on_a_model_without_eyes_ends_at_once_and_says_why(
    bench: Bench, llama_cpp: Peer
) -> None:
    ending = await failure_of(bench, model_at(llama_cpp, "smollm2"))
    assert ending.code == "model_no_vision"
    assert "image input is not supported" in ending.detail
    assert "picture" in message_for(ending.code).text.lower()


def without_pictures(
    transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs, style: Style
) -> Conversation:
    """As a small text model could be talked to."""
    talk = converse(transcript, tools, blobs, style)
    task = talk.messages[1]
    assert isinstance(task["content"], list)
    words: list[Content] = [part for part in task["content"] if part["type"] == "text"]
    said = Message(role="system", content="You write a page by calling a tool.")
    return replace(talk, messages=[said, {**task, "content": words}], tools=talk.tools[:2])


async def test_a_window_too_narrow_for_the_tools_is_told(bench: Bench, llama_cpp: Peer) -> None:
    endpoint = Endpoint(llama_cpp.url, "smollm2", max_tokens=32, pauses=())

    def long(
        transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs, style: Style
    ) -> Conversation:
        talk = without_pictures(transcript, tools, blobs, style)
        filler = Message(role="user", content="more words " * 4096)
        return replace(talk, messages=[*talk.messages, filler])

    ending = await failure_of(bench, ClientModel(endpoint, long))
    assert ending.code == "model_context_exceeded", ending.detail


async def test_a_model_that_calls_nothing_ends_the_run_and_is_named(
    bench: Bench, llama_cpp: Peer
) -> None:
    endpoint = Endpoint(llama_cpp.url, "smollm2", max_tokens=32, pauses=())
    ending = await failure_of(bench, ClientModel(endpoint, without_pictures))
    assert ending.code in {"model_failed", "model_output_limit"}, ending.detail


# LiteLLM


async def test_litellm_says_what_it_was_told_of_a_model(litellm: Peer) -> None:
    known = fetch_capabilities(litellm.url, NAME, litellm.key)
    assert (known.lists_model, known.context_tokens) == (True, CONTEXT)
    assert known.reads_pictures and known.uses_tools
    plain = fetch_capabilities(litellm.url, "narrow", litellm.key)
    assert (plain.lists_model, plain.context_tokens) == (True, NARROW)  # it asked behind itself
    assert not fetch_capabilities(litellm.url, "nobody", litellm.key).lists_model


async def test_a_run_and_a_follow_up_work_through_litellm(bench: Bench, litellm: Peer) -> None:
    model = model_at(litellm, NAME)
    events = await bench.play(model)
    assert isinstance(events[-1], RunFinished), events[-1]
    assert events[-1].best_revision
    assert all(event.ok for event in events if isinstance(event, ToolFinished))
    turn = next(event for event in events if isinstance(event, TurnFinished))
    assert turn.reasoning.startswith("I see") and turn.usage.input_tokens > 1000
    events.append(MessageReceived(message_id=1, text="Make it dark"))
    more = await bench.play(model, Progress.replay(recorded(events)))
    assert isinstance(more[-1], RunFinished), more[-1]
    assert "background: var(--color-surface)" in bench.workspace.read_text("style.css")
    assert "--color-surface: #ffffff" not in bench.workspace.read_text("style.css")


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("narrow", "model_context_exceeded", f"maximum context length is {NARROW} tokens"),
        ("smollm2", "model_no_vision", "image input is not supported"),
        ("gone", "model_unreachable", "Connection error"),
        ("nobody", "model_unknown", f"offers {NAME}, narrow, smollm2, gone, but not nobody"),
    ],
)
async def test_a_refusal_that_litellm_wraps_keeps_its_code(
    make_bench: MakeBench, litellm: Peer, name: str, code: str, words: str
) -> None:
    ending = await failure_of(make_bench(), model_at(litellm, name))
    assert (ending.code, words in ending.detail) == (code, True), ending.detail


async def test_a_server_that_is_gone_behind_litellm_is_the_one_to_start(litellm: Peer) -> None:
    endpoint = ModelEndpoint(model_id="", label="", url=litellm.url, name="gone", key=litellm.key)
    found = {one.check: one for one in (await check_connection(endpoint)).findings}
    assert (found["address"].outcome, found["answers"].outcome) == ("yes", "no")
    assert found["answers"].remedy == BEHIND, found["answers"]


async def test_a_key_that_litellm_refuses_is_told_and_not_repeated(
    bench: Bench, litellm: Peer
) -> None:
    wrong = replace(litellm, key="sk-wrong-0123456789abcdef")
    ending = await failure_of(bench, model_at(wrong, NAME))
    assert ending.code == "model_unauthorised", ending.detail
    assert wrong.key not in ending.detail
