"""Headers on every answer of the interface, and who may write."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.request import HttpHeaders
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from webapp.origins import Origin, is_loopback
from webapp.studio.errors import Forbidden, MethodNotAllowed
from webapp.studio.messages import explain

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# of which every browser sends one with a write to another site
_BROWSER_HEADERS = ("Origin", "Referer", "Cookie", "Sec-Fetch-Site", "Sec-Fetch-Mode")


class SecurityHeaders:
    """nosniff, no referrer to others, no framing."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        return response


class SameOriginWrites:
    """Refuse a write that is neither from the interface itself nor from a program on this machine.

    There are no cookies to forge a request with, but without sign-in any page the person visits
    could write to a service on their own machine: a browser says where it comes from.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        own = is_same_origin(request.headers, request.get_host())
        if request.method in _SAFE or own or is_local_program(request):
            return self._get_response(request)
        error = Forbidden("wrong_origin")
        return JsonResponse(explain(error).model_dump(), status=error.status)


class ChunkedForms:
    """Have a form read whose length nobody told, as curl sends what it reads from a pipe; Django
    takes one for empty. Any length will do: the body's end is known, and `BodyLimit` measures it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.content_type == "multipart/form-data" and not request.META.get("CONTENT_LENGTH"):
            # as of a large file, which goes to the disk
            request.META["CONTENT_LENGTH"] = str(settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1)
        return self._get_response(request)


class MethodRefusals:
    """Answer 405 in the form of every other error; Django and ninja have forms of their own."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        error = MethodNotAllowed()
        if response.status_code != error.status:
            return response
        allowed = {"Allow": response.headers["Allow"]}
        return JsonResponse(explain(error).model_dump(), status=error.status, headers=allowed)


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """WhiteNoise, answering whole files: its own answers stream, which ASGI serves badly."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        answer = static_file.get_response(request.method, request.META)
        body = b""
        if answer.file is not None:
            with answer.file as file:
                body = file.read()
        response = HttpResponse(body, status=int(answer.status))
        for name, value in answer.headers:
            response.headers[name] = value
        return response


def is_same_origin(headers: HttpHeaders, host: str) -> bool:
    """Whether the browser says that a request is from this very origin."""
    origin = headers.get("Origin")
    if origin is None:
        return headers.get("Sec-Fetch-Site") == "same-origin"
    return origin == f"{Origin.parse(settings.APP_ORIGIN).scheme}://{host}"


def is_local_program(request: HttpRequest) -> bool:
    """Whether a request is from this machine and from no browser, such as curl's. Behind a proxy
    nobody can tell: the address may be the proxy's."""
    if not is_loopback(Origin.parse(settings.APP_ORIGIN).hostname):
        return False
    if any(request.headers.get(name) for name in _BROWSER_HEADERS):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # none: it came over a Unix socket, from whoever a proxy let in
        return False
