"""One attempt at a recording: claimed, put together as a file, read, and kept in the record.

As with runs, this is the task boundary: whatever goes wrong here becomes the recording's refusal.
"""

import asyncio
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

from webapp.studio import services
from webapp.studio.errors import LeaseLost, MockwrightError, NotFound
from webapp.studio.recording_models import Recording
from webapp.studio.services import Lease
from webapp.studio.storage import blobs
from webapp.studio.storyboard import Storyboard
from workers.recording import RecordingRefused, read_recording

REPORT_EVERY = 1.0  # seconds

logger = logging.getLogger(__name__)


@dataclass
class _Progress:
    """What the thread that reads and the one that reports tell each other."""

    share: float = 0.0
    abandoned: bool = False

    def report(self, share: float) -> None:
        """Raises LeaseLost, so that nobody reads what another does by now."""
        self.share = share
        if self.abandoned:
            raise LeaseLost


async def read_queued(recording_id: str) -> None:
    """Read a recording that waits. Where it is not there for the taking, do nothing."""
    await sync_to_async(close_old_connections)()
    try:
        lease = await sync_to_async(services.claim_recording)(recording_id)
        await _read(recording_id, lease)
    except (LeaseLost, NotFound) as error:
        logger.info("Recording %s is not this worker's: %s", recording_id, error)
    except DatabaseError as error:
        logger.warning("Recording %s is left to the sweep: %s", recording_id, error)
    finally:
        await sync_to_async(close_old_connections)()


async def _read(recording_id: str, lease: Lease) -> None:
    """Raises LeaseLost, NotFound and DatabaseError."""
    try:
        storyboard = await _reported(recording_id, lease)
        await sync_to_async(services.finish_reading)(recording_id, lease, storyboard)
    except (LeaseLost, NotFound, DatabaseError):
        raise
    except Exception as error:
        if not isinstance(error, RecordingRefused):
            logger.exception("Recording %s could not be read", recording_id)
        code, detail = _reason(error)
        await sync_to_async(services.refuse_recording)(recording_id, lease, code, detail)


async def _reported(recording_id: str, lease: Lease) -> Storyboard:
    """Read in a thread, and show meanwhile that this worker lives."""
    progress = _Progress()
    reading = asyncio.create_task(asyncio.to_thread(_read_file, recording_id, progress))
    try:
        while not reading.done():
            await asyncio.wait({reading}, timeout=REPORT_EVERY)
            await sync_to_async(services.report_reading)(recording_id, lease, progress.share)
    finally:
        progress.abandoned = True
    return await reading


def _read_file(recording_id: str, progress: _Progress) -> Storyboard:
    """Raises RecordingRefused, FileDamaged, NotFound and what the store does."""
    store = blobs()
    try:
        parts = list(Recording.objects.get(id=recording_id).parts.all())
    except Recording.DoesNotExist:
        raise NotFound from None
    finally:
        close_old_connections()
    with tempfile.TemporaryDirectory(prefix="mockwright-recording-") as folder:
        path = Path(folder) / "recording"
        with path.open("wb") as file:
            for part in parts:
                file.write(store.get(part.sha256))
        return read_recording(path, store.put, progress.report)


def _reason(error: Exception) -> tuple[str, str]:
    """The code under which a person reads of it, and the facts of this case."""
    if isinstance(error, RecordingRefused | MockwrightError):
        return error.code, error.detail
    return getattr(error, "code", "recording_reader_lost"), ""
