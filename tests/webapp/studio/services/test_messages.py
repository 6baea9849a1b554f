"""Words to a run in the record: taken once, and never lost between its last turn and its end."""

import pytest

from tests.webapp.record import claimed_run, revision, started
from webapp.studio import queries, services
from webapp.studio.errors import LeaseLost
from webapp.studio.events import (
    DurableEvent,
    MessageReceived,
    ModelRef,
    RevisionSaved,
    RunFailed,
    RunFinished,
    RunResumed,
)
from webapp.studio.models import Run
from webapp.studio.parameters import MessageParameters

pytestmark = pytest.mark.usefixtures("installation")

READER = ModelRef(id="kimi-k2.5", prompt_version="1", reads_words=True)


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch) -> tuple[str, services.Lease]:
    """A run at work with a model that reads words."""
    monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", "kimi-k2.5")
    run_id, lease = claimed_run()
    Run.objects.filter(id=run_id).update(model="endpoint")
    services.append_event(run_id, lease, started())
    return run_id, lease


def saved(number: int, score: float) -> RevisionSaved:
    one = revision(number, {"index.html": b"<p>Hello"}, score)
    return one.model_copy(update={"model": READER})


def take(run_id: str, lease: services.Lease) -> None:
    """The worker reads all that waits."""
    for message in queries.waiting_messages(run_id):
        services.append_event(run_id, lease, message)


def test_words_wait_in_order_until_they_are_taken_and_are_taken_once(
    working: tuple[str, services.Lease],
) -> None:
    run_id, lease = working
    services.send_message(run_id, MessageParameters("First"))
    services.send_message(run_id, MessageParameters("Second"))
    first, second = queries.waiting_messages(run_id)
    assert (first.text, second.text) == ("First", "Second")
    services.append_event(run_id, lease, first)
    assert queries.waiting_messages(run_id) == (second,)
    services.append_event(run_id, lease, second)
    assert queries.waiting_messages(run_id) == ()
    told = [one.event for one in queries.events_after(run_id)]
    assert [one for one in told if isinstance(one, MessageReceived)] == [first, second]


def test_words_that_a_worker_without_a_lease_took_still_wait(
    working: tuple[str, services.Lease],
) -> None:
    run_id, lease = working
    services.send_message(run_id, MessageParameters("First"))
    services.cancel_run(run_id)
    Run.objects.filter(id=run_id).update(lease=lease + 1)
    with pytest.raises(LeaseLost):
        take(run_id, lease)
    assert len(queries.waiting_messages(run_id)) == 1


@pytest.mark.parametrize(
    ("ending", "state"),
    [
        (RunFinished(reason="finished"), "queued"),
        (RunFinished(reason="budget"), "queued"),
        (RunFinished(reason="paused"), "finished"),  # until they say continue
        (RunFinished(reason="cancelled"), "finished"),  # Stop means stop
        (RunFailed(code="model_unreachable"), "failed"),  # it would only fail again
    ],
)
def test_words_that_came_too_late_for_the_last_turn_open_the_run_again(
    working: tuple[str, services.Lease], ending: DurableEvent, state: str
) -> None:
    run_id, lease = working
    services.send_message(run_id, MessageParameters("One more thing"))
    services.append_event(run_id, lease, ending)
    assert queries.run_by_id(run_id).state == state
    assert len(queries.waiting_messages(run_id)) == 1
    if state != "queued":
        services.continue_run(run_id)
    lease = services.claim_run(run_id)
    resumed = queries.events_after(run_id)[-1].event
    assert resumed == RunResumed(attempt=lease, reason="continued")


def test_a_run_that_ends_with_nothing_waiting_stays_ended(
    working: tuple[str, services.Lease],
) -> None:
    run_id, lease = working
    services.send_message(run_id, MessageParameters("In time"))
    take(run_id, lease)
    services.append_event(run_id, lease, RunFinished(reason="finished"))
    assert queries.run_by_id(run_id).state == "finished"


def test_the_score_of_the_result_goes_with_the_words(
    working: tuple[str, services.Lease],
) -> None:
    run_id, lease = working
    for number, score in ((1, 0.9), (2, 0.8)):
        services.append_event(run_id, lease, saved(number, score))
    assert queries.run_by_id(run_id).result_score == 0.9  # without words the best
    assert queries.run_by_id(run_id).result_revision == 1
    services.append_event(run_id, lease, MessageReceived(message_id=1, text="dark", revision=2))
    assert queries.run_by_id(run_id).result_score == 0.8  # gone on from by the person
    assert queries.run_by_id(run_id).result_revision == 2
    services.append_event(run_id, lease, saved(3, 0.5))
    run = queries.run_by_id(run_id)
    assert (run.result_score, run.score, run.best_revision) == (0.5, 0.9, 1)


def test_a_person_who_says_more_has_a_fresh_budget_of_lost_workers(
    working: tuple[str, services.Lease],
) -> None:
    run_id, lease = working
    services.append_event(run_id, lease, RunFailed(code="worker_lost"))
    Run.objects.filter(id=run_id).update(losses=3, cancel_requested=True)
    run = services.send_message(run_id, MessageParameters("Again, smaller"))
    assert (run.state, run.losses, run.cancel_requested) == ("queued", 0, False)
