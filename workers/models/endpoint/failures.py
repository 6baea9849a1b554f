"""Why an endpoint gave no answer. Codes are looked up in `webapp.studio.messages`.

ModelFailed               model_failed            anything else, in the endpoint's own words
├── Unauthorised          model_unauthorised      the key is missing or refused
├── NoSuchModel           model_unknown           the endpoint has no model of that name
├── NoVision              model_no_vision         the model takes no images
├── NoTools               model_no_tools          the model, or its server, takes no tools
├── OutputLimit           model_output_limit      its answers are cut off again and again
├── Curable                                       gone once messages are written in another style
│   ├── ContextExceeded   model_context_exceeded  the conversation is too long for the model
│   ├── TooHeavy          model_request_too_heavy the request, or a picture, has too many bytes
│   ├── RolesRefused      model_failed            roles do not follow one another as it wants
│   └── EmptyRefused      model_failed            a message has no words
├── Refused               model_failed            the endpoint does not take the request
└── Passing                                       may be gone a moment later
    ├── Unreachable       model_unreachable       no connection, or no answer in time
    ├── RateLimited       model_rate_limited      too many requests, or the quota is used up
    └── Overloaded        model_failed            the server had an error of its own
        ├── Unended       model_failed            the stream ended, and not the answer
        └── Unstreamed    model_failed            no piece of an answer came
"""

import json
import re
from typing import ClassVar

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from workers.agent.errors import ModelFailed


class Unauthorised(ModelFailed):
    code = "model_unauthorised"


class NoSuchModel(ModelFailed):
    code = "model_unknown"


class NoVision(ModelFailed):
    code = "model_no_vision"


class NoTools(ModelFailed):
    code = "model_no_tools"


class OutputLimit(ModelFailed):
    code = "model_output_limit"


class Curable(ModelFailed):
    """What another way of writing the messages may cure: the fields of `Style`, one at a time."""

    cures: ClassVar[tuple[str, ...]]


class ContextExceeded(Curable):
    code = "model_context_exceeded"
    cures = ("light",)


class TooHeavy(Curable):
    code = "model_request_too_heavy"
    cures = ("light", "no_old_pictures")


class RolesRefused(Curable):
    cures = ("strict_roles",)


class EmptyRefused(Curable):
    cures = ("no_empty_words",)


class Refused(ModelFailed):
    pass


class Passing(ModelFailed):
    """What may be gone a moment later. `wait`: seconds the server asked for."""

    wait = 0.0


class Unreachable(Passing):
    code = "model_unreachable"


class RateLimited(Passing):
    code = "model_rate_limited"


class Overloaded(Passing):
    pass


class Unended(Overloaded):
    pass


class Unstreamed(Overloaded):
    pass


MAX_WAIT = 60.0  # seconds
MAX_DETAIL = 600  # characters

# What servers say, tried in this order: OpenAI, Moonshot, SGLang, vLLM, llama.cpp, Ollama, routers.
_WORDS: tuple[tuple[type[ModelFailed], re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in (
        (
            ContextExceeded,
            r"context.?length|context.?size|context window|token limit|prompt is too long"
            r"|maximum context|longer than the model|exceeds? the (?:model|maximum).{0,30}token",
        ),
        (
            TooHeavy,
            r"(?:image|picture|request|body|payload|entity).{0,40}(?:exceeds|too large)"
            r"|exceeds? .{0,20}\d+ ?[MK]i?B",
        ),
        (
            RolesRefused,
            r"roles? must alternate|unexpected role|role.{0,20} after role|last role",
        ),
        (
            EmptyRefused,
            r"must (?:be non-empty|not be empty|have non-empty content)|content.{0,30}is empty"
            r"|empty content",
        ),
        (
            NoVision,
            r"content must be a string|cannot unmarshal array"
            r"|(?:not|n't|only) support\w*.{0,40}(?:image|vision|multimodal)|not a multimodal"
            r"|(?:image|vision|multimodal).{0,60}(?:(?:not|n't|only) support|unsupported)"
            r"|unknown variant .?image_url|at most 0 images?|(?:required for|support) image input"
            r"|mmproj",
        ),
        (
            NoTools,
            r"not support (?:tool|function)|tool.{0,30}not support|tool choice requires"
            r"|support tool use",
        ),
        (NoSuchModel, r"model.{0,200}(?:not found|does(?:n't| not) exist|not exist)|unknown model"),
        (RateLimited, r"rate.?limit|too many requests"),
    )
)
_STATUSES: dict[int, type[ModelFailed]] = {
    401: Unauthorised,
    403: Unauthorised,
    404: NoSuchModel,
    408: Overloaded,
    409: Overloaded,
    425: Overloaded,
    413: TooHeavy,
    429: RateLimited,
}


def classify(error: APIError, secret: str) -> ModelFailed:
    """What an error of the client library stands for, with `secret` taken out of its text."""
    if isinstance(error, APITimeoutError):
        return Unreachable("no answer in time")
    if isinstance(error, APIConnectionError):
        return Unreachable(redact(str(error.__cause__ or error), secret))
    words = _words_of(error)
    status = error.status_code if isinstance(error, APIStatusError) else _status_in(error)
    told = next((kind for kind, pattern in _WORDS if pattern.search(words)), None)
    kind: type[ModelFailed]
    if status in (401, 403, 429):
        kind = _STATUSES[status]
    elif told is not None:
        kind = told
    elif status is None or status >= 500 or not isinstance(error, APIStatusError):
        kind = _STATUSES.get(status or 0, Overloaded)
    else:
        kind = _STATUSES.get(status, Refused)
    answered = f"status {status}: " if status is not None else ""
    failure = kind(redact(f"{answered}{words}", secret))
    if isinstance(failure, Passing) and isinstance(error, APIStatusError):
        failure.wait = _wait_of(error.response.headers.get("retry-after", ""))
    return failure


def redact(text: str, secret: str) -> str:
    """One line of bounded length without the secret, which some servers repeat."""
    line = " ".join((text.replace(secret, "[key]") if secret else text).split())
    return line if len(line) <= MAX_DETAIL else f"{line[:MAX_DETAIL]}…"


def _wait_of(header: str) -> float:
    """Seconds of a Retry-After header; 0 where it is missing or a date."""
    return min(float(header), MAX_WAIT) if header.isdecimal() else 0.0


def _status_in(error: APIError) -> int | None:
    """The status that an error in a stream gives as its code."""
    code = str(error.code)
    return int(code) if re.fullmatch("[45][0-9]{2}", code) else None


def _words_of(error: APIError) -> str:
    """The error's message with what it names beside it: its code, and the option it refuses."""
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, dict) else inner
        if isinstance(message, str) and message:
            param = inner.get("param") if isinstance(inner, dict) else None
            beside = ", ".join(str(name) for name in (error.code, param) if name)
            return f"{message} ({beside})" if beside else message
    # the library's own words name the status alone
    return f"{error.message} {json.dumps(body)}" if isinstance(body, dict | list) else error.message
