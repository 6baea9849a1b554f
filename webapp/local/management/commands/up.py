"""`manage.py up`: the whole service on one machine, until Ctrl-C."""

import errno
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from webapp.environment import BASE_DIR, IN_CHECKOUT
from webapp.local.ask_health import fetch
from webapp.local.instance import AlreadyServed, Instance
from webapp.local.mini_process import MiniProcess, NoModelServer
from webapp.local.redis_process import NoRedis, RedisProcess
from webapp.local.reload import frontend_build, watch_sources
from webapp.local.serve import address_of, listening_socket
from webapp.local.supervisor import ChildKeepsDying, Program, Supervisor, end_with_parent
from webapp.origins import Origin, is_loopback

READY_WITHIN = 60.0  # seconds
MINI_READY_WITHIN = 300.0  # on a busy machine
MINI = "mini"
MAKE = {"make", "gmake"}


class Command(BaseCommand):
    help = (
        "Serve Mockwright on this machine: Redis, worker, web and preview origin. Ctrl-C ends it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--model", help="mini: also start Kimi mini, on this machine's CPU")
        parser.add_argument("--checkpoint", type=Path, help="of Kimi mini, if not the one shipped")
        parser.add_argument(
            "--reload", action="store_true", help="start anew what changes, build the front end"
        )

    def handle(self, *args: object, **options: object) -> None:
        os.umask(0o077)  # mockups and words are nobody else's
        addresses = listening_at()
        if options["reload"] and not IN_CHECKOUT:
            raise CommandError("--reload watches the sources of a checkout; here are none.")
        mini = chosen_mini(options["model"], options["checkpoint"])
        end_with_make()
        try:
            instance = Instance(settings.DATA, settings.APP_ORIGIN)
        except AlreadyServed as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"{error.filename or settings.DATA} cannot be written: {error.strerror}. Make room "
                "or mend its rights, or set MOCKWRIGHT_DATA to another folder."
            ) from error
        try:
            for address in addresses:
                self.check_free(address)
            if not IN_CHECKOUT:  # there, bin/setup has seen to it
                call_command("install_browser", stdout=self.stdout)
                call_command("install_languages", stdout=self.stdout)
            self.serve(instance, mini, addresses, reload=bool(options["reload"]))
        finally:
            instance.release()

    def serve(
        self,
        instance: Instance,
        mini: MiniProcess | None,
        addresses: tuple[str, ...],
        *,
        reload: bool,
    ) -> None:
        """Start everything, and keep it running until told to stop."""
        own_redis = not settings.ENVIRONMENT.redis_url
        redis = RedisProcess(instance.temporary) if own_redis else None
        environment = child_environment(instance.temporary, redis, mini)
        supervisor = Supervisor(environment, self.say)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.stop.set())
        try:
            self.run(supervisor, redis, mini, addresses)
            if reload:
                supervisor.add(frontend_build())
                watch_sources(supervisor, self.say)
            supervisor.watch()
        except (NoRedis, ChildKeepsDying) as error:
            raise CommandError(str(error)) from error
        finally:
            self.stdout.write("\nstopping …")
            supervisor.stop_all()
            self.stdout.write("Mockwright has stopped. Nothing is left running.")

    def run(
        self,
        supervisor: Supervisor,
        redis: RedisProcess | None,
        mini: MiniProcess | None,
        addresses: tuple[str, ...],
    ) -> None:
        if mini is not None:  # first, as it takes longest
            self.say("Kimi mini's model server (up to a minute)")
            supervisor.add(mini.program)
        if redis is not None:
            self.say("redis")
            supervisor.add(Program("redis", redis.command))
            redis.wait_until_ready()
        self.say("database")
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except DatabaseError as error:
            raise CommandError(
                f"The database {settings.DATABASES['default']['NAME']} cannot be used: {error}. "
                "Make room or restore it from a backup, or name another with MOCKWRIGHT_DATA or "
                "MOCKWRIGHT_DATABASE_URL."
            ) from error
        self.say("worker and web server")
        supervisor.add(worker())
        supervisor.add(web(addresses))
        config = f"{addresses[0]}{settings.APP_PATH}/api/config"
        host = Origin.parse(settings.APP_ORIGIN).host
        if not self.wait_for(lambda: is_up(config, host), supervisor, READY_WITHIN):
            raise CommandError("The web server did not answer. Read its messages above.")
        self.announce(f"Mockwright is ready: {settings.APP_ORIGIN}{settings.APP_PATH}")
        if mini is not None:
            self.wait_for_mini(mini, supervisor)

    def wait_for_mini(self, mini: MiniProcess, supervisor: Supervisor) -> None:
        """Returns when the model answers, or after a warning: the rest works without it."""
        if is_up(f"{mini.url}/models"):
            return
        self.stdout.write("Kimi mini is still starting; a run with it waits.")
        if self.wait_for(lambda: is_up(f"{mini.url}/models"), supervisor, MINI_READY_WITHIN):
            self.announce("Kimi mini is ready")
        else:
            warning = "Kimi mini does not answer. Read the model server's messages above."
            self.stderr.write(self.style.WARNING(warning))

    def wait_for(self, is_there: Callable[[], bool], supervisor: Supervisor, within: float) -> bool:
        """Whether it came to be in time, seconds. True as well when all is to stop.
        Raises ChildKeepsDying."""
        give_up_at = time.monotonic() + within
        while not supervisor.stop.is_set() and not is_there():
            if time.monotonic() > give_up_at:
                return False
            supervisor.stop.wait(0.1)
            supervisor.revive()
        return True

    def announce(self, what: str) -> None:
        self.stdout.write(self.style.SUCCESS(f"\n{what}\n"))
        self.stdout.flush()

    def check_free(self, address: str) -> None:
        """Raises CommandError with a remedy when the address is not ours to take."""
        host, port = address_of(address)
        if not is_loopback(host):  # until people sign in, this machine only
            raise CommandError(
                f"{host or 'An empty address'} can be reached from other machines, and Mockwright "
                "has no sign-in yet, so anyone there could use it. Listen on 127.0.0.1, behind a "
                "reverse proxy with MOCKWRIGHT_LISTEN."
            )
        obstacle = obstacle_to_listening(host, port)
        if obstacle:
            raise CommandError(
                f"{obstacle}. Stop what listens there, or choose other ports with "
                "MOCKWRIGHT_APP_ORIGIN and MOCKWRIGHT_PREVIEW_ORIGIN, or MOCKWRIGHT_LISTEN behind "
                "a reverse proxy."
            )

    def say(self, what: str) -> None:
        self.stdout.write(f"start  · {what}")
        self.stdout.flush()


