"""Puts one streamed answer together: what is said, thought and called, as chunks of a turn."""

import json
import re
from collections.abc import Collection, Container, Iterator

from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import ChoiceDelta, ChoiceDeltaToolCall
from pydantic_core import from_json

from webapp.studio.events import ToolCall, Usage
from workers.agent.protocols import (
    CallChunk,
    Chunk,
    FileChunk,
    ReasoningChunk,
    TextChunk,
    UsageChunk,
)
from workers.models.endpoint.markup import MarkupReader, Span
from workers.models.endpoint.text_calls import HeldText, calls_in, without_calls

MAX_ANSWER = 4_000_000  # characters, arguments included
_CALL_ID = re.compile(r"(?:functions\.)?(?P<name>.+?)(?::\d+)?")  # functions.write_file:3
_KIMI_ID = re.compile(r"functions\.(?P<name>.+):\d+")


class CallWriter:
    """One tool call as it is written."""

    def __init__(self, identity: str = "", name: str = "", arguments: str = "") -> None:
        self.identity = identity
        self.name = name
        self._arguments = [arguments]
        self._size, self._next_look = len(arguments), 0  # characters of the arguments
        self._shown: str | None = None

    def write(self, arguments: str) -> Iterator[FileChunk]:
        """Add to the arguments; yields what they add to the file that a `write_file` writes."""
        self._arguments.append(arguments)
        self._size += len(arguments)
        if self.name != "write_file" or self._size < self._next_look:
            return
        self._next_look = self._size + self._size // 500  # each look reads all: not for a letter
        file = self._file()
        if file is not None and file[1] != self._shown:
            path, content = file
            new = content.removeprefix(self._shown or "")
            yield FileChunk(path, new, start=self._shown is None)
            self._shown = content

    def call(self) -> ToolCall:
        return ToolCall(id=self.identity, name=self.name, arguments="".join(self._arguments))

    def is_complete(self) -> bool:
        if not self._arguments[-1].rstrip().endswith("}"):
            return False  # at no cost, however long they are
        try:
            json.loads("".join(self._arguments))
        except ValueError:
            return False
        return True

    def _file(self) -> tuple[str, str] | None:
        """Path and content, as far as that has come; None before the path is whole."""
        try:
            members = from_json("".join(self._arguments), allow_partial="trailing-strings")
        except ValueError:
            return None
        match members:
            case {"path": str(path), "content": str(content)}:
                is_whole = list(members)[-1] != "path" or self.is_complete()
                return (path, content) if is_whole else None
        return None


