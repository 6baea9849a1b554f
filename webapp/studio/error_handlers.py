"""Turn whatever goes wrong in a request into {"code", "message", "hint"}."""

import errno
import logging

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from webapp.studio.errors import (
    BadRequest,
    BodyTooLarge,
    DatabaseUnavailable,
    DiskFull,
    MockwrightError,
    NotFound,
    ServiceError,
)
from webapp.studio.messages import explain

logger = logging.getLogger(__name__)


def add_exception_handlers(api: NinjaAPI) -> None:
    """Answer each kind of error; what nobody foresaw is logged and reads as our mistake."""
    for kind in (ValidationError, HttpError, Http404, Exception):  # else ninja answers in its way
        api.add_exception_handler(kind, respond)


def respond(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    """An error as the API tells it; Django's own refusals, and addresses without a view, too."""
    error = exception() if isinstance(exception, type) else exception
    known = recognise(error)
    if known.status >= 500 and not isinstance(known, ServiceError):
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
    problem = explain(known)
    return HttpResponse(
        problem.model_dump_json(), status=known.status, content_type="application/json"
    )


def handler500(request: HttpRequest) -> HttpResponse:
    """Django has logged the error."""
    problem = explain(MockwrightError())
    return HttpResponse(problem.model_dump_json(), status=500, content_type="application/json")


def recognise(error: Exception) -> MockwrightError:
    """The error of ours that another library's error amounts to."""
    if isinstance(error, MockwrightError):
        return error
    if isinstance(error, ValidationError):
        return BadRequest(detail="; ".join(_sentence(one) for one in error.errors))
    if isinstance(error, RequestDataTooBig):
        return BodyTooLarge("text_too_large")
    if isinstance(error, SuspiciousOperation):
        return BadRequest()
    if isinstance(error, MultiPartParserError | HttpError):
        return BadRequest(detail=str(error))
    if isinstance(error, Http404):
        return NotFound()
    if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error):
        return DiskFull()
    if isinstance(error, DatabaseError):
        return DatabaseUnavailable()
    return MockwrightError()


def _sentence(problem: dict[str, object]) -> str:
    """Where pydantic found something wrong, and what."""
    place = problem["loc"]
    names = [str(part) for part in place] if isinstance(place, tuple | list) else []
    return f"{'.'.join(names[2:] or names[1:])}: {problem['msg']}"
