"""Reads the tool-call and thinking markup of Kimi models out of raw text, as it streams.

A server parses this markup itself. Parsers have been seen to miss it, above all in long answers and
inside reasoning, so a client needs its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "thought", "thought_end", "call", "arguments", "end"]


@dataclass(frozen=True)
class Span:
    """A piece of an answer. Of a call: `call` carries its id, `arguments` a piece of them, and
    `end` says that they are complete. `thought_end` says that all text before it was thought: many
    templates put the beginning of a thought into the question, and only its end is answered."""

    kind: Kind
    text: str = ""


_SECTION = frozenset(
    f"<|tool_call{s}_section_{edge}|>" for s in ("", "s") for edge in ("begin", "end")
)
_THINK, _END_THINK = "<think>", "</think>"
_CALL, _ARGUMENTS, _END_CALL = (
    "<|tool_call_begin|>", "<|tool_call_argument_begin|>", "<|tool_call_end|>",
)  # fmt: skip
_MARKS = (*_SECTION, _THINK, _END_THINK, _CALL, _ARGUMENTS, _END_CALL)
_MARK = re.compile("|".join(map(re.escape, sorted(_MARKS))))
_BEGINNINGS = frozenset(mark[:size] for mark in _MARKS for size in range(1, len(mark)))
_LONGEST = max(map(len, _MARKS))


class MarkupReader:
    """Feed it text in any chunks; the spans it gives back do not depend on where they were cut,
    but for the lengths of neighbours of one kind."""

    def __init__(self, plain: Literal["text", "thought"] = "text") -> None:
        self._plain: Kind = plain
        self._kind: Kind = plain  # what unmarked text is now
        self._rest = ""  # the beginning of a mark, perhaps
        self._id = ""
        self._in_section = False
        self._was_thinking = plain == "thought"  # or is

    def feed(self, text: str) -> Iterator[Span]:
        self._rest += text
        while found := _MARK.search(self._rest):
            yield from self._say(self._rest[: found.start()])
            self._rest = self._rest[found.end() :]
            yield from self._enter(found.group())
        keep = _unfinished(self._rest)
        yield from self._say(self._rest[: len(self._rest) - keep])
        self._rest = self._rest[len(self._rest) - keep :]

    def close(self) -> Iterator[Span]:
        """What was held back, once no more text comes. A call without an end has none."""
        yield from self._say(self._rest)
        self._rest = ""

    def _say(self, text: str) -> Iterator[Span]:
        if self._kind == "call":
            self._id += text
        elif text and not (self._in_section and self._kind == self._plain):
            yield Span(self._kind, text)

    def _enter(self, mark: str) -> Iterator[Span]:
        """Go over to what a mark begins. A mark where it has no meaning is dropped."""
        if self._kind == "arguments":
            if mark in (_THINK, _END_THINK, _ARGUMENTS):
                yield Span("arguments", mark)  # a page may speak of them
                return
            yield Span("end")
        if mark in _SECTION:
            self._in_section = mark.endswith("begin|>")
        if mark == _ARGUMENTS and self._kind == "call":
            yield Span("call", self._id.strip())
            self._kind = "arguments"
        elif mark == _CALL:
            self._id = ""
            self._kind = "call"
        else:
            if mark == _END_THINK and not self._was_thinking:
                yield Span("thought_end")
            self._was_thinking |= mark in (_THINK, _END_THINK)
            self._kind = "thought" if mark == _THINK else self._plain


def _unfinished(text: str) -> int:
    """How many characters at the end of `text` may be the beginning of a mark."""
    for size in range(min(len(text), _LONGEST - 1), 0, -1):
        if text[-size:] in _BEGINNINGS:
            return size
    return 0
