"""Tests a model server with a few small real requests: what it says of itself, and what it does.

Imports a large library: load it where it is needed.
"""

import asyncio
import base64
import io
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from openai import APIError, APIStatusError, AsyncOpenAI, AsyncStream, omit
from openai.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionContentPartParam,
    ChatCompletionFunctionToolParam,
)
from PIL import Image

from webapp.studio.catalog import check_results
from webapp.studio.catalog.capabilities import Capabilities, Facts, capabilities_of
from webapp.studio.catalog.check_results import (
    COLOURS,
    TOOL,
    WORD,
    CheckResult,
    ConnectionReport,
    ModelReply,
)
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.catalog.probe import fetch_capabilities
from webapp.studio.catalog.refusals import Refusal, redact, refusal_of
from webapp.studio.catalog.remedies import PROXY, remedy_for
from webapp.studio.catalog.transport import async_http_client

COUNT = "Count from one to twenty in English words, separated by spaces. Write nothing else."
CALL = f"Call the tool {TOOL} with the word {WORD}."
LOOK = f"Which colour is this picture: {', '.join(COLOURS)}? Answer with that one word."
SIDE = 224  # pixels of the picture; some models take none below 28
SAVE_WORD: ChatCompletionFunctionToolParam = {
    "type": "function",
    "function": {
        "name": TOOL,
        "description": "Saves a word.",
        "parameters": {
            "type": "object",
            "properties": {"word": {"type": "string"}},
            "required": ["word"],
        },
    },
}


@dataclass(frozen=True)
class CheckTimeouts:
    """Seconds for the list of models, for each question, and for all of it."""

    listing: float = 5.0
    question: float = 12.0
    total: float = 30.0


class Stop(Exception):
    """There is no use in asking on."""


async def check_connection(
    endpoint: ModelEndpoint, timeouts: CheckTimeouts | None = None
) -> ConnectionReport:
    """Ask until all is known, something stands in the way, or time is up. Raises nothing."""
    test = _Test(endpoint, timeouts or CheckTimeouts())
    began = time.monotonic()
    try:
        async with asyncio.timeout(test.timeouts.total), test.connect():
            await test.run()
    except (Stop, TimeoutError):
        pass
    return test.report(time.monotonic() - began)


