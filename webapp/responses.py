"""Small answers below any framework: for wrong hosts, oversized bodies and generated pages."""

from collections.abc import Mapping
from http import HTTPStatus

from asgiref.typing import ASGISendCallable, Scope

TEXT = "text/plain; charset=utf-8"
# of every refusal, on either origin
REFUSAL = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
}


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
    """Answer HTTP with a sentence; so, too, a websocket before it opens, where the server can."""
    if scope["type"] == "lifespan":
        return
    body, headers = f"{sentence}\n".encode(), {"content-type": TEXT, **REFUSAL}
    if scope["type"] == "http":
        await send_response(send, status, body, headers)
    elif "websocket.http.response" in (scope.get("extensions") or {}):
        await send(
            {
                "type": "websocket.http.response.start",
                "status": status,
                "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
            }
        )
        await send({"type": "websocket.http.response.body", "body": body, "more_body": False})
    else:
        await send({"type": "websocket.close", "code": 4000, "reason": HTTPStatus(status).phrase})
