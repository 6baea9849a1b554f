"""Keeps one render within its memory and its time.

Chromium cannot live under RLIMIT_AS, and a page reaches 4 GB in seconds, so the memory of the whole
process tree is polled.
"""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from workers.browser.errors import RenderMemory, RenderTimeout

POLL_SECONDS = 0.1
GRACE_SECONDS = 1.0  # for the end of the browser to be heard of, and then for the driver's
COUNTED = ("RssAnon:", "RssShmem:")  # of /proc/<pid>/status, in kB
Result = TypeVar("Result")


@dataclass(frozen=True)
class Limits:
    """What one render may take: wall clock, and bytes of memory over the driver's and the browser's
    processes and what this one grows by."""

    seconds: float = 20.0
    memory: int = 1_500_000_000


async def guarded(
    work: Coroutine[object, object, Result], browser_pid: int, driver_pid: int, limits: Limits
) -> Result:
    """The result of `work` in a browser and the driver that has started it.

    Raises RenderTimeout or RenderMemory when a limit is passed; the processes are killed by then,
    as they are when this is cancelled.
    """
    job = asyncio.ensure_future(work)
    watch = _Watch(browser_pid, driver_pid, limits)
    watch.start()
    try:
        await asyncio.wait({job}, timeout=limits.seconds + 2 * GRACE_SECONDS)
        if watch.verdict is not None:
            raise watch.verdict
        if not job.done():
            raise _out_of_time(limits)
        return job.result()
    finally:
        watch.stop()
        if not job.done():
            kill_tree(browser_pid)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


class _Watch(threading.Thread):
    """Kills the processes at a limit. A thread: what a page floods the driver with keeps the event
    loop from its own clock, and fills the memory of this very process."""

    def __init__(self, browser_pid: int, driver_pid: int, limits: Limits) -> None:
        super().__init__(name="render-watchdog", daemon=True)
        self.verdict: RenderTimeout | RenderMemory | None = None
        self._browser_pid = browser_pid
        self._driver_pid = driver_pid
        self._limits = limits
        self._over = threading.Event()
        self._held_before = _held(os.getpid())

    def stop(self) -> None:
        self._over.set()

    def run(self) -> None:
        give_up_at = time.monotonic() + self._limits.seconds
        while not self._over.wait(POLL_SECONDS):
            grown = max(0, _held(os.getpid()) - self._held_before)
            if time.monotonic() > give_up_at:
                self.verdict = _out_of_time(self._limits)
            elif tree_memory(self._driver_pid) + grown > self._limits.memory:
                self.verdict = _out_of_memory(self._limits)
            if self.verdict is not None:
                kill_tree(self._browser_pid)
                if not self._over.wait(GRACE_SECONDS):  # it is still heard out: end that too
                    kill_tree(self._driver_pid)
                return


def _out_of_time(limits: Limits) -> RenderTimeout:
    return RenderTimeout(
        f"The page did not come to rest within {limits.seconds:g} s. "
        "Remove scripts that loop for ever."
    )


def _out_of_memory(limits: Limits) -> RenderMemory:
    return RenderMemory(
        f"The page took more than {limits.memory // 1_000_000} MB of memory. "
        "Remove what makes it grow, or use smaller pictures."
    )


def tree_memory(pid: int) -> int:
    """Bytes of memory that the process and its descendants hold for themselves.

    Pages of files are left out: every Chromium process maps the same binary.
    """
    return sum(_held(process.pid) for process in _tree(pid))


def kill_tree(pid: int) -> None:
    """Kill the process and its descendants, the first one first so that it starts no others."""
    for process in _tree(pid):
        try:
            process.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _held(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    kilobytes = (int(line.split()[1]) for line in status.splitlines() if line.startswith(COUNTED))
    return 1024 * sum(kilobytes)
