"""A model that plays a fixed list of turns: deterministic, for tests and demonstrations."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from webapp.studio.events import ModelRef, ToolCall, Usage
from workers.agent.protocols import (
    Blobs,
    CallChunk,
    Chunk,
    FileChunk,
    ReasoningChunk,
    TextChunk,
    ToolSpec,
    Transcript,
    UsageChunk,
)

CHUNK = 24  # characters streamed at a time


class ScriptedCall(BaseModel):
    """A tool call. `arguments` as text is sent as it is, broken JSON included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    arguments: dict[str, object] | str = {}


class ScriptedTurn(BaseModel):
    """What is said in one turn. `pause` is seconds before it, `pace` seconds between chunks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reasoning: str = ""
    text: str = ""
    calls: tuple[ScriptedCall, ...] = ()
    pause: float = 0.0
    pace: float = 0.0


script_adapter = TypeAdapter(tuple[ScriptedTurn, ...])


class ScriptedModel:
    """Plays `script`; without one the script in the run's prompt, or else the built-in one.

    Which turn comes next is told by the transcript alone. After the last turn it says nothing.
    """

    def __init__(self, script: tuple[ScriptedTurn, ...] | None = None) -> None:
        self._script = script

    @property
    def ref(self) -> ModelRef:
        return ModelRef(id="scripted", prompt_version="1")

    async def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncIterator[Chunk]:
        script = self._script if self._script is not None else _find_script(transcript.task.prompt)
        number = len(transcript.turns)
        if number >= len(script):
            return
        turn = script[number]
        await asyncio.sleep(turn.pause)
        for chunk in _chunks(turn, number + 1):
            yield chunk
            await asyncio.sleep(turn.pace)


def _chunks(turn: ScriptedTurn, number: int) -> list[Chunk]:
    chunks: list[Chunk] = [ReasoningChunk(piece) for piece in _pieces(turn.reasoning)]
    chunks += [TextChunk(piece) for piece in _pieces(turn.text)]
    for index, call in enumerate(turn.calls, 1):
        chunks += _typed(call)
        arguments = call.arguments
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        identity = f"{call.name}-{number}-{index}"
        chunks.append(CallChunk(ToolCall(id=identity, name=call.name, arguments=text)))
    said = sum(len(chunk.text) for chunk in chunks if isinstance(chunk, ReasoningChunk | TextChunk))
    chunks.append(UsageChunk(Usage(input_tokens=100 * number, output_tokens=said // 4)))
    return chunks


def _typed(call: ScriptedCall) -> list[Chunk]:
    """A file as it streams in while its call is being written."""
    if call.name != "write_file" or isinstance(call.arguments, str):
        return []
    path, content = call.arguments.get("path"), call.arguments.get("content")
    if not isinstance(path, str) or not isinstance(content, str):
        return []
    pieces = _pieces(content)
    return [FileChunk(path, piece, start=at == 0) for at, piece in enumerate(pieces)]


def _pieces(text: str) -> list[str]:
    return [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]


def _find_script(prompt: str) -> tuple[ScriptedTurn, ...]:
    if prompt.lstrip().startswith("["):
        try:
            return script_adapter.validate_json(prompt)
        except ValidationError:
            return _built_in()
    return _built_in()


def _built_in() -> tuple[ScriptedTurn, ...]:
    script = Path(__file__).with_name("scripted.json").read_bytes()
    return script_adapter.validate_json(script)
