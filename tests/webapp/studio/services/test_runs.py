"""What happens to a run from outside its worker, each wait at half and twice its length."""

import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from redis import Redis

from tests.own_redis import OwnRedis
from tests.webapp.record import claimed_run, queued_run, started
from webapp.studio import queries, services, task_queue
from webapp.studio.errors import Conflict, LeaseLost, QueueUnavailable
from webapp.studio.events import RunFailed, RunFinished, RunResumed, TurnStarted
from webapp.studio.models import Run, Worker
from webapp.studio.services.runs import sweep

LOST = 15  # seconds without a heartbeat
FORGOTTEN = 10  # seconds in a queue that has forgotten the run
UNSENT = 1  # seconds until a run that was never sent is taken for lost
LOSSES = 3  # workers that one run may take down

pytestmark = pytest.mark.usefixtures("installation")


def ago(seconds: float, run_id: str, *columns: str) -> None:
    """Set times of a run back."""
    then = timezone.now() - timedelta(seconds=seconds)
    Run.objects.filter(id=run_id).update(**dict.fromkeys(columns, then))


def lose(run_id: str) -> tuple[str, ...]:
    """The worker of a run dies; what a sweep enqueues then."""
    ago(2 * LOST, run_id, "heartbeat_at")
    return services.sweep()


def unsent_run() -> str:
    """A run that waits and is in no queue, as where Redis was down when it was made."""
    run_id = str(queued_run().id)
    Run.objects.filter(id=run_id).update(enqueued_at=None)
    return run_id


def test_a_worker_is_lost_after_a_while_without_a_sign() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    ago(LOST / 2, run_id, "heartbeat_at")
    assert services.sweep() == ()
    assert queries.run_by_id(run_id).state == Run.State.RUNNING
    ago(1.5 * LOST, run_id, "heartbeat_at")
    assert services.sweep() == (run_id,)
    assert queries.run_by_id(run_id).state == Run.State.QUEUED


