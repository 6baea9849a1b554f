"""Well-formed answers as Kimi streams them, and where in their bytes something can be spoilt."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bench.faults.wire import JSON, Reply, Wire, stream

DONE = b"data: [DONE]\n\n"
TOOLS = ("write_file", "edit_file", "compare", "finish")

_WORDS = (
    "Überschrift", "colour", "größer", "页面", "кнопка", "🙂", "👩‍💻", "naïve", "margin",
    "“quoted”", "\\", "24 px", "café", "数", "the header", "£9", "—", "is teal", "𝒳",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What the model meant: what must come of it, whatever happens on the way."""

    thought: str
    text: str
    calls: tuple[tuple[str, str], ...]  # a tool's name, and its arguments as JSON
    is_loose: bool = False  # arguments mean the same in another spelling


@dataclass(frozen=True)
class Manner:
    """How a server writes an answer. Each function gets what a well-behaved one would write."""

    delta: Callable[[JSON], JSON] = lambda delta: delta
    call: Callable[[JSON, int, bool], JSON] = lambda piece, _at, _is_first: piece
    piece: Callable[[JSON], JSON] = lambda piece: piece
    size: int = 24  # characters of one piece
    finish: object = "tool_calls"
    usage: object = field(
        default_factory=lambda: {"prompt_tokens": 900, "completion_tokens": 70, "total_tokens": 970}
    )


def say(rng: Random, calls: int | None = None) -> Said:
    """Some answer. Its text begins with a word, as one in braces might be a call."""
    count = calls if calls is not None else rng.randint(1, 4)
    made = []
    for number in range(count):
        name = rng.choice(TOOLS[:2]) if number < count - 1 else rng.choice(TOOLS)
        arguments: JSON = {"path": f"{rng.choice(('index', 'über', '页'))}-{number}.html"}
        if name == "write_file":
            arguments["content"] = f'<p class="a">\n{_prose(rng, 30)}</p>\n'
        elif name == "edit_file":
            arguments["edits"] = [[_prose(rng, 6), _prose(rng, 6)]]
        elif name == "finish":
            arguments = {"summary": _prose(rng, 5)}
        else:
            arguments = {"page": _prose(rng, 2)}
        made.append((name, json.dumps(arguments, ensure_ascii=rng.random() < 0.3)))
    return Said("I see " + _prose(rng, 20), "Now " + _prose(rng, 12), tuple(made))


def _prose(rng: Random, words: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(words)) + "."


def head_of(choices: list[JSON]) -> JSON:
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "kimi-k2.5"}
    return {**head, "choices": choices}


def pieces(said: Said, manner: Manner | None = None) -> list[JSON]:
    """The answer as a stream's pieces, the last of which tells the usage."""
    manner = manner or Manner()
    deltas: list[JSON] = [{"role": "assistant", "content": ""}]
    deltas += [{"reasoning_content": part} for part in parts(said.thought, manner.size)]
    deltas += [{"content": part} for part in parts(said.text, manner.size)]
    for at, (name, arguments) in enumerate(said.calls):
        first = {
            "index": at,
            "id": f"functions.{name}:{at}",
            "type": "function",
            "function": {"name": name, "arguments": ""},
        }
        rest = [
            {"index": at, "function": {"arguments": part}} for part in parts(arguments, manner.size)
        ]
        for number, piece in enumerate((first, *rest)):
            deltas.append({"tool_calls": [manner.call(piece, at, number == 0)]})
    made = [
        head_of([{"index": 0, "delta": manner.delta(delta), "finish_reason": None}])
        for delta in deltas
    ]
    made.append(head_of([{"index": 0, "delta": {}, "finish_reason": manner.finish}]))
    made.append({**head_of([]), "usage": manner.usage})
    return [manner.piece(piece) for piece in made]


def parts(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def event(piece: object) -> bytes:
    return b"data: " + json.dumps(piece, ensure_ascii=False).encode() + b"\n\n"


def body(said: Said, manner: Manner | None = None) -> bytes:
    return b"".join(map(event, pieces(said, manner))) + DONE


def proper(said: Said, manner: Manner | None = None) -> Reply:
    """The answer as it should be: streamed, or whole where that is asked for."""
    return lambda request: (
        stream(body(said, manner)) if request.get("stream") else whole(said)(request)
    )


def whole(said: Said) -> Reply:
    """The answer in one piece of JSON."""
    calls = [
        {
            "id": f"functions.{name}:{at}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for at, (name, arguments) in enumerate(said.calls)
    ]
    message = {"role": "assistant", "content": said.text, "reasoning_content": said.thought}
    choice = {"index": 0, "message": message | {"tool_calls": calls}, "finish_reason": "tool_calls"}
    data = json.dumps(head_of([choice]) | {"object": "chat.completion"}).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return lambda _: Wire((head % len(data) + data,))
