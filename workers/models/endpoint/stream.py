"""Reads a streamed answer: bytes to events, events to pieces.

The client library's own reader loses the piece after a byte order mark, takes an event without data
for one, waits for the connection's end after the answer's, and does not tell whether that came.
"""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Iterator

import anyio
import httpx2
from openai import APIError
from openai.types.chat import ChatCompletionChunk

from workers.models.endpoint.failures import Overloaded, Unended, Unreachable

MAX_EVENT = 8_000_000  # bytes of one event
DONE = b"[DONE]"
NO_JSON = "the endpoint sent what is no JSON"

_BROKEN = (httpx2.RequestError, ssl.SSLError, anyio.EndOfStream)  # the last two come unmapped


class EventReader:
    """Server-sent events in bytes that come in any chunks; of each its data."""

    def __init__(self) -> None:
        self._rest = b""  # of a line that has not ended
        self._data: list[bytes] = []
        self._size = 0  # of the data
        self._is_first_line = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The events that the bytes complete. Raises Overloaded where one is too large."""
        lines = (self._rest + chunk).splitlines(keepends=True)
        # a line feed that belongs to the last carriage return may still come
        self._rest = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        for line in lines:
            yield from self._read(line.rstrip(b"\r\n"))
        if len(self._rest) + self._size > MAX_EVENT:
            raise Overloaded(f"the endpoint sent a piece of more than {MAX_EVENT} bytes")

    def close(self) -> Iterator[bytes]:
        """The last event, where its end was not told."""
        rest, self._rest = self._rest, b""
        yield from self._read(rest.rstrip(b"\r\n"))
        yield from self._read(b"")

    def _read(self, line: bytes) -> Iterator[bytes]:
        if self._is_first_line:
            line = line.removeprefix(b"\xef\xbb\xbf")
            self._is_first_line = False
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)
        elif not line:
            data = b"\n".join(self._data)
            self._data, self._size = [], 0
            if data.strip():
                yield data


async def read_pieces(
    response: httpx2.Response, idle_timeout: float
) -> AsyncGenerator[ChatCompletionChunk, None]:
    """The pieces of an answer, each within `idle_timeout` seconds of the last that says something.

    Raises APIError where the server tells an error, Unended where the stream ends and the answer's
    end was not told, and ModelFailed of other kinds."""
    reader = EventReader()
    chunks = response.aiter_bytes()
    clock = asyncio.get_running_loop().time
    deadline = clock() + idle_timeout
    try:
        while True:
            async with asyncio.timeout_at(deadline):
                chunk = await anext(chunks, None)
            for data in reader.close() if chunk is None else reader.feed(chunk):
                if data.startswith(DONE):
                    return
                piece = _read_piece(data, response.request)
                if piece is not None:
                    yield piece
                    if piece.choices:
                        deadline = clock() + idle_timeout
            if chunk is None:
                raise Unended("the stream ended before the answer")
    except (TimeoutError, httpx2.TimeoutException):
        raise Unreachable("no answer in time") from None
    except _BROKEN as error:
        raise Unreachable(str(error) or type(error).__name__) from None


def _read_piece(data: bytes, request: httpx2.Request) -> ChatCompletionChunk | None:
    """A piece of an answer; None where it is something else."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        raise Overloaded(NO_JSON) from None
    return piece_of(told, request) if isinstance(told, dict) else None


def piece_of(told: dict[str, object], request: httpx2.Request) -> ChatCompletionChunk:
    """A piece of an answer, or all of it, as a server sends it. Raises APIError where it tells an
    error."""
    if error := told.get("error"):
        message = error.get("message") if isinstance(error, dict) else error
        words = message if isinstance(message, str) and message else "an error during the answer"
        raise APIError(words, request, body=error)
    choices = told.get("choices")
    if isinstance(choices, list):
        choices = [_with_delta(one) if isinstance(one, dict) else one for one in choices]
    return ChatCompletionChunk.construct(
        choices=choices, usage=told.get("usage"), model=told.get("model")
    )


def _with_delta(choice: dict[str, object]) -> dict[str, object]:
    """The choice; a whole answer's message is what its only piece says. Beside a delta, however
    empty, it says again what the deltas before have said."""
    message = choice.get("message")
    if isinstance(choice.get("delta"), dict) or not isinstance(message, dict):
        return choice
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        numbered = enumerate(one for one in calls if isinstance(one, dict))
        message = message | {"tool_calls": [one | {"index": number} for number, one in numbered]}
    return choice | {"delta": message}
