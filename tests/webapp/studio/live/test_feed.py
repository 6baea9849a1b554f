"""What many sockets of a run ask of the database, and that sharing it loses nothing."""

import asyncio
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from tests.webapp.conftest import HOST, ORIGIN
from tests.webapp.record import claimed_run
from webapp import asgi
from webapp.studio import consumers, queries, services
from webapp.studio.events import TextDelta, TurnStarted
from webapp.studio.live import feed, reader
from webapp.studio.live.feed import Feed, StoredEvent

pytestmark = pytest.mark.usefixtures("installation")
append_event = sync_to_async(services.append_event)
send_delta = sync_to_async(services.send_delta)


class Browser:
    """One that takes its time over each frame, and notes the numbers of the events."""

    def __init__(self, run_id: str, after: int = 0, seconds_a_frame: float = 0.0) -> None:
        self.after = after
        self.seen: list[int] = []
        self.is_live = asyncio.Event()
        self._pause = seconds_a_frame
        self._changed = asyncio.Event()
        self._asked_for_connection = False
        scope = {
            "type": "websocket",
            "path": f"/ws/runs/{run_id}",
            "query_string": f"after={after}".encode(),
            "headers": [(b"host", HOST.encode()), (b"origin", ORIGIN.encode())],
            "subprotocols": [],
        }
        serve: Any = asgi.application
        self._leaving = asyncio.Event()
        self._task = asyncio.create_task(serve(scope, self._receive, self._send))

    async def until(self, seq: int, wait: float = 30) -> list[int]:
        async with asyncio.timeout(wait):
            while not self.seen or self.seen[-1] < seq:
                await self._changed.wait()
                self._changed.clear()
        return self.seen

    async def leave(self) -> None:
        self._leaving.set()
        async with asyncio.timeout(10):
            await self._task

    async def _receive(self) -> dict[str, object]:
        if not self._asked_for_connection:
            self._asked_for_connection = True
            return {"type": "websocket.connect"}
        await self._leaving.wait()
        return {"type": "websocket.disconnect", "code": 1001}

    async def _send(self, message: dict[str, str]) -> None:
        await asyncio.sleep(self._pause)
        if message["type"] != "websocket.send":
            return
        frame = json.loads(message["text"])
        if frame["kind"] == "event":
            self.seen.append(frame["envelope"]["seq"])
            self._changed.set()
        elif frame["kind"] == "caught_up":
            self.is_live.set()


class Reads:
    """How often events were read. Each read may be made to take a while, or to wait."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.count = 0
        self.seconds = seconds
        self._read = feed.stored_after

    def __call__(self, run_id: str, seq: int) -> list[StoredEvent]:
        self.count += 1
        found = self._read(run_id, seq)
        time.sleep(self.seconds)
        return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reads]:
    counted = Reads()
    monkeypatch.setattr(feed, "stored_after", counted)
    yield counted


@pytest.mark.parametrize("sockets", [1, 25])
async def test_an_event_is_read_once_however_many_watch(sockets: int, reads: Reads) -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    browsers = [Browser(run_id) for _ in range(sockets)]
    await asyncio.gather(*(one.is_live.wait() for one in browsers))
    await asyncio.sleep(0.5)  # joined the group
    before, events = reads.count, 10
    for seq in range(1, events + 1):
        await append_event(run_id, lease, TurnStarted(turn=seq))
        await asyncio.gather(*(one.until(seq) for one in browsers))
    assert reads.count - before <= events + 5  # the clock looks too, on a busy machine
    await asyncio.gather(*(one.leave() for one in browsers))


async def test_those_who_connect_at_once_share_what_they_read(reads: Reads) -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    for turn in range(3):
        await append_event(run_id, lease, TurnStarted(turn=turn))
    reads.seconds = 0.5
    browsers = [Browser(run_id) for _ in range(25)]
    for one in browsers:
        assert await one.until(3) == [1, 2, 3]
    assert reads.count <= 8
    await asyncio.gather(*(one.leave() for one in browsers))


async def test_who_leaves_takes_nobodys_answer_away(reads: Reads) -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    await append_event(run_id, lease, TurnStarted(turn=1))
    reads.seconds = 0.5
    first, second = Browser(run_id), Browser(run_id)
    while not reads.count:  # noqa: ASYNC110  counted in another thread
        await asyncio.sleep(0.01)
    await first.leave()
    assert await second.until(1) == [1]
    await second.leave()


async def test_an_answer_from_before_an_event_is_not_for_who_comes_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The event was handed out before they subscribed, so they have to find it in the record."""
    answers = [[], [StoredEvent(1, "{}")]]
    may_answer = threading.Event()

    def read(run_id: str, seq: int) -> list[StoredEvent]:
        answer = answers.pop(0)
        may_answer.wait(10)
        return answer

    monkeypatch.setattr(feed, "stored_after", read)
    watched = Feed("a run", 0)
    early = asyncio.create_task(watched.stored_after(0))
    same = asyncio.create_task(watched.stored_after(0))
    await asyncio.sleep(0.05)
    watched.seq = 1  # read and published meanwhile
    late = asyncio.create_task(watched.stored_after(0))
    await asyncio.sleep(0.05)
    may_answer.set()
    assert await early == await same == []
    assert await late == [StoredEvent(1, "{}")]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nobody_misses_an_event_however_they_come_and_go(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late, resuming, slow, leaving: with queues and batches so small that all of them fall behind
    and read again."""
    monkeypatch.setattr(feed, "MAX_PENDING", 5)
    for module in (feed, consumers):
        monkeypatch.setattr(module, "BATCH", 7)
    run_id, lease = await sync_to_async(claimed_run)()
    count, chance = 120, random.Random(seed)

    async def write() -> None:
        for turn in range(1, count + 1):
            await append_event(run_id, lease, TurnStarted(turn=turn))
            if turn % 5 == 0:
                await send_delta(run_id, TextDelta(text="…"), after_seq=turn)
            await asyncio.sleep(chance.choice([0, 0, 0.01]))

    async def watch(after: int, joins: float, pause: float, leaves: float | None) -> None:
        await asyncio.sleep(joins)
        browser = Browser(run_id, after, pause)
        with suppress(TimeoutError):
            await browser.until(count, wait=60 if leaves is None else leaves)
        await browser.leave()
        last = count if leaves is None else after + len(browser.seen)
        assert browser.seen == list(range(after + 1, last + 1))

    watching = [
        watch(
            after=chance.choice([0, 0, 3, 50]),
            joins=chance.random(),
            pause=chance.choice([0, 0, 0.002, 0.02]),
            leaves=chance.choice([None, None, chance.random()]),
        )
        for _ in range(12)
    ]
    await asyncio.gather(write(), *watching)


async def test_a_connection_that_died_is_made_anew() -> None:
    run_id, _ = await sync_to_async(claimed_run)()
    await reader.connecting.read(queries.run_by_id, run_id)
    await reader.connecting.read(lambda: connection.connection.close())
    assert str((await reader.connecting.read(queries.run_by_id, run_id)).id) == run_id


async def test_a_storm_of_connects_does_not_hold_up_who_watches(reads: Reads) -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    browser = Browser(run_id)
    await browser.is_live.wait()
    await asyncio.sleep(0.5)
    release = threading.Event()
    storm = asyncio.create_task(reader.connecting.read(release.wait, 30.0))
    await append_event(run_id, lease, TurnStarted(turn=1))
    assert await browser.until(1, wait=10) == [1]
    release.set()
    await storm
    await browser.leave()
