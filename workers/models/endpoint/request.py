"""One request to an OpenAI-compatible endpoint."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from httpx2 import Request
from openai import APIError, AsyncOpenAI, AsyncStream, OpenAIError, Timeout, omit
from openai.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionMessageParam,
    ChatCompletionStreamOptionsParam,
)

from webapp.environment import Environment
from webapp.studio.catalog.endpoints import ModelEndpoint, Prices, endpoint_of
from webapp.studio.catalog.transport import async_http_client
from webapp.studio.parameters import Effort
from workers.agent.errors import ModelFailed, UnknownModel
from workers.models.endpoint.chat import Message, ToolMessage
from workers.models.endpoint.circuit import Waiting
from workers.models.endpoint.failures import NoProxy, NoSuchModel, Overloaded, Unreachable, classify
from workers.models.endpoint.stream import NO_JSON, piece_of, read_pieces

Option = Literal[
    "stream_options",
    "temperature",
    "top_p",
    "chat_template_kwargs",
    "thinking",
    "reasoning_content",
    "reasoning_effort",
    "max_tokens",
    "max_completion_tokens",
]
OPTIONS: tuple[Option, ...] = get_args(Option)
CONNECT_SECONDS = 10.0
LIST_SECONDS = 5.0
MAX_LISTED = 20
# Models whose thinking no request can turn off, by how their names begin behind the last slash:
# Moonshot's API refuses to, and elsewhere the temperature would be wrong.
ALWAYS_THINKING = ("kimi-k2.7-code", "kimi-k3")


@dataclass(frozen=True)
class Endpoint:
    """Where a model is and how it is asked. `idle_timeout`: seconds without a sign of it, reading a
    long conversation included; `pauses`: seconds before each further attempt; `waiting`: for an
    endpoint that answers no run; `greedy`: always the likeliest token; `max_tokens`: of one answer,
    as the server sees fit where None; `context_tokens`: what the model reads, where the server is
    not to be asked; `effort`: of its thinking; `sampling`: the
    temperature where a person chose one."""

    url: str
    name: str
    key: str = field(default="", repr=False)
    thinking: bool = True
    greedy: bool = False
    effort: Effort = ""
    sampling: float | None = None
    max_tokens: int | None = None
    context_tokens: int | None = None
    prices: Prices | None = None
    idle_timeout: float = 300.0
    pauses: tuple[float, ...] = (1.0, 4.0, 12.0)
    waiting: Waiting = field(default_factory=Waiting)

    @classmethod
    def from_environment(cls) -> "Endpoint":
        """Raises UnknownModel where none is named."""
        environment = Environment()
        if not environment.model_url:
            raise UnknownModel("No endpoint is set up: set MOCKWRIGHT_MODEL_URL and _NAME.")
        return cls.of(endpoint_of(environment))

    @classmethod
    def of(cls, connected: ModelEndpoint) -> "Endpoint":
        """The one that a person connected."""
        return cls(
            url=connected.url,
            name=connected.name,
            key=connected.key or "",
            thinking=connected.thinking,
            effort=connected.effort,
            sampling=connected.temperature,
            max_tokens=connected.max_tokens,
            context_tokens=connected.context_tokens,
            prices=connected.prices,
        )

    @property
    def thinks(self) -> bool:
        """As asked for, but for a model that always does."""
        name = self.name.rpartition("/")[2].casefold()
        return self.thinking or name.startswith(ALWAYS_THINKING)

    @property
    def origin(self) -> str:
        """Where requests go, without a path."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def temperature(self) -> float:
        """As asked for, or Kimi K2's: 1.0 when it thinks, 0.6 when it does not."""
        if self.greedy:
            return 0.0
        if self.sampling is not None:
            return self.sampling
        return 1.0 if self.thinks else 0.6

    @property
    def top_p(self) -> float:
        return 0.95

    def without_thinking(self) -> dict[Option, dict[str, bool | str]]:
        """What tells a server not to let the model think; Moonshot's own API has its own word."""
        if self.thinks:
            return {}
        host = urlsplit(self.url).hostname or ""
        if host.endswith((".moonshot.ai", ".moonshot.cn")):
            return {"thinking": {"type": "disabled"}}
        return {"chat_template_kwargs": {"thinking": False}}

    def client(self, idle_timeout: float) -> AsyncOpenAI:
        """Raises NoProxy."""
        try:
            return AsyncOpenAI(
                base_url=self.url,
                api_key=self.key or "none",
                max_retries=0,
                timeout=Timeout(idle_timeout, connect=CONNECT_SECONDS),
                http_client=async_http_client(self.url),
            )
        except (ImportError, ValueError) as error:
            raise NoProxy(str(error)) from error


