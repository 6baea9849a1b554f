"""Answers that are none: storms, limits, refusals of what was asked."""

import json
from collections.abc import Callable
from random import Random

from bench.faults.answers import DONE, event, pieces, proper, say
from bench.faults.fault import PAUSES, Fault, Kind, then_proper
from bench.faults.wire import JSON, Reply, Wire, refusal, status, stream

_AT_ONCE = ("", "", "Retry-After: 0", "Retry-After: soon", "Retry-After: -3",
            "Retry-After: Sun, 29 Nov 2026 10:00:00 GMT")  # fmt: skip
_AGAIN = (*_AT_ONCE, "Retry-After: 1")
_HTML = b"<html><head><title>%d</title></head><body><h1>It does not work</h1></body></html>"
_OPTIONS = ("stream_options", "temperature", "top_p", "max_tokens")


_LIMIT_TOLD = (
    "At most {most} image(s) may be provided in one prompt.",
    "messages: too many images and documents: {sent} + 0 > {most}",
    "You set image={most} (or defaulted to 1) in `--limit-mm-per-prompt`, but passed {sent} image"
    " items in the same prompt.",
    "Request exceeds the maximum of {most} images",
)
_LIMIT_UNTOLD = ("Too many images in request", "image count exceeds the limit of this model")


def too_many_requests(rng: Random) -> Fault:
    """429, at most three times"""
    storm = [_too_many(rng) for _ in range(rng.randint(1, len(PAUSES)))]
    return then_proper(rng, *storm)


def too_many_always(rng: Random) -> Fault:
    """429 without end, or as an error in the stream"""
    in_stream = rng.choice(
        (
            {"message": "Rate limit reached for requests", "code": "rate_limit_exceeded"},
            {"message": "Provider returned error", "code": 429},
            {"message": "Too many requests", "type": "requests", "code": "429"},
        )
    )
    spoken = rng.random() < 0.4
    reply = _error_in_stream(rng, in_stream) if spoken else _too_many(rng, _AT_ONCE)
    return Fault((reply,), code="model_rate_limited")


def server_errors(rng: Random) -> Fault:
    """500 to 529 with any body, at most three times"""
    storm = [_server_error(rng) for _ in range(rng.randint(1, len(PAUSES)))]
    return then_proper(rng, *storm)


def server_errors_always(rng: Random) -> Fault:
    """500 to 529 without end"""
    return Fault((_server_error(rng, _AT_ONCE),), code="model_failed")


def passing_statuses(rng: Random) -> Fault:
    """408, 409 or 425 once"""
    return then_proper(rng, refusal(rng.choice((408, 409, 425)), "Try again"))


def empty_body(rng: Random) -> Fault:
    """200 with nothing in it, once"""
    nothing = (status(200), status(200, b"", "text/event-stream"), lambda _: stream(DONE))
    return then_proper(rng, rng.choice(nothing))


def html_page(rng: Random) -> Fault:
    """a page of a proxy in place of an answer, once, with 200 or an error"""
    code = rng.choice((200, 200, 502, 503, 504))
    return then_proper(rng, status(code, _HTML % code, "text/html"))


def error_in_stream(rng: Random) -> Fault:
    """an error inside the stream, once"""
    errors = (
        {"message": "The engine is restarting", "code": 503},
        {"message": "Internal error", "type": "server_error", "code": None},
        "Overloaded",
        {"type": "overloaded_error"},
        {"message": None},
        {"message": {"deep": "er"}},
    )
    return then_proper(rng, _error_in_stream(rng, rng.choice(errors)))


def refused_key(rng: Random) -> Fault:
    """the key is refused, by status or in the stream"""
    told = _error_in_stream(rng, {"message": "Incorrect API key provided", "code": 401})
    replies = (
        refusal(401, "No auth credentials found"),
        refusal(403, "Forbidden"),
        status(401),
        told,
    )
    return Fault((rng.choice(replies),), code="model_unauthorised", requests=1)


def unknown_model(rng: Random) -> Fault:
    """the model is not there"""
    replies = (
        refusal(404, "The model `kimi-k2.5` does not exist", code="model_not_found"),
        refusal(400, "Model kimi-k2.5 not found"),
        status(404, b"404 page not found", "text/plain"),
    )
    return Fault((rng.choice(replies),), code="model_unknown", requests=1)


def no_tools(rng: Random) -> Fault:
    """the server takes no tools, or the model no pictures"""
    if rng.random() < 0.5:
        reply = refusal(400, "library/tiny does not support tools")
        return Fault((reply,), code="model_no_tools", requests=1)
    reply = refusal(400, "This model does not support image input")
    return Fault((reply,), code="model_no_vision", requests=1)


def too_long_once(rng: Random) -> Fault:
    """the context is exceeded, or the request too large, once"""
    return then_proper(rng, rng.choice((_too_long, _too_large))(rng))


def too_long_always(rng: Random) -> Fault:
    """the context is exceeded whatever is sent"""
    return Fault((_too_long(rng),), code="model_context_exceeded")


def too_large_always(rng: Random) -> Fault:
    """the request is too large whatever is sent"""
    return Fault((_too_large(rng),), code="model_request_too_heavy")


