"""Kimi mini's server as a child process: SGLang, in an environment of its own."""

import socket
from pathlib import Path

from webapp.environment import BASE_DIR, IN_CHECKOUT
from webapp.local.supervisor import Program

PYTHON = BASE_DIR / ".venv-modelserver" / "bin" / "python"
NOT_INSTALLED = "Kimi mini is not installed. " + (
    "Run make setup-modelserver."
    if IN_CHECKOUT
    else "A checkout of Mockwright starts it: make up MODEL=mini."
)
PORT = 30000  # SGLang's own, where it is free
STARTS_WITHIN = 60.0  # seconds, on an idle machine
STOP_WITHIN = 20.0  # seconds; SGLang alone is given ten
REFUSED = 2  # exit status where another start is no use; the server has said why


class NoModelServer(Exception):
    """The model server is not installed; the message says what to do."""


class MiniProcess:
    """Where the server will listen, and the program that it is."""

    def __init__(self, log: Path, checkpoint: Path | None = None) -> None:
        """`log`: where SGLang's own messages go; `checkpoint`: another than the one shipped.
        Raises NoModelServer."""
        if not PYTHON.exists():
            raise NoModelServer(NOT_INSTALLED)
        self._log = log
        self._checkpoint = checkpoint
        self._port = _free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def program(self) -> Program:
        serve = (str(PYTHON), "-m", "modelserver.serve", "--profile", "cpu")
        options = ("--port", str(self._port), "--log-file", str(self._log))
        model = ("--model", str(self._checkpoint)) if self._checkpoint else ()
        return Program(
            "model server",
            (*serve, *options, *model),
            starts_within=STARTS_WITHIN,
            stop_within=STOP_WITHIN,
            refusal=REFUSED,
        )


def _free_port() -> int:
    """PORT, or any other where something listens there."""
    for port in (PORT, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise NoModelServer("No port of this machine is free.")
