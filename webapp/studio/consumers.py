"""The websocket of a run: every event after `?after=`, then new ones as they happen.

Facts come from the database alone: the socket remembers the last number it sent and reads what
follows. Messages over Redis only say when to look, and carry work in progress; if Redis goes, the
socket looks once a second instead.
"""

import asyncio
import logging
from urllib.parse import parse_qs

from asgiref.typing import Scope
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from pydantic import BaseModel

from webapp.origins import Origin
from webapp.plain import header
from webapp.studio import queries
from webapp.studio.errors import MockwrightError
from webapp.studio.events import CaughtUpFrame, ErrorFrame, QueuedFrame
from webapp.studio.failures import recognise
from webapp.studio.messages import explain
from webapp.studio.models import Run
from webapp.studio.services import local_owner
from webapp.studio.subscription import Delta, Poke, Subscription

logger = logging.getLogger(__name__)

BATCH = 200  # events read at a time
CLOSE_CODES = {"bad_after": 4400, "not_found": 4404}


class RunConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Follows one run until the browser leaves."""

    channel_layer_alias = None  # `Subscription` outlives a lost Redis

    async def connect(self) -> None:
        if not _is_own_origin(self.scope):
            await self.close()
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
            run = await database_sync_to_async(_find_run)(run_id)
            await self._watch(str(run.id), after)
        except (MockwrightError, DatabaseError) as error:
            problem = explain(recognise(error))
            await self._say(
                ErrorFrame(code=problem.code, message=problem.message, hint=problem.hint)
            )
            await self.close(CLOSE_CODES.get(problem.code, 4500))

    async def _watch(self, run_id: str, sent: int) -> None:
        async with Subscription(run_id) as subscription:
            sent = await self._send_events(run_id, sent)
            await self._say(CaughtUpFrame(seq=sent))
            position = await self._say_position(run_id, None)
            while True:
                before = sent
                for message in await subscription.next():
                    sent = await self._pass_on(run_id, sent, message)
                sent = await self._send_events(run_id, sent)
                if sent == before:  # no news of the run itself: its place may have changed
                    position = await self._say_position(run_id, position)

    async def _pass_on(self, run_id: str, sent: int, message: Poke | Delta) -> int:
        """Send a delta in its place: after the event it follows, never after a later one."""
        if isinstance(message, Poke):
            return sent
        if message.after_seq > sent:
            sent = await self._send_events(run_id, sent)
        if message.after_seq == sent:
            await self.send(text_data=message.frame)
        return sent

    async def _send_events(self, run_id: str, sent: int) -> int:
        """Send every stored event after `sent`; returns the number of the last."""
        while True:
            frames = await database_sync_to_async(queries.frames_after)(run_id, sent, BATCH)
            for seq, frame in frames:
                await self.send(text_data=frame)
                sent = seq
            if len(frames) < BATCH:
                return sent

    def _stopped(self, task: asyncio.Task[None]) -> None:
        """Close after what nobody foresaw; a browser that left while it was written to is fine."""
        if task.cancelled() or not (error := task.exception()) or isinstance(error, OSError):
            return
        logger.error("A websocket broke", exc_info=error)
        self._closing = asyncio.create_task(self.close(1011))

    async def _say(self, frame: BaseModel) -> None:
        await self.send(text_data=frame.model_dump_json())

    async def _say_position(self, run_id: str, last: int | None) -> int | None:
        """Say the run's place in the queue where it has changed; None where it does not wait."""
        position: int | None = await database_sync_to_async(_queue_position)(run_id)
        if position is not None and position != last:
            await self._say(QueuedFrame(position=position))
        return position


def _after(query_string: bytes) -> int:
    query = parse_qs(query_string.decode("latin-1"), keep_blank_values=True)
    return queries.parse_after(query.get("after", ["0"])[-1])


def _is_own_origin(scope: Scope) -> bool:
    """Browsers always name the page's origin; a program that names none is nobody's browser."""
    origin = header(scope, b"origin")
    scheme = Origin.parse(settings.APP_ORIGIN).scheme
    return not origin or origin == f"{scheme}://{header(scope, b'host')}"


def _find_run(run_id: str) -> Run:
    return queries.run(local_owner(), run_id)


def _queue_position(run_id: str) -> int | None:
    return queries.queue_position(queries.run_by_id(run_id))
