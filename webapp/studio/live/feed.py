"""The updates of a run, read once for all sockets of this process that watch it.

A feed is woken over Redis, or by the clock where Redis is gone, reads what is new in the database
and hands it to its subscribers. What happened before they subscribed they ask it for; those who ask
for the same at the same time share a read. It lives as long as it has a subscriber.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

from django.db import DatabaseError

from webapp.studio import queries
from webapp.studio.live import reader
from webapp.studio.live.frames import EventFrame
from webapp.studio.live.subscription import (
    Delta,
    EventStored,
    GroupSubscription,
    Message,
    RunChanged,
)

logger = logging.getLogger(__name__)

BATCH = 200  # events read at a time
MAX_PENDING = 1000  # updates kept for a slow browser; beyond that it reads the database itself
RETRY_SECONDS = 1.0  # after the database failed

T = TypeVar("T")


@dataclass(frozen=True)
class StoredEvent:
    """A durable event as an `EventFrame` in JSON."""

    seq: int
    frame: str


def stored_after(run_id: str, seq: int) -> list[StoredEvent]:
    """The events after `seq`, at most BATCH of them."""
    envelopes = queries.events_after(run_id, seq, BATCH)
    return [StoredEvent(one.seq, EventFrame(envelope=one).model_dump_json()) for one in envelopes]


@dataclass(frozen=True)
class QueuePosition:
    """The run has moved in the queue."""

    position: int


Update = StoredEvent | Delta | QueuePosition | RunChanged


class Subscriber:
    """One socket's share of the updates. `is_behind` says that some was dropped."""

    def __init__(self) -> None:
        self._updates: asyncio.Queue[Update | BaseException] = asyncio.Queue(MAX_PENDING)
        self.is_behind = False

    def put(self, update: Update) -> None:
        try:
            self._updates.put_nowait(update)
        except asyncio.QueueFull:
            self.is_behind = True

    def end(self, error: BaseException) -> None:
        """There will be no more updates, and this is why."""
        if self._updates.full():
            self._updates.get_nowait()
        self._updates.put_nowait(error)

    async def next(self) -> Update:
        """Raises what ended the feed: NotFound where the run was deleted."""
        update = await self._updates.get()
        if isinstance(update, BaseException):
            raise update
        return update


class Feed:
    """Reads one run's updates after event `seq`, the last that it published."""

    def __init__(self, run_id: str, seq: int) -> None:
        self._run_id = run_id
        self.seq = seq
        self._position: int | None = None
        self.subscribers: set[Subscriber] = set()

    def is_looked_after_by(self, subscriber: Subscriber) -> bool:
        """Whether it is the one of all subscribers that does what one has to."""
        return subscriber is next(iter(self.subscribers))

    async def stored_after(self, seq: int) -> list[StoredEvent]:
        """The next events after `seq`, at most BATCH."""
        return await self._read_once(stored_after, self._run_id, seq)

    async def queue_position(self) -> int | None:
        """Raises NotFound."""
        return await self._read_once(queries.queue_position, self._run_id)

    async def _read_once(self, query: Callable[..., T], *args: Hashable) -> T:
        """Not shared with who asked before the feed published something: the answer has all that
        was published when it was asked for."""
        return await reader.connecting.share(query, *args, since=(self.seq, self._position))

    async def run(self) -> None:
        """Hand on updates until cancelled. Raises NotFound where the run is deleted."""
        async with GroupSubscription(self._run_id) as subscription:
            while True:
                messages = await subscription.next()
                try:
                    await self._handle(messages)
                except DatabaseError as error:
                    logger.warning("Run %s could not be read: %s", self._run_id, error)
                    await asyncio.sleep(RETRY_SECONDS)

    def ended(self, task: asyncio.Task[None]) -> None:
        """Tell the subscribers why there is no more, unless none is left."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            for subscriber in self.subscribers:
                subscriber.end(error)

    async def _handle(self, messages: tuple[Message, ...]) -> None:
        before = self.seq
        for message in messages:
            if isinstance(message, Delta):
                await self._read_to(message.after_seq)
                self._publish(message)
            elif isinstance(message, EventStored):
                await self._read_to(message.seq)
            else:
                self._publish(message)
        if self.seq == before and not any(isinstance(one, Delta) for one in messages):
            await self._read()  # time to look, or something other than an event happened
            await self._check_queue_position()

    async def _read_to(self, seq: int) -> None:
        if seq > self.seq:
            await self._read()

    async def _read(self) -> None:
        more = True
        while more:
            events = await reader.watching.read(stored_after, self._run_id, self.seq)
            for event in events:
                self._publish(event)
                self.seq = event.seq
            more = len(events) == BATCH

    async def _check_queue_position(self) -> None:
        position = await reader.watching.read(queries.queue_position, self._run_id)
        if position is not None and position != self._position:
            self._publish(QueuePosition(position))
        self._position = position

    def _publish(self, update: Update) -> None:
        for subscriber in self.subscribers:
            subscriber.put(update)


_Running = tuple[Feed, asyncio.Task[None]]
_running: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Running]] = WeakKeyDictionary()


@asynccontextmanager
async def subscribe(run_id: str, seq: int) -> AsyncIterator[tuple[Feed, Subscriber]]:
    """Hear of everything that happens to a run after event `seq` or, where the feed is further,
    after that."""
    feeds = _running.setdefault(asyncio.get_running_loop(), {})
    if run_id not in feeds or feeds[run_id][1].done():
        feed = Feed(run_id, seq)
        task = asyncio.create_task(feed.run())
        task.add_done_callback(feed.ended)
        feeds[run_id] = feed, task
    feed, task = feeds[run_id]
    subscriber = Subscriber()
    feed.subscribers.add(subscriber)
    try:
        yield feed, subscriber
    finally:
        feed.subscribers.discard(subscriber)
        if not feed.subscribers:
            if feeds.get(run_id) == (feed, task):
                del feeds[run_id]
            task.cancel()
            await asyncio.wait({task})