async def ask(
    endpoint: Endpoint,
    messages: list[Message],
    tools: list[ToolMessage],
    refused: frozenset[Option],
    *,
    streamed: bool = True,
) -> AsyncGenerator[ChatCompletionChunk, None]:
    """The pieces of one answer; closing the generator hangs up. `refused` options are left out.

    Not `streamed`, an answer is one piece. Raises ModelFailed, of the kinds in `failures`.
    """
    thinking = endpoint.without_thinking().items()
    body: dict[str, object] = {name: value for name, value in thinking if name not in refused}
    body |= _output_limit(endpoint.max_tokens, refused)
    if endpoint.thinking and endpoint.effort and "reasoning_effort" not in refused:
        body["reasoning_effort"] = endpoint.effort
    usage = ChatCompletionStreamOptionsParam(include_usage=True)
    with_usage = streamed and "stream_options" not in refused
    async with endpoint.client(endpoint.idle_timeout) as client:
        try:
            async with asyncio.timeout(endpoint.idle_timeout):
                answer = await client.chat.completions.create(
                    model=endpoint.name,
                    messages=cast("list[ChatCompletionMessageParam]", messages),
                    tools=tools or omit,
                    stream=streamed,
                    stream_options=usage if with_usage else omit,
                    temperature=omit if "temperature" in refused else endpoint.temperature,
                    top_p=omit if "top_p" in refused else endpoint.top_p,
                    extra_body=body or None,
                )
            if isinstance(answer, AsyncStream):
                async with (
                    answer,
                    aclosing(read_pieces(answer.response, endpoint.idle_timeout)) as told,
                ):
                    async for piece in told:
                        yield piece
            elif isinstance(answer, ChatCompletion):  # the library gives a page of HTML as text
                whole = answer.to_dict(warnings=False)
                yield piece_of(whole, Request("POST", endpoint.url))
        except APIError as error:
            # the library's own text may repeat what the server said of the key
            raise await _explain(classify(error, endpoint.key), endpoint) from None
        except TimeoutError:
            raise await _explain(Unreachable("no answer in time"), endpoint) from None
        except ModelFailed as failure:
            raise await _explain(failure, endpoint) from None
        except ValueError:
            raise Overloaded(NO_JSON) from None


def _output_limit(tokens: int | None, refused: frozenset[Option]) -> dict[str, int]:
    """The most that one answer may hold, by the older name or by the one that took its place."""
    names: tuple[Option, ...] = ("max_tokens", "max_completion_tokens")
    name = next((name for name in names if name not in refused), None)
    return {} if tokens is None or name is None else {name: tokens}


async def _explain(failure: ModelFailed, endpoint: Endpoint) -> ModelFailed:
    """The failure with what a person needs to know about it."""
    if isinstance(failure, Unreachable):
        cause = str(failure).rstrip(".")
        return Unreachable(f"{endpoint.url}: {cause}.{_container_hint(endpoint.url)}")
    if isinstance(failure, NoSuchModel):
        offer = await list_models(endpoint)
        if offer is None:
            return NoSuchModel(f"{endpoint.url} lists no models. Does the address end in /v1?")
        if endpoint.name in offer:
            return failure
        names = ", ".join(offer[:MAX_LISTED]) or "no model at all"
        return NoSuchModel(f"{endpoint.url} offers {names}, but not {endpoint.name}.")
    return failure


async def list_models(endpoint: Endpoint) -> tuple[str, ...] | None:
    """The names of the models an endpoint offers; None where it does not say."""
    try:
        async with endpoint.client(LIST_SECONDS) as client:
            page = await client.models.list()
            return tuple(str(model.id) for model in page.data)
    except (NoProxy, OpenAIError, ValueError, TypeError, AttributeError):
        return None


def _container_hint(url: str) -> str:
    if urlsplit(url).hostname in {"localhost", "127.0.0.1", "::1"}:
        return " Inside a container, localhost is the container: use host.docker.internal there."
    return ""
