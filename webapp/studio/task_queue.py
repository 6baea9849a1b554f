"""Hand runs to the workers, by the task's name: this side knows no worker code."""

import logging

from django.db import DatabaseError
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from webapp.celery import app
from webapp.studio.errors import QueueUnavailable
from webapp.studio.models import Run

logger = logging.getLogger(__name__)

ANSWERS_WITHIN = 5.0  # seconds
RUN_AGENT = "workers.jobs.tasks.run_agent"


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
    try:
        # a connection of its own: a pooled one may be to a Redis that has restarted since
        with _answering(app.connection_for_write()) as broker:
            app.send_task(RUN_AGENT, args=[run_id], connection=broker, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        raise QueueUnavailable from error
    try:
        Run.objects.filter(id=run_id).update(enqueued_at=timezone.now())
    except DatabaseError as error:  # the run itself is stored: the sweep sends it once more
        logger.warning("Run %s was enqueued, but not marked as such: %s", run_id, error)
