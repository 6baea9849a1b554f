"""Kimi mini: the small model of our own model server, spoken to in its own dialect.

It is shown one mockup and told where the lines of text stand, and writes one page by tool calls in
one turn. Where words go it writes the mark of a line; the words are put there on the way back.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, ValidationError

from webapp.environment import Environment
from webapp.studio.events import ModelRef, ToolCall
from workers.agent.errors import ModelFailed, UnknownModel, UnknownStack
from workers.agent.protocols import (
    Blobs,
    CallChunk,
    Chunk,
    RequestChunk,
    TextChunk,
    ToolSpec,
    Transcript,
)
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint, list_models
from workers.models.mini.dialogue import VERSION, converse
from workers.models.mini.text_lines import HEIGHT, WIDTH

STACK = "html-css"
STARTS_WITHIN = 300.0  # seconds that a server may take before it is given up
ASK_EVERY = 2.0

STARTING = "Kimi mini does not answer yet: it takes up to a minute to start.\n"
OUTSIDE = (
    f"This mockup has {{width}}×{{height}} CSS pixels. Kimi mini knows simple pages of "
    f"{WIDTH}×{HEIGHT}: here it is a demonstration.\n"
)


class MiniUnreachable(ModelFailed):
    code = "mini_unreachable"


class MiniWroteNoPage(ModelFailed):
    code = "mini_no_page"


class _WriteCall(BaseModel):
    """What is looked at of a `write_file` call."""

    model_config = ConfigDict(extra="ignore")
    path: str


class MiniModel:
    """One turn a mockup; whether all pages are there is told by the transcript."""

    def __init__(self, endpoint: Endpoint | None = None) -> None:
        """Without an endpoint, the one that the environment names; its model's name is asked for.
        Raises UnknownModel."""
        self._endpoint = endpoint if endpoint is not None else _from_environment()
        self._client: ClientModel | None = None

    @property
    def ref(self) -> ModelRef:
        settings = {"thinking": self._endpoint.thinking, "temperature": 0.0}
        return ModelRef(id="mini", settings=settings, prompt_version=VERSION)

    async def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncIterator[Chunk]:
        """One turn. Raises ModelFailed, of the kinds above and in `failures`, and UnknownStack."""
        task, number = transcript.task, len(transcript.turns)
        if task.stack != STACK:
            raise UnknownStack(f"Kimi mini cannot write {task.stack!r}; it writes {STACK}.")
        if number >= len(task.mockups):
            yield _finish(transcript)
            return
        width, height = task.mockups[number].css_size
        if (width, height) != (WIDTH, HEIGHT):
            yield TextChunk(OUTSIDE.format(width=width, height=height))
        if self._client is None:
            yield RequestChunk(self._endpoint.origin)
            name = await self._ask_name()
            if name is None:
                yield TextChunk(STARTING)
                name = await self._wait_for_name()
            self._client = ClientModel(replace(self._endpoint, name=name), converse)
        async for chunk in self._client.turn(transcript, tools, blobs):
            yield chunk

    async def _ask_name(self) -> str | None:
        names = await list_models(self._endpoint)
        return names[0] if names else None

    async def _wait_for_name(self) -> str:
        """The model's name once the server answers. Raises MiniUnreachable."""
        give_up_at = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < give_up_at:
            await asyncio.sleep(ASK_EVERY)
            if name := await self._ask_name():
                return name
        raise MiniUnreachable(f"{self._endpoint.url} has not answered in {STARTS_WITHIN:.0f} s.")


def _from_environment() -> Endpoint:
    environment = Environment()
    if not environment.mini_url:
        raise UnknownModel("Kimi mini is not running: start it with make up MODEL=mini.")
    thinking = environment.model_thinking
    return Endpoint(environment.mini_url, name="", thinking=thinking, greedy=True)


def _finish(transcript: Transcript) -> CallChunk:
    """Ends the run. Raises MiniWroteNoPage where a page is missing: asked again, the model would
    say the same."""
    outcomes = [outcome for turn in transcript.turns for outcome in turn.outcomes]
    written = {_path_of(outcome.call) for outcome in outcomes if outcome.ok}
    for page in transcript.task.pages():
        if page not in written:
            raise MiniWroteNoPage(f"There is no {page}.")
    return CallChunk(ToolCall(id="mini-finish", name="finish", arguments="{}"))


def _path_of(call: ToolCall) -> str:
    """The file that a call wrote; empty for other calls."""
    try:
        return _WriteCall.model_validate_json(call.arguments).path
    except ValidationError:
        return ""
