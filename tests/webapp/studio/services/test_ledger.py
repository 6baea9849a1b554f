"""A worker's side of the record, under concurrency and after a crash."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from redis import Redis

from tests.database import database_url
from tests.own_redis import OwnRedis
from tests.webapp.record import claimed_run, queued_run, revision, started
from tests.webapp.studio.uploads.test_references import PAGE, zipped
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.errors import Conflict, LeaseLost, NotFound
from webapp.studio.events import (
    RevisionSaved,
    RunFailed,
    RunFinished,
    RunResumed,
    TextDelta,
    TurnFinished,
    TurnStarted,
)
from webapp.studio.models import ProjectReference, Run
from webapp.studio.services.runs import MAX_LOSSES

WRITE_25 = """
import django, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.settings"
django.setup()
from webapp.studio import services
from webapp.studio.events import TurnStarted
for turn in range(25):
    services.append_event(sys.argv[1], int(sys.argv[2]), TurnStarted(turn=turn))
"""

pytestmark = pytest.mark.usefixtures("installation")


def silence(run_id: str) -> None:
    """Let a run's worker seem dead."""
    long_ago = timezone.now() - timedelta(minutes=5)
    Run.objects.filter(id=run_id).update(heartbeat_at=long_ago)


def in_threads(count: int, work: Callable[[int], object]) -> list[BaseException]:
    """Run `work(index)` in threads at once; return what they raised."""
    start = threading.Barrier(count)

    def body(index: int) -> None:
        start.wait()
        try:
            work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(body, index) for index in range(count)]
    raised = (future.exception() for future in futures)
    return [error for error in raised if error is not None]


def test_numbers_have_no_gap_when_threads_write_at_once() -> None:
    run_id, lease = claimed_run()

    def write(index: int) -> None:
        for turn in range(10):
            services.append_event(run_id, lease, TurnStarted(turn=turn), agent=f"agent {index}")

    assert in_threads(6, write) == []
    events = queries.events_after(run_id)
    assert [event.seq for event in events] == list(range(1, 61))
    for index in range(6):
        own = [event.event for event in events if event.agent == f"agent {index}"]
        assert own == [TurnStarted(turn=turn) for turn in range(10)]


def test_numbers_have_no_gap_when_processes_write_at_once(tmp_path: Path) -> None:
    run_id, lease = claimed_run()
    environment = {
        **os.environ,
        "MOCKWRIGHT_DATA": str(tmp_path),
        "MOCKWRIGHT_DATABASE_URL": database_url(),
    }
    command = [sys.executable, "-c", WRITE_25, run_id, str(lease)]
    writers = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert [event.seq for event in queries.events_after(run_id)] == list(range(1, 76))


def test_events_are_kept_while_redis_is_down(own_redis: OwnRedis) -> None:
    run_id, lease = claimed_run()
    own_redis.kill()
    for turn in range(3):
        services.append_event(run_id, lease, TurnStarted(turn=turn))
        services.send_delta(run_id, TextDelta(text="lost"), after_seq=turn)
    assert [event.seq for event in queries.events_after(run_id)] == [1, 2, 3]


def test_waiting_runs_are_enqueued_again_when_redis_has_forgotten_them(
    own_redis: OwnRedis,
) -> None:
    run_id = str(queued_run().id)
    long_ago = timezone.now() - timedelta(minutes=5)
    Run.objects.update(queued_at=long_ago, enqueued_at=long_ago)
    assert services.sweep() == ()
    with Redis.from_url(own_redis.url) as redis:
        redis.flushall()
    assert services.sweep() == (run_id,)
    assert services.sweep() == ()


def test_a_run_is_claimed_once_however_often_its_task_is_delivered() -> None:
    run_id = str(queued_run().id)
    errors = in_threads(5, lambda index: services.claim_run(run_id))
    assert [type(error) for error in errors] == [LeaseLost] * 4


