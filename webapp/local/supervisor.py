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
    """A program ended too often right after its start."""


def die_with_parent() -> None:
    """Ask the kernel to terminate this process when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One program, restarted when it ends unasked."""

    def __init__(self, program: Program, environment: Mapping[str, str]) -> None:
        self.program = program
        self.environment = environment
        self.quick_deaths = 0
        self.start()

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.program.command,
            env=dict(self.environment),
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops in order
            preexec_fn=die_with_parent,
        )

    def revive(self) -> bool:
        """Start again if it ended. Returns whether it had. Raises ChildKeepsDying."""
        status = self.process.poll()
        if status is None:
            return False
        lived = time.monotonic() - self.started
        self.quick_deaths = self.quick_deaths + 1 if lived < self.program.starts_within else 0
        if self.quick_deaths >= QUICK_DEATHS_ALLOWED or status == self.program.refusal:
            raise ChildKeepsDying(f"The {self.program.name} ended {status} as soon as it started.")
        self._end_group()
        self.start()
        return True

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
