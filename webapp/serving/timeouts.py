"""How long the web server waits for a slow client: uvicorn's protocols, which wait for ever.
What it answers itself is a refusal like any other.

A connection is answered 408, and ended, when it does not send the head of a request in time, or a
body at a modem's speed; and ended when it takes nothing of its answer, or does not answer a ping.
What is slow and goes on, such as a large upload from a poor line, is waited for.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from webapp.responses import REFUSAL
from webapp.studio.errors import BadRequest, MockwrightError, RequestTimeout
from webapp.studio.messages import explain


@dataclass(frozen=True)
class Timeouts:
    """`head`: seconds from the connection, or the answer before, to the end of a request's head.
    In each `window`, seconds, at least `window_bytes` of a body have to arrive. In each `answer`,
    seconds, something of it has to be taken: the kernel, which keeps megabytes, asks for more only
    when it has room for a third of them, and at 5 kB a second that takes minutes."""

    head: float = 15.0
    window: float = 15.0
    window_bytes: int = 7_500
    answer: float = 300.0


class TimedHttp(HttpToolsProtocol):
    """A connection until it ends or becomes a websocket's."""

    timeouts: ClassVar[Timeouts] = Timeouts()
    _head_due: asyncio.TimerHandle | None = None
    _body_due: asyncio.TimerHandle | None = None
    _answer_due: asyncio.TimerHandle | None = None
    _in_head = False  # some of a request's head has arrived
    _received = 0  # bytes of the body in this window

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._head_due, self._body_due, self._answer_due):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    # the head of a request, that of a websocket too

    def _expect_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
        self._head_due = self.loop.call_later(self.timeouts.head, self._end)

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None
        super().on_headers_complete()
        if not (self.parser.should_upgrade() and self._should_upgrade()):
            self._expect_body()

    # its body

    def _expect_body(self) -> None:
        self._received = 0
        if self._body_due is not None:
            self._body_due.cancel()
        self._body_due = self.loop.call_later(self.timeouts.window, self._look_at_body)

    def on_body(self, body: bytes) -> None:
        self._received += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self._body_due is not None:
            self._body_due.cancel()
            self._body_due = None
        super().on_message_complete()

    def _look_at_body(self) -> None:
        # while reading is paused, it is the application that is slow
        if self.flow.read_paused or self._received >= self.timeouts.window_bytes:
            self._expect_body()
        else:
            self._end()

    # its answer

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._expect_head()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._answer_due is not None:
            self._answer_due.cancel()
            self._answer_due = None

    def _expect_reading(self) -> None:
        unread = self.transport.get_write_buffer_size()
        self._answer_due = self.loop.call_later(self.timeouts.answer, self._look_at_answer, unread)

    def _look_at_answer(self, unread: int) -> None:
        if self.transport.get_write_buffer_size() < unread:
            self._expect_reading()
        else:
            self.transport.abort()  # closing would wait for it to be read

    def _end(self) -> None:
        """Say 408 to a client that has begun a request and not been answered; end in any case."""
        is_waited_for = self.cycle is not None and not self.cycle.response_started
        if not self.transport.is_closing() and (self._in_head or is_waited_for):
            self.transport.write(_refusal(RequestTimeout()))
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """To what is no HTTP, or asks for what this server does not speak."""
        self.transport.write(_refusal(BadRequest(detail=msg)))
        self.transport.close()


class TimedWebSocket(WebSocketsSansIOProtocol):
    """A websocket whose browser has to answer pings."""

    closing_time: ClassVar[float] = 1.0  # seconds

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # closing waits until all is read, which may be never
        self.loop.call_later(self.closing_time, self.transport.abort)


def _refusal(error: MockwrightError) -> bytes:
    body = explain(error).model_dump_json().encode()
    head = (
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}",
        "Content-Type: application/json",
        *(f"{name}: {value}" for name, value in REFUSAL.items()),
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
