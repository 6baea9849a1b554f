"""The websocket of a run: replay, then live, without a gap or a repeat, whatever Redis does."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.utils import timezone

from tests.own_redis import OwnRedis
from tests.webapp.conftest import ORIGIN, talk_to_service
from tests.webapp.record import claimed_run, queued_run, started
from webapp.studio import services
from webapp.studio.events import (
    FileDelta,
    RunFinished,
    TextDelta,
    TurnStarted,
)
from webapp.studio.live.feed import MAX_PENDING, StoredEvent, Subscriber
from webapp.studio.live.frames import frame_adapter
from webapp.studio.models import Project, Run
from webapp.studio.parameters import MessageParameters
from webapp.studio.services import runs

pytestmark = pytest.mark.usefixtures("installation")
append_event = sync_to_async(services.append_event)

Frame = dict[str, Any]


class Refused(Exception):
    """The server did not accept the websocket."""


class Socket:
    """A browser's end of a websocket."""

    def __init__(self, path: str, origin: str, host: str) -> None:
        where, _, query = path.partition("?")
        self._end = talk_to_service(
            {
                "type": "websocket",
                "path": where,
                "query_string": query.encode(),
                "headers": [(b"host", host.encode()), (b"origin", origin.encode())],
                "subprotocols": [],
            },
        )

    async def open(self) -> None:
        await self._end.send_input({"type": "websocket.connect"})
        answer = await self._end.receive_output(5)
        if answer["type"] != "websocket.accept":
            raise Refused

    async def frame(self, wait: float = 10) -> Frame:
        """The next frame, checked against the contract."""
        text = (await self.message(wait))["text"]
        frame_adapter.validate_json(text)
        return dict(json.loads(text))

    async def message(self, wait: float = 10) -> Frame:
        return dict(await self._end.receive_output(wait))

    async def close(self) -> None:
        await self._end.send_input({"type": "websocket.disconnect", "code": 1001})
        await self._end.wait(5)

    async def until(self, kind: str, wait: float = 10) -> list[Frame]:
        """Everything up to and including the first frame of a kind."""
        frames = [await self.frame(wait)]
        while frames[-1]["kind"] != kind:
            frames.append(await self.frame(wait))
        return frames

    async def events(self, seq: int, wait: float = 10) -> list[int]:
        """The numbers of the events up to `seq`; other frames are passed over."""
        numbers: list[int] = []
        while not numbers or numbers[-1] < seq:
            frame = await self.frame(wait)
            if frame["kind"] == "event":
                numbers.append(frame["envelope"]["seq"])
        return numbers


@asynccontextmanager
async def socket(
    run_id: str, after: str = "0", *, origin: str = ORIGIN, host: str = "127.0.0.1:8000"
) -> AsyncIterator[Socket]:
    """An open websocket of a run."""
    client = Socket(f"/ws/runs/{run_id}?after={quote(after)}", origin, host)
    await client.open()
    try:
        yield client
    finally:
        await client.close()


