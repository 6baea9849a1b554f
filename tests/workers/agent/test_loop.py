"""The loop with a scripted model, real tools and a real browser."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from tests.workers.agent.kit import Bench, MakeBench, kinds, revisions
from webapp.studio.events import (
    Limits,
    ModelRef,
    RunFailed,
    RunFinished,
    RunStarted,
    TextPart,
    ToolCall,
    ToolFinished,
    ToolStarted,
    Usage,
)
from workers.agent.errors import ModelFailed
from workers.agent.loop import run
from workers.agent.protocols import CallChunk, Chunk, TextChunk, UsageChunk
from workers.agent.tools.registry import build_toolbox
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn

pytestmark = pytest.mark.asyncio(loop_scope="session")


def write(content: str = "<p>Hello", path: str = "index.html") -> ScriptedCall:
    return ScriptedCall(name="write_file", arguments={"path": path, "content": content})


def call(name: str, **arguments: object) -> ScriptedCall:
    return ScriptedCall(name=name, arguments=arguments)


def script(*turns: tuple[ScriptedCall, ...]) -> ScriptedModel:
    return ScriptedModel(tuple(ScriptedTurn(calls=calls) for calls in turns))


def outcomes(events: Sequence[object]) -> list[ToolFinished]:
    return [event for event in events if isinstance(event, ToolFinished)]


async def test_a_run_writes_measures_saves_and_finishes(bench: Bench) -> None:
    events = await bench.play(script((write(), call("compare")), (call("finish"),)))
    assert kinds(events) == [
        "run_started",
        *("turn_started", "turn_finished"),
        *("tool_started", "file_written", "tool_finished"),
        *("tool_started", "comparison_finished", "revision_saved", "tool_finished"),
        *("turn_started", "turn_finished"),
        *("tool_started", "tool_finished"),
        "run_finished",
    ]
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_the_first_event_names_everything_that_shapes_the_run(bench: Bench) -> None:
    events = await bench.play(script((write(), call("finish"))))
    started = events[0]
    assert isinstance(started, RunStarted)
    assert started.model == ModelRef(id="scripted", prompt_version="1")
    assert started.stack == "html-css"
    assert (started.mockups[0].width, started.mockups[0].height) == (320, 200)


async def test_files_are_in_the_blob_store_under_the_revisions_hashes(bench: Bench) -> None:
    events = await bench.play(script((write("<p>One"), call("compare")), (call("finish"),)))
    (file,) = revisions(events)[0].files
    assert bench.blobs.get(file.sha256) == b"<p>One"


async def test_a_comparison_of_unchanged_files_saves_no_second_revision(bench: Bench) -> None:
    turns = (write(), call("compare"), call("compare")), (call("finish"),)
    assert len(revisions(await bench.play(script(*turns)))) == 1


async def test_the_best_revision_is_kept_not_the_last(bench: Bench) -> None:
    good = "<body style='margin:0'><div style='background:#1b2a4a;height:48px'></div>"
    turns = [(write(good), call("compare")), (write("<p>Worse"), call("compare"), call("finish"))]
    events = await bench.play(script(*turns))
    first, second = revisions(events)
    assert first.score.total > second.score.total
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_what_was_not_measured_when_the_model_finished_is_measured_then(
    bench: Bench,
) -> None:
    events = await bench.play(script((write(), call("finish"))))
    assert len(revisions(events)) == 1
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_tool_error_is_a_result_and_the_run_goes_on(bench: Bench) -> None:
    broken = ScriptedCall(name="write_file", arguments='{"path": ')
    events = await bench.play(
        script((broken, call("no_such_tool"), call("render")), (write(), call("finish")))
    )
    assert [outcome.ok for outcome in outcomes(events)[:3]] == [False, False, False]
    assert "write_file" in str(outcomes(events)[1].for_model)  # the tools there are
    assert isinstance(events[-1], RunFinished)


async def test_finish_is_refused_while_there_is_no_page(bench: Bench) -> None:
    events = await bench.play(script((call("finish"),), (write(), call("finish"))))
    assert [outcome.ok for outcome in outcomes(events)[:2]] == [False, True]


async def test_steps_are_limited(make_bench: MakeBench) -> None:
    bench = make_bench(Limits(steps=3))
    events = await bench.play(script((write(), *[call("list_files")] * 10)))
    assert events[-1] == RunFinished(reason="budget", best_revision=1)
    assert len(outcomes(events)) == 4  # the last is the comparison that keeps what was written


async def test_tokens_are_limited(make_bench: MakeBench) -> None:
    class Wordy(ScriptedModel):
        async def turn(self, *_: object) -> AsyncIterator[Chunk]:
            yield CallChunk(ToolCall(id="", name="list_files", arguments="{}"))
            yield UsageChunk(Usage(input_tokens=400, output_tokens=100))

    events = await make_bench(Limits(tokens=1500)).play(Wordy())
    assert kinds(events).count("turn_started") == 3
    assert events[-1] == RunFinished(reason="budget", best_revision=None)


async def test_seconds_are_limited_also_within_a_turn(make_bench: MakeBench) -> None:
    model = ScriptedModel((ScriptedTurn(calls=(write(),)), ScriptedTurn(pause=600)))
    async with asyncio.timeout(60):
        events = await make_bench(Limits(seconds=1)).play(model)
    assert events[-1] == RunFinished(reason="budget", best_revision=1)


async def test_a_plateau_is_told_to_the_model_and_ends_nothing(bench: Bench) -> None:
    turns = [(write(f"<p>{number}"), call("compare")) for number in range(6)]
    events = await bench.play(script(*turns, (call("finish"),)))
    assert isinstance(events[-1], RunFinished)
    assert (events[-1].reason, len(revisions(events))) == ("finished", 6)
    told = [event.for_model[-1] for event in events if isinstance(event, ToolFinished)]
    notices = [part.text for part in told if isinstance(part, TextPart) and "raise" in part.text]
    assert len(notices) == 3  # after the fourth revision, the fifth and the sixth
    assert f"revision {events[-1].best_revision} has the highest" in notices[-1]


async def test_a_model_that_says_nothing_is_asked_once_more(bench: Bench) -> None:
    events = await bench.play(script((), (write(), call("finish"))))
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_model_that_stays_silent_without_a_page_has_failed(bench: Bench) -> None:
    events = await bench.play(script())
    assert kinds(events).count("turn_started") == 2
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "model_failed"


async def test_a_model_that_stays_silent_after_a_page_has_finished(bench: Bench) -> None:
    events = await bench.play(script((write(), call("compare"))))
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_model_that_breaks_off_fails_the_run_and_keeps_its_page(bench: Bench) -> None:
    class Breaking(ScriptedModel):
        async def turn(self, transcript, tools, blobs):  # type: ignore[no-untyped-def]
            if transcript.turns:
                yield TextChunk("and then")
                raise ModelFailed("The connection broke off.")
            async for chunk in super().turn(transcript, tools, blobs):
                yield chunk

    events = await bench.play(Breaking((ScriptedTurn(calls=(write(),)),)))
    assert events[-1] == RunFailed(
        code="model_failed", detail="The connection broke off.", best_revision=1
    )


async def test_calls_with_the_same_id_each_get_their_own_result(bench: Bench) -> None:
    class Stuttering(ScriptedModel):
        async def turn(self, transcript, tools, blobs):  # type: ignore[no-untyped-def]
            async for chunk in super().turn(transcript, tools, blobs):
                if isinstance(chunk, CallChunk):
                    chunk = CallChunk(chunk.call.model_copy(update={"id": "same"}))
                yield chunk

    turns = (write(), write("<p>b", "b.html")), (call("list_files"), call("finish"))
    events = await bench.play(Stuttering(script(*turns)._script))
    ids = [outcome.call_id for outcome in outcomes(events)]
    assert len(set(ids)) == len(ids)


async def test_text_that_no_database_can_hold_is_mended(bench: Bench) -> None:
    model = ScriptedModel((ScriptedTurn(text="a\x00b", calls=(write(), call("finish"))),))
    events = await bench.play(model)
    assert events[2].text == "a\ufffdb"  # type: ignore[union-attr]


async def test_every_mockup_has_its_page_and_the_score_is_their_mean(
    make_bench: MakeBench,
) -> None:
    bench = make_bench(mockups=2)
    pages = write("<p>One"), write("<p>Two", "page-2.html")
    events = await bench.play(script((*pages, call("compare")), (call("finish"),)))
    (revision,) = revisions(events)
    assert [page.page for page in revision.pages] == ["index.html", "page-2.html"]
    mean = sum(page.score.total for page in revision.pages) / 2
    assert revision.score.total == pytest.approx(mean, abs=1e-4)


async def test_cancelling_stops_in_mid_tool_at_once(bench: Bench) -> None:
    endless = "<script>for(;;);</script>"
    tools = build_toolbox(bench.context)
    rendering = asyncio.Event()

    async def work() -> None:
        model = script((write(endless), call("render")))
        async for event in run(bench.task, model, tools, bench.workspace, bench.blobs):
            if event.type == "tool_started" and event.call.name == "render":
                rendering.set()

    working = asyncio.create_task(work())
    await rendering.wait()
    await asyncio.sleep(0.5)
    working.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await working


async def test_every_call_of_a_run_has_its_start_and_its_end(bench: Bench) -> None:
    events = await bench.play(script((write(), call("compare")), (call("finish"),)))
    calls = [event.call for event in events if isinstance(event, ToolStarted)]
    assert [one.name for one in calls] == ["write_file", "compare", "finish"]
    assert [(one.call_id, one.ok) for one in outcomes(events)] == [(one.id, True) for one in calls]
