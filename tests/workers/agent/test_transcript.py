"""What a run has done so far is told by its events alone."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.workers.agent.test_limits import revision
from webapp.studio.events import (
    Envelope,
    Event,
    FileRef,
    FileWritten,
    Limits,
    ModelRef,
    RunFinished,
    RunResumed,
    RunStarted,
    TextPart,
    ToolCall,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    Usage,
)
from workers.agent.transcript import Progress

START = datetime(2026, 1, 1, tzinfo=UTC)
WRITE = ToolCall(id="1", name="write_file", arguments="{}")
FINISH = ToolCall(id="2", name="finish", arguments="{}")


def told(*events: Event) -> Progress:
    progress = Progress()
    for event in events:
        progress.note(event)
    return progress


def outcome(call: ToolCall, ok: bool = True) -> ToolFinished:
    said = (TextPart(text="Done"),)
    return ToolFinished(call_id=call.id, ok=ok, for_model=said, for_ui="Done", seconds=0.0)


def written(path: str = "index.html", letter: str = "a") -> FileWritten:
    return FileWritten(file=FileRef(path=path, sha256=letter * 64, size=1))


def turn(*calls: ToolCall, tokens: tuple[int, int] = (0, 0)) -> TurnFinished:
    usage = Usage(input_tokens=tokens[0], output_tokens=tokens[1])
    return TurnFinished(turn=1, text="", calls=calls, usage=usage)


def test_a_file_counts_once_its_call_has_finished() -> None:
    progress = told(turn(WRITE), ToolStarted(call=WRITE), written())
    assert not progress.files
    assert not progress.is_unsaved()
    progress.note(outcome(WRITE))
    assert list(progress.files) == ["index.html"]
    assert progress.is_unsaved()


def test_what_a_lost_worker_wrote_last_does_not_count() -> None:
    resumed = RunResumed(attempt=2, reason="worker_lost")
    progress = told(turn(WRITE), written(letter="a"), resumed, outcome(WRITE))
    assert not progress.files
    assert progress.attempt == 2


def test_files_are_told_by_path_and_a_revision_of_the_same_ones_is_saved() -> None:
    progress = told(turn(WRITE), written("b.css"), written("a.html", "b"), outcome(WRITE))
    assert [file.path for file in progress.snapshot()] == ["a.html", "b.css"]
    progress.note(revision(1, 0.5).model_copy(update={"files": progress.snapshot()}))
    assert not progress.is_unsaved()
    progress.note(written("a.html", "c"))
    progress.note(outcome(WRITE))
    assert progress.is_unsaved()


def test_tokens_read_and_written_both_count_and_each_call_is_a_step() -> None:
    progress = told(turn(WRITE, FINISH, tokens=(300, 40)), outcome(WRITE), turn(tokens=(5, 6)))
    assert (progress.tokens, progress.steps) == (351, 1)
    assert progress.next_call() is None
    assert told(turn(WRITE, FINISH), outcome(WRITE)).next_call() == FINISH


def test_turns_without_a_call_are_counted_in_a_row() -> None:
    assert told(turn(), turn()).silent_turns == 2
    assert told(turn(), turn(WRITE)).silent_turns == 0


@pytest.mark.parametrize(
    ("call", "ok", "finished"), [(FINISH, True, True), (FINISH, False, False), (WRITE, True, False)]
)
def test_only_finish_that_went_well_finishes(call: ToolCall, ok: bool, finished: bool) -> None:
    assert told(turn(WRITE, FINISH), outcome(call, ok)).finished is finished


def test_a_later_call_does_not_unfinish() -> None:
    assert told(turn(FINISH, WRITE), outcome(FINISH), outcome(WRITE)).finished


def test_the_best_revision_is_the_highest_and_of_equals_the_first() -> None:
    progress = told(revision(1, 0.5), revision(2, 0.9), revision(3, 0.9), revision(4, 0.1))
    best = progress.best()
    assert best is not None and best.number == 2
    assert Progress().best() is None


def test_to_continue_gives_a_fresh_budget_and_a_lost_worker_does_not() -> None:
    spent = Progress(steps=3, tokens=4, seconds=5.0, silent_turns=1, finished=True)
    spent.revisions = [revision(1, 0.5)]
    spent.note(RunResumed(attempt=2, reason="worker_lost"))
    assert (spent.steps, spent.tokens, spent.seconds, spent.silent_turns) == (3, 4, 5.0, 1)
    assert (spent.finished, spent.first_revision) == (True, 0)
    spent.note(RunResumed(attempt=3, reason="continued"))
    assert (spent.steps, spent.tokens, spent.seconds, spent.silent_turns) == (0, 0, 0.0, 0)
    assert (spent.finished, spent.first_revision) == (False, 1)


def test_a_clock_that_is_set_back_gives_no_time_back() -> None:
    at = (0, 10, -3590, -3580)
    envelopes = [
        Envelope(seq=seq, at=START + timedelta(seconds=seconds), event=turn())
        for seq, seconds in enumerate(at, 1)
    ]
    assert Progress.replay(envelopes).seconds == 20


@pytest.mark.parametrize(("gap", "counted"), [(60, 60), (240, 120), (86_400, 120), (-3600, 0)])
def test_a_clock_that_is_set_costs_no_budget(gap: int, counted: int) -> None:
    envelopes = [
        Envelope(seq=1, at=START, event=turn()),
        Envelope(seq=2, at=START + timedelta(seconds=gap), event=turn()),
    ]
    assert Progress.replay(envelopes).seconds == counted


def test_seconds_are_those_of_the_attempts_and_not_those_between_them() -> None:
    started = RunStarted(
        model=ModelRef(id="m", prompt_version="1"),
        stack="html-css", prompt="", mockups=(), limits=Limits(),
    )  # fmt: skip
    timed = [
        (0, started),
        (10, turn()),
        (100, RunResumed(attempt=2, reason="worker_lost")),
        (103, turn()),
        (104, RunFinished(reason="budget")),
        (1000, RunResumed(attempt=3, reason="worker_lost")),
        (1007, turn()),
    ]
    envelopes = [
        Envelope(seq=seq, at=START + timedelta(seconds=at), event=event)
        for seq, (at, event) in enumerate(timed, 1)
    ]
    progress = Progress.replay(envelopes)
    assert progress.started
    assert progress.seconds == pytest.approx(10 + 3 + 1 + 7)
