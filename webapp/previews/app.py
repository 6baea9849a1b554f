"""Generated pages on their own origin: pure ASGI, no sessions, no cookies, no database writes.

`/r/<token>/<path>` is a file of a revision, `/s/<token>/<path>` one that a person shares. What a
page may do is in `policy.py`.
"""

from dataclasses import dataclass
from hashlib import sha256 as fingerprint

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from webapp.origins import Origin
from webapp.previews.answer import Answer, answer, token_and_file
from webapp.previews.policy import FOLDERS, SHARED, Place
from webapp.responses import REFUSAL, header, reject, send_response
from webapp.studio import queries
from webapp.studio.error_handlers import recognise
from webapp.studio.errors import NotFound, ServiceError
from webapp.studio.messages import message_for
from webapp.studio.models import Revision
from webapp.studio.storage import blobs

GONE = "There is no generated page at this address. Open it again from its project."
ENDED = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>No longer shared</title>
<style>
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif }
main { max-width: 32rem; margin: 20vh auto; padding: 0 24px }
h1 { font-size: 20px }
</style>
<main><h1>{text}</h1><p>{hint}</p></main></html>
"""


@dataclass(frozen=True)
class _Stored:
    """A file of a page, and with which query it is answered."""

    body: bytes
    query: str


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
    is_shared = scope["path"].startswith(SHARED)
    named = token_and_file(scope["path"], SHARED if is_shared else FOLDERS)
    if named is None:
        await reject(scope, send, 404, GONE)
        return
    token, file = named
    query = scope["query_string"].decode("latin-1")
    try:
        read = _read_shared if is_shared else _read
        stored = await database_sync_to_async(read)(token, file, query)
    except NotFound as error:
        await _tell_ended(scope, send, error)
        return
    except (DatabaseError, ServiceError) as error:
        message = message_for(recognise(error).code)
        await reject(scope, send, 503, f"{message.text} {message.hint}")
        return
    if stored is None:
        await reject(scope, send, 404, GONE)
        return
    place = _place(header(scope, b"host"), token, is_shared=is_shared)
    await _send(scope, send, answer(file, stored.body, place, stored.query), is_shared=is_shared)


async def _send(scope: HTTPScope, send: ASGISendCallable, sent: Answer, *, is_shared: bool) -> None:
    headers = {**sent.headers, "etag": f'"{fingerprint(sent.body).hexdigest()[:32]}"'}
    if is_shared:  # it can be taken back, and what it shows can change
        headers |= {"cache-control": "private, no-cache", "x-robots-tag": "noindex"}
    if header(scope, b"if-none-match") == headers["etag"]:
        await send_response(send, 304, b"", headers)
        return
    await send_response(send, 200, b"" if scope["method"] == "HEAD" else sent.body, headers)


async def _tell_ended(scope: HTTPScope, send: ASGISendCallable, error: NotFound) -> None:
    """A page for people who know nothing of this service."""
    message = message_for(error.code)
    page = ENDED.replace("{text}", message.text).replace("{hint}", message.hint).encode()
    policy = f"{REFUSAL['content-security-policy']}; style-src 'unsafe-inline'"
    headers = {**REFUSAL, "content-security-policy": policy, "cache-control": "no-store"}
    headers["content-type"] = "text/html; charset=utf-8"
    await send_response(send, 404, b"" if scope["method"] == "HEAD" else page, headers)


def _place(host: str, token: str, *, is_shared: bool) -> Place:
    """`host` is the request's Host header; only the interface may show a page in a frame, and
    nobody one that is shared."""
    origin = f"{Origin.parse(settings.PREVIEW_ORIGIN).scheme}://{host}"
    if is_shared:
        return Place(origin, token, folders=SHARED)
    return Place(origin, token, Origin.parse(settings.APP_ORIGIN).policy_sources())


def _read(token: str, path: str, query: str) -> _Stored | None:
    """A file of the revision at `token`; None for what is not there."""
    return _stored(queries.revision_by_token(token), path, query)


def _read_shared(token: str, path: str, _: str) -> _Stored | None:
    """The same of what is shared at `token`: whoever shared it says whether its scripts run.
    Raises NotFound where that has ended."""
    share = queries.share_by_token(token)
    if share is None:
        return None
    return _stored(queries.shared_revision(share), path, "scripts=1" if share.scripts else "")


def _stored(revision: Revision | None, path: str, query: str) -> _Stored | None:
    digest = revision.shown.get(path) if revision else None
    if digest is None:
        return None
    try:
        return _Stored(blobs().get(digest), query)
    except KeyError:
        return None
