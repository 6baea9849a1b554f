"""`manage.py up`: the whole service on one machine, until Ctrl-C."""

import os
import signal
import socket
import sys
import time
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
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        origins = (settings.APP_ORIGIN, settings.PREVIEW_ORIGIN)
        for origin in origins:
            self.check_free(origin)
        redis = None if settings.ENVIRONMENT.redis_url else RedisProcess()
        supervisor = Supervisor(child_environment(redis), self.say)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.stop.set())
        try:
            self.run(supervisor, redis, origins)
        except (NoRedis, ChildKeepsDying) as error:
            raise CommandError(str(error)) from error
        finally:
            self.stdout.write("\nstopping …")
            supervisor.stop_all()
            if redis is not None:
                redis.stop()
            self.stdout.write("Mockwright has stopped. Nothing is left running.")

    def run(
        self, supervisor: Supervisor, redis: RedisProcess | None, origins: tuple[str, str]
    ) -> None:
        if redis is not None:
            self.say("redis")
            supervisor.add(Program("redis", redis.command))
            redis.wait_until_ready()
        self.say("database")
        call_command("migrate", verbosity=0, interactive=False)
        self.say("worker and web server")
        supervisor.add(worker())
        supervisor.add(web(origins))
        self.announce(supervisor, origins[0])
        supervisor.watch()

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


def child_environment(redis: RedisProcess | None) -> dict[str, str]:
    # Celery warns of root at every start; in a container and on a test machine that is no news.
    quiet = "ignore:You're running the worker with superuser privileges"
    environment = {**os.environ, "PYTHONWARNINGS": quiet}
    environment.setdefault("MOCKWRIGHT_TEXT_CACHE", str(settings.DATA / "text"))
    if redis is not None:
        environment["REDIS_URL"] = redis.url
    return environment


def worker() -> Program:
    """Celery with its own clock. SIGQUIT: a run under way goes on from its events next time."""
    celery = (sys.executable, "-m", "celery", "--quiet", "--app", "webapp", "worker", "--beat")
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
