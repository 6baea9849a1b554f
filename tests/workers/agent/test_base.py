"""A run that starts from a page: its files are recorded, and saved with what is made of them."""

from dataclasses import replace

import pytest

from tests.workers.agent.kit import Bench, MakeBench, kinds, recorded, revisions
from tests.workers.agent.test_resume import SCRIPT
from webapp.studio.events import Event, FileRef, RunFailed, RunFinished, RunResumed, RunStarted
from workers.agent.transcript import Progress
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILES = {
    "index.html": b"<!doctype html><link rel=stylesheet href=style.css><p>Old",
    "style.css": b"p { color: teal }",
    "about.html": b"<!doctype html><p>About",
}
EDIT: dict[str, object] = {"path": "index.html", "edits": [{"search": "Old", "replace": "Hello"}]}


def with_base(bench: Bench) -> Bench:
    base = tuple(
        FileRef(path=path, sha256=bench.blobs.put(content), size=len(content))
        for path, content in sorted(FILES.items())
    )
    bench.task = bench.context.task = replace(bench.task, base=base)
    return bench


def turns(*calls: tuple[str, dict[str, object]]) -> ScriptedModel:
    return ScriptedModel(
        tuple(
            ScriptedTurn(calls=(ScriptedCall(name=name, arguments=arguments),))
            for name, arguments in calls
        )
    )


async def test_the_first_revision_is_the_base_with_what_was_changed(bench: Bench) -> None:
    model = turns(("read_file", {"path": "index.html"}), ("edit_file", EDIT), ("compare", {}))
    events = await with_base(bench).play(model)
    started = events[0]
    assert isinstance(started, RunStarted)
    assert started.files == bench.task.base
    (saved,) = revisions(events)
    kept = {file.path: bench.blobs.get(file.sha256) for file in saved.files}
    assert kept == {**FILES, "index.html": FILES["index.html"].replace(b"Old", b"Hello")}
    assert isinstance(events[-1], RunFinished)


async def test_a_base_that_is_compared_as_it_is_is_a_revision_once(bench: Bench) -> None:
    events = await with_base(bench).play(turns(("compare", {}), ("compare", {}), ("finish", {})))
    (saved,) = revisions(events)
    assert saved.files == bench.task.base
    assert kinds(events).count("comparison_finished") == 2


async def test_a_base_that_the_model_is_content_with_is_measured(bench: Bench) -> None:
    events = await with_base(bench).play(turns(("finish", {})))
    assert [one.files for one in revisions(events)] == [bench.task.base]
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_model_that_does_nothing_with_a_base_has_made_no_page(bench: Bench) -> None:
    events = await with_base(bench).play(ScriptedModel(()))
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "model_failed"
    assert revisions(events) == []


async def test_a_run_from_a_base_cut_off_after_any_event_ends_the_same(
    make_bench: MakeBench,
) -> None:
    whole = await with_base(make_bench()).play(ScriptedModel(SCRIPT))
    assert {file.path for file in revisions(whole)[-1].files} == set(FILES)
    for cut in range(1, len(whole)):
        bench = with_base(make_bench())
        events: list[Event] = [*whole[:cut], RunResumed(attempt=2, reason="worker_lost")]
        progress = Progress.replay(recorded(events))
        events += await bench.play(ScriptedModel(SCRIPT), progress)
        assert revisions(events)[-1].files == revisions(whole)[-1].files, cut
        assert bench.workspace.files() == revisions(whole)[-1].files, cut


async def test_a_run_that_began_without_the_base_goes_on_without_it_and_has_it_beside(
    bench: Bench,
) -> None:
    events = await bench.play(turns(("list_files", {})))
    progress = Progress.replay(recorded(events))
    task = progress.as_begun(with_base(bench).task)
    assert task.base == ()
    assert {file.path for file in task.base_aside} == set(FILES)


async def test_a_run_that_began_with_the_base_has_it_once_when_it_goes_on(bench: Bench) -> None:
    events = await with_base(bench).play(turns(("list_files", {})))
    task = Progress.replay(recorded(events)).as_begun(bench.task)
    assert task.base == bench.task.base
    assert task.base_aside == ()
