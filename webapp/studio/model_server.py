"""What an endpoint's own server says of the model that a person named, asked in the background.

A page never waits for it: the answer is there from the second look on.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from webapp.endpoint import EndpointEnvironment

ASK_SECONDS = 3.0
AGAIN_SECONDS = 60.0

_CONTEXT_NAMES = ("max_model_len", "context_length", "context_window", "max_context_length")


@dataclass(frozen=True)
class Offer:
    """The server's answer; None where it does not say."""

    answers: bool
    lists_model: bool = False
    context_tokens: int | None = None
    reads_pictures: bool | None = None


class ModelServer:
    """One endpoint, asked at most once in AGAIN_SECONDS, and only while somebody looks."""

    def __init__(self, url: str, name: str, key: str) -> None:
        self._url = url
        self._name = name
        self._key = key
        self._lock = threading.Lock()
        self._asked_at = -AGAIN_SECONDS
        self._offer: Offer | None = None

    def offer(self) -> Offer | None:
        """What is known now. Never waits; None until the first answer."""
        with self._lock:
            due = time.monotonic() - self._asked_at >= AGAIN_SECONDS
            if due:
                self._asked_at = time.monotonic()
        if due:
            threading.Thread(target=self._ask, name="model-server", daemon=True).start()
        return self._offer

    def _ask(self) -> None:
        # heavy, and not needed where no endpoint is set up
        from openai import OpenAI, OpenAIError  # noqa: PLC0415

        key = self._key or "none"
        try:
            with OpenAI(
                base_url=self._url, api_key=key, timeout=ASK_SECONDS, max_retries=0
            ) as client:
                listed = {model.id: model.model_extra or {} for model in client.models.list().data}
        except (OpenAIError, ValueError, TypeError, AttributeError):
            self._offer = Offer(answers=False)
            return
        facts = listed.get(self._name)
        self._offer = Offer(
            answers=True,
            lists_model=facts is not None,
            context_tokens=_context_of(facts or {}),
            reads_pictures=_sight_of(facts or {}),
        )


@lru_cache(maxsize=4)
def server_at(url: str, name: str, key: str) -> ModelServer:
    return ModelServer(url, name, key)


def server_of(environment: EndpointEnvironment) -> ModelServer:
    """The server that the settings name."""
    key = environment.model_key.get_secret_value()
    return server_at(environment.model_url, environment.model_name, key)


def _context_of(facts: Mapping[str, object]) -> int | None:
    """Tokens. SGLang and vLLM say max_model_len, Moonshot and routers context_length, llama.cpp
    puts it into `meta`."""
    meta = facts.get("meta")
    named = [facts.get(name) for name in _CONTEXT_NAMES]
    named += [meta.get("n_ctx"), meta.get("n_ctx_train")] if isinstance(meta, dict) else []
    return next((size for size in named if isinstance(size, int) and size > 0), None)


def _sight_of(facts: Mapping[str, object]) -> bool | None:
    """Moonshot says supports_image_in, routers list the kinds of input."""
    says = facts.get("supports_image_in")
    if isinstance(says, bool):
        return says
    architecture = facts.get("architecture")
    kinds = architecture.get("input_modalities") if isinstance(architecture, dict) else None
    return "image" in kinds if isinstance(kinds, list) else None
