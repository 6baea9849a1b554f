"""A worker that works on many runs at once: `python -m bench.load.runner RUN …`.

The service on one machine works on two runs at a time. The runs named here are executed as its own
workers do it, by `execute_run`, all in this process; one that a worker of the service has already
taken is left to it.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
django.setup()

from workers.jobs.execute import execute_run  # noqa: E402
from workers.jobs.process import lower_priority, this_process  # noqa: E402


async def work_on(run_ids: Sequence[str]) -> None:
    await asyncio.gather(*(execute_run(run_id) for run_id in run_ids))


if __name__ == "__main__":
    lower_priority(settings.WORKER_NICE)
    this_process().run(work_on(sys.argv[1:]))
