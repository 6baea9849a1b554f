"""Tell the watchers of a run, over the channel layer, that there is something to see.

A message says only that there is more to read, or shows work in progress. Facts are in the
database, so a message that is lost, with Redis or on the way, costs a moment and nothing else.
"""

import asyncio
import logging

from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, get_channel_layer
from redis.exceptions import RedisError

from webapp.studio.events import TransientEvent
from webapp.studio.live.frames import DeltaFrame

SEND_WITHIN = 2.0  # seconds

logger = logging.getLogger(__name__)


def group_of(run_id: str) -> str:
    """The name of the group that watches a run."""
    return f"run.{run_id}"


def notify(run_id: str, seq: int) -> None:
    """Say that event `seq` is in the database."""
    _send(run_id, {"type": "event_stored", "seq": seq})


def notify_changed(run_id: str) -> None:
    """Say that the run's row is another than it was."""
    _send(run_id, {"type": "run_changed"})


def send_delta(run_id: str, event: TransientEvent, *, after_seq: int) -> None:
    """Show work in progress to whoever watches now. Not stored; lost without harm."""
    frame = DeltaFrame(after_seq=after_seq, event=event)
    _send(run_id, {"type": "delta", "after_seq": after_seq, "frame": frame.model_dump_json()})


async def _send_soon(layer: BaseChannelLayer, group: str, message: dict[str, str | int]) -> None:
    """Raises TimeoutError, an OSError: a Redis that hangs holds up nobody who has stored a fact."""
    async with asyncio.timeout(SEND_WITHIN):
        await layer.group_send(group, message)


def _send(run_id: str, message: dict[str, str | int]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(_send_soon)(layer, group_of(run_id), message)
    except (RedisError, OSError) as error:
        logger.warning("Watchers of run %s were not told: %s", run_id, error)