@pytest.mark.parametrize("act", ["says something", "wants a pause"])
async def test_what_a_person_does_in_one_tab_reaches_the_others(
    act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", "kimi-k2.5")
    run_id, _ = await sync_to_async(claimed_run)()
    await Run.objects.filter(id=run_id).aupdate(model="endpoint")
    async with socket(run_id) as one, socket(run_id) as other:
        await one.until("caught_up")
        await other.until("caught_up")
        await asyncio.sleep(0.3)  # until both are heard of
        if act == "says something":
            await sync_to_async(services.send_message)(run_id, MessageParameters("Dark"))
        else:
            await sync_to_async(services.pause_run)(run_id)
        await one.until("run_changed", wait=3)
        await other.until("run_changed", wait=3)


async def test_what_happened_is_replayed_then_the_socket_says_so() -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    for turn in range(3):
        await append_event(run_id, lease, TurnStarted(turn=turn))
    async with socket(run_id, "1") as client:
        frames = await client.until("caught_up")
    assert [frame.get("envelope", {}).get("seq") for frame in frames] == [2, 3, None]
    assert frames[-1]["seq"] == 3


async def test_what_happens_next_arrives_live() -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    async with socket(run_id) as client:
        await client.until("caught_up")
        await append_event(run_id, lease, started())
        (frame,) = await client.until("event", wait=3)
    assert frame["envelope"]["event"]["type"] == "run_started"


async def test_no_gap_and_no_repeat_while_the_run_is_writing() -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    count, chance = 150, random.Random(7)

    async def write() -> None:
        for turn in range(count):
            await append_event(run_id, lease, TurnStarted(turn=turn))

    async def watch(after: int, pause: float) -> tuple[int, list[int]]:
        await asyncio.sleep(pause)
        async with socket(run_id, str(after)) as client:
            return after, await client.events(count, wait=30)

    watching = [watch(after, chance.random()) for after in (0, 0, 1, 20, 50, 100, 149)]
    writing = asyncio.create_task(write())
    for after, numbers in await asyncio.gather(*watching):
        assert numbers == list(range(after + 1, count + 1))
    await writing


async def test_work_in_progress_is_shown_after_the_event_it_follows() -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    send_delta = sync_to_async(services.send_delta)
    async with socket(run_id) as client:
        await client.until("caught_up")
        await asyncio.sleep(0.5)  # joined the group
        await append_event(run_id, lease, TurnStarted(turn=1))
        await send_delta(run_id, TextDelta(text="Let me "), after_seq=1)
        await send_delta(run_id, FileDelta(path="index.html", text="<p>"), after_seq=1)
        frames = [await client.frame(3) for _ in range(3)]
    assert [frame["kind"] for frame in frames] == ["event", "delta", "delta"]
    assert frames[1]["event"]["text"] == "Let me "


async def test_work_in_progress_that_a_fact_has_overtaken_is_dropped() -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    async with socket(run_id) as client:
        await client.until("caught_up")
        await asyncio.sleep(0.5)
        await append_event(run_id, lease, TurnStarted(turn=1))
        await client.until("event")
        await sync_to_async(services.send_delta)(run_id, TextDelta(text="old"), after_seq=0)
        await append_event(run_id, lease, TurnStarted(turn=2))
        frames = await client.until("event")
    assert [frame["kind"] for frame in frames] == ["event"]


async def test_a_waiting_run_says_its_place_and_moves_up() -> None:
    first = str((await sync_to_async(queued_run)("red")).id)
    second = str((await sync_to_async(queued_run)("blue")).id)
    async with socket(second) as client:
        assert (await client.until("queued"))[-1]["position"] == 2
        await asyncio.sleep(0.5)
        await sync_to_async(services.claim_run)(first)
        assert (await client.until("queued", wait=3))[-1]["position"] == 1


async def test_a_continued_run_is_announced_as_waiting() -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    await append_event(run_id, lease, RunFinished(reason="budget"))
    async with socket(run_id) as client:
        await client.until("caught_up")
        await asyncio.sleep(0.5)
        await sync_to_async(services.continue_run)(run_id)
        assert (await client.until("queued", wait=3))[-1]["position"] == 1


@pytest.mark.parametrize("after", ["garbage", "-1", "1.5", "", "٣", "9" * 40])
async def test_a_place_that_is_no_number_is_refused_with_a_sentence(after: str) -> None:
    run_id, _ = await sync_to_async(claimed_run)()
    async with socket(run_id, after) as client:
        frame = await client.frame(5)
        closing = await client.message(5)
    assert (frame["kind"], frame["code"]) == ("error", "bad_after")
    assert frame["message"]
    assert frame["hint"]
    assert closing == {"type": "websocket.close", "code": 4400}


@pytest.mark.parametrize("run_id", ["5b0d0a3e-0000-4000-8000-000000000000", "garbage"])
async def test_an_unknown_run_is_refused_with_a_sentence(run_id: str) -> None:
    async with socket(run_id) as client:
        frame = await client.frame(5)
        closing = await client.message(5)
    assert (frame["kind"], frame["code"]) == ("error", "not_found")
    assert closing["code"] == 4404


async def test_a_run_of_someone_else_is_as_unknown() -> None:
    run_id, _ = await sync_to_async(claimed_run)()
    await Project.objects.aupdate(owner=await User.objects.acreate(username="someone else"))
    async with socket(run_id) as client:
        assert (await client.frame(5))["code"] == "not_found"


async def test_a_socket_whose_run_is_deleted_ends_with_a_sentence() -> None:
    run = await sync_to_async(queued_run)()
    async with socket(str(run.id)) as client:
        await client.until("queued")
        await sync_to_async(services.delete_project)(await Project.objects.aget(id=run.project_id))
        frame = await client.frame(15)
        closing = await client.message(5)
    assert (frame["kind"], frame["code"]) == ("error", "not_found")
    assert closing["code"] == 4404


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "127.0.0.1:8000"),
        ("http://127.0.0.1:8001", "127.0.0.1:8000"),
        ("null", "127.0.0.1:8000"),
        ("http://evil.example:8000", "evil.example:8000"),
        ("http://127.0.0.1:8001", "127.0.0.1:8001"),
    ],
)
async def test_a_websocket_from_elsewhere_is_refused(origin: str, host: str) -> None:
    run_id, _ = await sync_to_async(claimed_run)()
    with pytest.raises(Refused):
        async with socket(run_id, origin=origin, host=host):
            pass


