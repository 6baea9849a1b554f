"""Events of a run into the record: durable ones as rows, transient ones to whoever watches."""

import asyncio
import logging

from asgiref.sync import sync_to_async

from webapp.studio import services
from webapp.studio.events import (
    TRANSIENT_TYPES,
    Event,
    FileDelta,
    RevisionSaved,
    TransientEvent,
    Waiting,
)
from webapp.studio.revisions import best_revision
from webapp.studio.services import Lease

COALESCE = 0.05  # seconds that deltas are collected before they are sent
MAX_PENDING = 64_000  # characters of deltas before the sender has to wait

logger = logging.getLogger(__name__)


class Publisher:
    """Publishes the events of one run under a lease. Raises LeaseLost once that is gone.

    A Redis that is down costs the watchers' live view and nothing else: the rows are written.
    """

    def __init__(self, run_id: str, lease: Lease, best: RevisionSaved | None = None) -> None:
        self._run_id = run_id
        self._lease = lease
        self._best = best
        self._seq = 0
        self._pending: list[TransientEvent] = []
        self._flushing: asyncio.Task[None] | None = None

    @property
    def best_revision(self) -> int | None:
        """The number of the best revision in the record."""
        return self._best.number if self._best else None

    async def publish(self, event: Event) -> None:
        """Write a durable event before returning; send a transient one within COALESCE."""
        if isinstance(event, TRANSIENT_TYPES):
            merge(self._pending, event)
            await self._flush_soon()
            return
        await self._flush()
        append = sync_to_async(services.append_event)
        envelope = await append(self._run_id, self._lease, event)
        self._seq = envelope.seq
        if isinstance(event, RevisionSaved):
            self._best = best_revision(filter(None, (self._best, event)))

    async def _flush_soon(self) -> None:
        if sum(len(delta.text) for delta in self._pending) >= MAX_PENDING:
            await self._flush()
        elif self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush_later())

    async def _flush_later(self) -> None:
        await asyncio.sleep(COALESCE)
        await self._flush()

    async def _flush(self) -> None:
        pending, self._pending = self._pending, []
        for delta in pending:
            await sync_to_async(services.send_delta)(self._run_id, delta, after_seq=self._seq)


def merge(pending: list[TransientEvent], event: TransientEvent) -> None:
    """Add a delta; what continues the last one is joined to it."""
    last = pending[-1] if pending else None
    if isinstance(event, FileDelta):
        joins = isinstance(last, FileDelta) and last.path == event.path and not event.start
    else:
        joins = type(last) is type(event) and not isinstance(event, Waiting)
    if last is not None and joins:
        pending[-1] = last.model_copy(update={"text": last.text + event.text})
    else:
        pending.append(event)
