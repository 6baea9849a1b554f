"""A server on loopback that writes the very bytes, and ends a connection in the way, it is told."""

import asyncio
import itertools
import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

JSON = dict[str, Any]
Ending = Literal["close", "reset", "hang"]

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"


@dataclass(frozen=True)
class Wire:
    """What one request is answered with: the writes, and how the connection ends. `endless` is
    written again and again after them, until the client hangs up; `pause`: seconds after a write.
    """

    writes: tuple[bytes, ...] = ()
    ending: Ending = "close"
    endless: bytes = b""
    pause: float = 0.0


Reply = Callable[[JSON], Wire]  # to the body of a chat request


def status(code: int, body: bytes = b"", kind: str = "application/json", *headers: str) -> Reply:
    """An answer that is no stream."""
    lines = (
        f"HTTP/1.1 {code} Told",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *headers,
    )
    head = "\r\n".join((*lines, "", "")).encode()
    return lambda _: Wire((head + body,))


def refusal(answered: int, message: str, *headers: str, **members: object) -> Reply:
    error = {"error": {"message": message, "type": "error", **members}}
    return status(answered, json.dumps(error).encode(), "application/json", *headers)


def stream(*writes: bytes, head: bytes = STREAM, chunked: bool = True) -> Wire:
    """A whole stream; not `chunked`, its end is the end of the connection."""
    return cut(list(writes), "close", chunked=chunked, head=head, whole=True)


def cut(
    writes: list[bytes],
    ending: Ending,
    *,
    chunked: bool,
    head: bytes = STREAM,
    whole: bool = False,
) -> Wire:
    """A stream that ends after these writes, which is before its time where it is not `whole`."""
    if not chunked:
        return Wire((head + b"\r\n", *writes), ending)
    framed = [b"%x\r\n%s\r\n" % (len(data), data) for data in writes if data]
    last = [b"0\r\n\r\n"] if whole else []
    return Wire((head + b"Transfer-Encoding: chunked\r\n\r\n", *framed, *last), ending)


@dataclass
class Play:
    """One fault while it is played: the replies, the last of which is given from then on, and the
    requests that were made."""

    replies: tuple[Reply, ...]
    requests: list[JSON] = field(default_factory=list)
    connections: int = 0  # open now
    is_quiet: asyncio.Event = field(default_factory=asyncio.Event)  # none is open

    def __post_init__(self) -> None:
        self.is_quiet.set()  # a client may give up before it is heard

    def answer(self, body: JSON) -> Wire:
        self.requests.append(body)
        return self.replies[min(len(self.requests), len(self.replies)) - 1](body)


class FaultServer:
    """Plays any number of faults at once, each under an address of its own."""

    def __init__(self) -> None:
        self._plays: dict[str, Play] = {}
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "FaultServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 22)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def add(self, name: str, play: Play) -> str:
        """The address under which it is played."""
        assert self._server is not None
        self._plays[name] = play
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/{name}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        play: Play | None = None
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, path, _ = head.split(" ", 2)
            play = self._plays[path.split("/")[1]]
            play.connections += 1
            play.is_quiet.clear()
            length = _content_length(head)
            body = json.loads(await reader.readexactly(length)) if length else {}
            wire = play.answer(body) if method == "POST" else _MODELS
            await _write(wire, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up, as it may
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            if play is not None:
                play.connections -= 1
                if not play.connections:
                    play.is_quiet.set()


_MODELS = status(200, b'{"object": "list", "data": [{"id": "kimi-k2.5", "object": "model"}]}')({})


async def _write(wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for data in wire.writes:
        writer.write(data)
        await writer.drain()
        if len(wire.writes) > 1:
            await asyncio.sleep(wire.pause)
    while wire.endless:
        writer.write(wire.endless)
        await writer.drain()
        await asyncio.sleep(wire.pause)
    if wire.ending == "hang":
        await reader.read()  # until the client hangs up
    if wire.ending == "reset":
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


def _content_length(head: str) -> int:
    lines = (line.partition(":") for line in head.lower().splitlines())
    return next((int(value) for name, _, value in lines if name == "content-length"), 0)


def pieces_of(data: bytes, places: list[int]) -> Iterator[bytes]:
    """The bytes, divided at these places."""
    edges = [0, *sorted(set(places)), len(data)]
    for start, end in itertools.pairwise(edges):
        if start < end:
            yield data[start:end]


def slowly(wire: Wire, pause: float) -> Wire:
    return replace(wire, pause=pause)
