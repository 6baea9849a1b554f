"""The Celery tasks, and what a process of the worker's pool does from its start."""

import signal

from celery.signals import worker_process_init
from django.conf import settings

from webapp.celery import app
from webapp.local.supervisor import end_with_parent
from webapp.studio.task_queue import READ_RECORDING, RUN_AGENT
from workers.jobs import maintenance, process

WARM_UP_AFTER = 4.0  # seconds; lets the service start first


@app.task(name=RUN_AGENT)
def run_agent(run_id: str) -> None:
    """Work on a run until it ends. A second delivery finds it taken, and does nothing."""
    from workers.jobs.execute import execute_run  # noqa: PLC0415  vision libraries: not before the fork

    process.this_process().run(execute_run(run_id))


@app.task(name=READ_RECORDING)
def read_recording(recording_id: str) -> None:
    """Read an uploaded recording. A second delivery finds it taken, and does nothing."""
    from workers.jobs.reading import read_queued  # noqa: PLC0415  vision libraries: as above

    process.this_process().run(read_queued(recording_id))


@worker_process_init.connect
def begin(**_: object) -> None:
    """No process of the pool outlives the worker, or goes before the web server. What the first run
    needs is loaded while nobody waits for it."""
    end_with_parent(signal.SIGKILL)()
    process.lower_priority(settings.WORKER_NICE)
    maintenance.start()
    process.in_background(WARM_UP_AFTER, _load)


def _load() -> None:
    from workers.agent.run_task import preload  # noqa: PLC0415  vision libraries: not before the fork

    preload()