async def test_events_still_arrive_when_redis_goes_away_and_comes_back(
    own_redis: OwnRedis,
) -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    async with socket(run_id) as client:
        await client.until("caught_up")
        await append_event(run_id, lease, TurnStarted(turn=1))
        assert await client.events(1) == [1]
        await asyncio.to_thread(own_redis.kill)
        for turn in (2, 3):
            await append_event(run_id, lease, TurnStarted(turn=turn))
        assert await client.events(3) == [2, 3]
        await asyncio.to_thread(own_redis.start)
        await asyncio.sleep(8)  # until it has joined again
        await sync_to_async(services.send_delta)(run_id, TextDelta(text="back"), after_seq=3)
        assert (await client.until("delta", wait=3))[-1]["event"]["text"] == "back"
        await append_event(run_id, lease, TurnStarted(turn=4))
        assert await client.events(4) == [4]


async def test_a_run_that_was_stopped_ends_before_those_who_watch_though_no_worker_is_left() -> (
    None
):
    run_id, lease = await sync_to_async(claimed_run)()
    await append_event(run_id, lease, started())
    await sync_to_async(services.cancel_run)(run_id)
    async with socket(run_id) as client:
        assert await client.events(1) == [1]
        long_ago = timezone.now() - 2 * runs.LOST_AFTER
        await Run.objects.filter(id=run_id).aupdate(heartbeat_at=long_ago)
        frames = await client.until("event", wait=15)
    assert frames[-1]["envelope"]["event"]["reason"] == "cancelled"


async def test_a_socket_opens_while_redis_is_down(own_redis: OwnRedis) -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    await append_event(run_id, lease, started())
    await asyncio.to_thread(own_redis.kill)
    async with socket(run_id) as client:
        assert await client.events(1) == [1]
        await append_event(run_id, lease, TurnStarted(turn=1))
        assert await client.events(2) == [2]


async def test_a_browser_that_reads_slowly_is_told_that_it_is_behind() -> None:
    subscriber = Subscriber()
    for seq in range(1, MAX_PENDING + 2):
        subscriber.put(StoredEvent(seq, "{}"))
    assert subscriber.is_behind
    assert await subscriber.next() == StoredEvent(1, "{}")
