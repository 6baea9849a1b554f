"""Hand runs and recordings to the workers, by the task's name: this side knows no worker code."""

import logging

from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from webapp.celery import app
from webapp.studio.errors import QueueUnavailable
from webapp.studio.models import Run
from webapp.studio.recording_models import Recording

logger = logging.getLogger(__name__)

ANSWERS_WITHIN = 5.0  # seconds
RUN_AGENT = "workers.jobs.tasks.run_agent"
READ_RECORDING = "workers.jobs.tasks.read_recording"


def _answering(broker: Connection) -> Connection:
    """The same broker, given up on where it hangs. The worker's own connection waits for ever."""
    options = {**(broker.transport_options or {}), "socket_timeout": ANSWERS_WITHIN}
    return broker.clone(transport_options=options)


def is_empty() -> bool:
    """Whether no task waits, as after a restart of a Redis that keeps nothing on disk.

    Raises QueueUnavailable.
    """
    try:
        with _answering(app.connection_for_read()) as broker:
            try:
                return broker.SimpleQueue(app.conf.task_default_queue).qsize() == 0
            except broker.channel_errors:  # an empty queue does not exist in Redis
                return True
    except (OperationalError, RedisError, OSError) as error:
        raise QueueUnavailable from error


def enqueue(run_id: str) -> None:
    """Put a run's task on the queue. A second task for the same run does no harm: one claims it.

    Raises QueueUnavailable; the run stays queued then, and the sweep enqueues it later.
    """
    _send(RUN_AGENT, Run.objects.filter(id=run_id), run_id)


def enqueue_reading(recording_id: str) -> None:
    """The same for a recording to read. Raises QueueUnavailable."""
    _send(READ_RECORDING, Recording.objects.filter(id=recording_id), recording_id)


def _send(task: str, rows: QuerySet[Run] | QuerySet[Recording], row_id: str) -> None:
    try:
        # a connection of its own: a pooled one may be to a Redis that has restarted since
        with _answering(app.connection_for_write()) as broker:
            app.send_task(task, args=[row_id], connection=broker, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        raise QueueUnavailable from error
    try:
        rows.update(enqueued_at=timezone.now())
    except DatabaseError as error:  # the row itself is stored: the sweep sends it once more
        logger.warning("%s %s was enqueued, but not marked as such: %s", task, row_id, error)
