"""SGLang as a guarded child: started in its own group, watched through its log, ended whole."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from modelserver.guard import STOP_WITHIN as STOP_SGLANG_WITHIN

STOP_WITHIN = STOP_SGLANG_WITHIN + 5.0  # seconds before the guard itself is killed
NOISE = re.compile(
    r"Ignore import error|UserWarning|warnings\.warn|not installed|is unavailable|"
    r"Triton is not supported|TokenizersBackend|is deprecated|RLIMIT_NOFILE|server_args=|"
    r"Cannot detect CUDA|Prefill batch|Decode batch|HTTP/1\.1|^\s*$"
)
STAMP = re.compile(r"^\[[^\]]*\]\s*(INFO:\s*)?")


@dataclass(frozen=True)
class Death:
    """A kind of end that a line of SGLang's log tells, and the next action."""

    sign: re.Pattern[str]
    remedy: str


DEATHS = (
    Death(
        re.compile(r"out of memory|Not enough memory|can't allocate memory", re.I),
        "Give it less: a shorter --context-length, or fewer requests at once "
        "(-- --max-running-requests 1).",
    ),
    Death(
        re.compile(r"kt_kernel"),
        "Install kt-kernel: see docs/how-to/serve-on-2-gpus-and-ram.md.",
    ),
    Death(
        re.compile(r"No module named '?(triton|sgl_kernel)|torchvision::nms"),
        "The CPU companion is missing from this environment. Run: make setup-modelserver",
    ),
    Death(
        re.compile(r"No module named|No matching distribution"),
        "Install the model server's environment again: make setup-modelserver",
    ),
    Death(
        re.compile(r"[Aa]ddress already in use"),
        "Choose another port with --port.",
    ),
    Death(
        re.compile(
            r"LocalEntryNotFoundError|RepositoryNotFound|OfflineMode|couldn't connect", re.I
        ),
        "Fetch the model first and give its folder with --model.",
    ),
)
UNKNOWN = "Read the lines above, or all of the log."


class Server:
    """A running `sglang.launch_server`; leaving the context ends it and all it started."""

    def __init__(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], log: Path
    ) -> None:
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        self._read_to = 0
        sglang = (sys.executable, "-m", "sglang.launch_server", *arguments)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                (sys.executable, "-m", "modelserver.guard", *sglang),
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,  # the guard ends SGLang when this closes
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches this process alone, which stops in order
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Let SGLang finish what it can; nothing of it is left when this returns."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_WITHIN)
        self.process.kill()
        self.process.wait()

    def new_lines(self) -> list[str]:
        """Whole lines written to the log since the last call."""
        with self.log.open("rb") as log:
            log.seek(self._read_to)
            content = log.read()
        whole = content[: content.rfind(b"\n") + 1]
        self._read_to += len(whole)
        return whole.decode(errors="replace").splitlines()

    def last_words(self, count: int = 6) -> list[str]:
        """The last lines of the log that say something, without time stamps."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [STAMP.sub("", line)[:300] for line in lines if not NOISE.search(line)][-count:]

    def remedy(self) -> str:
        words = self.log.read_text(errors="replace").splitlines()[-80:]
        meaningful = "\n".join(line for line in words if not NOISE.search(line))
        return next((each.remedy for each in DEATHS if each.sign.search(meaningful)), UNKNOWN)
