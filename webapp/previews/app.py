"""Generated pages on their own origin: pure ASGI, no sessions, no cookies, no database writes.

`/r/<token>/<path>` is a file of a revision. What a page may do is in `policy.py`.
"""

from hashlib import sha256 as fingerprint

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from webapp.origins import Origin
from webapp.previews.answer import answer, token_and_file
from webapp.previews.policy import Place
from webapp.responses import header, reject, send_response
from webapp.studio import queries
from webapp.studio.error_handlers import recognise
from webapp.studio.errors import ServiceError
from webapp.studio.messages import message_for
from webapp.studio.storage import blobs

GONE = "There is no generated page at this address. Open it again from its project."


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
    named = token_and_file(scope["path"])
    if named is None:
        await reject(scope, send, 404, GONE)
        return
    token, file = named
    try:
        stored = await database_sync_to_async(_read)(token, file)
    except (DatabaseError, ServiceError) as error:
        message = message_for(recognise(error).code)
        await reject(scope, send, 503, f"{message.text} {message.hint}")
        return
    if stored is None:
        await reject(scope, send, 404, GONE)
        return
    place = _place(header(scope, b"host"), token)
    sent = answer(file, stored, place, scope["query_string"].decode("latin-1"))
    headers = {**sent.headers, "etag": f'"{fingerprint(sent.body).hexdigest()[:32]}"'}
    if header(scope, b"if-none-match") == headers["etag"]:
        await send_response(send, 304, b"", headers)
        return
    await send_response(send, 200, b"" if scope["method"] == "HEAD" else sent.body, headers)


def _place(host: str, token: str) -> Place:
    """`host` is the request's Host header; only the interface may show the page in a frame."""
    scheme = Origin.parse(settings.PREVIEW_ORIGIN).scheme
    ancestors = Origin.parse(settings.APP_ORIGIN).policy_sources()
    return Place(f"{scheme}://{host}", token, ancestors)


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
