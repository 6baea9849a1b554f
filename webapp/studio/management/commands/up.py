"""`manage.py up`: the whole service on one machine, until Ctrl-C."""

import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from urllib.parse import urlsplit
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from webapp.listen import AddressRefused, check_address
from webapp.redis_process import NoRedis, RedisProcess
from webapp.supervisor import ChildKeepsDying, Program, Supervisor

READY_WITHIN = 60.0  # seconds


class Command(BaseCommand):
    help = (
        "Serve Mockwright on this machine: Redis, worker, web and preview origin. Ctrl-C ends it."
    )
    requires_system_checks: Sequence[str] = []

    def handle(self, *args: object, **options: object) -> None:
        origins = (settings.APP_ORIGIN, settings.PREVIEW_ORIGIN)
        for origin in origins:
            self.check_free(origin)
        redis = None
        environment = dict(os.environ)
        try:
            if not settings.ENVIRONMENT.redis_url:
                self.say("redis")
                redis = RedisProcess()
                redis.start()
                environment["REDIS_URL"] = redis.url
            self.say("database")
            call_command("migrate", verbosity=0, interactive=False)
            self.run(Supervisor(environment, self.say), origins)
        except (NoRedis, ChildKeepsDying) as error:
            raise CommandError(str(error)) from error
        finally:
            if redis is not None:
                redis.stop()

    def run(self, supervisor: Supervisor, origins: tuple[str, str]) -> None:
        def stop(*_: object) -> None:
            supervisor.stop.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        try:
            self.say("worker and web server")
            supervisor.add(worker())
            supervisor.add(web(origins))
            self.announce(supervisor, origins[0])
            supervisor.watch()
        finally:
            self.stdout.write("\nstopping …")
            supervisor.stop_all()
            self.stdout.write("Mockwright has stopped. Nothing is left running.")

    def announce(self, supervisor: Supervisor, origin: str) -> None:
        give_up_at = time.monotonic() + READY_WITHIN
        while not supervisor.stop.is_set():
            if answers(origin):
                self.stdout.write(self.style.SUCCESS(f"\nMockwright is ready: {origin}\n"))
                return
            if time.monotonic() > give_up_at:
                raise CommandError("The web server did not answer. Read its messages above.")
            supervisor.stop.wait(0.1)

    def check_free(self, origin: str) -> None:
        """Raises CommandError with a remedy when the address is not ours to take."""
        parts = urlsplit(origin)
        host, port = parts.hostname or "", parts.port or 80
        try:
            check_address(host)
        except AddressRefused as error:
            raise CommandError(str(error)) from error
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                raise CommandError(
                    f"Port {port} is in use. Stop what listens there, or choose other ports with "
                    "MOCKWRIGHT_APP_ORIGIN and MOCKWRIGHT_PREVIEW_ORIGIN."
                )

    def say(self, what: str) -> None:
        self.stdout.write(f"start  · {what}")
        self.stdout.flush()


def worker() -> Program:
    """Celery with its own clock. SIGQUIT: a run under way goes on from its events next time."""
    celery = (sys.executable, "-m", "celery", "--app", "webapp", "worker", "--beat")
    schedule = str(settings.DATA / "celerybeat-schedule")
    concurrency = str(min(2, os.cpu_count() or 1))
    options = ("--schedule", schedule, "--concurrency", concurrency, "--loglevel", "WARNING")
    return Program("worker", (*celery, *options, "--without-gossip"), signal.SIGQUIT)


def web(origins: tuple[str, str]) -> Program:
    return Program("web server", (sys.executable, "-m", "webapp.serve", *origins))


def answers(origin: str) -> bool:
    try:
        with urlopen(f"{origin}/api/config", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False
