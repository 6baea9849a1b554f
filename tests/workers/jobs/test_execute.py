"""A run attended to in this process: one that is deleted, and a record that fails."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection
from django.utils import timezone

from tests.workers.jobs.conftest import make_run
from webapp.studio import queries, services
from webapp.studio.events import DurableEvent, Envelope
from webapp.studio.models import Run
from webapp.studio.services import runs
from workers.jobs.execute import execute_run

pytestmark = pytest.mark.usefixtures("installation")

LeaveRoom = Callable[[int], None]
LIST: dict[str, object] = {"calls": [{"name": "list_files"}]}
TALK: list[dict[str, object]] = [
    {**LIST, "text": "First"},
    {**LIST, "text": "Then", "pause": 0.5},
    {"text": "Done"},
]


@pytest.fixture
def leave_room() -> Iterator[LeaveRoom]:
    """Lets the database grow by so many bytes and no more."""
    options = connection.settings_dict["OPTIONS"]
    before = options["init_command"]

    def leave(size: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # pages that earlier tests left free are room too
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            page = cursor.execute("PRAGMA page_size").fetchone()[0]
        options["init_command"] = f"{before} PRAGMA max_page_count={pages + size // page};"
        connection.close()

    yield leave
    options["init_command"] = before
    connection.close()


async def test_a_run_goes_on_once_a_full_record_has_room_again(
    leave_room: LeaveRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordy: list[dict[str, object]] = [{**LIST, "text": "x" * 15_000}, *TALK]
    run_id = await sync_to_async(make_run)(wordy)
    await sync_to_async(leave_room)(34_000)
    append = services.append_event
    with monkeypatch.context() as patch:
        # the end is so short that it may find room where nothing else does
        full = until("run_failed", append, "database or disk is full")
        patch.setattr(services, "append_event", full)
        await execute_run(run_id)
    before = await events_of(run_id)
    assert [one.event.type for one in before][:2] == ["run_started", "turn_started"]
    assert (await Run.objects.aget(id=run_id)).state == Run.State.RUNNING
    await sync_to_async(leave_room)(10**7)
    await Run.objects.filter(id=run_id).aupdate(heartbeat_at=long_ago())
    assert await sync_to_async(services.sweep)() == (run_id,)
    await execute_run(run_id)
    events = await events_of(run_id)
    assert events[: len(before)] == before
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
    assert sum(one.event.type == "tool_finished" for one in events) == 3
    assert events[-1].event.type == "run_failed"  # the script writes no file


async def test_a_run_goes_on_once_a_locked_record_is_free_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id = await sync_to_async(make_run)(TALK)
    append = services.append_event
    with monkeypatch.context() as patch:
        patch.setattr(services, "append_event", until("tool_started", append))
        await execute_run(run_id)
    before = await events_of(run_id)
    assert before[-1].event.type != "run_failed"
    await Run.objects.filter(id=run_id).aupdate(heartbeat_at=long_ago())
    assert await sync_to_async(services.sweep)() == (run_id,)
    await execute_run(run_id)
    events = await events_of(run_id)
    assert events[: len(before)] == before
    assert sum(one.event.type == "tool_finished" for one in events) == 2


def until(
    kind: str, append: Callable[..., Envelope], problem: str = "database is locked"
) -> Callable[..., Envelope]:
    """Writes events up to the first of a kind."""
    refused = False

    def write(run_id: str, lease: services.Lease, event: DurableEvent) -> Envelope:
        nonlocal refused
        refused = refused or event.type == kind
        if refused:
            raise OperationalError(problem)
        return append(run_id, lease, event)

    return write


async def test_a_run_that_is_deleted_while_it_waits_is_left_alone() -> None:
    run_id = await sync_to_async(make_run)(TALK)
    run = await Run.objects.select_related("project").aget(id=run_id)
    await sync_to_async(services.delete_project)(run.project)
    await execute_run(run_id)
    run = await Run.objects.aget(id=run_id)
    assert (run.state, run.last_seq) == (Run.State.QUEUED, 0)  # for as long as it can be restored


async def events_of(run_id: str) -> list[Envelope]:
    return await sync_to_async(queries.events_after)(run_id)


def long_ago() -> datetime:
    return timezone.now() - 2 * runs.LOST_AFTER
