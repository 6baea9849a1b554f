"""What the parts of the API share of requests and answers."""

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from webapp.studio.errors import NotFound
from webapp.studio.storage import blobs


class Request(HttpRequest):
    """A request after the middleware that says who asks."""

    user: User


def blob(sha256: str) -> HttpResponse:
    """Raises NotFound."""
    try:
        return immutable(blobs().get(sha256))
    except KeyError:
        raise NotFound(detail="The file is no longer stored.") from None


def attachment(data: bytes, name: str, content_type: str) -> HttpResponse:
    """A file that the browser saves under an ASCII name, and never shows."""
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def immutable(data: bytes) -> HttpResponse:
    """Bytes under a name that never changes meaning. Only pictures are more than text here."""
    is_png = data.startswith(b"\x89PNG\r\n\x1a\n")
    kind = "image/png" if is_png else "text/plain; charset=utf-8"
    response = HttpResponse(data, content_type=kind)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
