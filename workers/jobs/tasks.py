"""The Celery tasks: the only place where a queue meets the agent."""

from celery.signals import worker_process_init, worker_ready

from webapp.celery import app
from webapp.studio.task_queue import RUN_AGENT
from workers.jobs import process
from workers.jobs.maintenance import run_maintenance

SWEEP = "workers.jobs.tasks.sweep_runs"
SWEEP_EVERY = 5.0  # seconds
WARM_UP_AFTER = 4.0  # seconds; lets the service start first

app.conf.beat_schedule = {
    # a sweep that no worker was free for is not worth catching up on
    SWEEP: {"task": SWEEP, "schedule": SWEEP_EVERY, "options": {"expires": SWEEP_EVERY}}
}


@app.task(name=RUN_AGENT)
def run_agent(run_id: str) -> None:
    """Work on a run until it ends. A second delivery finds it taken, and does nothing."""
    from workers.jobs.execute import execute_run  # noqa: PLC0415  vision libraries: not before the fork

    process.this_process().run(execute_run(run_id))


@app.task(name=SWEEP)
def sweep_runs() -> None:
    """The maintenance of an idle worker; `execute_run` does that of a busy one."""
    run_maintenance()


@worker_ready.connect
def report_at_once(**_: object) -> None:
    """Do not wait for the first tick to say that a worker is there."""
    sweep_runs.apply_async(expires=SWEEP_EVERY)


@worker_process_init.connect
def warm_up(**_: object) -> None:
    """Load what the first run needs while nobody waits for it."""
    process.in_background(WARM_UP_AFTER, _load)


def _load() -> None:
    from workers.agent.run_task import preload  # noqa: PLC0415  vision libraries: not before the fork

    preload()
