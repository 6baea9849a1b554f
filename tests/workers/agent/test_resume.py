"""A run that is cut off after any of its events ends as if it had not been."""

import pytest

from tests.workers.agent.kit import Bench, MakeBench, kinds, recorded, revisions
from webapp.studio.events import Event, Limits, RunFinished, RunResumed
from workers.agent.transcript import Progress
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "<!doctype html><title>A</title><link rel=stylesheet href=style.css><p>Hello"
EDIT = {"search": "color: red", "replace": "color: black"}
SCRIPT = (
    ScriptedTurn(
        text="First the page.",
        calls=(
            ScriptedCall(name="write_file", arguments={"path": "index.html", "content": PAGE}),
            ScriptedCall(
                name="write_file", arguments={"path": "style.css", "content": "p { color: red }"}
            ),
            ScriptedCall(name="compare"),
        ),
    ),
    ScriptedTurn(
        reasoning="The text is black.",
        calls=(
            ScriptedCall(name="edit_file", arguments={"path": "style.css", "edits": [EDIT]}),
            ScriptedCall(name="no_such_tool"),
            ScriptedCall(name="compare"),
        ),
    ),
    ScriptedTurn(calls=(ScriptedCall(name="finish"),)),
)


async def test_a_run_cut_off_after_any_event_ends_the_same(make_bench: MakeBench) -> None:
    whole = await make_bench().play(ScriptedModel(SCRIPT))
    assert whole[-1].type == "run_finished"
    for cut in range(1, len(whole)):
        bench = make_bench()
        events: list[Event] = [*whole[:cut], RunResumed(attempt=2, reason="worker_lost")]
        progress = Progress.replay(recorded(events))
        events += await bench.play(ScriptedModel(SCRIPT), progress)
        where = f"cut off after event {cut}, {whole[cut - 1].type}"
        assert events[-1] == whole[-1], where
        assert _results(events) == _results(whole), where
        assert bench.workspace.files() == revisions(whole)[-1].files, where


async def test_a_run_cut_off_twice_ends_the_same(make_bench: MakeBench) -> None:
    whole = await make_bench().play(ScriptedModel(SCRIPT))
    middle = kinds(whole).index("revision_saved")
    events: list[Event] = [*whole[:middle], RunResumed(attempt=2, reason="worker_lost")]
    progress = Progress.replay(recorded(events))
    events += (await make_bench().play(ScriptedModel(SCRIPT), progress))[:4]
    events.append(RunResumed(attempt=3, reason="worker_lost"))
    progress = Progress.replay(recorded(events))
    assert progress.attempt == 3
    events += await make_bench().play(ScriptedModel(SCRIPT), progress)
    assert _results(events) == _results(whole)


async def test_the_transcript_is_the_same_after_a_replay(bench: Bench) -> None:
    events = await bench.play(ScriptedModel(SCRIPT))
    live = Progress()
    for event in events:
        live.note(event)
    replayed = Progress.replay(recorded(events))
    assert replayed.transcript(bench.task) == live.transcript(bench.task)
    assert [len(turn.outcomes) for turn in live.transcript(bench.task).turns] == [3, 3, 1]


async def test_files_of_a_call_that_did_not_finish_do_not_count(bench: Bench) -> None:
    whole = await bench.play(ScriptedModel(SCRIPT))
    cut = len(whole) - kinds(whole)[::-1].index("file_written")
    progress = Progress.replay(recorded(whole[:cut]))
    assert progress.snapshot() == revisions(whole)[0].files


async def test_continuing_gives_a_fresh_budget(make_bench: MakeBench) -> None:
    limits = Limits(steps=2)
    events = await make_bench(limits).play(ScriptedModel(SCRIPT))
    assert events[-1] == RunFinished(reason="budget", best_revision=1)
    events.append(RunResumed(attempt=2, reason="continued"))
    progress = Progress.replay(recorded(events))
    assert progress.steps == progress.tokens == 0
    more = await make_bench(limits).play(ScriptedModel(SCRIPT), progress)
    assert kinds(more).count("tool_finished") >= 2


async def test_continuing_after_finish_asks_the_model_again(make_bench: MakeBench) -> None:
    events = await make_bench().play(ScriptedModel(SCRIPT))
    events.append(RunResumed(attempt=2, reason="continued"))
    more = await make_bench().play(ScriptedModel(SCRIPT), Progress.replay(recorded(events)))
    assert more[0].type == "turn_started"
    assert more[-1].type == "run_finished"


async def test_time_between_attempts_is_not_spent(bench: Bench) -> None:
    events = recorded(await bench.play(ScriptedModel(SCRIPT)), every=1.0)[:6]
    resumed = RunResumed(attempt=2, reason="worker_lost")
    later = recorded([*(one.event for one in events), resumed], every=100.0)[-1]
    assert Progress.replay([*events, later]).seconds == pytest.approx(5.0)


def _results(events: list[Event]) -> list[tuple[int, object, float]]:
    """Every revision once: the number, the files and the score."""
    return [(one.number, one.files, one.score.total) for one in revisions(events)]
