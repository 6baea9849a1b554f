"""Keeps a few child processes running until told to stop; nothing it started outlives it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_WITHIN = 8.0  # seconds
QUICK_DEATH = 5.0  # seconds
QUICK_DEATHS_ALLOWED = 3
LONGEST_PAUSE = 30.0  # seconds before the next start of what keeps dying


@dataclass(frozen=True)
class Program:
    """`starts_within`: seconds; one that lives shorter did not really start. `stop_within`: seconds
    of grace before SIGKILL. `refusal`: the exit status that says that another start is no use."""

    name: str
    command: tuple[str, ...]
    stop_signal: signal.Signals = signal.SIGTERM
    starts_within: float = QUICK_DEATH
    stop_within: float = STOP_WITHIN
    refusal: int | None = None


class ChildKeepsDying(Exception):
    """A program that never ran for long ended too often right after its start."""


def end_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Ask the kernel to send this process a signal when its parent dies, however it dies."""

    def ask() -> None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)

    return ask


class Child:
    """One program, restarted when it ends unasked; after quick deaths, in growing pauses."""

    def __init__(self, program: Program, environment: Mapping[str, str]) -> None:
        self.program = program
        self.environment = environment
        self.quick_deaths = 0
        self.has_lived = False
        self.start_at: float | None = None  # again, on the monotonic clock; None while it runs
        self.start()

    def start(self) -> None:
        self.start_at = None
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.program.command,
            env=dict(self.environment),
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops in order
            preexec_fn=end_with_parent(self.program.stop_signal),
        )

    def revive(self) -> bool:
        """Start again if it ended, and its pause is over. Returns whether it was started. Raises
        ChildKeepsDying."""
        status = self.process.poll()
        if status is None:
            return False
        if self.start_at is None:
            self.start_at = time.monotonic() + self._pause_after(status)
            self._end_group()
        if time.monotonic() < self.start_at:
            return False
        self.start()
        return True

    def _pause_after(self, status: int) -> float:
        """Seconds until the next start. Raises ChildKeepsDying where that is no use: a program that
        was killed may do better the next time, and one that ran once can."""
        is_quick = time.monotonic() - self.started < self.program.starts_within
        self.has_lived = self.has_lived or not is_quick
        self.quick_deaths = self.quick_deaths + 1 if is_quick else 0
        was_killed = status < 0
        is_hopeless = self.quick_deaths >= QUICK_DEATHS_ALLOWED and not (
            was_killed or self.has_lived
        )
        if is_hopeless or status == self.program.refusal:
            raise ChildKeepsDying(f"The {self.program.name} ended {status} as soon as it started.")
        return min(LONGEST_PAUSE, 2.0 ** (self.quick_deaths - 1)) if self.quick_deaths > 1 else 0.0

    def restart(self) -> None:
        """End it in its own way and start it as if for the first time."""
        self.stop()
        self.quick_deaths = 0
        self.start()

    def stop(self) -> None:
        """End it in its own way, then whatever is left of its process group."""
        if self.process.poll() is None:
            self.process.send_signal(self.program.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.program.stop_within)
        self._end_group()
        self.process.wait()

    def _end_group(self) -> None:
        """Kill what the process left behind: a pool outlives its parent that was killed."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Runs programs until `stop` is set; restarts those that die."""

    def __init__(self, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self.environment = environment
        self.say = say
        self.children: list[Child] = []
        self.stop = threading.Event()

    def add(self, program: Program) -> None:
        self.children.append(Child(program, self.environment))

    def watch(self, every: float = 0.5) -> None:
        """Block until `stop` is set. Raises ChildKeepsDying."""
        while not self.stop.wait(every):
            self.revive()

    def revive(self) -> None:
        """Start again what has ended. Raises ChildKeepsDying."""
        for child in self.children:
            if child.revive():
                self.say(f"the {child.program.name} ended unexpectedly and was started again")

    def restart(self, names: Collection[str]) -> None:
        """End and start the programs of these names."""
        for child in self.children:
            if child.program.name in names:
                child.restart()

    def stop_all(self) -> None:
        for child in reversed(self.children):
            child.stop()
