"""Puts one streamed answer together: what is said, thought and called, as chunks of a turn."""

import itertools
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import (
    Choice,
    ChoiceDelta,
    ChoiceDeltaToolCall,
    ChoiceDeltaToolCallFunction,
)
from pydantic_core import from_json

from webapp.studio.events import ToolCall, Usage
from workers.agent.protocols import (
    CallChunk,
    Chunk,
    FileChunk,
    ReasoningChunk,
    ServedChunk,
    TextChunk,
    ThoughtEndChunk,
    UsageChunk,
)
from workers.models.endpoint.markup import MarkupReader, Span
from workers.models.endpoint.text_calls import HeldText, calls_in, values_in, without_calls

T = TypeVar("T")

MAX_ANSWER = 4_000_000  # characters, arguments included
MAX_TOKENS = 1e12  # that a usage is believed
AT_LIMIT = {"length", "max_tokens", "model_context_window_exceeded"}  # as endpoints say it
_CALL_ID = re.compile(r"(?:functions\.)?(?P<name>.+?)(?::\d+)?")  # functions.write_file:3
_KIMI_ID = re.compile(r"functions\.(?P<name>.+):\d+")
_THOUGHTS = (  # as servers name them; none is in the library's type
    "reasoning_content",
    "reasoning",
    "thinking",
    "thought",
    "reasoning_text",
    "reasoning_details",
)


@dataclass(frozen=True)
class CallPiece:
    """What a piece of the stream says of a call; empty where it says nothing."""

    index: object
    identity: str
    name: str
    arguments: str