def test_a_worker_that_was_thought_dead_can_write_no_more() -> None:
    run_id, stale = claimed_run()
    services.append_event(run_id, stale, started())
    silence(run_id)
    assert services.sweep() == (run_id,)
    with pytest.raises(LeaseLost):
        services.append_event(run_id, stale, TurnStarted(turn=1))
    fresh = services.claim_run(run_id)
    for write in (
        lambda: services.append_event(run_id, stale, TurnStarted(turn=1)),
        lambda: services.heartbeat(run_id, stale),
    ):
        with pytest.raises(LeaseLost):
            write()
    services.append_event(run_id, fresh, TurnStarted(turn=1))
    assert [envelope.event.type for envelope in queries.events_after(run_id)] == [
        "run_started",
        "run_resumed",
        "turn_started",
    ]


def test_a_run_is_not_picked_up_while_its_worker_lives() -> None:
    run_id, lease = claimed_run()
    silence(run_id)
    services.heartbeat(run_id, lease)
    assert services.sweep() == ()


def test_a_run_ends_when_it_has_taken_too_many_workers_down() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    for _ in range(MAX_LOSSES - 1):
        silence(run_id)
        assert services.sweep() == (run_id,)
        services.claim_run(run_id)
    silence(run_id)
    assert services.sweep() == ()
    last = queries.events_after(run_id)[-1].event
    assert isinstance(last, RunFailed)
    assert last.code == "worker_lost"
    assert queries.run_by_id(run_id).state == Run.State.FAILED


def test_a_waiting_run_is_cancelled_at_once() -> None:
    run_id = str(queued_run().id)
    assert services.cancel_run(run_id).stop_reason == "cancelled"
    assert queries.events_after(run_id)[-1].event == RunFinished(reason="cancelled")
    with pytest.raises(LeaseLost):
        services.claim_run(run_id)


def test_a_waiting_run_is_paused_at_once() -> None:
    run_id = str(queued_run().id)
    assert services.pause_run(run_id).stop_reason == "paused"
    assert queries.events_after(run_id)[-1].event == RunFinished(reason="paused")
    assert services.continue_run(run_id).state == Run.State.QUEUED


def test_a_run_at_work_is_asked_to_pause_and_forgets_it_once_continued() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.pause_run(run_id)
    assert queries.run_by_id(run_id).pause_requested
    services.append_event(run_id, lease, RunFinished(reason="paused"))
    services.continue_run(run_id)
    assert not queries.run_by_id(run_id).pause_requested


def test_a_pause_outlives_a_lost_worker() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.pause_run(run_id)
    silence(run_id)
    assert services.sweep() == (run_id,)
    assert queries.run_by_id(run_id).pause_requested


def test_pausing_an_ended_run_changes_nothing() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, RunFinished(reason="finished"))
    assert not services.pause_run(run_id).pause_requested
    assert len(queries.events_after(run_id)) == 1


def test_a_cancelled_run_whose_worker_died_ends_as_cancelled() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.cancel_run(run_id)
    silence(run_id)
    assert services.sweep() == ()
    assert queries.events_after(run_id)[-1].event == RunFinished(reason="cancelled")


def test_cancelling_an_ended_run_changes_nothing() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, RunFinished(reason="finished"))
    services.cancel_run(run_id)
    assert queries.run_by_id(run_id).stop_reason == "finished"
    assert len(queries.events_after(run_id)) == 1


def test_an_ended_run_is_continued_under_a_new_lease() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, RunFinished(reason="budget"))
    with pytest.raises(LeaseLost):
        services.append_event(run_id, lease, TurnStarted(turn=9))
    assert services.continue_run(run_id).state == Run.State.QUEUED
    services.claim_run(run_id)
    resumed = queries.events_after(run_id)[-1].event
    assert resumed == RunResumed(attempt=2, reason="continued")
    run = queries.run_by_id(run_id)
    assert (run.state, run.stop_reason, run.ended_at) == (Run.State.RUNNING, "", None)