class Answer:
    """One answer of the endpoint. Calls found in raw markup count only where it named none itself:
    a thought may quote the very call that follows. `taken` are the ids of earlier calls, `offered`
    the tools that may be called."""

    def __init__(self, taken: Collection[str], offered: Container[str] = ()) -> None:
        self._taken = taken
        self._offered = offered
        self._said: list[str] = []
        self._held = HeldText()
        self._content = _MarkedText("text")
        self._reasoning = _MarkedText("thought")
        self._open: CallWriter | None = None
        self._index = 0
        self._ids: set[str] = set()
        self._usage: CompletionUsage | None = None
        self._size = 0
        self.has_begun = False  # something was given out that cannot be taken back
        self.was_heard = False  # the stream held at least one piece of an answer
        self._ending: str | None = None  # why the endpoint stopped, in its word

    def is_cut(self) -> bool:
        """Whether the stream stopped in the middle of a call."""
        return self._ending is None and self._open is not None and not self._open.is_complete()

    def is_at_limit(self) -> bool:
        """Whether it would have gone on if the endpoint had let it."""
        return self._ending == "length"

    def is_full(self) -> bool:
        return self._size >= MAX_ANSWER

    def add(self, event: ChatCompletionChunk) -> Iterator[Chunk]:
        """The chunks that a piece of the stream completes."""
        self._usage = event.usage or self._usage
        for choice in event.choices or ():
            self.was_heard = True
            self._ending = choice.finish_reason or self._ending
            if choice.delta is not None:
                yield from self._give(self._hear_delta(choice.delta))

    def finish(self) -> Iterator[Chunk]:
        """What is left when the stream has ended: the last calls and the usage."""
        yield from self._give(self._speak(self._content.close()))
        yield from self._give(self._reasoning.close())
        yield from self._give(self._close_call())
        in_words = [] if self._ids else self._content.calls or self._reasoning.calls
        rest = self._held.held
        if not self._ids and not in_words and (in_words := self._calls_in_words()):
            rest = without_calls(rest)
        if rest:
            yield from self._give(iter((TextChunk(rest),)))
        for writer in in_words:
            yield from self._give(iter((self._call(writer),)))
        if self._usage is not None:
            yield UsageChunk(_usage_of(self._usage))

    def _give(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        for chunk in chunks:
            self.has_begun = True
            yield chunk

    def _hear_delta(self, delta: ChoiceDelta) -> Iterator[Chunk]:
        yield from self._reasoning.feed(self._count(_reasoning_of(delta)))
        yield from self._speak(self._content.feed(self._count(delta.content)))
        for piece in delta.tool_calls or ():
            yield from self._hear_call(piece)

    def _hear_call(self, piece: ChoiceDeltaToolCall) -> Iterator[Chunk]:
        """Some servers give every call index 0 and tell them apart by id; some repeat the name."""
        name = (piece.function and piece.function.name) or ""
        current = self._open
        if (
            current is None
            or piece.index != self._index
            or (piece.id and current.identity and piece.id != current.identity)
            or (name and current.is_complete() and (name != current.name or _arguments_of(piece)))
        ):
            if not name:
                return
            yield from self._close_call()
            current = self._open = CallWriter(piece.id or "", name)
            self._index = piece.index
        yield from current.write(self._count(piece.function and piece.function.arguments))

    def _speak(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The chunks, their text held back where it may be a call."""
        for chunk in chunks:
            if not isinstance(chunk, TextChunk):
                yield chunk
                continue
            self._said.append(chunk.text)
            if said := self._held.feed(chunk.text):
                yield TextChunk(said)

    def _calls_in_words(self) -> list[CallWriter]:
        """Calls that a server without a parser left in the text."""
        calls = calls_in("".join(self._said), self._offered, with_page=not self._taken)
        return [CallWriter(name=name, arguments=arguments) for name, arguments in calls]

    def _close_call(self) -> Iterator[Chunk]:
        if self._open is not None:
            yield self._call(self._open)
            self._open = None

    def _call(self, writer: CallWriter) -> CallChunk:
        call = writer.call()
        call = call.model_copy(update={"id": self._free_id(call)})
        self._ids.add(call.id)
        return CallChunk(call)

    def _free_id(self, call: ToolCall) -> str:
        """The call's id; the next of its form where a server counts Kimi's ids from 0 again."""
        identity, number = call.id, 0
        while _KIMI_ID.fullmatch(identity) and (identity in self._taken or identity in self._ids):
            identity = f"functions.{call.name}:{number}"
            number += 1
        return identity

    def _count(self, text: object) -> str:
        text = text if isinstance(text, str) else "" if text is None else json.dumps(text)
        self._size += len(text)
        return text


class _MarkedText:
    """Text in which marks may stand, with the calls found in it."""

    def __init__(self, plain: str) -> None:
        self._reader = MarkupReader("text" if plain == "text" else "thought")
        self._open: CallWriter | None = None
        self.calls: list[CallWriter] = []

    def feed(self, text: str) -> Iterator[Chunk]:
        for span in self._reader.feed(text):
            yield from self._hear(span)

    def close(self) -> Iterator[Chunk]:
        for span in self._reader.close():
            yield from self._hear(span)
        if self._open is not None and self._open.is_complete():
            self.calls.append(self._open)

    def _hear(self, span: Span) -> Iterator[Chunk]:
        match span.kind:
            case "text":
                yield TextChunk(span.text)
            case "thought":
                yield ReasoningChunk(span.text)
            case "call":
                named = _CALL_ID.fullmatch(span.text)
                self._open = CallWriter(span.text, named["name"] if named else "")
            case "arguments" if self._open is not None:
                yield from self._open.write(span.text)
            case "end" if self._open is not None:
                self.calls.append(self._open)
                self._open = None


def _usage_of(told: CompletionUsage) -> Usage:
    """OpenAI counts what was in the cache among the details, Moonshot beside the other tokens."""
    cached = getattr(told.prompt_tokens_details, "cached_tokens", None)
    if cached is None:
        cached = (told.model_extra or {}).get("cached_tokens")
    return Usage(
        input_tokens=told.prompt_tokens or 0,
        output_tokens=told.completion_tokens or 0,
        cached_tokens=cached if isinstance(cached, int) else 0,
    )


def _arguments_of(piece: ChoiceDeltaToolCall) -> str | None:
    return piece.function.arguments if piece.function else None


def _reasoning_of(delta: ChoiceDelta) -> str:
    """Servers name it `reasoning_content` or `reasoning`; neither is in the library's type."""
    extra = delta.model_extra or {}
    thought = extra.get("reasoning_content") or extra.get("reasoning")
    return thought if isinstance(thought, str) else ""
