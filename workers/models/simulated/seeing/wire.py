"""What goes over the wire: how large a request is, what it is refused with, how it is answered."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from workers.models.simulated.seeing.conversation import JSON
from workers.models.simulated.seeing.policy import Answer

MODEL = "seeing"
LETTERS = 4  # characters of text that make one token
PICTURE_TOKENS = 1200  # of any picture: what Kimi K2.5 reads of 1280 × 740 pixels
PIECE = 400  # characters of what is streamed at a time


class Refusal(Exception):
    """An answer that is an error, in OpenAI's words."""

    kind = "invalid_request_error"

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code

    @property
    def body(self) -> JSON:
        error = {"message": self.message, "type": self.kind, "param": None, "code": self.code}
        return {"error": error}


@dataclass(frozen=True)
class Size:
    """Tokens of a request, message by message, the tools first."""

    tokens: tuple[int, ...]
    digests: tuple[str, ...] = field(repr=False)

    @property
    def total(self) -> int:
        return sum(self.tokens)

    def shared_with(self, earlier: "Size | None") -> int:
        """Tokens of the beginning that both have."""
        count = 0
        others = earlier.digests if earlier else ()
        for tokens, mine, theirs in zip(self.tokens, self.digests, others, strict=False):
            if mine != theirs:
                break
            count += tokens
        return count


def size_of(request: JSON) -> Size:
    """The request's size, fairly guessed."""
    messages = request.get("messages")
    parts = [request.get("tools"), *(messages if isinstance(messages, list) else [])]
    written = [json.dumps(part, ensure_ascii=False) for part in parts]
    digests = tuple(sha256(text.encode("utf-8", "replace")).hexdigest() for text in written)
    return Size(tuple(map(_tokens_of, parts)), digests)


def check_size(size: Size, context: int) -> None:
    """Raises Refusal where a request does not fit the window."""
    if size.total > context:
        raise Refusal(
            400,
            f"This model's maximum context length is {context} tokens. However, your request has"
            f" {size.total} tokens. Please reduce the length of the messages.",
            "context_length_exceeded",
        )


def usage_of(size: Size, earlier: Size | None, answer: Answer) -> JSON:
    written = sum(len(json.dumps(call)) for call in answer.calls)
    completion = (len(answer.thought) + len(answer.text) + written) // LETTERS + 1
    return {
        "prompt_tokens": size.total,
        "completion_tokens": completion,
        "total_tokens": size.total + completion,
        "prompt_tokens_details": {"cached_tokens": size.shared_with(earlier)},
    }


def completion(answer: Answer, size: Size, usage: JSON) -> JSON:
    """The whole answer in one piece."""
    message = {
        "role": "assistant",
        "content": answer.text or None,
        "reasoning_content": answer.thought,
        "tool_calls": [
            {
                "id": identity,
                "type": "function",
                "function": {"name": name, "arguments": arguments},
            }
            for identity, name, arguments in _calls(answer, size)
        ]
        or None,
    }
    choice = {"index": 0, "message": message, "finish_reason": _ending(answer)}
    return {**_head(size, "chat.completion"), "choices": [choice], "usage": usage}


def pieces(answer: Answer, size: Size, usage: JSON | None) -> Iterator[JSON]:
    """The answer as a stream; `usage` where it was asked for."""
    yield _piece(size, {"role": "assistant", "content": ""})
    for part in _cut(answer.thought):
        yield _piece(size, {"reasoning_content": part})
    for part in _cut(answer.text):
        yield _piece(size, {"content": part})
    for index, (identity, name, arguments) in enumerate(_calls(answer, size)):
        opened = {"name": name, "arguments": ""}
        call = {"index": index, "id": identity, "type": "function", "function": opened}
        yield _piece(size, {"tool_calls": [call]})
        for part in _cut(arguments):
            more = {"index": index, "function": {"arguments": part}}
            yield _piece(size, {"tool_calls": [more]})
    yield _piece(size, {}, _ending(answer))
    if usage is not None:
        yield {**_head(size, "chat.completion.chunk"), "choices": [], "usage": usage}


def card(context: int) -> JSON:
    """How the model is listed."""
    return {
        "id": MODEL,
        "object": "model",
        "created": 1,
        "owned_by": "mockwright",
        "context_length": context,
        "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
        "supported_parameters": ["tools", "tool_choice"],
    }


def _tokens_of(part: object) -> int:
    match part:
        case {"image_url": _}:
            return PICTURE_TOKENS
        case dict():
            return sum(len(str(name)) // LETTERS + _tokens_of(one) for name, one in part.items())
        case list():
            return sum(map(_tokens_of, part))
    return len(str(part)) // LETTERS + 1 if part else 0


def _calls(answer: Answer, size: Size) -> Sequence[tuple[str, str, str]]:
    """Id, name and arguments of each call; ids as unlike as the requests are."""
    digest = sha256("".join(size.digests).encode()).hexdigest()[:20]
    return [
        (f"call_{digest}{at:02}", name, json.dumps(arguments, ensure_ascii=False))
        for at, (name, arguments) in enumerate(answer.calls)
    ]


def _ending(answer: Answer) -> str:
    return "tool_calls" if answer.calls else "stop"


def _head(size: Size, kind: str) -> dict[str, object]:
    identity = f"chatcmpl-{size.digests[-1][:16]}"
    return {"id": identity, "object": kind, "created": 1, "model": MODEL}


def _piece(size: Size, delta: JSON, ending: str | None = None) -> JSON:
    choice = {"index": 0, "delta": delta, "finish_reason": ending}
    return {**_head(size, "chat.completion.chunk"), "choices": [choice]}


def _cut(text: str) -> Iterator[str]:
    return (text[at : at + PIECE] for at in range(0, len(text), PIECE))
