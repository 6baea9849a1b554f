"""What the loop does at the ends of its time and of a turn, with tools made by hand."""

import asyncio
import errno
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from tests.workers.agent.kit import Bench, MakeBench, kinds
from webapp.studio.events import (
    TRANSIENT_TYPES,
    Difference,
    Event,
    Limits,
    ModelRef,
    RevisionSaved,
    RunFinished,
    RunStarted,
    TextPart,
    ToolCall,
    ToolStarted,
)
from workers.agent import run_task as whole
from workers.agent.errors import ModelFailed, code_of
from workers.agent.loop import run
from workers.agent.protocols import CallChunk, Chunk, Params, TextChunk, Tool, ToolResult
from workers.agent.tools.registry import build_toolbox
from workers.agent.transcript import Progress
from workers.imaging import Image
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn
from workers.shot import RenderRequest, Shot

LAST_COMPARISON = 60  # seconds

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = {"path": "index.html", "content": "<p>Hello"}
WRITE = ScriptedCall(name="write_file", arguments=PAGE)
FINISH = ScriptedCall(name="finish")


class Compare:
    """A comparison that does what it is told."""

    name = "compare"
    description = ""
    params: ClassVar[type[Params]] = Params

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work

    async def __call__(self, params: Params) -> ToolResult:
        work = self.work()
        if asyncio.iscoroutine(work):
            await work
        return ToolResult((TextPart(text="Compared"),), for_ui="Compared")


async def played(
    bench: Bench,
    model: ScriptedModel,
    compare: Tool | None = None,
    progress: Progress | None = None,
) -> list[Event]:
    """All durable events of a run whose `compare` is this one, or is not there."""
    tools = build_toolbox(bench.context)
    del tools["compare"]
    if compare is not None:
        tools["compare"] = compare
    events = run(bench.task, model, tools, bench.workspace, bench.blobs, progress)
    return [event async for event in events if not isinstance(event, TRANSIENT_TYPES)]


def script(*turns: tuple[ScriptedCall, ...]) -> ScriptedModel:
    return ScriptedModel(tuple(ScriptedTurn(calls=calls) for calls in turns))


async def test_the_record_of_a_run_begins_with_its_whole_task(bench: Bench) -> None:
    started = (await played(bench, script((WRITE, FINISH))))[0]
    assert isinstance(started, RunStarted)
    (mockup,) = bench.task.mockups
    (told,) = started.mockups
    assert (told.asset_id, told.sha256) == (mockup.asset_id, mockup.sha256)
    assert (told.width, told.height, told.scale) == (320, 200, 1.0)
    assert (started.prompt, started.limits) == (bench.task.prompt, bench.task.limits)


async def test_turns_are_numbered_from_one(bench: Bench) -> None:
    events = await played(bench, script((WRITE,), (FINISH,)))
    numbers = [event.turn for event in events if event.type in ("turn_started", "turn_finished")]
    assert numbers == [1, 1, 2, 2]


async def test_without_a_tool_that_compares_nothing_is_measured_at_the_end(bench: Bench) -> None:
    events = await played(bench, script((WRITE, FINISH)))
    assert kinds(events)[-2:] == ["tool_finished", "run_finished"]


async def test_where_nothing_was_written_nothing_is_measured_at_the_end(bench: Bench) -> None:
    compared: list[int] = []
    listing = ScriptedCall(name="list_files")
    model = ScriptedModel((ScriptedTurn(calls=(listing,)),))
    events = await played(bench, model, Compare(lambda: compared.append(1)))
    assert compared == []
    assert events[-1].type == "run_failed"  # silent, and no page


@pytest.mark.parametrize(("late", "ends"), [(-1, True), (1, False)])
async def test_the_last_comparison_has_a_minute(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, late: int, ends: bool
) -> None:
    """Its clock is put forward, and timers see it at their next look."""
    loop = asyncio.get_running_loop()
    clock, ahead = loop.time, [0.0]
    monkeypatch.setattr(loop, "time", lambda: clock() + ahead[0])

    async def long() -> None:
        ahead[0] = LAST_COMPARISON + late
        await asyncio.sleep(0.05)

    events = await played(bench, script((WRITE, FINISH)), Compare(long))
    last = [event.call for event in events if isinstance(event, ToolStarted)][-1]
    assert (last.name, last.id) == ("compare", "last-2")
    assert (kinds(events)[-2] == "tool_finished") is ends
    assert events[-1] == RunFinished(reason="finished", best_revision=None)