def test_a_run_at_work_cannot_be_continued() -> None:
    run_id, _ = claimed_run()
    with pytest.raises(Conflict):
        services.continue_run(run_id)


def test_the_best_revision_is_kept_and_of_equals_the_first() -> None:
    run_id, lease = claimed_run()
    for number, score in enumerate((0.7, 0.9, 0.9, 0.8), start=1):
        files = {"index.html": b"v%d" % number}
        services.append_event(run_id, lease, revision(number, files, score))
    run = queries.run_by_id(run_id)
    assert (run.best_revision, run.score) == (2, 0.9)


def following(prompt: str = "A dark page") -> tuple[str, services.Lease]:
    """A run with words of a person."""
    run_id, lease = claimed_run()
    Run.objects.filter(id=run_id).update(prompt=prompt)
    return run_id, lease


def of_reader(number: int, score: float) -> RevisionSaved:
    """A revision by a model that reads words."""
    saved = revision(number, {"index.html": b"v%d" % number}, score)
    return saved.model_copy(update={"model": saved.model.model_copy(update={"reads_words": True})})


@pytest.mark.parametrize(("prompt", "score"), [("A dark page", 0.745), ("", 1.0)])
def test_the_score_of_a_run_is_that_of_its_result(prompt: str, score: float) -> None:
    run_id, lease = following(prompt)
    for number, total in enumerate((1.0, 0.745), start=1):
        services.append_event(run_id, lease, of_reader(number, total))
    run = queries.run_by_id(run_id)
    assert (run.best_revision, run.result_score) == (1, score)


@pytest.mark.parametrize(("name", "score"), [("DESIGN.md", 0.745), ("site.zip", 1.0)])
def test_rules_are_followed_like_words_and_a_base_is_not(name: str, score: float) -> None:
    run_id, lease = following("")
    data = zipped(PAGE) if name.endswith(".zip") else b"Dark."
    reference = services.create_reference(local_user(), name, data)
    project = queries.run_by_id(run_id).project
    ProjectReference.objects.create(project=project, reference=reference, position=0)
    for number, total in enumerate((1.0, 0.745), start=1):
        services.append_event(run_id, lease, of_reader(number, total))
    assert queries.run_by_id(run_id).result_score == score


@pytest.mark.parametrize(("declared", "score"), [(1, 0.6), (None, 0.745), (9, None)])
def test_a_declared_revision_is_the_result(declared: int | None, score: float | None) -> None:
    run_id, lease = following()
    for number, total in enumerate((0.6, 0.8, 0.745), start=1):
        services.append_event(run_id, lease, of_reader(number, total))
    services.append_event(run_id, lease, RunFinished(reason="finished", declared_revision=declared))
    run = queries.run_by_id(run_id)
    result = {1: 1, None: 3, 9: None}[declared]
    assert (run.result_score, run.result_revision) == (score, result)


def test_every_revision_has_an_address_of_its_own() -> None:
    run_id, lease = claimed_run()
    for number in (1, 2):
        services.append_event(run_id, lease, revision(number, {"index.html": b"x"}))
    tokens = [one.token for one in queries.run_by_id(run_id).revisions.all()]
    assert len(set(tokens)) == 2
    assert all(len(token) >= 32 for token in tokens)


def test_an_event_is_read_as_it_was_written() -> None:
    run_id, lease = claimed_run()
    said = TurnFinished(turn=1, text="“quotes”, \u2028 and \x00? no: 🎨", reasoning='"sha256":"x"')
    written = services.append_event(run_id, lease, said)
    assert queries.events_after(run_id) == [written]


@pytest.mark.parametrize("run_id", ["5b0d0a3e-0000-4000-8000-000000000000", "garbage"])
def test_a_run_that_does_not_exist_is_not_found(run_id: str) -> None:
    with pytest.raises(NotFound):
        services.claim_run(run_id)
