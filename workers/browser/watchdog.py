"""Keeps one render within its memory and its time.

Chromium cannot live under RLIMIT_AS, and a page reaches 4 GB in seconds, so the memory of the whole
process tree is polled.
"""

import asyncio
import signal
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import psutil

from workers.browser.errors import RenderMemory, RenderTimeout

POLL_SECONDS = 0.1
COUNTED = ("RssAnon:", "RssShmem:")  # of /proc/<pid>/status, in kB
Result = TypeVar("Result")


@dataclass(frozen=True)
class Limits:
    """What one render may take: wall clock, and bytes of memory over the browser's processes."""

    seconds: float = 20.0
    memory: int = 1_500_000_000


async def guarded(work: Coroutine[object, object, Result], pid: int, limits: Limits) -> Result:
    """The result of `work` in the browser whose first process is `pid`.

    Raises RenderTimeout or RenderMemory when a limit is passed; the browser is killed by then, as
    it is when this is cancelled.
    """
    job = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_watch(pid, limits.memory))
    try:
        done, _ = await asyncio.wait(
            {job, watch}, timeout=limits.seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if watch in done:
            watch.result()
        if job not in done:
            raise RenderTimeout(
                f"The page did not come to rest within {limits.seconds:g} s. "
                "Remove scripts that loop for ever."
            )
        return job.result()
    finally:
        if not job.done():
            kill_tree(pid)
        watch.cancel()
        job.cancel()
        await asyncio.gather(job, watch, return_exceptions=True)


async def _watch(pid: int, cap: int) -> NoReturn:
    while True:
        await asyncio.sleep(POLL_SECONDS)
        if tree_memory(pid) > cap:
            kill_tree(pid)
            raise RenderMemory(
                f"The page took more than {cap // 1_000_000} MB of memory. "
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
