"""Headers on every answer of the interface, and who may write."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.request import HttpHeaders
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from webapp.origins import Origin
from webapp.studio.errors import Forbidden, MethodNotAllowed
from webapp.studio.messages import explain

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


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
    """Refuse a write that does not come from the interface itself.

    There are no cookies to forge a request with, but without sign-in any page the person visits
    could write to a service on their own machine.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _SAFE or is_same_origin(request.headers, request.get_host()):
            return self._get_response(request)
        error = Forbidden("wrong_origin")
        return JsonResponse(explain(error).model_dump(), status=error.status)


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
