"""What a worker process keeps between runs: one event loop, and one browser bound to it."""

import asyncio
import os
import socket
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

from workers.render.browser import Renderer
from workers.render.errors import NoBrowser
from workers.render.find import find_browser
from workers.render.isolation import probe

T = TypeVar("T")


@cache
def _runner(process_id: int) -> asyncio.Runner:
    return asyncio.Runner()


@cache
def _renderer(process_id: int) -> Renderer:
    return Renderer()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on this process's loop. Made at first use, so never before a fork."""
    return _runner(os.getpid()).run(work)


def renderer() -> Renderer:
    """This process's browser."""
    return _renderer(os.getpid())


def describe_renderer() -> dict[str, str]:
    """How this machine renders: the isolation level reached and the browser found."""
    try:
        return {"isolation": probe().name, "browser": str(find_browser())}
    except NoBrowser:
        return {}


def name() -> str:
    """The worker this process belongs to."""
    return f"{socket.gethostname()}:{os.getppid()}"