def too_many_pictures(rng: Random) -> Fault:
    """more pictures than the server takes, told with the number or without"""
    return _taking(rng, rng.randint(1, 4), rng.choice((*_LIMIT_TOLD, *_LIMIT_UNTOLD)))


def not_one_picture(rng: Random) -> Fault:
    """too many pictures, however few are sent"""
    return _taking(rng, 0, rng.choice((*_LIMIT_UNTOLD, _LIMIT_TOLD[0])))


def options_one_by_one(rng: Random) -> Fault:
    """unknown options, one in each refusal"""
    unknown = rng.sample(_OPTIONS, rng.randint(1, len(_OPTIONS)))
    return _refusing(rng, unknown, lambda found: found[:1])


def options_at_once(rng: Random) -> Fault:
    """several unknown options in one refusal"""
    return _refusing(rng, rng.sample(_OPTIONS, rng.randint(2, len(_OPTIONS))), lambda found: found)


def payment(rng: Random) -> Fault:
    """no money is left, or the request is not taken and no reason is told"""
    told = rng.choice(
        (
            (refusal(402, "Insufficient Balance"), "model_no_credit"),
            (refusal(422, "No"), "model_failed"),
            (status(400), "model_failed"),
        )
    )
    return Fault((told[0],), code=told[1])


def _too_many(rng: Random, waits: tuple[str, ...] = _AGAIN) -> Reply:
    headers = [header for header in (rng.choice(waits),) if header]
    if rng.random() < 0.3:
        return status(429, _HTML % 429, "text/html", *headers)
    return refusal(429, rng.choice(("Slow down", "You exceeded your current quota")), *headers)


def _server_error(rng: Random, waits: tuple[str, ...] = _AGAIN) -> Reply:
    code = rng.choice((500, 502, 503, 504, 520, 524, 529))
    headers = [header for header in (rng.choice(waits),) if header]
    bodies = ((b"", "text/plain"), (_HTML % code, "text/html"), (b"null", "application/json"),
              (b'{"error": "busy"}', "application/json"), (b"{oops", "application/json"),
              (b'{"detail": [{"msg": "x"}]}', "application/json"))  # fmt: skip
    return status(code, *rng.choice(bodies), *headers)


def _error_in_stream(rng: Random, error: object) -> Reply:
    """At the beginning of an answer or in its middle."""
    begun = pieces(say(rng))[: rng.choice((0, 1, 5))]
    lines = [event(piece) for piece in begun]
    return lambda _: stream(*lines, event({"error": error}), DONE)


def _too_long(rng: Random) -> Reply:
    words = rng.choice(
        (
            "This model's maximum context length is 8192 tokens. However, you requested 9000.",
            "Input is longer than the model's context length (4096 tokens).",
            "the request exceeds the available context size",
            "prompt is too long: 210000 tokens > 200000 maximum",
        )
    )
    if rng.random() < 0.2:
        return _error_in_stream(rng, {"message": words, "code": "context_length_exceeded"})
    return refusal(rng.choice((400, 413, 500)), words)


def _too_large(rng: Random) -> Reply:
    replies = (
        status(413, _HTML % 413, "text/html"),
        status(413),
        refusal(400, "image exceeds 5 MB maximum"),
        refusal(413, "Request body too large"),
    )
    return rng.choice(replies)


def _taking(rng: Random, most: int, words: str) -> Fault:
    """A server that takes so many pictures, of a task that has more."""
    said, mockups = say(rng), rng.randint(most + 1, 5)

    def reply(request: JSON) -> Wire:
        sent = json.dumps(request).count('"image_url": {')
        if sent > most:
            return refusal(400, words.format(most=most, sent=sent))(request)
        return proper(said)(request)

    if most == 0:
        return Fault((reply,), code="model_no_vision", mockups=mockups)
    return Fault((reply,), (said,), mockups=mockups, requests=4)


def _refusing(rng: Random, unknown: list[str], named: Callable[[list[str]], list[str]]) -> Fault:
    said = say(rng)
    tell = rng.choice((_in_words, _as_parameter, _as_detail))

    def reply(request: JSON) -> Wire:
        found = named([option for option in unknown if option in request])
        return (tell(found) if found else proper(said))(request)

    return Fault((reply,), (said,), max_tokens=4000, requests=1 + len(unknown))


def _in_words(options: list[str]) -> Reply:
    return refusal(400, "Unrecognized request arguments supplied: " + ", ".join(options))


def _as_parameter(options: list[str]) -> Reply:
    """As OpenAI names it beside the words."""
    return refusal(400, "Unsupported parameter", param=", ".join(options))


def _as_detail(options: list[str]) -> Reply:
    """As FastAPI does."""
    detail = [
        {
            "type": "extra_forbidden",
            "loc": ["body", option],
            "msg": "Extra inputs are not permitted",
        }
        for option in options
    ]
    return status(422, json.dumps({"detail": detail}).encode())


KINDS: tuple[Kind, ...] = (
    too_many_requests,
    too_many_always,
    server_errors,
    server_errors_always,
    passing_statuses,
    empty_body,
    html_page,
    error_in_stream,
    refused_key,
    unknown_model,
    no_tools,
    too_long_once,
    too_long_always,
    too_large_always,
    too_many_pictures,
    not_one_picture,
    options_one_by_one,
    options_at_once,
    payment,
)
