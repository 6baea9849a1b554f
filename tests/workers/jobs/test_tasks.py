"""Runs on a real worker with a real Redis and a real browser."""

import os
import signal
import time
from collections.abc import Callable

import psutil
import pytest
from django.utils import timezone

from tests.own_redis import OwnRedis
from tests.workers.jobs.conftest import Worker, flush_queue, has, has_ended, make_run, wait_for
from webapp.studio import queries, services, task_queue
from webapp.studio.errors import QueueUnavailable
from webapp.studio.events import (
    Envelope,
    RevisionSaved,
    RunFailed,
    RunFinished,
    RunResumed,
    ToolStarted,
)
from webapp.studio.models import Run
from webapp.studio.services import runs

SOON = 8.0  # seconds; about one to reach a Redis that is back, and one to begin
PROMPT = 3.0  # seconds; one on a machine that does nothing else

StartWorker = Callable[..., Worker]

SLOW_PAGE = (
    "<!doctype html><title>Slow</title><p>Slow</p>"
    "<script>const start = Date.now(); while (Date.now() - start < 4000);</script>"
)
PAGE = "<!doctype html><title>A page</title><body style='background:{}'>Hello"


def write(content: str) -> dict[str, object]:
    return {"name": "write_file", "arguments": {"path": "index.html", "content": content}}


def a_script(first: str = PAGE.format("white"), pause: float = 0.0) -> list[dict[str, object]]:
    return [
        {"text": "First", "calls": [write(first), {"name": "compare"}]},
        {"text": "Then", "pause": pause, "calls": [write(PAGE.format("navy"))]},
        {"text": "Done", "calls": [{"name": "compare"}, {"name": "finish"}]},
    ]


def types(events: list[Envelope]) -> list[str]:
    return [one.event.type for one in events]


def revisions(events: list[Envelope]) -> list[RevisionSaved]:
    return [one.event for one in events if isinstance(one.event, RevisionSaved)]


def is_rendering(events: list[Envelope]) -> bool:
    last = events[-1].event if events else None
    return isinstance(last, ToolStarted) and last.call.name == "compare"


def test_a_run_goes_to_its_end(start_worker: StartWorker) -> None:
    start_worker()
    run_id = make_run(a_script())
    events = wait_for(run_id, has_ended)
    assert events[-1].event == RunFinished(
        reason="finished", best_revision=queries.run_by_id(run_id).best_revision
    )
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
    assert [one.number for one in revisions(events)] == [1, 2]
    assert queries.run_by_id(run_id).state == Run.State.FINISHED


def test_a_cancelled_run_ends_at_once(start_worker: StartWorker) -> None:
    start_worker()
    run_id = make_run(a_script(pause=60))
    wait_for(run_id, has("revision_saved"))
    asked = time.monotonic()
    services.cancel_run(run_id)
    events = wait_for(run_id, has_ended)
    assert time.monotonic() - asked < PROMPT
    assert events[-1].event == RunFinished(reason="cancelled", best_revision=1)


def test_a_run_cancelled_while_a_page_loops_ends_at_once(start_worker: StartWorker) -> None:
    start_worker()
    run_id = make_run(a_script(SLOW_PAGE.replace("4000", "1e9")))
    wait_for(run_id, is_rendering)
    time.sleep(1)
    asked = time.monotonic()
    services.cancel_run(run_id)
    events = wait_for(run_id, has_ended)
    assert time.monotonic() - asked < PROMPT
    assert events[-1].event == RunFinished(reason="cancelled", best_revision=None)


