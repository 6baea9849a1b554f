"""Connections that dawdle: bytes that trickle, or none at all."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice, repeat

from bench.load.connection import connected

EVERY = 0.5  # seconds between two bytes of one that trickles


@dataclass(frozen=True)
class Slowness:
    """A way to be slow: what is sent at once, then what is sent byte by byte."""

    name: str
    at_once: Callable[[str], bytes]  # of the service's host
    trickle: bytes


def _head(host: str, first_line: str, *more: str) -> bytes:
    return "\r\n".join((first_line, f"Host: {host}", *more)).encode() + b"\r\n"


def _upload(host: str) -> bytes:
    boundary = "multipart/form-data; boundary=x"
    return _head(
        host,
        "POST /api/assets HTTP/1.1",
        f"Origin: http://{host}",
        f"Content-Type: {boundary}",
        "Content-Length: 1000000",
        "",
    )


def _handshake(host: str) -> bytes:
    first_line = "GET /ws/runs/5b0d0a3e-0000-4000-8000-000000000000 HTTP/1.1"
    return _head(host, first_line, "Upgrade: websocket", "Connection: Upgrade")


WAYS = (
    Slowness("silent", lambda host: b"", b""),
    Slowness("headers", lambda host: _head(host, "GET / HTTP/1.1"), b"X-Slow: yes\r\n"),
    Slowness("body", _upload, b"x"),
    Slowness("handshake", _handshake, b"X-Slow: yes\r\n"),
)


@dataclass(frozen=True)
class CutOff:
    """How a slow connection fared: seconds until the service ended it, None where it did not."""

    way: str
    after: float | None


async def dawdle(origin: str, count: int, seconds: float) -> list[CutOff]:
    """Hold so many slow connections, of all ways alike, until each is ended, or so many
    seconds are over."""
    ways = islice(cycle(WAYS), count)
    return list(await asyncio.gather(*(_hold(origin, way, seconds) for way in ways)))


async def _hold(origin: str, way: Slowness, seconds: float) -> CutOff:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(seconds), connected(origin) as (reader, writer):
            writer.write(way.at_once(origin.removeprefix("http://")))
            await _until_ended(reader, writer, way)
    except TimeoutError:
        return CutOff(way.name, None)
    except OSError:
        pass  # ended while it was written to
    return CutOff(way.name, time.perf_counter() - began)


async def _until_ended(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Slowness
) -> None:
    ended = asyncio.create_task(reader.read())  # an answer, if any, and the end
    try:
        async for byte in _paced(way.trickle):
            if ended.done():
                break
            writer.write(byte)
        await ended
    finally:
        ended.cancel()


async def _paced(trickle: bytes) -> AsyncIterator[bytes]:
    for number in _endless(trickle):
        await asyncio.sleep(EVERY)
        yield bytes((number,)) if number is not None else b""


def _endless(trickle: bytes) -> Iterator[int | None]:
    return cycle(trickle) if trickle else repeat(None)
