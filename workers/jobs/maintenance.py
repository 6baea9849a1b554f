"""What a worker does every few seconds, at work or idle: say that it lives, pick up lost work.

Once an hour it frees what nothing refers to any more. It takes no clock but the monotonic one, and
neither a queue nor a process of the pool that is free.
"""

import logging
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError, connection

from webapp.studio import services
from webapp.studio.errors import StoreUnavailable
from workers.jobs import process

EVERY = 5.0  # seconds
# what a container's health check looks at: asking Celery starts a process of its own each time
ALIVE = Path(tempfile.gettempdir()) / "mockwright-worker-alive"
COLLECT_EVERY = 3600.0  # seconds, in each process

logger = logging.getLogger(__name__)
_collected_at = time.monotonic()


def start() -> None:
    """Do the maintenance from now on, in a thread of this process."""
    threading.Thread(target=_repeat, name="maintenance", daemon=True).start()


def _repeat() -> None:
    while True:
        try:
            run_maintenance()
        except Exception:  # whatever it is: without this thread no lost run is picked up
            logger.exception("The maintenance failed")
        connection.close()
        time.sleep(EVERY)


def run_maintenance() -> None:
    with suppress(OSError):  # a full disk ends no worker
        ALIVE.touch()
    try:
        services.report_worker(process.name(), **process.describe_renderer())
        for run_id in services.sweep():
            logger.warning("Run %s was put on the queue again", run_id)
        for recording_id in services.sweep_recordings():
            logger.warning("Recording %s was put on the queue again", recording_id)
        _collect()
    except (DatabaseError, OSError, StoreUnavailable) as error:
        logger.warning("The maintenance was put off: %s", error)


def _collect() -> None:
    global _collected_at
    if time.monotonic() < _collected_at + COLLECT_EVERY:
        return
    _collected_at = time.monotonic()
    freed = services.collect_unreferenced()
    if freed.count:
        logger.info("%d files that nothing refers to were deleted", freed.count)
