"""What other people's requests wait, while something else goes on."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.load.connection import connected

PAUSE = 0.1  # seconds between two requests
GIVE_UP = 60.0  # seconds
PAGES = ("/", "/api/projects", "/healthz")


@dataclass
class Waits:
    """Seconds that requests took; `failures` had no answer, or one that says so."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@asynccontextmanager
async def asked_meanwhile(origin: str) -> AsyncIterator[Waits]:
    """Ask for the pages in turns, each over a connection of its own, until the block ends."""
    waits = Waits()
    task = asyncio.create_task(_ask(origin, waits))
    try:
        yield waits
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _ask(origin: str, waits: Waits) -> None:
    while True:
        for page in PAGES:
            began = time.perf_counter()
            failure = await _get(origin, page)
            if failure:
                waits.failures.append(f"{page}: {failure}")
            waits.seconds.append(time.perf_counter() - began)
            await asyncio.sleep(PAUSE)


async def _get(origin: str, page: str) -> str:
    """Empty, or what went wrong. By hand: a client's own time would count."""
    host = origin.removeprefix("http://")
    try:
        async with asyncio.timeout(GIVE_UP), connected(origin) as (reader, writer):
            request = f"GET {page} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            answer = await reader.read()
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    status = answer.partition(b"\r\n")[0].decode("latin-1")
    return "" if " 200 " in f"{status} " else status


async def upload_all(origin: str, pictures: Sequence[Path], count: int) -> Waits:
    """Upload so many files at once, the pictures in turns."""
    waits = Waits()
    files = [pictures[number % len(pictures)] for number in range(count)]
    data = {path: path.read_bytes() for path in set(files)}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=origin, headers={"Origin": origin}, timeout=600, limits=limits, trust_env=False
    ) as client:

        async def upload(path: Path) -> None:
            began = time.perf_counter()
            answer = await client.post("/api/assets", files={"file": (path.name, data[path])})
            waits.seconds.append(time.perf_counter() - began)
            if answer.status_code != 201:
                waits.failures.append(answer.text)

        await asyncio.gather(*(upload(path) for path in files))
    return waits
