"""The websocket of a run: every event after `?after=`, then new ones as they happen.

Facts come from the database alone: the socket remembers the last number it sent and skips or reads
again whatever does not follow on it. `feed.py` tells it what is new.
"""

import asyncio
import logging
from contextlib import suppress
from urllib.parse import parse_qs

from asgiref.typing import Scope
from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError
from pydantic import BaseModel

from webapp.origins import Origin
from webapp.responses import header, reject
from webapp.studio import queries, services
from webapp.studio.error_handlers import recognise
from webapp.studio.errors import MockwrightError
from webapp.studio.live import reader
from webapp.studio.live.feed import (
    BATCH,
    Feed,
    QueuePosition,
    StoredEvent,
    Subscriber,
    Update,
    subscribe,
)
from webapp.studio.live.frames import CaughtUpFrame, ErrorFrame, QueuedFrame, RunChangedFrame
from webapp.studio.live.subscription import Delta, RunChanged
from webapp.studio.messages import explain, message_for

logger = logging.getLogger(__name__)

LOOK_EVERY = 5.0  # seconds without news
CLOSE_CODES = {"bad_after": 4400, "not_found": 4404}


class RunConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Follows one run until the browser leaves."""

    channel_layer_alias = None  # `GroupSubscription` outlives a lost Redis

    async def dispatch(self, message: dict[str, object]) -> None:
        """As in Channels, without the turn in the database's thread that it takes for each message:
        a browser would wait there for all others before its socket opens."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        if not _is_own_origin(self.scope):
            message = message_for("wrong_origin")
            await reject(self.scope, self.base_send, 403, f"{message.text} {message.hint}")
            return
        await self.accept()
        self._task = asyncio.create_task(self._follow())
        self._task.add_done_callback(self._stopped)

    async def disconnect(self, code: int) -> None:
        task = getattr(self, "_task", None)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _follow(self) -> None:
        run_id = self.scope["url_route"]["kwargs"]["run_id"]
        try:
            after = _after(self.scope["query_string"])
            user = await reader.connecting.read(_fetch, self.scope["user"])
            run = await reader.connecting.share(queries.run, user, run_id)
            await self._stream(str(run.id), after, run.last_seq)
        except (MockwrightError, DatabaseError) as error:
            problem = explain(recognise(error))
            await self._send_frame(ErrorFrame(**problem.model_dump()))
            await self.close(CLOSE_CODES.get(problem.code, 4500))

    async def _stream(self, run_id: str, sent: int, last_seq: int) -> None:
        """Replay from the database, then pass on what the feed says."""
        async with subscribe(run_id, last_seq) as (feed, subscriber):
            sent = await self._replay(feed, sent)
            await self._send_frame(CaughtUpFrame(seq=sent))
            position = await feed.queue_position()
            if position is not None:
                await self._send_frame(QueuedFrame(position=position))
            while True:
                update = await self._next(feed, subscriber, run_id)
                if isinstance(update, RunChanged):
                    await self._send_frame(RunChangedFrame())
                elif isinstance(update, QueuePosition):
                    if update.position != position:
                        await self._send_frame(QueuedFrame(position=update.position))
                    position = update.position
                else:
                    position = None  # it was at work since
                    sent = await self._forward(feed, sent, update)
                if subscriber.is_behind:
                    subscriber.is_behind = False
                    sent = await self._replay(feed, sent)

    async def _next(self, feed: Feed, subscriber: Subscriber, run_id: str) -> Update:
        """Meanwhile, one of those who watch looks after a run that nobody works on any more."""
        while True:
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    return await subscriber.next()
            except TimeoutError:
                if feed.is_looked_after_by(subscriber):
                    with suppress(DatabaseError):  # there is a next time
                        await reader.connecting.read(services.end_if_stopped, run_id)

    async def _forward(self, feed: Feed, sent: int, update: StoredEvent | Delta) -> int:
        """Send each event once and in order, a delta only right after the event it follows."""
        follows = update.seq - 1 if isinstance(update, StoredEvent) else update.after_seq
        if follows > sent:
            sent = await self._replay(feed, sent)
        if follows == sent:
            await self.send(text_data=update.frame)
            sent = update.seq if isinstance(update, StoredEvent) else sent
        return sent

    async def _replay(self, feed: Feed, sent: int) -> int:
        """Send every stored event after `sent`; returns the number of the last."""
        while True:
            events = await feed.stored_after(sent)
            for event in events:
                await self.send(text_data=event.frame)
                sent = event.seq
            if len(events) < BATCH:
                return sent

    def _stopped(self, task: asyncio.Task[None]) -> None:
        """Close after what nobody foresaw; a browser that left while it was written to is fine."""
        if task.cancelled() or not (error := task.exception()) or isinstance(error, OSError):
            return
        logger.error("A websocket broke", exc_info=error)
        self._closing = asyncio.create_task(self.close(1011))

    async def _send_frame(self, frame: BaseModel) -> None:
        await self.send(text_data=frame.model_dump_json())


def _fetch(user: User) -> User:
    """A lazy user, looked at where the database may be asked; from then on it is known who it is,
    and that other sockets are the same person's."""
    _ = user.pk
    return user


def _after(query_string: bytes) -> int:
    query = parse_qs(query_string.decode("latin-1"), keep_blank_values=True)
    return queries.parse_after(query.get("after", ["0"])[-1])


def _is_own_origin(scope: Scope) -> bool:
    """Browsers always name the page's origin; a program that names none is nobody's browser."""
    origin = header(scope, b"origin")
    scheme = Origin.parse(settings.APP_ORIGIN).scheme
    return not origin or origin == f"{scheme}://{header(scope, b'host')}"
