"""Refuse oversized request bodies while they arrive, before anything is stored of them."""

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)

from webapp.responses import header, send_response
from webapp.studio.errors import BodyTooLarge
from webapp.studio.messages import explain

DRAINED_AT_MOST = 256 * 2**20  # bytes read and thrown away, so that a browser sees the answer


class BodyLimit:
    """Answers 413 to a body of more than `limit` bytes, announced or not."""

    def __init__(self, application: ASGI3Application, limit: int) -> None:
        self._application = application
        self._limit = limit

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        announced = header(scope, b"content-length")
        if announced.isdecimal() and int(announced) > self._limit:
            await _drain(receive)
            await _refuse(send)
            return
        meter = _Meter(receive, send, self._limit)
        await self._application(scope, meter.receive, meter.send)
        if meter.exceeded:
            await _drain(receive)
            await _refuse(send)


class _Meter:
    """Counts a body as it is read; over the limit the application sees a client that left."""

    def __init__(self, receive: ASGIReceiveCallable, send: ASGISendCallable, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._left = limit
        self.exceeded = False

    async def receive(self) -> ASGIReceiveEvent:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message["body"])
            if self._left < 0:
                self.exceeded = True
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: ASGISendEvent) -> None:
        if not self.exceeded:
            await self._send(message)


async def _drain(receive: ASGIReceiveCallable) -> None:
    left = DRAINED_AT_MOST
    while left > 0:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body"):
            return
        left -= len(message["body"])


async def _refuse(send: ASGISendCallable) -> None:
    error = BodyTooLarge()
    headers = {"content-type": "application/json", "connection": "close"}
    await send_response(send, error.status, explain(error).model_dump_json().encode(), headers)
