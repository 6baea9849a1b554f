"""What a worker does every few seconds, at work or idle: say that it lives, pick up lost runs."""

import logging

from django.db import DatabaseError

from webapp.studio import services
from workers.jobs import process

logger = logging.getLogger(__name__)


def run_maintenance() -> None:
    """Needs no free process of the pool: a run under way does the maintenance too."""
    try:
        services.report_worker(process.name(), **process.describe_renderer())
        for run_id in services.sweep():
            logger.warning("Run %s was put on the queue again", run_id)
    except DatabaseError as error:
        logger.warning("The sweep was put off: %s", error)