class _Test:
    def __init__(self, endpoint: ModelEndpoint, timeouts: CheckTimeouts) -> None:
        self.timeouts = timeouts
        self._endpoint = endpoint
        self._key = endpoint.key or ""
        self._name = endpoint.name
        self._results: list[CheckResult] = []
        self._listed: dict[str, Facts] | None = None
        self._known = Capabilities(answers=False)
        self._streams = True

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[None]:
        """Raises Stop."""
        try:
            self._client = AsyncOpenAI(
                base_url=self._endpoint.url,
                api_key=self._key or "none",
                max_retries=0,
                http_client=async_http_client(self._endpoint.url),
            )
        except (ImportError, ValueError) as error:
            told = redact(str(error), self._key)
            self._add(CheckResult(check="address", outcome="no", measured=told, remedy=PROXY))
            raise Stop from error
        async with self._client:
            yield

    async def run(self) -> None:
        """Raises Stop."""
        await self._list()
        model = check_results.on_model(
            self._name, None if self._listed is None else [*self._listed]
        )
        if not self._name:
            self._add(model)
            raise Stop
        counted = await self._count()
        answers = check_results.on_answers(counted)
        if answers.outcome == "yes" and model.outcome == "no":
            told = f"It does not list {self._name}, but answers to this name."
            model = CheckResult(check="model", outcome="unknown", measured=told)
        self._add(model, answers)
        if answers.outcome != "yes":
            raise Stop
        self._add(check_results.on_streams(self._streams), check_results.on_speed(counted))
        await self._ask_server()
        self._add(check_results.on_context(self._known.context_tokens))
        called = await self._ask(CALL, with_tool=True)
        self._add(check_results.on_tools(called, self._known))
        colour = secrets.choice(COLOURS)
        seen = await self._ask(_picture_question(colour))
        self._add(check_results.on_pictures(seen, colour, self._known))

    def report(self, seconds: float) -> ConnectionReport:
        by_check = {one.check: one for one in self._results}
        for check in ("tools", "pictures"):
            if "answers" in by_check and by_check["answers"].outcome == "yes":
                late = CheckResult(
                    check=check, outcome="unknown", measured="There was no time left."
                )
                by_check.setdefault(check, late)
        verdicts = {"yes": True, "no": False}
        outcomes = {check: verdicts.get(one.outcome) for check, one in by_check.items()}
        return ConnectionReport(
            findings=tuple(by_check.values()),
            models=tuple(self._listed or ()),
            model=self._name,
            context_tokens=self._known.context_tokens,
            sees_pictures=outcomes.get("pictures"),
            calls_tools=outcomes.get("tools"),
            seconds=round(seconds, 1),
        )

    def _add(self, *found: CheckResult) -> None:
        self._results += found

    async def _list(self) -> None:
        """The models on offer. Raises Stop where nothing can be asked at this address."""
        began = time.monotonic()
        try:
            self._listed = await self._models(self._client)
        except APIError as error:
            self._judge(error, refusal_of(error, self._key))
        except TimeoutError:
            self._fail("address", Refusal("timeout", f"no answer in {self.timeouts.listing:.0f} s"))
        if self._listed is None:
            await self._look_below()
        told = f"It answered in {time.monotonic() - began:.2f} s."
        self._add(CheckResult(check="address", outcome="yes", measured=told))
        if self._listed and len(self._listed) == 1 and not self._name:
            self._name = next(iter(self._listed))

    async def _models(self, client: AsyncOpenAI) -> dict[str, Facts] | None:
        """None where the answer is no list of models."""
        async with asyncio.timeout(self.timeouts.listing):
            try:
                page = await client.models.list()
                return {str(model.id): model.to_dict() for model in page.data}
            except (ValueError, TypeError, AttributeError):
                return None

    def _judge(self, error: APIError, refusal: Refusal) -> None:
        """Raises Stop where the refusal of the list is one of everything."""
        response = error.response if isinstance(error, APIStatusError) else None
        if response is not None and response.is_redirect:
            self._fail("address", refusal)
        if refusal.cause in ("unreachable", "timeout"):
            self._fail("address", refusal)
        if refusal.cause == "unauthorised":
            self._add(CheckResult(check="address", outcome="yes", measured="It answers."))
            self._fail("key", refusal)

    def _fail(self, check: check_results.Check, refusal: Refusal) -> None:
        remedy = remedy_for(refusal, self._endpoint.url)
        told = f"{refusal.words[:1].upper()}{refusal.words[1:]}"
        self._add(CheckResult(check=check, outcome="no", measured=told, remedy=remedy))
        raise Stop

    async def _look_below(self) -> None:
        """Whether the list is under /v1, which many leave out. Raises Stop where it is."""
        below = f"{self._endpoint.url}/v1"
        try:
            listed = await self._models(self._client.with_options(base_url=below))
        except (APIError, TimeoutError):
            return
        if listed:
            told = "There is no list of models here, but one under /v1."
            remedy = f"Write {below}"
            self._add(CheckResult(check="address", outcome="no", measured=told, remedy=remedy))
            raise Stop

    async def _count(self) -> ModelReply:
        """A first answer; asked for whole where none came as a stream."""
        reply = await self._ask(COUNT)
        if reply.said_anything or reply.seconds is not None:
            return reply
        if reply.refused and "stream" not in reply.refused.lower():
            return reply
        self._streams = False
        return await self._ask(COUNT)

    async def _ask_server(self) -> None:
        """What it says of the model, SGLang on pages of its own."""
        facts = (self._listed or {}).get(self._name)
        self._known = capabilities_of(facts)
        if facts is not None and facts.get("owned_by") == "sglang":
            url, key = self._endpoint.url, self._key
            self._known = await asyncio.to_thread(fetch_capabilities, url, self._name, key)

    async def _ask(
        self, question: str | list[ChatCompletionContentPartParam], *, with_tool: bool = False
    ) -> ModelReply:
        reply, began = ModelReply(), time.monotonic()
        try:
            async with asyncio.timeout(self.timeouts.question):
                answer = await self._client.chat.completions.create(
                    model=self._name,
                    messages=[{"role": "user", "content": question}],
                    tools=[SAVE_WORD] if with_tool else omit,
                    stream=self._streams,
                )
                if isinstance(answer, AsyncStream):
                    async with answer:
                        async for piece in answer:
                            _take_piece(reply, piece, time.monotonic() - began)
                elif isinstance(answer, ChatCompletion):
                    _take_whole(reply, answer)
        except TimeoutError:
            reply.seconds = self.timeouts.question
        except APIError as error:
            refusal = refusal_of(error, self._key)
            reply.refused, reply.remedy = refusal.words, remedy_for(refusal, self._endpoint.url)
        except (ValueError, TypeError, AttributeError):
            reply.refused = "it sent what is no chat completion"
            reply.remedy = "Check that the address ends in /v1."
        return reply


def _take_piece(reply: ModelReply, piece: ChatCompletionChunk, at: float) -> None:
    for choice in piece.choices or ():
        delta = choice.delta
        thought = _thought(getattr(delta, "model_extra", None))  # some servers send no delta
        if delta is None or not (delta.content or thought or delta.tool_calls):
            continue
        reply.first_at = at if reply.first_at is None else reply.first_at
        reply.last_at = at
        reply.pieces += 1
        reply.text += _text(delta.content)
        reply.thought += thought
        for call in delta.tool_calls or ():
            name, arguments = reply.calls.get(call.index, ("", ""))
            if call.function is not None:
                name = name or call.function.name or ""
                arguments += _text(call.function.arguments)
            reply.calls[call.index] = (name, arguments)


def _take_whole(reply: ModelReply, answer: ChatCompletion) -> None:
    for choice in answer.choices or ():
        reply.text += _text(choice.message.content)
        reply.thought += _thought(choice.message.model_extra)
        for number, call in enumerate(choice.message.tool_calls or ()):
            if call.type == "function":
                reply.calls[number] = (call.function.name, _text(call.function.arguments))


def _text(told: object) -> str:
    """A text as servers send it: whole, in parts, or as the JSON that it should write."""
    if isinstance(told, list):
        return "".join(_text(part.get("text")) for part in told if isinstance(part, dict))
    return json.dumps(told) if isinstance(told, dict) else told if isinstance(told, str) else ""


def _thought(extra: dict[str, object] | None) -> str:
    found = (extra or {}).get("reasoning_content") or (extra or {}).get("reasoning")
    return found if isinstance(found, str) else ""


def _picture_question(colour: str) -> list[ChatCompletionContentPartParam]:
    buffer = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), colour).save(buffer, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return [
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "text", "text": LOOK},
    ]
