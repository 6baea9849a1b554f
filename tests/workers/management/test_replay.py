"""A run that was downloaded is done over again, from a shell."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.workers.agent.kit import Bench, bench, make_bench
from tests.workers.management.kit import run_command
from webapp.studio.events import (
    FileRef,
    FilesEdited,
    MessageReceived,
    RevisionRef,
    RevisionSaved,
    RunFinished,
    RunResumed,
    RunStarted,
    TurnFinished,
)
from webapp.studio.run_file import MockupFile, PageFile, RunFile
from workers.agent.run_task import RunEnvironment
from workers.agent.transcript import Progress
from workers.management.commands.replay import RecordedWords
from workers.management.local_run import References, run_locally
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn

__all__ = ["bench", "make_bench"]
pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "<!doctype html><body style='margin:0;background:#800'><p>Hello"


def turn(*calls: tuple[str, dict[str, object]]) -> ScriptedTurn:
    return ScriptedTurn(calls=tuple(ScriptedCall(name=n, arguments=a) for n, a in calls))


def edit(old: str, new: str) -> tuple[str, dict[str, object]]:
    return "edit_file", {"path": "index.html", "edits": [{"search": old, "replace": new}]}


TURNS = (
    turn(("write_file", {"path": "index.html", "content": PAGE}), ("compare", {})),
    turn(edit("#800", "#fff"), ("compare", {})),
    turn(("finish", {})),
    turn(edit("#800", "#fee"), ("compare", {}), ("finish", {})),  # of revision 1 again
)


async def recorded(bench: Bench) -> RunFile:
    """A run that was set back to its first revision by what the person said at its end."""
    progress = Progress()
    words = MessageReceived(message_id=1, text="Lighter", revision=1)
    result = await run_locally(
        bench.task.mockups,
        ScriptedModel(TURNS),
        RunEnvironment(bench.blobs, bench.context.renderer),
        prompt="A page",
        progress=progress,
        person=RecordedWords(progress, [(3, words)]),
    )
    assert isinstance(result.ending, RunFinished)
    assert len(result.revisions) == 3
    (mockup,) = bench.task.mockups
    png = mockup.path.read_bytes()
    return RunFile.model_construct(
        project="A page",
        model="endpoint",
        stack="html-css",
        prompt="A page",
        mockups=(MockupFile.model_construct(name="a.png", scale=mockup.scale, png=png),),
        events=result.events,
    )


async def replayed(*arguments: object) -> tuple[int, str, str]:
    return await asyncio.to_thread(run_command, "replay", *arguments)


async def test_a_run_comes_out_as_it_was_recorded(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text((await recorded(bench)).model_dump_json())
    out = tmp_path / "page"
    code, printed, _ = await replayed(file, "--out", out)
    assert code == 0
    lines = printed.splitlines()
    assert len(lines) == 3
    assert all(line.endswith("the same files") for line in lines)
    assert [line.split()[2] for line in lines] == [line.split()[4] for line in lines]
    assert "Hello" in (out / "index.html").read_text()


async def test_what_came_out_otherwise_is_told(bench: Bench, tmp_path: Path) -> None:
    run = await recorded(bench)
    events = []
    for envelope in run.events:
        event = envelope.event
        if isinstance(event, TurnFinished) and event.turn == 2:
            edited = event.calls[0].arguments.replace("#fff", "#eee")
            other = event.calls[0].model_copy(update={"arguments": edited})
            event = event.model_copy(update={"calls": (other, *event.calls[1:])})
        events.append(envelope.model_copy(update={"event": event}))
    file = tmp_path / "run.json"
    file.write_text(run.model_copy(update={"events": tuple(events)}).model_dump_json())
    code, printed, told = await replayed(file, "--json")
    assert code == 1
    assert [one["same_files"] for one in json.loads(printed)] == [True, False, True]
    assert "not come out as it was recorded" in told


async def test_what_a_person_changed_themselves_is_changed_again(
    bench: Bench, tmp_path: Path
) -> None:
    mine = PAGE.replace("Hello", "Good evening").encode()
    file = FileRef(path="index.html", sha256=bench.blobs.put(mine), size=len(mine))
    progress = Progress()
    result = await run_locally(
        bench.task.mockups,
        ScriptedModel(TURNS[:3]),
        RunEnvironment(bench.blobs, bench.context.renderer),
        progress=progress,
        person=RecordedWords(
            progress, edited=[(3, FilesEdited(edit_id=1, revision=1, files=(file,)))]
        ),
    )
    assert [one.author for one in result.revisions] == ["model", "model", "person"]
    (mockup,) = bench.task.mockups
    png = mockup.path.read_bytes()
    run = RunFile.model_construct(
        project="A page",
        model="endpoint",
        stack="html-css",
        prompt="",
        mockups=(MockupFile.model_construct(name="a.png", scale=mockup.scale, png=png),),
        edited=(PageFile.model_construct(path="index.html", content=mine),),
        events=result.events,
    )
    path = tmp_path / "run.json"
    path.write_text(run.model_dump_json())
    code, printed, _ = await replayed(path)
    assert code == 0
    assert len(printed.splitlines()) == 3


async def test_what_a_person_restored_stands_for_what_it_is_the_same_as(
    bench: Bench, tmp_path: Path
) -> None:
    """And what they said or changed after it is about that one."""
    run = await recorded(bench)
    mine = PAGE.replace("Hello", "Good evening").encode()
    file = FileRef(path="index.html", sha256=bench.blobs.put(mine), size=len(mine))
    first = next(one.event for one in run.events if isinstance(one.event, RevisionSaved))
    again = {"number": 4, "made_from": 1, "restored": True, "author": "person"}
    more = [
        first.model_copy(update=again),
        RunResumed(attempt=2, reason="continued"),
        FilesEdited(edit_id=1, revision=4, files=(file,)),
        first.model_copy(update={"number": 5, "files": (file,), "author": "person"}),
        RunFinished(reason="finished", best_revision=1),
    ]
    last = run.events[-1]
    envelopes = [
        last.model_copy(update={"seq": last.seq + number, "event": event})
        for number, event in enumerate(more, start=1)
    ]
    edited = (PageFile.model_construct(path="index.html", content=mine),)
    update = {"events": (*run.events, *envelopes), "edited": edited}
    path = tmp_path / "run.json"
    path.write_text(run.model_copy(update=update).model_dump_json())
    code, printed, _ = await replayed(path)
    assert code == 0, printed
    lines = printed.splitlines()
    assert len(lines) == 5
    assert lines[3].removeprefix("revision 4") == lines[0].removeprefix("revision 1")


async def test_a_branch_begins_with_what_it_was_branched_off(bench: Bench, tmp_path: Path) -> None:
    run = await recorded(bench)
    page = FileRef(path="index.html", sha256=bench.blobs.put(PAGE.encode()), size=len(PAGE))
    mine = PAGE.replace("Hello", "Good evening").encode()
    file = FileRef(path="index.html", sha256=bench.blobs.put(mine), size=len(mine))
    begun, saved = (
        next(one for one in run.events if isinstance(one.event, kind))
        for kind in (RunStarted, RevisionSaved)
    )
    branched = {"files": (page,), "branched_from": RevisionRef(run_id="other", number=1)}
    first = saved.event.model_copy(update={"restored": True, "author": "person"})
    second = {"number": 2, "files": (file,), "author": "person", "made_from": 1}
    told = [
        begun.event.model_copy(update=branched),
        first,
        RunFinished(reason="finished", best_revision=1),
        RunResumed(attempt=2, reason="continued"),
        FilesEdited(edit_id=1, revision=1, files=(file,)),
        saved.event.model_copy(update=second),
        RunFinished(reason="finished", best_revision=1),
    ]
    events = tuple(
        begun.model_copy(update={"seq": number, "event": event})
        for number, event in enumerate(told, start=1)
    )
    update = {
        "events": events,
        "files": (PageFile.model_construct(path="index.html", content=PAGE.encode()),),
        "edited": (PageFile.model_construct(path="index.html", content=mine),),
    }
    path = tmp_path / "run.json"
    path.write_text(run.model_copy(update=update).model_dump_json())
    code, printed, _ = await replayed(path)
    assert code == 0, printed
    assert printed.startswith("revision 2: ")


async def test_a_run_from_a_base_brings_it_along(bench: Bench, tmp_path: Path) -> None:
    content = PAGE.encode()
    base = (
        FileRef(path="index.html", sha256=bench.blobs.put(content), size=len(content)),
        FileRef(path="kept.css", sha256=bench.blobs.put(b"p {}"), size=4),
    )
    result = await run_locally(
        bench.task.mockups,
        ScriptedModel((turn(edit("#800", "#fff"), ("compare", {})), turn(("finish", {})))),
        RunEnvironment(bench.blobs, bench.context.renderer),
        references=References(base=base),
    )
    run = (await recorded(bench)).model_copy(
        update={
            "events": result.events,
            "files": tuple(
                PageFile.model_construct(path=one.path, content=bench.blobs.get(one.sha256))
                for one in base
            ),
        }
    )
    file = tmp_path / "run.json"
    file.write_text(run.model_dump_json())
    out = tmp_path / "page"
    code, printed, told = await replayed(file, "--out", out)
    assert (code, told) == (0, "")
    assert printed.endswith("the same files\n")
    assert (out / "kept.css").read_text() == "p {}"
    assert "#fff" in (out / "index.html").read_text()


@pytest.mark.parametrize("text", ["{}", "no json", json.dumps({"format": "other"})])
async def test_what_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(text)
    code, _, told = await replayed(file)
    assert code == 2
    assert "is no run of Mockwright" in told
    code, _, told = await replayed(tmp_path / "none.json")
    assert (code, "There is no" in told) == (2, True)
