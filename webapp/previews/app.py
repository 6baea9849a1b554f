"""Generated pages on their own origin: pure ASGI, no sessions, no cookies, no database writes.

`/r/<token>/<path>` is a file of a revision. What a page may do is in `policy.py`.
"""

from hashlib import sha256 as fingerprint

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from channels.db import database_sync_to_async
from django.db import DatabaseError

from webapp.previews.policy import page_headers, resource_headers
from webapp.responses import header, reject, send_response
from webapp.studio import queries
from webapp.studio.messages import message_for
from webapp.studio.storage import blobs

GONE = "There is no generated page at this address. Open it again from its project."
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".txt": "text/plain; charset=utf-8",
}


async def previews(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """The application of the preview origin."""
    if scope["type"] != "http":
        await reject(scope, send, 404, GONE)
        return
    if scope["method"] not in {"GET", "HEAD"}:
        await reject(scope, send, 405, "Generated pages can only be read.")
        return
    await _serve(scope, send)


async def _serve(scope: HTTPScope, send: ASGISendCallable) -> None:
    token, slash, path = scope["path"].removeprefix("/r/").partition("/")
    if not scope["path"].startswith("/r/") or not slash:
        await reject(scope, send, 404, GONE)
        return
    path = path or "index.html"
    try:
        body = await database_sync_to_async(_read)(token, path)
    except DatabaseError:
        message = message_for("database_unavailable")
        await reject(scope, send, 503, f"{message.text} {message.hint}")
        return
    if body is None:
        await reject(scope, send, 404, GONE)
        return
    content_type = _type_of(path)
    if content_type.startswith("text/html") or path.endswith(".svg"):
        scripts = b"scripts=1" in scope["query_string"].split(b"&")
        headers = page_headers(header(scope, b"host"), token, scripts=scripts)
    else:
        headers = resource_headers()
    etag = f'"{fingerprint(body).hexdigest()[:32]}"'
    if header(scope, b"if-none-match") == etag:
        await send_response(send, 304, b"", {**headers, "etag": etag})
        return
    headers = {**headers, "content-type": content_type, "etag": etag}
    await send_response(send, 200, b"" if scope["method"] == "HEAD" else body, headers)


def _read(token: str, path: str) -> bytes | None:
    """A file of the revision at `token`; None for what is not there."""
    revision = queries.revision_by_token(token)
    digest = revision.files.get(path) if revision else None
    if digest is None:
        return None
    try:
        return blobs().get(digest)
    except KeyError:
        return None


def _type_of(path: str) -> str:
    """By extension, from our own list: the machine's tables differ from one to the next."""
    _, dot, extension = path.rpartition(".")
    return TYPES.get(dot + extension.lower(), "application/octet-stream")
