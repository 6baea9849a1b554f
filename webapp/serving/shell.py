"""The page that holds the interface: the same file for each of its addresses."""

from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from webapp.origins import Origin
from webapp.studio.messages import message_for


def content_security_policy() -> str:
    """What the interface may load. Websockets are named for browsers that do not count them
    under 'self'; inline styles are CodeMirror's."""
    app = Origin.parse(settings.APP_ORIGIN)
    previews = Origin.parse(settings.PREVIEW_ORIGIN)
    socket_scheme = "wss" if app.scheme == "https" else "ws"
    return (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' blob: data:; font-src 'self' data:; worker-src 'self' blob:; "
        f"connect-src 'self' {app.policy_sources(socket_scheme)}; "
        f"frame-src {previews.policy_sources()}; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@require_safe
def app_shell(request: HttpRequest) -> HttpResponse:
    """frontend/dist/index.html under a strict policy; a sentence where it has not been built."""
    try:
        page = (settings.FRONTEND / "index.html").read_bytes()
    except FileNotFoundError:
        message = message_for("not_built")
        text = f"{message.text} {message.hint}\n"
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    response = HttpResponse(_at_its_path(page), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = content_security_policy()
    response.headers["Cache-Control"] = "no-cache"
    return response


def _at_its_path(page: bytes) -> bytes:
    """The built page, told the path that it is served below: in its links and, for scripts, in a
    `<meta>` that stands empty in it."""
    path = escape(settings.APP_PATH).encode()
    linked = page.replace(b'="/static/', b'="%b/static/' % path)
    return linked.replace(b'name="app-path" content=""', b'name="app-path" content="%b"' % path)