def chosen_mini(model: object, checkpoint: object) -> MiniProcess | None:
    """The server of the model that shall be started. Raises CommandError."""
    assert checkpoint is None or isinstance(checkpoint, Path)
    if model is None and checkpoint is None:
        return None
    if model != MINI:
        raise CommandError(
            f"There is no model {model!r} to start. MODEL={MINI} is the only one; Draft is always "
            "there, and MOCKWRIGHT_MODEL_URL names an endpoint that already runs."
        )
    if settings.ENVIRONMENT.mini_url:
        raise CommandError(
            "MOCKWRIGHT_MINI_URL names a server that already runs. Unset it to start one here, or "
            "leave MODEL=mini out."
        )
    try:
        return MiniProcess(settings.DATA / "modelserver.log", checkpoint)
    except NoModelServer as error:
        raise CommandError(str(error)) from error


def child_environment(
    temporary: Path, redis: RedisProcess | None, mini: MiniProcess | None
) -> dict[str, str]:
    # Celery warns of root at every start; in a container and on a test machine that is no news.
    quiet = "ignore:You're running the worker with superuser privileges"
    environment = {**os.environ, "PYTHONWARNINGS": quiet, "TMPDIR": str(temporary)}
    environment.update(absolute_paths())
    # a folder called webapp where a person happens to stand is not ours
    environment["PYTHONSAFEPATH"] = "1"
    if IN_CHECKOUT:
        path = (str(BASE_DIR), environment.get("PYTHONPATH"))
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))
    # Celery's own: one that is asked to end by SIGTERM would take no run until those it has end
    environment["REMAP_SIGTERM"] = "SIGQUIT"
    if redis is not None:
        environment["REDIS_URL"] = redis.url
    if mini is not None:
        environment["MOCKWRIGHT_MINI_URL"] = mini.url
    return environment