async def test_seconds_of_earlier_attempts_are_spent(bench: Bench) -> None:
    spent = Progress(started=True, seconds=bench.task.limits.seconds)
    events = await played(bench, script((WRITE, FINISH)), progress=spent)
    assert events == [RunFinished(reason="budget", best_revision=None)]


class Endless(ScriptedModel):
    """Lists files without an end; says when it was closed."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.closed = False
        self.error = error

    async def turn(self, *_: object) -> AsyncIterator[Chunk]:
        try:
            while True:
                yield CallChunk(ToolCall(id="", name="list_files", arguments="{}"))
                yield TextChunk("and")
                if self.error is not None:
                    raise self.error
        finally:
            self.closed = True


async def test_a_model_that_sends_too_much_is_closed_before_its_turn_counts(
    make_bench: MakeBench,
) -> None:
    bench, model = make_bench(Limits(steps=3)), Endless()
    closed = []
    async for event in run(bench.task, model, {}, bench.workspace, bench.blobs):
        if event.type == "turn_finished":
            closed.append((model.closed, len(event.calls)))
    assert closed == [(True, 3)]


async def test_a_model_is_closed_where_its_turn_breaks_off(bench: Bench) -> None:
    model = Endless(ModelFailed("It broke off."))
    events = await played(bench, model)
    assert model.closed
    assert events[-1].type == "run_failed"


async def test_a_time_out_of_the_model_itself_is_not_the_end_of_the_budget(bench: Bench) -> None:
    with pytest.raises(TimeoutError, match="no answer"):
        await played(bench, Endless(TimeoutError("no answer")))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full"), "disk_full"),
        (OSError(errno.EDQUOT, "quota"), "disk_full"),
        (OSError(errno.EACCES, "no"), "internal"),
        (ModelFailed("broke off"), "model_failed"),
        (SystemExit(3), "internal"),  # its code is a number
        (ValueError("odd"), "internal"),
    ],
)
async def test_an_error_has_a_code_for_the_record(error: BaseException, code: str) -> None:
    assert code_of(error) == code


async def test_a_run_works_in_a_folder_that_is_gone_afterwards(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    environment = whole.RunEnvironment(bench.blobs, bench.context.renderer)
    written = []
    events = whole.run_task(bench.task, script((WRITE, FINISH)), environment)
    async for event in events:
        if event.type == "file_written":
            written = [path.name for path in place.rglob("*.html")]
            await events.aclose()
    assert written == ["index.html"]
    assert list(place.iterdir()) == []


class Reading(ScriptedModel):
    """As the scripted model, with a mind for what the person says."""

    @property
    def ref(self) -> ModelRef:
        return super().ref.model_copy(update={"reads_words": True})


@pytest.mark.parametrize("reads", [True, False])
async def test_only_who_can_mend_it_is_told_what_costs_no_score(bench: Bench, reads: bool) -> None:
    asked: list[RenderRequest] = []

    class Watched:
        async def render(self, folder: Path, request: RenderRequest) -> Shot:
            asked.append(request)
            return await bench.context.renderer.render(folder, request)

    turns = script((WRITE, ScriptedCall(name="compare"), FINISH))
    model = Reading(turns._script) if reads else turns
    environment = whole.RunEnvironment(bench.blobs, Watched())
    events = [event async for event in whole.run_task(bench.task, model, environment)]
    told = {one.kind for event in events for one in differences_of(event)}
    assert ("accessibility" in told) is reads
    assert any(request.accessibility for request in asked) is reads


def differences_of(event: Event) -> tuple[Difference, ...]:
    return event.score.differences if isinstance(event, RevisionSaved) else ()


async def test_who_preloads_reads_a_picture_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Image] = []
    monkeypatch.setattr(whole, "find_text", read.append)
    whole.preload()
    (image,) = read
    assert (image.ndim, image.shape[2], str(image.dtype), int(np.ptp(image))) == (3, 3, "uint8", 0)
