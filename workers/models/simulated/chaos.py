"""A model that makes mistakes on purpose, from a seed: what a bad model, or a bad day, can do."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Iterator

from webapp.studio.events import ModelRef, ToolCall, Usage
from workers.agent.errors import ModelFailed
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

SLOW = 0.02  # seconds between the chunks of a slow stream
ENDLESS = 100_000  # chunks of a stream that the reader has to cut off

Fault = Callable[[random.Random], Iterator[Chunk]]


class ChaosModel:
    """Each turn is drawn from the seed and the number of the turn: the same faults every time."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    @property
    def ref(self) -> ModelRef:
        return ModelRef(id="chaos", settings={"seed": self._seed}, prompt_version="1")

    async def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncIterator[Chunk]:
        dice = random.Random(f"{self._seed}/{len(transcript.turns)}")  # noqa: S311  not a secret
        pause = SLOW if dice.random() < 0.1 else 0.0
        for _ in range(dice.randint(1, 3)):
            for chunk in dice.choice(FAULTS)(dice):
                await asyncio.sleep(pause)
                yield chunk
        yield UsageChunk(Usage(input_tokens=dice.randint(0, 2000), output_tokens=100))


def _call(name: str, arguments: str, identity: str = "") -> CallChunk:
    return CallChunk(ToolCall(id=identity, name=name, arguments=arguments))


def _page(dice: random.Random) -> Iterator[Chunk]:
    colour = f"#{dice.randrange(2**24):06x}"
    page = f"<!doctype html><title>A page</title><body style='background:{colour}'>Hello"
    yield TextChunk("A page.")
    yield _call("write_file", json.dumps({"path": "index.html", "content": page}))


def _measure(dice: random.Random) -> Iterator[Chunk]:
    yield _call(dice.choice(["compare", "render"]), "{}")


def _finish(dice: random.Random) -> Iterator[Chunk]:
    yield _call("finish", json.dumps({"summary": "Done"}))


def _silence(dice: random.Random) -> Iterator[Chunk]:
    yield from ()


def _break_off(dice: random.Random) -> Iterator[Chunk]:
    yield TextChunk("I will now ")
    if dice.random() < 0.3:
        raise ModelFailed("The connection broke off.")


def _broken_json(dice: random.Random) -> Iterator[Chunk]:
    broken = ["{", "", "null", "[]", '"text"', '{"path": ', "NaN", "[" * 5000, '{"path":"\\ud800"}']
    name = dice.choice(["write_file", "edit_file", "render", "crop_asset"])
    yield _call(name, dice.choice(broken), identity="the-same-id")


def _wrong_arguments(dice: random.Random) -> Iterator[Chunk]:
    wrong: list[tuple[str, object]] = [
        ("write_file", {"path": 7, "content": None}),
        ("edit_file", {"path": "index.html", "edits": [{"search": "nowhere", "replace": ""}]}),
        ("edit_file", {"path": "missing.html", "edits": []}),
        ("read_file", {"path": "index.html", "first_line": -1}),
        ("render", {"width": 10**9}),
        ("render", {"page": "missing.html"}),
        ("inspect_mockup", {"x": 10**6, "y": 0, "width": 10, "height": 10}),
        ("inspect_mockup", {"mockup": 99, "x": 0, "y": 0, "width": 10, "height": 10}),
        ("crop_asset", {"crops": [{"path": "a.exe", "x": 0, "y": 0, "width": 9, "height": 9}]}),
    ]
    name, arguments = dice.choice(wrong)
    yield _call(name, json.dumps(arguments))


def _unknown_tool(dice: random.Random) -> Iterator[Chunk]:
    yield _call(dice.choice(["writefile", "rm", "", "ä" * 5000, "__class__"]), "{}")


def _escape(dice: random.Random) -> Iterator[Chunk]:
    paths = ["../escaped.html", "/tmp/escaped", "a/../../x", "~/x", "a\\..\\x", "x\x00y", "", "."]  # noqa: S108
    paths += ["x" * 5000, "a/" * 50 + "b", "index.html/x", "./../x", "\u202ex"]
    path = dice.choice(paths)
    name = dice.choice(["write_file", "read_file"])
    content = {"content": "escaped"} if name == "write_file" else {}
    yield _call(name, json.dumps({"path": path, **content}))


def _flood(dice: random.Random) -> Iterator[Chunk]:
    """More than anyone asked for: a large file, a long thought, or calls without an end."""
    kind = dice.randrange(3)
    if kind == 0:
        yield _call("write_file", json.dumps({"path": "large.txt", "content": "x" * 3_000_000}))
    elif kind == 1:
        for _ in range(ENDLESS):
            yield ReasoningChunk("hm " * 1000)
    else:
        for _ in range(ENDLESS):
            yield _call("list_files", "{}")


def _gibberish(dice: random.Random) -> Iterator[Chunk]:
    yield TextChunk("\x00\ud800 \u202e \U0001f600")
    yield FileChunk("\x00", "\ud800", start=True)
    yield ReasoningChunk("".join(chr(dice.randrange(1, 0xD7FF)) for _ in range(200)))


FAULTS: tuple[Fault, ...] = (
    _page, _page, _measure, _measure, _finish, _silence, _break_off, _broken_json,
    _wrong_arguments, _unknown_tool, _escape, _flood, _gibberish,
)  # fmt: skip
