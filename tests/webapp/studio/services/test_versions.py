"""What a person does with the revisions that there are: restored, chosen, branched, none lost."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from django.db import connection

from tests.webapp.record import claimed_run, digest, revision, started
from webapp.studio import queries, services
from webapp.studio.errors import Conflict, NotFound
from webapp.studio.events import (
    Deviation,
    DeviationsDeclared,
    FileRef,
    MessageReceived,
    ResultChosen,
    RevisionRef,
    RevisionSaved,
    RunFinished,
    RunStarted,
)
from webapp.studio.models import Run
from webapp.studio.storage import blobs
from workers.agent.transcript import Progress

pytestmark = pytest.mark.usefixtures("installation")

DARK = DeviationsDeclared(deviations=(Deviation(reason="dark mode", aspect="colours"),))


@pytest.fixture
def ended() -> str:
    """A run with three revisions, of which the second matches best; the third is of a dark page."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    for number, score in ((1, 0.5), (2, 0.9), (3, 0.7)):
        if number == 3:
            services.append_event(run_id, lease, DARK)
        files = {"index.html": f"<p>{number}".encode()}
        services.append_event(run_id, lease, revision(number, files, score))
    services.append_event(run_id, lease, RunFinished(reason="finished", best_revision=2))
    return run_id


def types(run_id: str) -> list[str]:
    return [one.event.type for one in queries.events_after(run_id)]


def saved(run_id: str) -> list[RevisionSaved]:
    return list(queries.saved_revisions(queries.run_by_id(run_id)))


def test_a_restored_revision_is_the_newest_and_the_result_without_a_worker(ended: str) -> None:
    run = services.restore_revision(ended, 1)
    first, *_, fourth = saved(ended)
    assert (fourth.number, fourth.made_from, fourth.restored) == (4, 1, True)
    assert (fourth.files, fourth.pages, fourth.score) == (first.files, first.pages, first.score)
    assert (fourth.author, run.result_revision, run.result_score) == ("person", 4, 0.5)
    assert (run.best_revision, run.score, run.state) == (2, 0.9, Run.State.FINISHED)
    assert [one.number for one in saved(ended)] == [1, 2, 3, 4]
    assert queries.revision(run, 4).files == {"index.html": digest(b"<p>1")}


def test_what_is_not_measured_goes_with_the_files_that_are_restored(ended: str) -> None:
    services.restore_revision(ended, 1)
    assert types(ended)[-2:] == ["deviations_declared", "revision_saved"]
    assert Progress.replay(queries.events_after(ended)).deviations == ()
    services.restore_revision(ended, 3)
    assert Progress.replay(queries.events_after(ended)).deviations == DARK.deviations
    services.restore_revision(ended, 5)
    assert types(ended)[-1] == "revision_saved"
    assert types(ended)[-2] == "revision_saved"  # nothing to declare anew


def test_a_model_that_goes_on_begins_from_what_was_restored_and_is_told(ended: str) -> None:
    services.restore_revision(ended, 2)
    progress = Progress.replay(queries.events_after(ended))
    assert progress.snapshot() == saved(ended)[1].files
    assert not progress.is_unsaved()
    assert progress.said[-1].revision == 2
    assert progress.made_from == 4


def test_the_result_is_the_one_that_was_chosen_until_there_is_a_newer_one(ended: str) -> None:
    run = services.choose_result(ended, 3)
    assert (run.result_revision, run.result_score, run.best_revision) == (3, 0.7, 2)
    assert queries.events_after(ended)[-1].event == ResultChosen(revision=3)
    services.choose_result(ended, 3)  # again: nothing happens
    assert types(ended).count("result_chosen") == 1
    services.edit_revision(ended, 1, {"index.html": "<p>Mine"})
    lease = services.claim_run(ended)
    (edit,) = queries.waiting_edits(ended)
    services.append_event(ended, lease, edit)
    assert queries.run_by_id(ended).result_revision == 3  # it has not made one yet
    mine = revision(4, {"index.html": b"<p>Mine"}, 0.1).model_copy(update={"author": "person"})
    services.append_event(ended, lease, mine)
    services.append_event(ended, lease, RunFinished(reason="finished", best_revision=2))
    assert queries.run_by_id(ended).result_revision == 4


def test_a_branch_is_a_run_whose_first_revision_is_the_one_it_is_of(ended: str) -> None:
    branch = services.branch_revision(ended, 3)
    (first,) = saved(str(branch.id))
    third = saved(ended)[2]
    assert (first.number, first.files, first.score) == (1, third.files, third.score)
    assert (branch.state, branch.result_revision, branch.best_revision) == ("finished", 1, 1)
    assert branch.project == queries.run_by_id(ended).project
    begun = queries.events_after(str(branch.id))[0].event
    assert isinstance(begun, RunStarted)
    assert (begun.branched_from, begun.files) == (RevisionRef(run_id=ended, number=3), third.files)
    assert types(str(branch.id)) == [
        "run_started", "deviations_declared", "revision_saved", "run_finished",
    ]  # fmt: skip
    assert queries.blob(branch, third.files[0].sha256)  # whoever may see it may read its files


def test_a_branch_is_gone_on_with_by_hand(ended: str) -> None:
    branch = str(services.branch_revision(ended, 1).id)
    services.edit_revision(branch, 1, {"index.html": "<p>Other"})
    lease = services.claim_run(branch)
    assert types(branch)[-1] == "run_resumed"
    (edit,) = queries.waiting_edits(branch)
    services.append_event(branch, lease, edit)
    progress = Progress.replay(queries.events_after(branch))
    assert progress.snapshot() == edit.files
    assert (len(progress.revisions), progress.made_from) == (1, 1)
    assert len(saved(ended)) == 3


