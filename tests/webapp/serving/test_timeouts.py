"""A slow client is waited for while it goes on, and no longer; others are served meanwhile. Over
real sockets."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from pytest_django import Settings

from bench.load.connection import connected
from bench.load.requests import asked_meanwhile
from bench.load.slow import WAYS, dawdle
from tests.webapp.conftest import picture
from tests.webapp.serving.server import SHORT, served

pytestmark = pytest.mark.usefixtures("installation")
LONG = 30.0  # seconds; whoever waits so long waits for ever


def head(origin: str, first_line: str, **headers: str) -> bytes:
    given = {"Host": origin.removeprefix("http://"), "Origin": origin, **headers}
    lines = [first_line, *(f"{name.replace('_', '-')}: {value}" for name, value in given.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def upload(origin: str) -> tuple[bytes, bytes]:
    """Head and body of a request that uploads a picture."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + picture(640, 480) + b"\r\n--x--\r\n"
    )
    kind = "multipart/form-data; boundary=x"
    length = str(len(body))
    line = "POST /api/assets HTTP/1.1"
    return head(origin, line, Content_Type=kind, Content_Length=length), body


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def test_300_slow_connections_are_ended_while_others_are_served(settings: Settings) -> None:
    async with served(settings) as origin, asked_meanwhile(origin) as others:
        ends = await dawdle(origin, 300, LONG)
    assert Counter(end.way for end in ends if end.after is not None) == {
        way.name: 75 for way in WAYS
    }
    assert [failure for failure in others.failures if not failure.startswith("/:")] == []
    assert others.seconds


async def test_a_request_that_stalls_is_told_so(settings: Settings) -> None:
    async with served(settings) as origin:
        for begun in (head(origin, "GET / HTTP/1.1")[:-2], upload(origin)[0] + b"--x"):
            async with connected(origin) as (reader, writer):
                writer.write(begun)
                answer = await reader.read()
            assert status_of(answer) == 408
            problem = json.loads(answer.partition(b"\r\n\r\n")[2])
            assert problem["code"] == "request_timeout"


async def test_a_connection_that_stays_silent_is_ended_without_a_word(settings: Settings) -> None:
    async with served(settings) as origin, connected(origin) as (reader, _):
        assert await reader.read() == b""


async def test_the_second_request_of_a_connection_has_no_more_time(settings: Settings) -> None:
    async with served(settings) as origin, connected(origin) as (reader, writer):
        writer.write(head(origin, "GET /healthz HTTP/1.1"))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"GET /healthz HTTP/1.1\r\n")
        assert b"HTTP/1.1 408" in await reader.read()


async def test_an_upload_from_a_slow_line_is_waited_for(settings: Settings) -> None:
    async with served(settings) as origin, connected(origin) as (reader, writer):
        start, body = upload(origin)
        writer.write(start)
        step = len(body) // 16 + 1
        began = time.monotonic()
        for at in range(0, len(body), step):
            await asyncio.sleep(0.25)
            writer.write(body[at : at + step])
        assert time.monotonic() - began > 3 * SHORT.window
        assert status_of(await reader.readuntil(b"\r\n")) == 201


async def test_a_request_that_takes_the_service_long_is_waited_for(settings: Settings) -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await asyncio.sleep(2 * max(SHORT.head, SHORT.window))
        await answer_with(b"done", send)

    async with served(settings, slow) as origin, connected(origin) as (reader, writer):
        writer.write(head(origin, "POST / HTTP/1.1", Content_Length="2") + b"hi")
        assert status_of(await reader.readuntil(b"\r\n")) == 200


LARGE = bytes(40 * 2**20)  # more than the kernel keeps of what is not read


@pytest.mark.parametrize("reads", [False, True])
async def test_an_answer_is_waited_for_while_it_is_read(settings: Settings, reads: bool) -> None:
    async def large(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await answer_with(LARGE, send)

    async with (
        served(settings, large) as origin,
        connected(origin, receives=2**17) as (reader, writer),
    ):
        writer.write(head(origin, "GET / HTTP/1.1"))
        read = 0
        began = time.monotonic()
        while time.monotonic() < began + 2.5 * SHORT.answer:
            await asyncio.sleep(0.1)
            if reads:
                read += len(await reader.read(2**18))
        with suppress(ConnectionError):
            while read < len(LARGE) and (piece := await reader.read(2**20)):
                read += len(piece)
        assert (read >= len(LARGE)) == reads


async def test_a_websocket_that_reads_nothing_is_ended(settings: Settings) -> None:
    ended = asyncio.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "text": "x" * 2**20})
        finally:
            ended.set()

    async with (
        served(settings, endless) as origin,
        connected(origin, receives=2**16) as (_, writer),
    ):
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
        key = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec_WebSocket_Version": "13"}
        writer.write(head(origin, "GET /ws/runs/1 HTTP/1.1", **upgrade, **key))
        await ended.wait()


async def answer_with(body: bytes, send: Callable[[dict[str, object]], Awaitable[None]]) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
