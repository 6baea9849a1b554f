"""What a person changes of the page themselves: a revision of theirs, and no turn of the model."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.workers.agent.kit import Bench, kinds, recorded, revisions
from tests.workers.agent.test_messages import (
    FIRST,
    LIGHT,
    Somebody,
    last_words,
    play,
    says_to,
    second,
)
from webapp.studio.events import (
    Event,
    FileRef,
    FilesEdited,
    Limits,
    RunFailed,
    RunFinished,
    RunResumed,
    StopReason,
)
from workers.agent.transcript import Progress

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINE = LIGHT.replace("Hello", "Good evening")
CONTINUED = RunResumed(attempt=2, reason="continued")


def edited(bench: Bench, text: str = MINE, revision: int = 1) -> FilesEdited:
    data = text.encode()
    file = FileRef(path="index.html", sha256=bench.blobs.put(data), size=len(data))
    return FilesEdited(edit_id=1, revision=revision, files=(file,))


async def first_of(bench: Bench) -> list[Event]:
    events, _ = await play(bench, FIRST, Somebody())
    return events


async def go_on(bench: Bench, before: Sequence[Event], person: Somebody) -> list[Event]:
    """What a run does that no model answers."""
    events, server = await play(bench, (), person, [*before, CONTINUED])
    assert server.requests == []
    return events


def page_of(bench: Bench, events: Sequence[Event]) -> str:
    files = {file.path: file for file in revisions(list(events))[-1].files}
    return bench.blobs.get(files["index.html"].sha256).decode()


async def test_an_edit_is_measured_as_a_revision_of_the_persons(bench: Bench) -> None:
    before = await first_of(bench)
    events = await go_on(bench, before, Somebody(edit=edited(bench)))
    assert kinds(events) == [
        "files_edited", "tool_started", "comparison_finished", "revision_saved", "tool_finished",
        "run_finished",
    ]  # fmt: skip
    assert [one.author for one in revisions([*before, *events])] == ["model", "person"]
    assert page_of(bench, events) == MINE
    paths = [file.path for file in revisions(events)[-1].files]
    assert paths == ["index.html", "style.css"]  # what was not changed stays
    assert isinstance(events[-1], RunFinished)
    assert events[-1].declared_revision is None  # the last is the result, as a person made it


async def test_an_edit_goes_on_from_the_revision_that_it_names(bench: Bench) -> None:
    before = await first_of(bench)
    more = await go_on(bench, before, Somebody(edit=edited(bench, LIGHT + "<p>Second")))
    third = edited(bench, MINE, revision=1).model_copy(update={"edit_id": 2})
    events = await go_on(bench, [*before, *more], Somebody(edit=third))
    assert [one.number for one in revisions([*before, *more, *events])] == [1, 2, 3]
    assert page_of(bench, events) == MINE


async def test_colours_that_a_command_changed_throughout_are_not_measured(bench: Bench) -> None:
    before = await first_of(bench)
    dark = edited(bench, LIGHT + "<style>body { background: #111 }</style>")
    dark = dark.model_copy(update={"command": "dark mode"})
    more = await go_on(bench, before, Somebody(edit=dark))
    assert kinds(more)[:2] == ["files_edited", "deviations_declared"]
    (meant,) = Progress.replay(recorded([*before, CONTINUED, *more])).deviations
    assert (meant.reason, meant.aspect) == ("dark mode", "colours")
    # on the dark page they are still not measured, on the one before they are
    bigger = {"command": "headline bigger", "edit_id": 2}
    after = edited(bench, MINE, revision=2).model_copy(update=bigger)
    assert "deviations_declared" not in kinds(
        await go_on(bench, [*before, *more], Somebody(edit=after))
    )
    back = edited(bench, MINE, revision=1).model_copy(update=bigger)
    events = await go_on(bench, [*before, *more], Somebody(edit=back))
    assert Progress.replay(recorded([*before, *more, CONTINUED, *events])).deviations == ()


async def test_what_the_inspector_set_is_no_command(bench: Bench) -> None:
    edit = edited(bench).model_copy(update={"inspected": "body: background #111111"})
    more = await go_on(bench, await first_of(bench), Somebody(edit=edit))
    assert "deviations_declared" not in kinds(more)


@pytest.mark.parametrize("command", ["button green", "", "words of a later version"])
async def test_what_a_command_changed_in_places_is_measured(bench: Bench, command: str) -> None:
    edit = edited(bench).model_copy(update={"command": command})
    events = await go_on(bench, await first_of(bench), Somebody(edit=edit))
    assert "deviations_declared" not in kinds(events)


@pytest.mark.parametrize("reason", ["finished", "paused", "asked", "budget", "cancelled"])
async def test_a_run_stands_as_it_did_before_the_edit(bench: Bench, reason: StopReason) -> None:
    *before, _ = await first_of(bench)
    ended = RunFinished(reason=reason, best_revision=1)
    events = await go_on(bench, [*before, ended], Somebody(edit=edited(bench)))
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == reason


async def test_a_run_that_failed_can_be_gone_on_with_after_an_edit(bench: Bench) -> None:
    *before, _ = await first_of(bench)
    failed = RunFailed(code="model_unreachable", best_revision=1)
    events = await go_on(bench, [*before, failed], Somebody(edit=edited(bench)))
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "paused"


async def test_a_spent_budget_lets_an_edit_be_measured(bench: Bench) -> None:
    before = await first_of(bench)
    bench.task = replace(bench.task, limits=Limits(steps=1, seconds=1, tokens=1))
    events = await go_on(bench, before, Somebody(edit=edited(bench)))
    assert len(revisions(events)) == 1


async def test_a_model_that_goes_on_is_told_of_the_edit_and_begins_from_it(bench: Bench) -> None:
    before = await first_of(bench)
    edit = await go_on(bench, before, Somebody(edit=edited(bench)))
    person = Somebody(at_1=says_to("A wider margin"))
    events, server = await play(bench, second(), person, [*before, *edit, CONTINUED])
    words = "\n".join(
        part.get("text", "")
        for message in server.requests[0]["messages"]
        if message["role"] == "user"
        for part in message["content"]
    )
    assert "The person changed index.html themselves." in words
    assert "A wider margin" in last_words(server.requests[0])
    assert [one.author for one in revisions(events)] == ["model"]
    assert page_of(bench, events) == MINE


async def test_words_that_come_with_an_edit_go_to_the_model(bench: Bench) -> None:
    before = await first_of(bench)
    person = Somebody(edit=edited(bench), at_1=says_to("A wider margin"))
    events, _ = await play(bench, second(), person, [*before, CONTINUED])
    assert [one.author for one in revisions(events)] == ["person", "model"]


async def test_an_edit_whose_worker_dies_is_measured_by_the_next(bench: Bench) -> None:
    before = await first_of(bench)
    cut = [*before, CONTINUED, edited(bench)]
    lost = RunResumed(attempt=3, reason="worker_lost")
    events, server = await play(bench, (), Somebody(), [*cut, lost])
    assert server.requests == []
    assert [one.author for one in revisions(events)] == ["person"]
    assert isinstance(events[-1], RunFinished)


async def test_what_a_model_writes_after_an_edit_is_the_models(bench: Bench) -> None:
    """Though the edit itself could not be measured."""
    before = await first_of(bench)
    progress = Progress.replay(recorded([*before, CONTINUED, edited(bench)]))
    assert progress.by_hand
    events, _ = await play(
        bench, second(), Somebody(at_1=says_to("Wider")), [*before, CONTINUED, edited(bench)]
    )
    assert [one.author for one in revisions(events)] == ["model"]
