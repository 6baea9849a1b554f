"""What happens to a run, read once for all sockets of this process that watch it.

A feed is woken over Redis, or by the clock where Redis is gone, reads what is new in the database
and hands it to its listeners. It lives as long as it has one.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.db import DatabaseError

from webapp.studio import queries
from webapp.studio.live.frames import EventFrame
from webapp.studio.live.subscription import Delta, Poke, Subscription

logger = logging.getLogger(__name__)

BATCH = 200  # events read at a time
BACKLOG = 1000  # news kept for a slow browser; beyond that it reads the database itself
PATIENCE = 1.0  # seconds to wait after the database failed


@dataclass(frozen=True)
class Stored:
    """A durable event as an `EventFrame` in JSON."""

    seq: int
    frame: str


def stored_after(run_id: str, seq: int) -> list[Stored]:
    """The events after `seq`, at most BATCH of them."""
    envelopes = queries.events_after(run_id, seq, BATCH)
    return [Stored(one.seq, EventFrame(envelope=one).model_dump_json()) for one in envelopes]


@dataclass(frozen=True)
class Place:
    """The run's place in the queue is another."""

    position: int


News = Stored | Delta | Place


class Listener:
    """One socket's share of the news. `is_behind` says that some was dropped."""

    def __init__(self) -> None:
        self._news: asyncio.Queue[News | BaseException] = asyncio.Queue(BACKLOG)
        self.is_behind = False

    def tell(self, news: News) -> None:
        try:
            self._news.put_nowait(news)
        except asyncio.QueueFull:
            self.is_behind = True

    def end(self, error: BaseException) -> None:
        """There will be no more news, and this is why."""
        if self._news.full():
            self._news.get_nowait()
        self._news.put_nowait(error)

    async def next(self) -> News:
        """Raises what ended the feed: NotFound where the run was deleted."""
        news = await self._news.get()
        if isinstance(news, BaseException):
            raise news
        return news


class Feed:
    """Reads one run's news after event `seq`."""

    def __init__(self, run_id: str, seq: int) -> None:
        self._run_id = run_id
        self._seq = seq
        self._position: int | None = None
        self.listeners: set[Listener] = set()

    async def run(self) -> None:
        """Hand on news until cancelled. Raises NotFound where the run is deleted."""
        async with Subscription(self._run_id) as subscription:
            while True:
                messages = await subscription.next()
                try:
                    await self._hear(messages)
                except DatabaseError as error:
                    logger.warning("Run %s could not be read: %s", self._run_id, error)
                    await asyncio.sleep(PATIENCE)

    def ended(self, task: asyncio.Task[None]) -> None:
        """Tell the listeners why there is no more, unless nobody listened any longer."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            for listener in self.listeners:
                listener.end(error)

    async def _hear(self, messages: tuple[Poke | Delta, ...]) -> None:
        before = self._seq
        for message in messages:
            if isinstance(message, Delta):
                await self._read_to(message.after_seq)
                self._tell(message)
            else:
                await self._read_to(message.seq)
        if self._seq == before and not any(isinstance(one, Delta) for one in messages):
            await self._read()  # time to look, or something other than an event happened
            await self._look_for_place()

    async def _read_to(self, seq: int) -> None:
        if seq > self._seq:
            await self._read()

    async def _read(self) -> None:
        more = True
        while more:
            events = await database_sync_to_async(stored_after)(self._run_id, self._seq)
            for event in events:
                self._tell(event)
                self._seq = event.seq
            more = len(events) == BATCH

    async def _look_for_place(self) -> None:
        position = await database_sync_to_async(queries.queue_position)(self._run_id)
        if position is not None and position != self._position:
            self._tell(Place(position))
        self._position = position

    def _tell(self, news: News) -> None:
        for listener in self.listeners:
            listener.tell(news)


@dataclass
class _Running:
    feed: Feed
    task: asyncio.Task[None]


_running: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Running]] = WeakKeyDictionary()


@asynccontextmanager
async def listen(run_id: str, seq: int) -> AsyncIterator[Listener]:
    """Hear of everything that happens to a run after event `seq`, and perhaps some before."""
    feeds = _running.setdefault(asyncio.get_running_loop(), {})
    if run_id not in feeds or feeds[run_id].task.done():
        feed = Feed(run_id, seq)
        feeds[run_id] = _Running(feed, asyncio.create_task(feed.run()))
        feeds[run_id].task.add_done_callback(feed.ended)
    running = feeds[run_id]
    listener = Listener()
    running.feed.listeners.add(listener)
    try:
        yield listener
    finally:
        running.feed.listeners.discard(listener)
        if not running.feed.listeners:
            if feeds.get(run_id) is running:
                del feeds[run_id]
            running.task.cancel()
            await asyncio.wait({running.task})