def test_a_worker_heard_of_in_the_future_is_lost_as_well() -> None:
    """The clock was set back by an hour, and the worker died."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    ago(-LOST / 2, run_id, "heartbeat_at")
    assert services.sweep() == ()
    ago(-3600, run_id, "heartbeat_at")
    assert services.sweep() == (run_id,)


def test_a_run_whose_worker_is_gone_is_stopped_at_once() -> None:
    run_id, lease = claimed_run()
    ago(LOST / 2, run_id, "heartbeat_at")
    assert services.cancel_run(run_id).state == Run.State.RUNNING  # its worker will end it
    ago(2 * LOST, run_id, "heartbeat_at")
    assert services.cancel_run(run_id).stop_reason == "cancelled"
    with pytest.raises(LeaseLost):
        services.heartbeat(run_id, lease)


def test_a_run_that_was_asked_for_in_the_future_is_sent_as_others_are(own_redis: OwnRedis) -> None:
    run_id = unsent_run()
    ago(-3600, run_id, "queued_at")
    assert services.sweep() == (run_id,)
    with Redis.from_url(own_redis.url) as redis:
        redis.flushall()
    ago(-3600, run_id, "enqueued_at")
    assert services.sweep() == (run_id,)


@pytest.mark.parametrize(
    "sign",
    [
        lambda run_id, lease: services.heartbeat(run_id, lease),
        lambda run_id, lease: services.append_event(run_id, lease, started()),
    ],
)
def test_a_heartbeat_and_an_event_are_both_signs_of_life(
    sign: Callable[[str, services.Lease], object],
) -> None:
    run_id, lease = claimed_run()
    ago(2 * LOST, run_id, "heartbeat_at")
    sign(run_id, lease)
    assert services.sweep() == ()


def test_a_run_whose_worker_came_back_between_look_and_lock_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id, lease = claimed_run()
    ago(2 * LOST, run_id, "heartbeat_at")
    recover = sweep.__globals__["_recover"]

    def late(found: str) -> None:
        services.heartbeat(run_id, lease)
        recover(found)

    monkeypatch.setitem(sweep.__globals__, "_recover", late)
    assert services.sweep() == ()
    services.append_event(run_id, lease, started())


def test_a_run_that_was_never_sent_is_sent_after_a_moment_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id, now = unsent_run(), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)  # half a moment is short on a busy machine
    ago(UNSENT / 2, run_id, "queued_at")
    assert services.sweep() == ()
    ago(1.5 * UNSENT, run_id, "queued_at")
    assert services.sweep() == (run_id,)
    assert services.sweep() == ()


def test_a_run_that_the_queue_forgot_is_sent_again_after_a_while(own_redis: OwnRedis) -> None:
    run_id = str(queued_run().id)
    with Redis.from_url(own_redis.url) as redis:
        redis.flushall()
    ago(FORGOTTEN / 2, run_id, "queued_at", "enqueued_at")
    assert services.sweep() == ()
    ago(1.5 * FORGOTTEN, run_id, "queued_at", "enqueued_at")
    assert services.sweep() == (run_id,)


def test_a_run_that_others_have_overtaken_is_sent_again_although_the_queue_is_never_empty(
    own_redis: OwnRedis,
) -> None:
    lost = str(queued_run().id)
    with Redis.from_url(own_redis.url) as redis:
        redis.flushall()
    overtaking, waiting = str(queued_run().id), str(queued_run().id)
    ago(4 * FORGOTTEN, lost, "enqueued_at")
    ago(3 * FORGOTTEN, overtaking, "enqueued_at")
    ago(2 * FORGOTTEN, waiting, "enqueued_at")
    assert services.sweep() == ()
    services.claim_run(overtaking)
    assert services.sweep() == (lost,)
    assert services.sweep() == ()


def test_a_redis_that_hangs_holds_up_nobody_for_long(own_redis: OwnRedis) -> None:
    run_id, lease = claimed_run()
    waiting = str(queued_run().id)
    own_redis.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        services.append_event(run_id, lease, started())
        with pytest.raises(QueueUnavailable):
            task_queue.enqueue(waiting)
        with pytest.raises(QueueUnavailable):
            task_queue.is_empty()
        assert time.monotonic() - began < 4 * task_queue.ANSWERS_WITHIN
    finally:
        own_redis.process.send_signal(signal.SIGCONT)
    task_queue.enqueue(waiting)
    assert not task_queue.is_empty()


def test_runs_are_sent_again_in_the_order_they_came() -> None:
    first, second, third = (unsent_run() for _ in range(3))
    for seconds, run_id in ((30, second), (20, first), (10, third)):
        ago(seconds, run_id, "queued_at")
    assert services.sweep() == (second, first, third)


def test_a_run_may_take_so_many_workers_down() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    for _ in range(LOSSES - 1):
        assert lose(run_id) == (run_id,)
        services.claim_run(run_id)
        resumed = queries.events_after(run_id)[-1].event
        assert isinstance(resumed, RunResumed) and resumed.reason == "worker_lost"
    assert lose(run_id) == ()
    failed = queries.events_after(run_id)[-1].event
    assert failed == RunFailed(code="worker_lost", detail="3 workers were lost on it.")
    run = queries.run_by_id(run_id)
    assert (run.state, run.error_code, run.ended_at is None) == ("failed", "worker_lost", False)


def test_who_continues_a_run_forgives_what_was_lost_and_takes_back_the_cancelling() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    for _ in range(LOSSES - 1):
        lose(run_id)
        services.claim_run(run_id)
    services.cancel_run(run_id)
    lose(run_id)
    assert queries.run_by_id(run_id).stop_reason == "cancelled"
    assert services.continue_run(run_id).state == Run.State.QUEUED
    for _ in range(LOSSES - 1):
        services.claim_run(run_id)
        assert lose(run_id) == (run_id,)
    services.claim_run(run_id)
    assert lose(run_id) == ()
    assert queries.run_by_id(run_id).error_code == "worker_lost"


def test_a_failed_run_that_is_continued_shows_no_failure_any_more() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, RunFailed(code="model_failed", detail="It broke off."))
    assert queries.run_by_id(run_id).error_code == "model_failed"
    services.continue_run(run_id)
    services.claim_run(run_id)
    run = queries.run_by_id(run_id)
    assert (run.state, run.error_code, run.ended_at) == ("running", "", None)


def test_a_run_that_was_cancelled_before_it_began_continues_as_its_second_attempt() -> None:
    run_id = str(queued_run().id)
    services.cancel_run(run_id)
    services.continue_run(run_id)
    services.claim_run(run_id)
    resumed = queries.events_after(run_id)[-1].event
    assert resumed == RunResumed(attempt=2, reason="continued")


def test_a_worker_whose_run_was_ended_and_continued_without_it_can_write_no_more() -> None:
    run_id, stale = claimed_run()
    services.append_event(run_id, stale, started())
    services.cancel_run(run_id)
    lose(run_id)
    services.continue_run(run_id)
    assert services.claim_run(run_id) != stale
    with pytest.raises(LeaseLost):
        services.append_event(run_id, stale, TurnStarted(turn=1))


def test_a_worker_whose_run_has_ended_learns_it_at_its_next_heartbeat() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, RunFinished(reason="finished"))
    with pytest.raises(LeaseLost):
        services.heartbeat(run_id, lease)


def test_a_running_run_is_only_asked_to_end() -> None:
    run_id, _ = claimed_run()
    asked = services.cancel_run(run_id)
    assert (asked.state, asked.cancel_requested) == (Run.State.RUNNING, True)
    assert queries.run_by_id(run_id).cancel_requested
    assert queries.events_after(run_id) == []


def test_a_waiting_run_cannot_be_continued() -> None:
    run_id = str(queued_run().id)
    with pytest.raises(Conflict):
        services.continue_run(run_id)


def test_the_first_fifty_that_wait_learn_that_they_have_moved_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claimed = queued_run()
    now = timezone.now()
    Run.objects.bulk_create(
        Run(project=claimed.project, queued_at=now + timedelta(seconds=second))
        for second in range(51)
    )
    waiting = Run.objects.exclude(id=claimed.id).order_by("queued_at")
    told: list[str] = []
    notify = "webapp.studio.live.broadcast.notify"
    monkeypatch.setattr(notify, lambda run_id, seq: told.append(run_id))
    services.claim_run(str(claimed.id))
    assert told == [str(run.id) for run in waiting[:50]]


def test_a_worker_is_on_record_for_a_day_with_what_it_last_said() -> None:
    services.report_worker("one", isolation="namespaces", browser="Chromium 1")
    services.report_worker("one", browser="Chromium 2")
    worker = Worker.objects.get(name="one")
    assert (worker.isolation, worker.browser) == ("namespaces", "Chromium 2")
    for hours, left in ((12, {"one", "two"}), (36, {"two"})):
        Worker.objects.filter(name="one").update(seen_at=timezone.now() - timedelta(hours=hours))
        services.report_worker("two")
        assert set(Worker.objects.values_list("name", flat=True)) == left