ACTS: list[Callable[[str, int], object]] = [services.restore_revision, services.choose_result]


@pytest.mark.parametrize("act", ACTS)
def test_a_run_at_work_is_left_alone(act: Callable[[str, int], object]) -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, {"index.html": b"<p>"}))
    with pytest.raises(Conflict):
        act(run_id, 1)
    assert types(run_id) == ["run_started", "revision_saved"]
    assert services.branch_revision(run_id, 1).result_revision == 1  # takes nothing from it


@pytest.mark.parametrize("act", [*ACTS, services.branch_revision])
def test_a_revision_that_is_not_there_is_not_found(
    ended: str, act: Callable[[str, int], object]
) -> None:
    before = types(ended)
    with pytest.raises(NotFound):
        act(ended, 4)
    assert types(ended) == before
    assert Run.objects.count() == 1


def test_words_go_on_from_what_was_restored(ended: str) -> None:
    """Where no revision is named, from the files as they are."""
    services.restore_revision(ended, 1)
    events = queries.events_after(ended)
    progress = Progress.replay(events)
    progress.note(MessageReceived(message_id=1, text="Wider"))
    assert progress.snapshot() == saved(ended)[0].files


# any order of all that changes versions


@dataclass
class Expected:
    """What one run should hold: the files of each revision by its number, and the result."""

    run_id: str
    pages: list[bytes]
    result: int
    past: list[int] = field(default_factory=list)


@pytest.mark.parametrize("seed", range(8))
def test_no_version_is_lost_in_any_order_of_changes(ended: str, seed: int) -> None:
    chance = random.Random(seed)
    runs = [Expected(ended, [b"<p>1", b"<p>2", b"<p>3"], 2)]
    for step in range(30):
        one = chance.choice(runs)
        number = chance.randint(1, len(one.pages))
        match chance.choice(["edit", "edit", "restore", "choose", "undo", "branch"]):
            case "edit":
                page = f"<p>{seed} {step}".encode()
                _measured(one.run_id, number, page, chance.random())
                _made(one, page)
            case "restore":
                services.restore_revision(one.run_id, number)
                _made(one, one.pages[number - 1])
            case "choose":
                services.choose_result(one.run_id, number)
                if number != one.result:
                    one.past.append(one.result)
                one.result = number
            case "undo" if one.past:
                one.result = one.past.pop()
                services.choose_result(one.run_id, one.result, "undo")
            case "branch":
                branch = services.branch_revision(one.run_id, number)
                runs.append(Expected(str(branch.id), [one.pages[number - 1]], 1))
        for each in runs:
            _check(each)


def _made(one: Expected, page: bytes) -> None:
    one.past.append(one.result)
    one.pages.append(page)
    one.result = len(one.pages)


def _measured(run_id: str, number: int, page: bytes, score: float) -> None:
    """A worker takes the edit and measures it, numbering and filing it by the loop's own state."""
    services.edit_revision(run_id, number, {"index.html": page.decode()})
    lease = services.claim_run(run_id)
    (edit,) = queries.waiting_edits(run_id)
    services.append_event(run_id, lease, edit)
    progress = Progress.replay(queries.events_after(run_id))
    files = {file.path: blobs().get(file.sha256) for file in progress.snapshot()}
    made = revision(len(progress.revisions) + 1, files, score)
    told = {"author": "person" if progress.by_hand else "model", "made_from": progress.made_from}
    services.append_event(run_id, lease, made.model_copy(update=told))
    services.append_event(run_id, lease, RunFinished(reason=progress.ended))


def _check(one: Expected) -> None:
    run = queries.run_by_id(one.run_id)
    events = queries.events_after(one.run_id)
    assert [each.seq for each in events] == list(range(1, len(events) + 1))
    rows = list(run.revisions.all())
    assert [row.number for row in rows] == list(range(1, len(one.pages) + 1))
    assert [row.files for row in rows] == [{"index.html": digest(page)} for page in one.pages]
    assert len({row.token for row in rows}) == len(rows)
    told = Progress.replay(events).revisions
    assert [_paths(each.files) for each in told] == [row.files for row in rows]
    assert run.result_revision == one.result
    assert run.result_score == told[one.result - 1].score.total
    assert run.state == Run.State.FINISHED


def _paths(files: tuple[FileRef, ...]) -> dict[str, str]:
    return {file.path: file.sha256 for file in files}


def test_what_many_tabs_do_at_once_is_all_kept_or_refused(ended: str) -> None:
    """Each is done as if it were alone, in some order; an edit lets no other in until it is."""
    start = threading.Barrier(6)

    def act(at: int) -> bool:
        start.wait()
        try:
            if at % 2:
                services.restore_revision(ended, 1 + at % 3)
            else:
                services.edit_revision(ended, 1, {"index.html": f"<p>tab {at}"})
        except Conflict as conflict:
            assert conflict.code == "run_active"
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(act, range(6)))
    edits, restores = sum(done[::2]), sum(done[1::2])
    assert edits == 1  # the others are told, and keep what they typed
    assert len(queries.waiting_edits(ended)) == 1
    assert [one.number for one in saved(ended)] == list(range(1, 4 + restores))
    events = queries.events_after(ended)
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