@pytest.mark.parametrize("whole", [False, True], ids=["one process", "the whole worker"])
def test_a_run_whose_worker_is_killed_in_mid_render_is_finished_by_another(
    start_worker: StartWorker, whole: bool
) -> None:
    worker = start_worker()
    run_id = make_run(a_script(SLOW_PAGE))
    wait_for(run_id, is_rendering)
    time.sleep(1)
    if whole:
        worker.kill()
        start_worker()
    else:
        os.kill(worker.child().pid, signal.SIGKILL)
    killed = time.monotonic()
    wait_for(run_id, has("run_resumed"))
    assert time.monotonic() - killed < 30
    events = wait_for(run_id, has_ended)
    assert events[-1].event.type == "run_finished"
    assert types(events).count("run_started") == types(events).count("run_resumed") == 1
    assert [one.number for one in revisions(events)] == [1, 2]
    assert [one.seq for one in events] == list(range(1, len(events) + 1))


def test_a_second_delivery_of_the_same_run_does_nothing(start_worker: StartWorker) -> None:
    start_worker()
    run_id = make_run(a_script(pause=2))
    task_queue.enqueue(run_id)
    start_worker()
    task_queue.enqueue(run_id)
    events = wait_for(run_id, has_ended)
    task_queue.enqueue(run_id)
    later = make_run(a_script())
    wait_for(later, has_ended)
    assert queries.events_after(run_id) == events
    assert types(events).count("run_started") == 1
    assert "run_resumed" not in types(events)


def test_a_redis_that_is_started_again_in_mid_run_loses_nothing(
    own_redis: OwnRedis, start_worker: StartWorker
) -> None:
    start_worker()
    run_id = make_run(a_script(pause=3))
    wait_for(run_id, has("revision_saved"))
    waiting = make_run(a_script())
    own_redis.stop()
    events = wait_for(run_id, has_ended)
    assert events[-1].event.type == "run_finished"
    assert [one.number for one in revisions(events)] == [1, 2]
    assert queries.run_by_id(waiting).state == Run.State.QUEUED
    own_redis.folder.mkdir()
    own_redis.start()
    assert wait_for(waiting, has_ended)[-1].event.type == "run_finished"


def test_a_worker_takes_the_next_run_soon_after_redis_was_killed_in_mid_run(
    own_redis: OwnRedis, start_worker: StartWorker
) -> None:
    start_worker(concurrency=2)
    first = make_run(a_script(pause=20))
    wait_for(first, has("revision_saved"))
    own_redis.kill()
    time.sleep(1)
    own_redis.start()
    second = make_run(a_script())
    asked = time.monotonic()
    wait_for(second, has("run_started"))
    assert time.monotonic() - asked < SOON
    assert not has_ended(queries.events_after(first))
    for run_id in (first, second):
        events = wait_for(run_id, has_ended)
        assert events[-1].event.type == "run_finished"
        assert types(events).count("run_started") == 1
        assert "run_resumed" not in types(events)
    third = make_run(a_script())
    assert wait_for(third, has_ended)[-1].event.type == "run_finished"


