"""Any model behind an OpenAI-compatible endpoint: SGLang, vLLM, Ollama, llama.cpp, Moonshot's API.

Streaming chat completions with images, tools and thinking, by the conventions of Kimi K2.
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import urlsplit

from webapp.studio.catalog.probe import fetch_capabilities
from webapp.studio.events import ModelRef
from webapp.studio.messages import message_for
from workers.agent.errors import ModelFailed
from workers.agent.protocols import (
    Blobs,
    CallChunk,
    Chunk,
    RequestChunk,
    RestartChunk,
    TextChunk,
    ToolSpec,
    Transcript,
    UsageChunk,
    WaitChunk,
)
from workers.models.endpoint.answer import Answer
from workers.models.endpoint.circuit import Breaker, Gate, NoBreaker
from workers.models.endpoint.compaction import FULL, conversation_tokens, window_in
from workers.models.endpoint.conversation import Converse, converse
from workers.models.endpoint.failures import (
    ContextExceeded,
    Curable,
    Filtered,
    OutputLimit,
    Overloaded,
    Passing,
    Refused,
    TooManyPictures,
    Unended,
    Unstreamed,
)
from workers.models.endpoint.messages import PROMPT_VERSION, count_pictures
from workers.models.endpoint.picture_budget import budget_of, pictures_in
from workers.models.endpoint.request import OPTIONS, Endpoint, Option, ask
from workers.models.endpoint.style import Style

CUT_ANSWERS = 2  # so many in a row at the output limit, and the next would be too
TELL_EVERY = 1.0  # seconds, of a pause so long that the person is told what is waited for
NARROWINGS = 4  # times that one turn may take the window for smaller than it was
SMALLEST_WINDOW = 2_000  # tokens; a model that reads fewer is of no use
NARROWER = 0.7  # of the window, where a server refuses what should fit and does not say why
EMPTY_ANSWERS = 2  # so many in a row are taken for what the model wants to say

_STREAM = re.compile(r"\bstream(?:ing|ed)?\b", re.IGNORECASE)
_ALSO: dict[Option, str] = {"chat_template_kwargs": "chat_template"}  # what a refusal may name

logger = logging.getLogger(__name__)


class ClientModel:
    """Asks an endpoint for each turn; what it has learnt of the endpoint it keeps for the next."""

    def __init__(
        self,
        endpoint: Endpoint | None = None,
        converse: Converse = converse,
        breaker: Breaker | None = None,
    ) -> None:
        """Without an endpoint, the one that the environment names. Raises UnknownModel.

        `converse` writes what is sent; it reads pictures, so it runs in a thread. `breaker` knows
        how the endpoint answers other runs."""
        self._endpoint = endpoint if endpoint is not None else Endpoint.from_environment()
        self._converse = converse
        self._breaker = breaker if breaker is not None else NoBreaker()
        self._refused: frozenset[Option] = frozenset()
        self._style = Style()
        self._streams: bool | None = None  # until it has answered
        self._tells_end: bool | None = None  # of an answer; until one has ended
        self._cut_answers = 0  # in a row
        self._pictures = 0  # in the last request
        self._has_asked_window = False

    @property
    def ref(self) -> ModelRef:
        endpoint = self._endpoint
        return ModelRef(
            id="endpoint",
            reads_words=True,
            settings={
                "model": endpoint.name,
                "host": urlsplit(endpoint.url).netloc,
                "temperature": endpoint.temperature,
                "top_p": endpoint.top_p,
                "thinking": endpoint.thinks,
                **({"effort": endpoint.effort} if endpoint.effort else {}),
            },
            prompt_version=PROMPT_VERSION,
        )

    async def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncIterator[Chunk]:
        """One turn. Raises ModelFailed, of the kinds in `failures`."""
        for number in range(EMPTY_ANSWERS):
            is_empty = True
            if number > 0:
                yield RestartChunk()
            async with aclosing(self._persist(transcript, tools, blobs)) as chunks:
                async for chunk in chunks:
                    is_empty = is_empty and not _says_something(chunk)
                    yield chunk
            if not is_empty:
                return
            logger.warning("The model gave an empty answer.")

    async def _persist(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncGenerator[Chunk, None]:
        """One answer, asked for again as long as that can help."""
        taken = frozenset(call.id for turn in transcript.turns for call in turn.calls)
        gate = self._gate(transcript.task.limits.seconds)
        pauses = iter(self._endpoint.pauses)
        narrowings = iter(range(NARROWINGS))
        while True:
            async with aclosing(gate.enter()) as words:
                async for word in words:
                    yield word
            answer = Answer(taken, frozenset(tool.name for tool in tools))
            try:
                async with (
                    gate.asking(),
                    aclosing(self._ask(answer, transcript, tools, blobs)) as chunks,
                ):
                    async for chunk in chunks:
                        if not isinstance(chunk, RequestChunk):
                            await gate.answered()
                        yield chunk
                await gate.answered()
                return
            except ModelFailed as failure:
                can_be_told_shorter = transcript.turns or transcript.task.guidelines
                narrows = isinstance(failure, ContextExceeded) and can_be_told_shorter
                if narrows and next(narrowings, None) is not None:
                    budget = budget_of(self._style, transcript.task.mockups)
                    self._narrow(str(failure), conversation_tokens(transcript, tools, budget))
                    pause: float | None = 0.0
                else:
                    pause = self._adapt(failure, pauses)
                if await gate.failed(failure, has_begun=answer.has_begun):
                    pause, pauses = 0.0, iter(self._endpoint.pauses)  # the gate waits
                    self._has_asked_window = False
                if pause is None:
                    raise
                logger.warning("Asking again in %.1f s: %s", pause, failure)
                if answer.has_begun:
                    yield RestartChunk()
                async with aclosing(_wait(pause, message_for(failure.code).text)) as words:
                    async for word in words:
                        yield word

    def _gate(self, budget: float) -> Gate:
        endpoint = self._endpoint
        name = f"{endpoint.name} at {urlsplit(endpoint.url).netloc}"
        return Gate(self._breaker, name, endpoint.waiting, budget)

    async def _ask(
        self, answer: Answer, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncGenerator[Chunk, None]:
        origin = RequestChunk(self._endpoint.origin)
        if self._will_ask_window():
            yield origin
        await self._learn_window()
        style = replace(self._style, reasoning="reasoning_content" not in self._refused)
        talk = await asyncio.to_thread(self._converse, transcript, tools, blobs, style)
        self._pictures = count_pictures(talk.messages)
        streamed = self._streams is not False
        request = ask(self._endpoint, talk.messages, talk.tools, self._refused, streamed=streamed)
        is_ended = True
        yield origin
        try:
            async with aclosing(request) as pieces:
                async for piece in pieces:
                    for chunk in talk.revise(answer.add(piece)):
                        yield chunk
                    if answer.is_full():
                        break
        except Unended:
            is_ended = answer.has_ending()
            if answer.has_begun and not is_ended and self._tells_end is not False:
                raise
        if not answer.has_begun:
            raise Unstreamed(
                f"{self._endpoint.url} sent no chat completion. Does the address end in /v1?"
            )
        self._streams = streamed
        self._tells_end = is_ended
        if answer.is_cut() or answer.is_broken():
            raise Overloaded("the stream ended inside a tool call")
        if answer.is_filtered():
            raise Filtered("The endpoint's content filter ended the answer.")
        self._cut_answers = self._cut_answers + 1 if answer.is_at_limit() else 0
        if self._cut_answers >= CUT_ANSWERS:
            self._cut_answers = 0
            raise OutputLimit(f"{CUT_ANSWERS} answers in a row were cut off.")
        for chunk in talk.revise(answer.finish()):
            yield self._with_terms(chunk)

    def _with_terms(self, chunk: Chunk) -> Chunk:
        """What a turn took, with what it cost and what the model reads, as far as that is known."""
        if not isinstance(chunk, UsageChunk):
            return chunk
        prices = self._endpoint.prices
        cost = None if prices is None else prices.cost_of(chunk.usage)
        terms = {"cost": cost, "context_tokens": self._style.window}
        return UsageChunk(chunk.usage.model_copy(update=terms))

    def _will_ask_window(self) -> bool:
        return not self._has_asked_window and self._endpoint.context_tokens is None

    async def _learn_window(self) -> None:
        """Ask once how many tokens the model reads; what a refusal told is known better."""
        if self._has_asked_window:
            return
        self._has_asked_window = True
        endpoint = self._endpoint
        window = endpoint.context_tokens
        if window is None:
            told = await asyncio.to_thread(
                fetch_capabilities, endpoint.url, endpoint.name, endpoint.key
            )
            window = told.context_tokens
        self._style = replace(self._style, window=window)

    def _free_output(self) -> None:
        """Leave the answers' limit to the server where the window has no room for it beside the
        conversation."""
        most, window = self._endpoint.max_tokens, self._style.window
        if most is not None and window is not None and most > (1 - FULL) * window:
            self._refused |= {"max_tokens", "max_completion_tokens"}

    def _narrow(self, refusal: str, tokens: int) -> None:
        """Take the window for what the refusal of so many tokens says, or else for less than it was
        taken for."""
        known, told = self._style.window, window_in(refusal)
        if told is None or (known is not None and told >= known):
            told = round((known or tokens) * NARROWER)
        self._style = replace(self._style, window=max(told, SMALLEST_WINDOW))
        self._free_output()

    def _limit_pictures(self, refusal: str) -> bool:
        """Send as many pictures as the refusal tells, or half as many as were sent; False where
        that is none."""
        told = pictures_in(refusal)
        most = told if told is not None and told < self._pictures else self._pictures // 2
        if most > 0:
            self._style = replace(self._style, most_pictures=most)
        return most > 0

    def _adapt(self, failure: ModelFailed, pauses: Iterator[float]) -> float | None:
        """Seconds after which to ask again, otherwise than before where that is called for; None
        where it is no use."""
        if isinstance(failure, Unstreamed) and self._streams is None:
            self._streams = False
            return 0.0
        if isinstance(failure, Unstreamed) and not self._streams:
            self._streams = True  # whole answers did not come either
        if isinstance(failure, Unended) and self._tells_end is None:
            self._tells_end = False  # some servers never do
        if isinstance(failure, Passing):
            pause = next(pauses, None)
            return None if pause is None else max(pause, failure.wait)
        if isinstance(failure, Curable):
            untried = [cure for cure in failure.cures if not getattr(self._style, cure)]
            self._style = replace(self._style, **dict.fromkeys(untried[:1], True))
            return 0.0 if untried else None
        if isinstance(failure, TooManyPictures):
            return 0.0 if self._limit_pictures(str(failure)) else None
        if isinstance(failure, Refused):
            named = options_in(str(failure)) - self._refused
            if not named and self._streams is not False and _STREAM.search(str(failure)):
                self._streams = False
                return 0.0
            if "max_tokens" in named:  # which a server may name together with what it wants instead
                named.discard("max_completion_tokens")
            self._refused |= named
            return 0.0 if named else None
        return None


def options_in(refusal: str) -> set[Option]:
    """The options that a refusal names, as they are written or in words."""
    words = refusal.lower().replace(" ", "_")
    return {option for option in OPTIONS if option in words or _ALSO.get(option, option) in words}


async def _wait(pause: float, reason: str) -> AsyncGenerator[WaitChunk, None]:
    """Let seconds pass, and tell the person of each of a long pause."""
    while pause >= TELL_EVERY:
        yield WaitChunk(f"{reason} Asking again in {pause:.0f} s")
        await asyncio.sleep(TELL_EVERY)
        pause -= TELL_EVERY
    await asyncio.sleep(pause)


def _says_something(chunk: Chunk) -> bool:
    return isinstance(chunk, CallChunk) or (
        isinstance(chunk, TextChunk) and bool(chunk.text.strip())
    )
