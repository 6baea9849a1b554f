"""Why a model server refused a request, told from its status and its words.

Imports a large library: load it where it is needed.
"""

import json
import re
import time
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from typing import Literal

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

Cause = Literal[
    "unreachable",
    "timeout",
    "unauthorised",
    "no_such_model",
    "no_vision",
    "no_tools",
    "context_exceeded",
    "too_many_pictures",
    "too_heavy",
    "sent_elsewhere",
    "system_refused",
    "roles_refused",
    "empty_refused",
    "no_credit",
    "filtered",
    "rate_limited",
    "overloaded",
    "refused",
]

MAX_WAIT = 60.0  # seconds
MAX_DETAIL = 600  # characters

# What servers say, tried in this order: OpenAI, Moonshot, SGLang, vLLM, llama.cpp, Ollama, routers.
_PATTERNS: tuple[tuple[Cause, str], ...] = (
    ("unauthorised", r"no connected db"),  # LiteLLM without one, of a key it does not know
    (
        "filtered",
        r"content.?filter|content.?management.?polic|content.?polic|moderation|safety system"
        r"|considered high.?risk|inappropriate content|data.?inspection|usage polic"
        r"|\bflagged\b|prompt.{0,20}blocked|敏感",
    ),
    (
        "context_exceeded",
        r"context.?length|context.?size|context ?window|token limit|prompt is too long"
        r"|maximum context|longer than the model|exceeds? the (?:model|maximum).{0,30}token"
        r"|too many tokens|(?:input|token length)(?: is)? too long|inputs?`? tokens|\bn_ctx\b"
        r"|maximum prompt length|(?:prompt|input length|token count).{0,40} exceeds?"
        r"|range of input length|reduce the length|max_num_tokens|too large for model",
    ),
    (
        "too_many_pictures",  # "at most 0 images" is no limit, but no sight
        r"too many (?:images|pictures)|(?:at most|up to|more than|only supports?) [1-9]\d* image"
        r"|max(?:imum)? (?:of|number of) (?:[1-9]\d* )?images?|image count|number of images"
        r"|(?:less|fewer) than \d+ images"
        r"|[1-9]\d* images? (?:per|in (?:a|one|each)) |image[\"']?[=:] ?[1-9].{0,40}limit.mm.per",
    ),
    (
        "too_heavy",
        r"(?:image|picture|request|body|payload|entity).{0,40}(?:exceeds|too large)"
        r"|exceeds? .{0,20}\d+ ?[MK]i?B",
    ),
    (
        "system_refused",
        r"system (?:role|message|prompt)s?.{0,30}(?:not|n't|un)\w* ?(?:support|allow|enable)"
        r"|developer instruction|role.{0,40}not support .?(?:system|developer)",
    ),
    (
        "roles_refused",
        r"roles? must alternate|unexpected role|role.{0,20} after role|last role",
    ),
    (
        "empty_refused",
        r"must (?:be non-empty|not be empty|have non-empty content)|content.{0,30}is empty"
        r"|empty content",
    ),
    (
        "no_vision",
        r"content must be a string|cannot unmarshal array"
        r"|(?:not|n't|only) support\w*.{0,40}(?:image|vision|multimodal)|not a multimodal"
        r"|(?:image|vision|multimodal).{0,60}(?:(?:not|n't|only) support|unsupported)"
        r"|unknown variant .?image_url|at most 0 images?|(?:required for|support) image input"
        r"|mmproj|only accepts? text|content.{0,40}(?:str type expected|should be a valid string)"
        r"|(?:invalid|unexpected|unsupported|unknown|not allowed|not a valid).{0,40}image_url"
        r"|image_url.{0,20}(?:not|unsupported)|vision.{0,20}(?:not enabled|disabled)",
    ),
    (
        "no_tools",
        r"not support (?:tool|function)|tool.{0,30}not support|tool choice requires"
        r"|support tool use|tools param requires|parameters?.{0,20}\btools\b",
    ),
    (
        "no_such_model",
        r"model.{0,200}(?:not found|does(?:n't| not) exist|not exist)|unknown model"
        r"|invalid model name",
    ),
    ("no_credit", r"insufficient.(?:balance|credit|quota|funds)|credit balance is too low"),
    ("rate_limited", r"rate.?limit|too many requests"),
    # LiteLLM of the server behind it; its error of that name stands for others too
    ("timeout", r"litellm.{0,80}(?:Timeout|timed out)"),
    (
        "unreachable",
        r"litellm.{0,120}(?:connection error\b|cannot connect|connection refused"
        r"|connect call failed|connection attempts failed|server disconnected)",
    ),
)
_WORDS = tuple((cause, re.compile(words, re.IGNORECASE)) for cause, words in _PATTERNS)
_STATUSES: dict[int, Cause] = {
    402: "no_credit",
    401: "unauthorised",
    403: "unauthorised",
    404: "no_such_model",
    408: "overloaded",
    409: "overloaded",
    413: "too_heavy",
    425: "overloaded",
    429: "rate_limited",
}


