"""Builds a turn from what a model sends, chunk by chunk, and bounds it."""

from collections.abc import Container, Iterator

from webapp.studio.events import (
    Event,
    FileDelta,
    ReasoningDelta,
    RequestSent,
    TextDelta,
    ToolCall,
    TurnFinished,
    TurnStarted,
    Usage,
    Waiting,
)
from workers.agent.protocols import (
    CallChunk,
    Chunk,
    FileChunk,
    FoundChunk,
    ReasoningChunk,
    RequestChunk,
    RestartChunk,
    ServedChunk,
    TextChunk,
    ThoughtEndChunk,
    UsageChunk,
    WaitChunk,
)

MAX_TURN = 4_000_000  # characters of one turn, arguments included
MAX_ID = 120
MAX_NAME = 300  # characters of what a server calls its model


class TurnBuilder:
    """One turn of a model. Call ids already in `taken` are replaced, as results go by id."""

    def __init__(self, turn: int, taken: Container[str], max_calls: int) -> None:
        self.turn = turn
        self._taken = taken
        self._max_calls = max_calls
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[str, ToolCall] = {}
        self._usage = Usage()
        self._served = ""
        self._size = 0

    def is_full(self) -> bool:
        """Whether the model has sent more than a turn may hold."""
        return self._size >= MAX_TURN or len(self._calls) >= self._max_calls

    def add(self, chunk: Chunk) -> Iterator[Event]:
        """Add a chunk to the turn; yields what of it can be shown at once."""
        match chunk:
            case TextChunk(text):
                text = self._take(text)
                self._text.append(text)
                yield TextDelta(text=text)
            case ReasoningChunk(text):
                text = self._take(text)
                self._reasoning.append(text)
                yield ReasoningDelta(text=text)
            case ThoughtEndChunk():
                self._reasoning += self._text
                self._text = []
            case FileChunk(path, text, start):
                yield FileDelta(path=storable(path), text=storable(text), start=start)
            case FoundChunk(found):
                yield found
            case WaitChunk(text):
                yield Waiting(text=storable(text))
            case RequestChunk(origin):
                yield RequestSent(origin=origin)
            case ServedChunk(model):
                self._served = storable(model[:MAX_NAME])
            case CallChunk(call):
                self._add_call(call)
            case RestartChunk():
                self._text, self._reasoning, self._calls, self._size = [], [], {}, 0
                yield TurnStarted(turn=self.turn)
            case UsageChunk(usage):
                self._usage = self._usage.plus(usage)

    def finish(self) -> TurnFinished:
        return TurnFinished(
            turn=self.turn,
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            calls=tuple(self._calls.values()),
            usage=self._usage,
            served_model=self._served,
        )

    def _take(self, text: str) -> str:
        text = storable(text[: max(0, MAX_TURN - self._size)])
        self._size += len(text)
        return text

    def _add_call(self, call: ToolCall) -> None:
        identity = storable(call.id)
        if (
            not identity
            or len(identity) > MAX_ID
            or identity in self._taken
            or identity in self._calls
        ):
            identity = f"{self.turn}-{len(self._calls) + 1}"
        self._calls[identity] = ToolCall(
            id=identity, name=storable(call.name[:MAX_ID]), arguments=self._take(call.arguments)
        )


def storable(text: str) -> str:
    """Text without NUL and lone surrogates, which neither UTF-8 nor a JSON column can hold."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
