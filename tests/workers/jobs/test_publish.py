"""Events into the record: rows in order, deltas joined, a dead Redis no obstacle."""

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from tests.own_redis import OwnRedis
from tests.workers.agent.test_limits import revision
from tests.workers.jobs.conftest import make_run
from webapp.studio import queries, services
from webapp.studio.errors import LeaseLost
from webapp.studio.events import (
    FileDelta,
    ReasoningDelta,
    TextDelta,
    TransientEvent,
    TurnFinished,
    TurnStarted,
    Waiting,
)
from webapp.studio.live import broadcast
from webapp.studio.live.frames import DeltaFrame, frame_adapter
from webapp.studio.models import Run
from webapp.studio.services.runs import LOST_AFTER
from workers.jobs.publish import Publisher, merge

pytestmark = pytest.mark.django_db(transaction=True)


def test_deltas_that_continue_each_other_are_joined() -> None:
    pending: list[TransientEvent] = []
    for event in (
        TextDelta(text="a"),
        TextDelta(text="b"),
        ReasoningDelta(text="c"),
        FileDelta(path="x", text="1", start=True),
        FileDelta(path="x", text="2"),
        FileDelta(path="y", text="3", start=True),
        FileDelta(path="y", text="4", start=True),
        FileDelta(path="x", text="5"),
        Waiting(text="1 s"),
        Waiting(text="4 s"),
    ):
        merge(pending, event)
    assert pending == [
        TextDelta(text="ab"),
        ReasoningDelta(text="c"),
        FileDelta(path="x", text="12", start=True),
        FileDelta(path="y", text="3", start=True),
        FileDelta(path="y", text="4", start=True),
        FileDelta(path="x", text="5"),
        Waiting(text="1 s"),
        Waiting(text="4 s"),
    ]


async def test_deltas_arrive_joined_and_before_the_fact_they_lead_to(installation: None) -> None:
    publisher, run_id = await _publisher()
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(broadcast.group_of(run_id), channel)
    await publisher.publish(TurnStarted(turn=1))
    for letter in "Hello":
        await publisher.publish(TextDelta(text=letter))
    await publisher.publish(TurnFinished(turn=1, text="Hello"))
    async with asyncio.timeout(5):
        first, second, third = [await layer.receive(channel) for _ in range(3)]
    assert (first["type"], third["type"]) == ("event_stored", "event_stored")
    frame = frame_adapter.validate_json(second["frame"])
    assert isinstance(frame, DeltaFrame)
    assert frame.event == TextDelta(text="Hello")
    await layer.close_pools()


async def test_a_delta_is_sent_without_waiting_for_a_fact(installation: None) -> None:
    publisher, run_id = await _publisher()
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(broadcast.group_of(run_id), channel)
    await publisher.publish(TextDelta(text="Hello"))
    async with asyncio.timeout(5):
        message = await layer.receive(channel)
    assert message["type"] == "delta"
    await layer.close_pools()


async def test_rows_are_written_while_redis_is_down(own_redis: OwnRedis) -> None:
    publisher, run_id = await _publisher()
    await asyncio.to_thread(own_redis.stop)
    started = time.monotonic()
    for number in range(1, 6):
        await publisher.publish(TurnStarted(turn=number))
        await publisher.publish(TextDelta(text="nobody hears this"))
    events = await sync_to_async(queries.events_after)(run_id)
    assert [one.seq for one in events] == [1, 2, 3, 4, 5]
    assert time.monotonic() - started < 10


async def test_the_best_revision_is_the_highest_and_of_equals_the_first(installation: None) -> None:
    publisher, _ = await _publisher()
    best = []
    for number, score in enumerate((0.5, 0.9, 0.9, 0.1), 1):
        await publisher.publish(revision(number, score))
        best.append(publisher.best_revision)
    assert best == [1, 2, 2, 2]


async def test_a_publisher_whose_lease_is_lost_says_so(installation: None) -> None:
    publisher, run_id = await _publisher()
    await Run.objects.filter(id=run_id).aupdate(heartbeat_at=timezone.now() - 2 * LOST_AFTER)
    await sync_to_async(services.sweep)()
    with pytest.raises(LeaseLost):
        await publisher.publish(TurnStarted(turn=1))


async def _publisher() -> tuple[Publisher, str]:
    run_id = await sync_to_async(make_run)()
    lease = await sync_to_async(services.claim_run)(run_id)
    return Publisher(run_id, lease), run_id
