"""The Celery application of a test's worker: the test's database and blobs, faster clocks, and a
model that takes its process down."""

import errno
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
settings.BLOBS = Path(os.environ["TEST_BLOBS"])

from webapp.celery import app  # noqa: E402  after the settings above
from webapp.studio.blobs import FileBlobs  # noqa: E402
from webapp.studio.catalog.circuit import Policy  # noqa: E402
from webapp.studio.events import ModelRef, ToolCall  # noqa: E402
from workers.agent.protocols import CallChunk, Chunk  # noqa: E402
from workers.models import MODELS  # noqa: E402

__all__ = ["app"]

MODELS["deadly"] = "tests.workers.jobs.celery_app:DeadlyModel"


class DeadlyModel:
    """Lists the files, then kills its process: the same on every attempt."""

    @property
    def ref(self) -> ModelRef:
        return ModelRef(id="deadly", prompt_version="1")

    async def turn(self, transcript: object, tools: object, blobs: object) -> AsyncIterator[Chunk]:
        if not transcript.turns:  # type: ignore[attr-defined]
            yield CallChunk(ToolCall(id="1", name="list_files", arguments="{}"))
            return
        os.kill(os.getpid(), signal.SIGKILL)


def refuse(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


if "TEST_DISK_FULL" in os.environ:
    FileBlobs._write = refuse  # type: ignore[method-assign, assignment]


@app.on_after_finalize.connect
def quicken(sender: object, **_: object) -> None:
    import workers.jobs.maintenance
    import workers.jobs.tasks
    from webapp.studio.services import circuits, runs

    runs.LOST_AFTER = timedelta(seconds=float(os.environ["TEST_LOST_AFTER"]))
    circuits.POLICY = Policy(failures=1, first_pause=1.0, probe_seconds=8.0)
    runs.FORGOTTEN_AFTER = timedelta(seconds=float(os.environ.get("TEST_FORGOTTEN_AFTER", 4)))
    workers.jobs.tasks.WARM_UP_AFTER = 3600.0  # these workers live for seconds
    workers.jobs.maintenance.EVERY = 1.0
