"""The whole service as a person starts it: `manage.py up` in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psutil

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN = 90.0  # seconds, on a busy machine


class NotStarted(Exception):
    """The service ended or stayed silent; the message holds its log."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end_process(process: "subprocess.Popen[bytes]", within: float) -> None:
    """Ask it to end, and kill it where it has not after so many seconds."""
    process.terminate()
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Stack:
    """A running service with its own data folder and ports; the log is kept for failures."""

    def __init__(self, data: Path, *arguments: str, **environment: str) -> None:
        """`arguments` are those of the command `up`."""
        self.data = data
        self.arguments = arguments
        self.origin = environment.get("MOCKWRIGHT_APP_ORIGIN", f"http://127.0.0.1:{free_port()}")
        self.preview_origin = environment.get(
            "MOCKWRIGHT_PREVIEW_ORIGIN", f"http://127.0.0.1:{free_port()}"
        )
        self.path = environment.get("MOCKWRIGHT_APP_PATH", "")
        listen = environment.get("MOCKWRIGHT_LISTEN")
        self.address = f"http://{listen}" if listen else self.origin  # behind a proxy another one
        self.log = data / "up.log"
        self.environment = {
            **os.environ,
            "MOCKWRIGHT_DATA": str(data),
            "MOCKWRIGHT_APP_ORIGIN": self.origin,
            "MOCKWRIGHT_PREVIEW_ORIGIN": self.preview_origin,
            "MOCKWRIGHT_TEST_MODELS": "true",
            **environment,
        }
        for name in ("REDIS_URL", "DATABASE_URL", "MOCKWRIGHT_REDIS_URL"):
            if name not in environment:
                self.environment.pop(name, None)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Stack":
        self.data.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), "up", *self.arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self._kill()
            raise
        return self

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        give_up_at = time.monotonic() + READY_WITHIN
        while time.monotonic() < give_up_at:
            if self.process.poll() is not None:
                break
            if self._is_ready():
                return
            time.sleep(0.2)
        raise NotStarted(f"the service did not start:\n{self.log.read_text()}")

    def _is_ready(self) -> bool:
        health = Request(
            f"{self.address}{self.path}/healthz", headers={"Host": urlsplit(self.origin).netloc}
        )
        try:
            with urlopen(health, timeout=5) as response:
                return bool(json.load(response)["checks"]["worker"] == "ok")
        except (OSError, ValueError):  # nobody there, or somebody else
            return False

    def post(self, path: str, body: object) -> dict[str, object]:
        """Call the service's own API as a program would."""
        request = Request(
            self.origin + path,
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Origin": self.origin},
        )
        with urlopen(request, timeout=30) as response:
            answer: dict[str, object] = json.load(response)
        return answer

    def processes(self) -> list[psutil.Process]:
        """The service's processes, the one that was started first."""
        assert self.process is not None
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def find(self, *words: str) -> list[psutil.Process]:
        """Processes whose command line has all `words`."""
        found = []
        for process in self.processes():
            try:
                line = " ".join(process.cmdline())
            except psutil.Error:
                continue
            if all(word in line for word in words):
                found.append(process)
        return found

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End the service as Ctrl-C does; returns its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self._kill()
            raise

    def _kill(self) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            for process in self.processes():
                process.kill()
            self.process.wait()
