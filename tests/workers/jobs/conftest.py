"""A real Celery worker in processes of its own, on the test's database, blobs and Redis."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection, transaction
from PIL import Image, ImageDraw
from redis import Redis

from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.events import Envelope
from webapp.studio.models import Run
from webapp.studio.parameters import MockupParameters, RunParameters

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0  # seconds; far above what any step takes on a busy machine
LOST_AFTER = 5.0  # seconds without a heartbeat, in place of 15


class Worker:
    """A Celery worker. `kill` takes down all of it at once, like a lost machine."""

    def __init__(self, folder: Path, number: int, concurrency: int) -> None:
        environment = {
            **os.environ,
            "MOCKWRIGHT_DATA": str(folder),
            "MOCKWRIGHT_REDIS_URL": settings.REDIS_URL,
            "TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "TEST_BLOBS": str(settings.BLOBS),
            "TEST_LOST_AFTER": str(LOST_AFTER),
            "OMP_NUM_THREADS": "1",
            "REMAP_SIGTERM": "SIGQUIT",
        }
        self.log = folder / f"worker-{number}.log"
        celery = [
            sys.executable,
            "-m",
            "celery",
            "--app",
            "tests.workers.jobs.celery_app",
            "worker",
        ]
        options = [
            "--concurrency",
            str(concurrency),
            "--loglevel",
            "INFO",
            "--hostname",
            f"{number}@test",
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*celery, *options, "--without-gossip", "--without-mingle"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def child(self) -> psutil.Process:
        """The process that runs tasks: the one that has a browser below it."""
        for process in psutil.Process(self.process.pid).children():
            if process.children():
                return process
        raise AssertionError("no process of the worker has a browser")

    def kill(self) -> None:
        """SIGKILL to every process, browsers included."""
        if self.process.poll() is not None:
            return
        for process in [
            psutil.Process(self.process.pid),
            *psutil.Process(self.process.pid).children(recursive=True),
        ]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()


@pytest.fixture
def start_worker(installation: None, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    workers: list[Worker] = []

    def start(concurrency: int = 1) -> Worker:
        workers.append(Worker(tmp_path, len(workers), concurrency))
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()


def make_run(script: list[dict[str, object]] | None = None, model: str = "scripted") -> str:
    """Queue a run on a small mockup; returns its id."""
    owner = local_user()
    asset = services.create_asset(owner, "mockup.png", io.BytesIO(small_mockup()))
    choice = RunParameters(json.dumps(script) if script else "", "html-css", "scripted")
    with transaction.atomic():
        project = services.create_project(owner, [MockupParameters(str(asset.id), 1.0)], choice)
        Run.objects.filter(project=project).update(model=model)
    return str(Run.objects.get(project=project).id)


def small_mockup() -> bytes:
    image = Image.new("RGB", (320, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 320, 48), fill="#1b2a4a")
    draw.text((16, 80), "Hello", fill="black", font_size=28)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def wait_for(run_id: str, is_there: Callable[[list[Envelope]], bool]) -> list[Envelope]:
    """The run's events, once they are as wanted."""
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        events = queries.events_after(run_id)
        if is_there(events):
            return events
        time.sleep(0.05)
    told = "\n".join(f"{one.seq} {one.event.type}" for one in queries.events_after(run_id))
    raise AssertionError(f"this is as far as it came:\n{told}\n{queries.run_by_id(run_id).state}")


def has_ended(events: list[Envelope]) -> bool:
    return bool(events) and events[-1].event.type in {"run_finished", "run_failed"}


def has(kind: str) -> Callable[[list[Envelope]], bool]:
    return lambda events: any(one.event.type == kind for one in events)


def flush_queue() -> None:
    """Lose every message, as a Redis does that is started again."""
    with Redis.from_url(settings.REDIS_URL) as client:
        client.flushall()