def absolute_paths() -> dict[str, str]:
    """What the environment gives relative to where a person stands: the worker stands elsewhere."""
    given = settings.ENVIRONMENT
    text = Path(given.text_cache) if given.text_cache else settings.DATA / "text"
    found = {"MOCKWRIGHT_DATA": str(settings.DATA), "MOCKWRIGHT_TEXT_CACHE": str(text.absolute())}
    if given.playwright_chromium:
        found["PLAYWRIGHT_CHROMIUM"] = str(Path(given.playwright_chromium).absolute())
    if given.database_url.startswith("sqlite:"):
        path = Path(str(settings.DATABASES["default"]["NAME"])).absolute()
        found["MOCKWRIGHT_DATABASE_URL"] = f"sqlite:///{quote(str(path))}"
    return found


def worker() -> Program:
    """SIGQUIT: a run under way goes on from its events next time."""
    # it looks for the application where it is started, whatever is called webapp there
    place = ("--workdir", str(BASE_DIR), "--app", "webapp")
    celery = (sys.executable, "-m", "celery", "--quiet", *place, "worker")
    concurrency = str(min(2, os.cpu_count() or 1))
    options = ("--concurrency", concurrency, "--loglevel", "WARNING")
    # nobody hears a worker's events, and one that says goodbye waits for a Redis that has gone
    silent = ("--without-gossip", "--without-heartbeat")
    return Program("worker", (*celery, *options, *silent), signal.SIGQUIT)


def listening_at() -> tuple[str, ...]:
    """What is listened at on this machine, the interface's first: both origins, or the one address
    that a reverse proxy asks for either."""
    if settings.ENVIRONMENT.listen:
        return (f"http://{settings.ENVIRONMENT.listen}",)
    return (settings.APP_ORIGIN, settings.PREVIEW_ORIGIN)


def web(addresses: tuple[str, ...]) -> Program:
    return Program("web server", (sys.executable, "-m", "webapp.local.serve", *addresses))


def obstacle_to_listening(host: str, port: int) -> str | None:
    """Why this machine's browsers would not find us there. A browser takes the name localhost for
    an address of either kind, whatever this machine does."""
    for one in ("127.0.0.1", "::1") if host == "localhost" else (host,):
        try:
            if is_taken((one, port)):
                return f"Port {port} is in use"
        except OSError as error:
            if host != "localhost":  # which has an address that this machine does not, perhaps
                return f"Port {port} of {host} cannot be listened on: {error.strerror}"
    return None


def is_taken(address: tuple[str, int]) -> bool:
    """Whether another has it, listening or not. Raises OSError where nobody can."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as probe:
        if probe.connect_ex(address) == 0:
            return True
    try:
        with listening_socket(address):
            return False
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return True
        raise


def end_with_make() -> None:
    """Stop when `make up` is gone: who kills that would look for the service in vain."""
    with suppress(psutil.Error):
        if psutil.Process(os.getppid()).name() in MAKE:
            end_with_parent(signal.SIGTERM)()


def is_up(url: str, host: str = "") -> bool:
    try:
        fetch(url, 2.0, host)
    except OSError:
        return False
    return True