@dataclass(frozen=True)
class Refusal:
    """`words` are the server's own, without the key; `wait`: seconds it asked for."""

    cause: Cause
    words: str
    wait: float = 0.0


def refusal_of(error: APIError, secret: str) -> Refusal:
    """What an error of the client library stands for, with `secret` taken out of its text."""
    if isinstance(error, APITimeoutError):
        return Refusal("timeout", "no answer in time")
    if isinstance(error, APIConnectionError):
        return Refusal("unreachable", redact(str(error.__cause__ or error), secret))
    if isinstance(error, APIStatusError) and error.response.is_redirect:
        target = error.response.headers["location"]
        for page in ("/models", "/chat/completions"):
            target = target.removesuffix(page)
        return Refusal("sent_elsewhere", redact(f"it sends on to {target}", secret))
    words = _words_of(error)
    status = error.status_code if isinstance(error, APIStatusError) else _status_in(error)
    told = next((cause for cause, pattern in _WORDS if pattern.search(words)), None)
    cause: Cause
    if (told == "no_credit" and status in (403, 429)) or (told == "filtered" and status == 403):
        cause = told
    elif status in (401, 403, 429):
        cause = _STATUSES[status]
    elif told is not None:
        cause = told
    elif status is None or status >= 500 or not isinstance(error, APIStatusError):
        cause = _STATUSES.get(status or 0, "overloaded")
    else:
        cause = _STATUSES.get(status, "refused")
    answered = f"status {status}: " if status is not None else ""
    response = error.response if isinstance(error, APIStatusError) else None
    wait = _wait_of(response.headers.get("retry-after", "")) if response is not None else 0.0
    return Refusal(cause, redact(f"{answered}{words}", secret), wait)


def redact(text: str, secret: str) -> str:
    """One line of bounded length without the secret, which some servers repeat."""
    line = " ".join((text.replace(secret, "[key]") if secret else text).split())
    return line if len(line) <= MAX_DETAIL else f"{line[:MAX_DETAIL]}…"


def _wait_of(header: str) -> float:
    """Seconds of a Retry-After header, which may be a date; 0 where it is missing."""
    try:
        seconds = float(header)
    except ValueError:
        date = parsedate_tz(header)
        seconds = mktime_tz(date) - time.time() if date else 0.0
    return min(max(seconds, 0.0), MAX_WAIT) if seconds == seconds else 0.0


def _status_in(error: APIError) -> int | None:
    """The status that an error in a stream gives as its code."""
    code = str(error.code)
    return int(code) if re.fullmatch("[45][0-9]{2}", code) else None


def _words_of(error: APIError) -> str:
    """The error's message with what it names beside it: its code, where that is not the status, and
    the option it refuses."""
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, dict) else inner
        if isinstance(message, str) and message:
            param = inner.get("param") if isinstance(inner, dict) else None
            status = error.status_code if isinstance(error, APIStatusError) else _status_in(error)
            code = error.code if str(error.code) != str(status) else None
            beside = ", ".join(str(name) for name in (code, param) if name)
            return f"{message} ({beside})" if beside else message
    # the library's own words name the status alone
    return f"{error.message} {json.dumps(body)}" if isinstance(body, dict | list) else error.message
