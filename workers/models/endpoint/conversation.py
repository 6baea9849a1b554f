"""What an endpoint is sent for one turn, and what is made of its answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workers.agent.protocols import Blobs, Chunk, ToolSpec, Transcript
from workers.models.endpoint.chat import Message, ToolMessage
from workers.models.endpoint.compaction import first_whole_turn, size_before_turns
from workers.models.endpoint.messages import write_messages, write_tools
from workers.models.endpoint.picture_budget import budget_of
from workers.models.endpoint.style import Style


def as_they_are(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    return chunks


@dataclass(frozen=True)
class Conversation:
    """A request's messages and tools. `revise` makes of the answer's chunks, as they come, those
    that the loop gets; it may keep state, so a conversation is for one answer."""

    messages: list[Message]
    tools: list[ToolMessage]
    revise: Callable[[Iterator[Chunk]], Iterator[Chunk]] = as_they_are


Converse = Callable[[Transcript, tuple[ToolSpec, ...], Blobs, Style], Conversation]


def converse(
    transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs, style: Style
) -> Conversation:
    """As large models are talked to: everything said and seen so far, the older in short where it
    is long, and every tool."""
    budget = budget_of(style, transcript.task.mockups)
    start = size_before_turns(transcript, tools, budget, style.window)
    first = first_whole_turn(transcript, style.window, start)
    return Conversation(write_messages(transcript, blobs, style, first), write_tools(tools))
