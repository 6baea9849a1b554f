"""Plays a fault against the client as the agent loop would, and judges what came of it."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.faults import connection, endless, framing, refusals, shapes
from bench.faults.answers import TOOLS, Said
from bench.faults.fault import PAUSES, Fault, Kind
from bench.faults.wire import FaultServer, Play
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import Limits, TurnFinished
from webapp.studio.messages import MESSAGES
from workers.agent.errors import ModelFailed
from workers.agent.protocols import Mockup, Model, Task, ToolSpec, Transcript
from workers.agent.turn_builder import MAX_TURN, TurnBuilder
from workers.imaging import png_size
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint

KINDS: dict[str, Kind] = {
    f"{module.__name__.rpartition('.')[2]}: {kind.__doc__}": kind
    for module in (connection, framing, refusals, shapes, endless)
    for kind in module.KINDS
}
MakeModel = Callable[[Endpoint], Model]
MAX_CALLS = 40  # of a turn
SECONDS = 240.0  # that any fault may take
HANG_UP_SECONDS = 20.0  # until every connection is closed

_SPECS = tuple(ToolSpec(name, "A tool.", {"type": "object", "properties": {}}) for name in TOOLS)
_PICTURE = Path(__file__).parents[2] / "webapp/studio/uploads/examples/login.png"


@dataclass(frozen=True)
class Verdict:
    """`end`: "cured", or the code under which the run ends. `wrong` says what should not be."""

    kind: str
    index: int
    end: str
    requests: int
    seconds: float
    wrong: tuple[str, ...] = ()


def fault_of(seed: int, index: int) -> tuple[str, Fault]:
    """The fault of that index: the kinds in turns, all else by chance."""
    name = list(KINDS)[index % len(KINDS)]
    return name, KINDS[name](Random(f"{seed}-{index}"))  # noqa: S311


def client_of(endpoint: Endpoint) -> Model:
    return ClientModel(endpoint)


async def play(server: FaultServer, seed: int, index: int, make: MakeModel = client_of) -> Verdict:
    """Take the fault's turns."""
    kind, fault = fault_of(seed, index)
    game = Play(fault.replies)
    endpoint = Endpoint(
        server.add(f"{index}", game),
        "kimi-k2.5",
        max_tokens=fault.max_tokens,
        context_tokens=131_072,
        idle_timeout=fault.idle_timeout,
        pauses=PAUSES,
    )
    began = time.monotonic()
    turn, end, wrong = await _take(make(endpoint), fault)
    seconds = time.monotonic() - began
    if not wrong:
        wrong = judge(fault, turn, end)
    if len(game.requests) > fault.requests:
        wrong.append(f"{len(game.requests)} requests, {fault.requests} at most are called for")
    if not await _hung_up(game):
        wrong.append(f"{game.connections} connections stay open")
    return Verdict(kind, index, end, len(game.requests), seconds, tuple(wrong))


async def _take(model: Model, fault: Fault) -> tuple[TurnFinished | None, str, list[str]]:
    """The last turn, how it ended, and what is wrong with that at any rate."""
    turn: TurnFinished | None = None
    transcript = Transcript(Task(_mockups(fault.mockups), "html-css", "A page", Limits()))
    try:
        async with asyncio.timeout(SECONDS):
            for number in range(1, fault.turns + 1):
                turn = await _take_turn(model, number, transcript)
    except ModelFailed as failure:
        return None, failure.code, []
    except TimeoutError:
        return None, "", [f"no end after {SECONDS:g} s"]
    except Exception as error:  # noqa: BLE001 - that none comes here is what is shown
        return None, "", [f"{type(error).__name__} leaves the client: {error}"[:200]]
    return turn, "cured", []


def _mockups(count: int) -> tuple[Mockup, ...]:
    if not count:
        return ()
    size = png_size(_PICTURE.read_bytes())
    return (Mockup("a", "0" * 64, _PICTURE, *size, 1.0),) * count


async def _take_turn(model: Model, number: int, transcript: Transcript) -> TurnFinished:
    """As the agent loop takes one."""
    builder = TurnBuilder(number, (), MAX_CALLS)
    stream = model.turn(transcript, _SPECS, FileBlobs(Path("unused")))
    try:
        while not builder.is_full() and (chunk := await anext(stream, None)) is not None:
            for _ in builder.add(chunk):
                pass
    finally:
        await stream.aclose()  # type: ignore[attr-defined]
    return builder.finish()


def judge(fault: Fault, turn: TurnFinished | None, end: str) -> list[str]:
    """What is wrong with how a fault came out."""
    if turn is None:
        if end not in MESSAGES or not MESSAGES[end].hint:
            return [f"{end} has no remedy"]
        return [] if end == fault.code else [f"ends with {end}, not {fault.code or 'at all'}"]
    if fault.code:
        return [f"goes on, and should end with {fault.code}"]
    if not fault.accepts:
        size = (
            len(turn.text) + len(turn.reasoning) + sum(len(call.arguments) for call in turn.calls)
        )
        return [f"a turn of {size} characters"] if size > MAX_TURN else []
    found = [differences(said, turn) for said in fault.accepts]
    return min(found, key=len)


def differences(said: Said, turn: TurnFinished) -> list[str]:
    """What a turn has otherwise than it was meant."""
    found = [
        f"{name}: {got[:300]!r} for {meant[:300]!r}"
        for name, got, meant in (
            ("thought", turn.reasoning, said.thought),
            ("text", turn.text, said.text),
            ("tools", _names(turn), ", ".join(name for name, _ in said.calls)),
        )
        if got != meant
    ]
    for call, (_, meant) in zip(turn.calls, said.calls, strict=False):
        if call.arguments != meant and not (said.is_loose and _same(call.arguments, meant)):
            found.append(f"arguments: {call.arguments[:300]!r} for {meant[:300]!r}")
    if len({call.id for call in turn.calls} - {""}) < len(turn.calls):
        found.append("calls without an id of their own")
    return found


def _names(turn: TurnFinished) -> str:
    return ", ".join(call.name for call in turn.calls)


def _same(text: str, meant: str) -> bool:
    """Whether both say the same, written into a string or not."""
    try:
        value = json.loads(text or "{}")
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return False
    return bool(value == json.loads(meant))


async def _hung_up(game: Play) -> bool:
    """Whether every connection is closed soon."""
    try:
        async with asyncio.timeout(HANG_UP_SECONDS):
            await game.is_quiet.wait()
    except TimeoutError:
        return False
    return True
