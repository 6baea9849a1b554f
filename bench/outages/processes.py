"""The processes of a running service, found by what they are, and the ends that they meet."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random

import psutil

from bench.stack import Stack
from webapp.local.redis_process import SERVERS

LAUNCH_WITHIN = 20.0  # seconds that a browser is waited for
YOUNG = 0.4  # seconds: it may still be launching
STOPPED = (2.0, 20.0)  # seconds; a worker is given up after fifteen


class NothingThere(Exception):
    """The process that was to be met is not there at the moment."""


def the_worker(stack: Stack) -> psutil.Process:
    return _first(stack.find("celery", "worker"))


def a_pool_process(stack: Stack, random: Random) -> psutil.Process:
    try:
        pool = [one for one in the_worker(stack).children() if _is(one, "celery")]
    except psutil.Error:
        pool = []
    if not pool:
        raise NothingThere("no process of the pool")
    return random.choice(pool)


def the_web_server(stack: Stack) -> psutil.Process:
    return _first(stack.find("webapp.local.serve"))


def redis(stack: Stack) -> psutil.Process:
    return _first([one for one in stack.processes() if any(_is(one, name) for name in SERVERS)])


def browsers(stack: Stack) -> list[psutil.Process]:
    """The first process of each."""
    return [one for one in stack.find("--remote-debugging-pipe") if not _is(one, "--type=")]


def drivers(stack: Stack) -> list[psutil.Process]:
    return stack.find("run-driver")


def stop_for_a_while(process: psutil.Process, random: Random) -> float:
    """Seconds that it was stopped."""
    seconds = random.uniform(*STOPPED)
    process.suspend()
    try:
        time.sleep(seconds)
    finally:
        with suppress(psutil.Error):
            process.resume()
    return seconds


def wait_for(find: Callable[[], list[psutil.Process]], within: float) -> psutil.Process:
    """Raises NothingThere."""
    give_up_at = time.monotonic() + within
    while time.monotonic() < give_up_at:
        if found := find():
            return found[0]
        time.sleep(0.01)
    raise NothingThere("none came")


def young_browsers(stack: Stack) -> list[psutil.Process]:
    now = time.time()
    found = []
    for one in browsers(stack):
        with suppress(psutil.Error):
            if now - one.create_time() < YOUNG:
                found.append(one)
    return found


def kill_everything(stack: Stack) -> None:
    """As a power cut does, but for the machine."""
    for process in stack.processes():
        with suppress(psutil.Error):
            process.kill()
    wait_for_end(stack)


def signal_service(stack: Stack, number: signal.Signals) -> list[psutil.Process]:
    """Signal the first process alone; what was running then."""
    assert stack.process is not None
    started = stack.processes()
    os.kill(stack.process.pid, number)
    wait_for_end(stack)
    return started


def wait_for_end(stack: Stack) -> None:
    assert stack.process is not None
    stack.process.wait(40)


def of_service(stack: Stack) -> list[psutil.Process]:
    """Every process on the machine that works on the service's data, whoever its parent is."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("MOCKWRIGHT_DATA") == str(stack.data):
                found.append(process)
    return found


def _first(found: list[psutil.Process]) -> psutil.Process:
    if not found:
        raise NothingThere("it is not running")
    return found[0]


def _is(process: psutil.Process, word: str) -> bool:
    try:
        return any(word in part for part in process.cmdline())
    except psutil.Error:
        return False