class CallWriter:
    """One tool call as it is written."""

    def __init__(
        self, identity: str = "", name: str = "", arguments: str = "", index: object = None
    ) -> None:
        self.identity = identity
        self.name = name
        self.index = index
        self._is_named_again = False
        self._arguments = [arguments]
        self._size, self._next_look = len(arguments), 0  # characters of the arguments
        self._shown: str | None = None

    def write(self, arguments: str) -> Iterator[FileChunk]:
        """Add to the arguments; yields what they add to the file that a `write_file` writes."""
        if arguments:  # the last of them is looked at
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

    def is_followed_by(self, piece: CallPiece) -> bool:
        """Whether a piece of the same index begins another call. Some servers give every call
        index 0 and tell them apart by id, or not at all; some repeat the name, or give each piece
        an id of its own."""
        if piece.name and piece.identity and self.identity not in ("", piece.identity):
            return True
        if not (piece.name or self._is_named_again) or not self.is_complete():
            return False
        self._is_named_again = True
        return bool(piece.arguments.strip()) or piece.name not in ("", self.name)

    def go_on_name(self, name: str, offered: Collection[str]) -> None:
        """Take the rest of a name that came in pieces."""
        longer = self.name + name
        if name and not self._size and any(tool.startswith(longer) for tool in offered):
            self.name = longer

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

    def __init__(self, taken: Collection[str], offered: Collection[str] = ()) -> None:
        self._taken = taken
        self._offered = offered
        self._said: list[str] = []
        self._held = HeldText()
        self._content = _MarkedText("text")
        self._reasoning = _MarkedText("thought")
        self._writers: list[CallWriter] = []  # of calls that are not given out yet
        self._ids: set[str] = set()
        self._made: set[ToolCall] = set()
        self._choice: int | None = None  # the one that is read, where there are several
        self._usage: CompletionUsage | None = None
        self._model = ""  # as the endpoint calls it
        self._size = 0
        self._has_thought = False  # apart from the words
        self.has_begun = False  # something was given out that cannot be taken back
        self.has_begun = False  # the stream held at least one piece of an answer
        self._ending: str | None = None  # why the endpoint stopped, in its word

    def is_cut(self) -> bool:
        """Whether the stream stopped in the middle of a call."""
        is_open = bool(self._writers) and not self._writers[-1].is_complete()
        return is_open and self._ending is None and not self.is_full()

    def has_ending(self) -> bool:
        """Whether the endpoint said that it stopped."""
        return self._ending is not None

    def is_at_limit(self) -> bool:
        """Whether it would have gone on if the endpoint had let it."""
        return self._ending in AT_LIMIT or self.is_full()

    def is_filtered(self) -> bool:
        """Whether the endpoint held back what there was to do: a whole call is taken."""
        has_call = bool(self._ids) or any(map(CallWriter.is_complete, self._writers))
        return self._ending == "content_filter" and not has_call

    def is_broken(self) -> bool:
        """Whether the endpoint says that it failed."""
        return self._ending == "error"

    def is_full(self) -> bool:
        return self._size >= MAX_ANSWER

    def add(self, event: ChatCompletionChunk) -> Iterator[Chunk]:
        """The chunks that a piece of the stream completes."""
        if isinstance(event.usage, CompletionUsage):
            self._usage = event.usage
        self._model = _word(event.model) or self._model
        for choice in _those(Choice, event.choices):
            if self._choice is None:
                self._choice = choice.index
            if choice.index not in (None, self._choice):
                continue
            self.has_begun = True
            if ending := choice.finish_reason:
                self._ending = str(ending)  # servers send anything
            if isinstance(choice.delta, ChoiceDelta):
                yield from self._give(self._read_delta(choice.delta))

    def finish(self) -> Iterator[Chunk]:
        """What is left when the stream has ended: the last calls and the usage."""
        yield from self._give(self._speak(self._content.close()))
        yield from self._give(self._reasoning.close())
        yield from self._give(self._close_calls(self._writers))
        in_words = [] if self._ids else self._content.calls or self._reasoning.calls
        rest = self._held.held
        if not self._ids and not in_words and (in_words := self._calls_in_words()):
            rest = without_calls(rest, self._offered)
        if rest:
            yield from self._give(iter((TextChunk(rest),)))
        for writer in in_words:
            yield from self._give(self._close_calls([writer]))
        if self._model:
            yield ServedChunk(self._model)
        if self._usage is not None:
            yield UsageChunk(_usage_of(self._usage))

    def _give(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        for chunk in chunks:
            self.has_begun = True
            yield chunk

    def _read_delta(self, delta: ChoiceDelta) -> Iterator[Chunk]:
        thought = self._count(_thought_of(delta))
        self._has_thought |= bool(thought)
        yield from self._reasoning.feed(thought)
        yield from self._speak(self._content.feed(self._count(_words_of(delta.content))))
        for call in _those(ChoiceDeltaToolCall, delta.tool_calls):
            yield from self._read_call(_piece_of(call))

    def _read_call(self, piece: CallPiece) -> Iterator[Chunk]:
        """Calls may come in turns, a piece of one after a piece of another."""
        writer = next((one for one in reversed(self._writers) if one.index == piece.index), None)
        if writer is None or writer.is_followed_by(piece):
            name = piece.name or (writer.name if writer is not None else "")
            if not name:
                return
            whole = list(itertools.takewhile(CallWriter.is_complete, self._writers))
            self._writers = self._writers[len(whole) :]
            yield from self._close_calls(whole)
            writer = CallWriter(piece.identity, name, index=piece.index)
            self._writers.append(writer)
        elif piece.name != writer.name:
            writer.go_on_name(piece.name, self._offered)
        yield from writer.write(self._count(piece.arguments))

    def _speak(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The chunks, their text held back where it may be a call."""
        for chunk in chunks:
            match chunk:
                case TextChunk(text):
                    self._said.append(text)
                    if said := self._held.feed(text):
                        yield TextChunk(said)
                case ThoughtEndChunk() if not self._has_thought:
                    if self._held.held:
                        yield TextChunk(self._held.held)
                    yield chunk
                    self._said, self._held = [], HeldText()
                case ThoughtEndChunk():
                    pass  # the thoughts came apart, so the words may speak of the mark
                case _:
                    yield chunk

    def _calls_in_words(self) -> list[CallWriter]:
        """Calls that a server without a parser left in the text."""
        calls = calls_in("".join(self._said), self._offered, with_page=not self._taken)
        return [CallWriter(name=name, arguments=arguments) for name, arguments in calls]

    def _close_calls(self, writers: list[CallWriter]) -> Iterator[Chunk]:
        """Give out calls; one that comes once more in every letter is the same."""
        for call in (call for writer in writers for call in _parted(writer.call())):
            if call.id and call in self._made:
                continue
            self._made.add(call)
            call = call.model_copy(update={"id": self._free_id(call)})
            self._ids.add(call.id)
            yield CallChunk(call)

    def _free_id(self, call: ToolCall) -> str:
        """The call's id; the next of its form where a server counts Kimi's ids from 0 again."""
        identity, number = call.id, 0
        while _KIMI_ID.fullmatch(identity) and (identity in self._taken or identity in self._ids):
            identity = f"functions.{call.name}:{number}"
            number += 1
        return identity

    def _count(self, text: str) -> str:
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
            yield from self._read_span(span)

    def close(self) -> Iterator[Chunk]:
        for span in self._reader.close():
            yield from self._read_span(span)
        if self._open is not None and self._open.is_complete():
            self.calls.append(self._open)

    def _read_span(self, span: Span) -> Iterator[Chunk]:
        match span.kind:
            case "text":
                yield TextChunk(span.text)
            case "thought":
                yield ReasoningChunk(span.text)
            case "thought_end":
                yield ThoughtEndChunk()
            case "call":
                named = _CALL_ID.fullmatch(span.text)
                self._open = CallWriter(span.text, named["name"] if named else "")
            case "arguments" if self._open is not None:
                yield from self._open.write(span.text)
            case "end" if self._open is not None:
                self.calls.append(self._open)
                self._open = None


def _parted(call: ToolCall) -> list[ToolCall]:
    """The call, or one for each of the objects that a server ran together in its arguments."""
    values = values_in(call.arguments) if "}" in call.arguments[:-1] else []
    objects = [value for value in values if isinstance(value, dict)]
    if len(objects) < 2 or len(objects) < len(values):
        return [call]
    different = dict.fromkeys(json.dumps(value) for value in objects)
    return [
        call.model_copy(update={"id": call.id if number == 0 else "", "arguments": arguments})
        for number, arguments in enumerate(different)
    ]


def _usage_of(told: CompletionUsage) -> Usage:
    """OpenAI counts what was in the cache among the details, Moonshot beside the other tokens."""
    cached = getattr(told.prompt_tokens_details, "cached_tokens", None)
    if cached is None:
        cached = (told.model_extra or {}).get("cached_tokens")
    return Usage(
        input_tokens=_tokens_of(told.prompt_tokens),
        output_tokens=_tokens_of(told.completion_tokens),
        cached_tokens=_tokens_of(cached),
    )


def _piece_of(call: ChoiceDeltaToolCall) -> CallPiece:
    """Arguments may come as JSON itself."""
    function = call.function
    if not isinstance(function, ChoiceDeltaToolCallFunction):
        function = ChoiceDeltaToolCallFunction()
    told: object = function.arguments
    arguments = told if isinstance(told, str) else "" if told is None else json.dumps(told)
    return CallPiece(call.index, _word(call.id), _word(function.name), arguments)


def _those(kind: type[T], values: object) -> list[T]:
    """What is of that kind in a list; servers send anything."""
    return (
        [value for value in values if isinstance(value, kind)] if isinstance(values, list) else []
    )


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _words_of(content: object) -> str:
    """The text of a content, which may come in parts."""
    if isinstance(content, list):
        return "".join(map(_words_of, content))
    return _word(content.get("text") if isinstance(content, dict) else content)


def _thought_of(delta: ChoiceDelta) -> str:
    """What it says under the first name that says something, or in parts of the content."""
    extra = delta.model_extra or {}
    named = next(filter(None, (_words_of(extra.get(name)) for name in _THOUGHTS)), "")
    content: object = delta.content
    parts = content if isinstance(content, list) else []
    return named or "".join(
        _words_of(part.get("thinking")) for part in parts if isinstance(part, dict)
    )


def _tokens_of(told: object) -> int:
    return round(told) if isinstance(told, int | float) and 0 <= told < MAX_TOKENS else 0
