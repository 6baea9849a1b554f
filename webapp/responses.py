"""Small answers below any framework: for wrong hosts, oversized bodies and generated pages."""

from collections.abc import Mapping
from http import HTTPStatus

from asgiref.typing import ASGISendCallable, Scope

TEXT = "text/plain; charset=utf-8"


def header(scope: Scope, name: bytes) -> str:
    """A request header by its lower-case name, or an empty text."""
    if scope["type"] == "lifespan":
        return ""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def send_response(
    send: ASGISendCallable, status: int, body: bytes, headers: Mapping[str, str]
) -> None:
    """Send a whole HTTP response."""
    pairs = {**headers, "content-length": str(len(body))}
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(key.lower().encode(), value.encode()) for key, value in pairs.items()],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def reject(scope: Scope, send: ASGISendCallable, status: int, sentence: str) -> None:
    """Answer HTTP with a sentence; reject a websocket before it opens."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4000, "reason": HTTPStatus(status).phrase})
    elif scope["type"] == "http":
        headers = {
            "content-type": TEXT,
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
        }
        await send_response(send, status, f"{sentence}\n".encode(), headers)
