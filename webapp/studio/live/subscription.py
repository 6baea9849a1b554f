"""Messages about a run over the channel layer, for as long as somebody watches, whatever Redis
does."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from webapp.studio.live.broadcast import group_of

logger = logging.getLogger(__name__)

MAX_PENDING = 500  # messages kept for a slow browser; more are dropped, for facts are read anyway
POLL_WITHOUT_REDIS = 1.0  # seconds
POLL_TO_BE_SAFE = 5.0


@dataclass(frozen=True)
class EventStored:
    """Something happened; events up to `seq` are in the database."""

    seq: int


@dataclass(frozen=True)
class Delta:
    """Work in progress, a ready JSON frame."""

    after_seq: int
    frame: str


@dataclass(frozen=True)
class RunChanged:
    """The run's row is another than it was."""


Message = EventStored | Delta | RunChanged


class GroupSubscription:
    """An async context. `next()` returns when there are messages, and every few seconds without."""

    def __init__(self, run_id: str) -> None:
        self._group = group_of(run_id)
        self._messages: asyncio.Queue[Message] = asyncio.Queue(MAX_PENDING)
        self._connected = False

    async def __aenter__(self) -> "GroupSubscription":
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def next(self) -> tuple[Message, ...]:
        """Everything heard since the last call, in order; empty where it is only time to look."""
        timeout = POLL_TO_BE_SAFE if self._connected else POLL_WITHOUT_REDIS
        try:
            heard = [await asyncio.wait_for(self._messages.get(), timeout)]
        except TimeoutError:
            return ()
        while not self._messages.empty():
            heard.append(self._messages.get_nowait())
        return tuple(heard)

    async def _listen(self) -> None:
        while True:
            try:
                await self._receive()
            except (RedisError, OSError) as error:
                if self._connected:
                    logger.warning("Lost Redis, reading the database instead: %s", error)
                self._connected = False
            await asyncio.sleep(POLL_WITHOUT_REDIS)

    async def _receive(self) -> None:
        """Join the group and pass on what it hears. Raises what Redis raises when it goes."""
        layer = get_channel_layer()
        assert layer is not None
        channel = await layer.new_channel()
        await layer.group_add(self._group, channel)
        self._connected = True
        self._queue(EventStored(0))  # look for what was sent before we joined
        try:
            while True:
                try:
                    async with asyncio.timeout(POLL_TO_BE_SAFE):
                        message = await layer.receive(channel)
                except TimeoutError:
                    await layer.group_add(self._group, channel)  # a restarted Redis forgot us
                    continue
                self._queue(_parse(message))
        finally:
            with contextlib.suppress(RedisError, OSError):
                await layer.group_discard(self._group, channel)

    def _queue(self, message: Message) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._messages.put_nowait(message)


def _parse(message: dict[str, str | int]) -> Message:
    if message["type"] == "delta":
        return Delta(int(message["after_seq"]), str(message["frame"]))
    if message["type"] == "run_changed":
        return RunChanged()
    return EventStored(int(message["seq"]))