def test_a_busy_worker_leaves_the_next_run_to_another(
    start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a sweep that comes as the other takes it from the queue sends it again otherwise
    monkeypatch.setenv("TEST_FORGOTTEN_AFTER", "600")
    start_worker()
    first = make_run(a_script(pause=40))  # longer than a worker takes to start
    wait_for(first, has("revision_saved"))
    second = make_run(a_script())
    enqueued_at = queries.run_by_id(second).enqueued_at
    start_worker()
    wait_for(second, has_ended)
    assert not has_ended(queries.events_after(first))
    assert queries.run_by_id(second).enqueued_at == enqueued_at  # not taken and sent once more


def test_a_waiting_run_is_started_although_redis_lost_its_message(
    own_redis: OwnRedis, start_worker: StartWorker
) -> None:
    run_id = make_run(a_script())
    flush_queue()
    start_worker()
    events = wait_for(run_id, has_ended)
    assert events[-1].event.type == "run_finished"


def test_a_run_asked_for_before_redis_is_there_starts_when_it_is(
    own_redis: OwnRedis, start_worker: StartWorker
) -> None:
    own_redis.stop()
    start_worker()
    with pytest.raises(QueueUnavailable):
        make_run(a_script())
    run_id = str(Run.objects.get().id)
    own_redis.folder.mkdir()
    own_redis.start()
    assert wait_for(run_id, has_ended)[-1].event.type == "run_finished"


def test_a_worker_reports_itself_and_picks_up_lost_runs_busy_or_without_a_queue(
    own_redis: OwnRedis, start_worker: StartWorker
) -> None:
    start_worker()
    busy = make_run(a_script(pause=60))
    wait_for(busy, has("revision_saved"))
    assert queries.has_living_worker()
    own_redis.kill()
    lost = a_lost_run()
    wait_for(lost, lambda _: queries.run_by_id(lost).state == Run.State.QUEUED)
    own_redis.start()
    services.cancel_run(busy)
    assert wait_for(lost, has_ended)[-1].event.type == "run_finished"


def test_a_worker_that_is_asked_to_end_leaves_its_run_to_the_next_at_once(
    start_worker: StartWorker,
) -> None:
    worker = start_worker()
    run_id = make_run(a_script(pause=4))
    wait_for(run_id, has("revision_saved"))
    worker.process.terminate()
    worker.process.wait(10)
    assert not has_ended(queries.events_after(run_id))
    start_worker()
    events = wait_for(run_id, has_ended)
    assert events[-1].event.type == "run_finished"
    assert types(events).count("run_resumed") == 1


def test_no_process_of_a_worker_outlives_it(start_worker: StartWorker) -> None:
    worker = start_worker(concurrency=2)
    run_id = make_run(a_script(pause=60))
    wait_for(run_id, has("revision_saved"))
    below = psutil.Process(worker.process.pid).children(recursive=True)
    assert len(below) > 3  # its pool, and a browser
    worker.process.kill()
    worker.process.wait()
    _, alive = psutil.wait_procs(below, timeout=10)
    assert alive == []


def a_lost_run() -> str:
    try:
        run_id = make_run(a_script())
    except QueueUnavailable:
        run_id = str(Run.objects.latest("created_at").id)
    services.claim_run(run_id)
    Run.objects.filter(id=run_id).update(heartbeat_at=timezone.now() - 2 * runs.LOST_AFTER)
    return run_id


def test_a_run_that_kills_its_workers_is_given_up(start_worker: StartWorker) -> None:
    start_worker()
    run_id = make_run(model="deadly")
    events = wait_for(run_id, has_ended)
    ending = events[-1].event
    assert isinstance(ending, RunFailed)
    assert ending.code == "worker_lost"
    assert sum(isinstance(one.event, RunResumed) for one in events) == 2


def test_a_run_that_ended_goes_on_when_the_person_says_so(start_worker: StartWorker) -> None:
    start_worker()
    run_id = make_run(a_script(pause=60))
    wait_for(run_id, has("revision_saved"))
    services.cancel_run(run_id)
    wait_for(run_id, has_ended)
    services.continue_run(run_id)
    # How many turns had begun before it was ended depends on how soon the worker read that.
    wait_for(run_id, lambda events: types(events)[-2:] == ["run_resumed", "turn_started"])
    services.cancel_run(run_id)
    wait_for(run_id, lambda events: types(events).count("run_finished") == 2)


def test_a_full_disk_ends_a_run_with_a_code_and_keeps_its_events(
    start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_DISK_FULL", "1")
    start_worker()
    run_id = make_run(a_script())
    events = wait_for(run_id, has_ended)
    ending = events[-1].event
    assert isinstance(ending, RunFailed)
    assert ending.code == "disk_full"


def test_a_worker_without_a_browser_ends_a_run_with_a_code(
    start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "/nowhere/chromium")
    start_worker()
    run_id = make_run(a_script())
    ending = wait_for(run_id, has_ended)[-1].event
    assert isinstance(ending, RunFailed)
    assert ending.code == "no_browser"
    assert "/nowhere/chromium" in ending.detail
