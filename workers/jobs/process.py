"""What a worker process keeps between runs: an event loop, and one browser bound to it.

Made at first use, so never before a fork. A browser that has nothing to do for a while is ended,
and a later render starts it again: most of an idle service's memory is idle browsers.
"""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from workers.browser.errors import NoBrowser
from workers.browser.find import find_browser
from workers.browser.isolation import probe
from workers.browser.renderer import Renderer

BROWSER_RESTS_AFTER = 120.0  # seconds without a run

T = TypeVar("T")


class WorkerProcess:
    """Runs coroutines, one at a time, on a loop that outlives them."""

    def __init__(self) -> None:
        self.renderer = Renderer()
        self._runner = asyncio.Runner()
        self._turn = threading.Lock()
        self._resting: threading.Timer | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._resting is not None:
            self._resting.cancel()
        try:
            with self._turn:
                return self._runner.run(work)
        finally:
            self._resting = in_background(BROWSER_RESTS_AFTER, self._rest)

    def _rest(self) -> None:
        """End the browser, unless a run has begun meanwhile."""
        if self._turn.acquire(blocking=False):
            try:
                self._runner.run(self.renderer.close())
            finally:
                self._turn.release()


@cache
def this_process() -> WorkerProcess:
    return WorkerProcess()


def lower_priority(niceness: int) -> None:
    """Let the web server and a person's own programs go first. Where Linux shares the processors
    among sessions, it is the session that gives way, with all who are in it."""
    os.nice(niceness)
    with suppress(OSError):  # another system, or another of the pool did it this very moment
        Path("/proc/self/autogroup").write_text(str(niceness))


def in_background(after: float, work: Callable[[], None]) -> threading.Timer:
    """Call `work` in a thread, `after` seconds from now; it holds up neither work nor the end."""
    timer = threading.Timer(after, work)
    timer.daemon = True
    timer.start()
    return timer


def describe_renderer() -> dict[str, str]:
    """How this machine renders: the isolation level reached and the browser found."""
    try:
        return {"isolation": probe().name, "browser": str(find_browser())}
    except NoBrowser:
        return {}


def name() -> str:
    """The worker this process belongs to."""
    return f"{socket.gethostname()}:{os.getppid()}"
