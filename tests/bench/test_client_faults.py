"""The faults of an endpoint: every kind once, and an oracle that finds what is wrong."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from bench.client_faults import play_all
from bench.faults.answers import say
from bench.faults.fault import Fault
from bench.faults.play import KINDS, client_of, differences, fault_of, judge
from webapp.studio.events import ToolCall, TurnFinished
from workers.agent.protocols import Blobs, CallChunk, Chunk, TextChunk, ToolSpec, Transcript
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint

SEED = 7


class LosesALetter(ClientModel):
    async def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncIterator[Chunk]:
        async for chunk in super().turn(transcript, tools, blobs):
            if isinstance(chunk, CallChunk):
                call = chunk.call.model_copy(update={"arguments": chunk.call.arguments[:-1]})
                chunk = CallChunk(call)
            yield chunk


class SaysItsOwnErrors(ClientModel):
    async def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncIterator[Chunk]:
        yield TextChunk("Now ")
        raise ValueError("of the client's own")


def indices_of(*words: str) -> list[int]:
    return [at for at, kind in enumerate(KINDS) if any(word in kind for word in words)]


@pytest.mark.asyncio
async def test_every_kind_of_fault_comes_out_as_it_must() -> None:
    outcome = await play_all(list(range(len(KINDS))), SEED)
    assert [f"{one.index}: {one.wrong}" for one in outcome.wrong] == []
    assert outcome.left == (0, 0)


@pytest.mark.asyncio
@pytest.mark.parametrize("make", [LosesALetter, SaysItsOwnErrors])
async def test_a_client_that_is_wrong_is_found_out(make: type[ClientModel]) -> None:
    whole = indices_of("chunks end anywhere", "a compressed stream", "inside `data:`")
    outcome = await play_all(whole, SEED, make)
    assert len(whole) == 3
    assert [one.index for one in outcome.wrong] == whole


def test_what_is_otherwise_than_it_was_meant_is_told() -> None:
    said = say(Random(1), 2)
    calls = tuple(
        ToolCall(id=str(at), name=name, arguments=arguments)
        for at, (name, arguments) in enumerate(said.calls)
    )
    turn = TurnFinished(turn=1, text=said.text, reasoning=said.thought, calls=calls)
    assert differences(said, turn) == []
    for changed in (
        {"text": said.text[:-1]},
        {"reasoning": said.thought + " "},
        {"calls": calls[:1]},
        {"calls": calls[::-1]},
        {"calls": (calls[0], calls[1].model_copy(update={"id": "0"}))},
        {"calls": (calls[0], calls[1].model_copy(update={"arguments": "{}"}))},
    ):
        assert differences(said, turn.model_copy(update=changed)) != []


def test_an_end_is_right_only_with_its_code() -> None:
    ends = Fault((), code="model_rate_limited")
    assert judge(ends, None, "model_rate_limited") == []
    assert judge(ends, None, "model_failed") != []
    assert judge(ends, None, "no_such_code") != []
    assert judge(ends, TurnFinished(turn=1, text="", reasoning="", calls=()), "cured") != []
    assert judge(Fault((), (say(Random(1)),)), None, "model_failed") != []


def test_a_fault_is_the_same_whenever_it_is_played() -> None:
    request = {"stream": True, "temperature": 1}
    for index in range(len(KINDS)):
        one, other = fault_of(SEED, index)[1], fault_of(SEED, index)[1]
        assert one.accepts == other.accepts
        assert [reply(request) for reply in one.replies] == [
            reply(request) for reply in other.replies
        ]


def test_the_client_is_the_products() -> None:
    assert isinstance(client_of(Endpoint("http://127.0.0.1:9/v1", "m")), ClientModel)
