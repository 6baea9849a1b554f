"""Real SGLang servers on tiny checkpoints, each started once for the whole session."""

import base64
import io
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from openai import OpenAI
from PIL import Image

from modelserver.config import PROFILES, Choices, Endpoint, sglang_arguments, sglang_environment
from modelserver.health import generates
from modelserver.launch import Server
from tests.modelserver.tiny import CONTEXT, write_checkpoint

CHUNK = 128  # tokens of a prompt that the float32 twin takes in at a time
START_WITHIN = 900.0  # seconds; 15 to 60 on an idle machine
NAME = "tiny"


@dataclass(frozen=True)
class Token:
    text: str
    logprob: float


@dataclass(frozen=True)
class Served:
    """A server that answers, its client and where it logs."""

    url: str
    log: Path
    client: Any  # OpenAI; its overloads accept no request that is put together from parts

    def greedy(
        self, text: str, images: Sequence[Image.Image] = (), count: int = 12
    ) -> tuple[list[Token], int]:
        """The first `count` tokens of the greedy answer, and how much of the prompt was cached."""
        answer = self.client.chat.completions.create(
            model=NAME,
            messages=[{"role": "user", "content": [*map(image_part, images), text_part(text)]}],
            max_tokens=count,
            temperature=0,
            logprobs=True,
            extra_body={"ignore_eos": True},
        )
        logprobs = answer.choices[0].logprobs
        assert logprobs is not None and logprobs.content is not None and answer.usage is not None
        details = answer.usage.prompt_tokens_details
        cached = (details.cached_tokens or 0) if details else 0
        return [Token(each.token, each.logprob) for each in logprobs.content], cached

    def forget_prompts(self) -> None:
        """Empty the prefix cache."""
        self.client.post(f"{self.url}/flush_cache", cast_to=object)


def text_part(text: str) -> dict[str, object]:
    return {"type": "text", "text": text}


def image_part(image: Image.Image) -> dict[str, object]:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return image_url(buffer.getvalue())


def image_url(content: bytes) -> dict[str, object]:
    url = "data:image/png;base64," + base64.b64encode(content).decode()
    return {"type": "image_url", "image_url": {"url": url}}


def noise(width: int, height: int, seed: int) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@contextmanager
def serve(
    checkpoint: Path, log: Path, *extra: str, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Served]:
    """The cpu profile on a free port, in float32 so that numbers can be compared."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = Endpoint(str(checkpoint), NAME, "127.0.0.1", port)
    choices = Choices(extra=("--dtype", "float32", "--enable-cache-report", *extra))
    environment = {**sglang_environment(PROFILES["cpu"], endpoint), **settings}
    arguments = sglang_arguments(PROFILES["cpu"], endpoint, CONTEXT, choices)
    with Server(arguments, environment, log) as server:
        deadline = monotonic() + START_WITHIN
        while not generates(endpoint.url):
            assert server.alive, "\n".join(server.last_words())
            assert monotonic() < deadline, f"not ready within {START_WITHIN:.0f} s: {log}"
            sleep(0.5)
        client = OpenAI(
            base_url=f"{endpoint.url}/v1", api_key="none", max_retries=0, timeout=START_WITHIN
        )
        yield Served(endpoint.url, log, client)


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `int4` and `twin`: the same values, the experts of the second in bf16."""
    folder = tmp_path_factory.mktemp("checkpoints")
    write_checkpoint(folder / "int4", int4=True)
    write_checkpoint(folder / "twin", int4=False)
    return folder


@pytest.fixture(scope="session")
def twin(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The checkpoint without INT4; prompts longer than CHUNK are taken in piece by piece."""
    log = tmp_path_factory.mktemp("twin") / "log"
    with serve(checkpoints / "twin", log, "--chunked-prefill-size", str(CHUNK)) as served:
        yield served


@pytest.fixture(scope="session")
def int4(checkpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The INT4 checkpoint with the kernel that a person gets."""
    log = tmp_path_factory.mktemp("int4") / "log"
    compact = "--constrained-json-disable-any-whitespace"  # noise would be blank for pages
    with serve(checkpoints / "int4", log, compact) as served:
        yield served


@pytest.fixture(scope="session")
def sglang_on_cpu() -> Iterator[None]:
    """SGLang importable in this process. It reads the variable while it is imported."""
    before = os.environ.get("SGLANG_USE_CPU_ENGINE")
    os.environ["SGLANG_USE_CPU_ENGINE"] = "1"
    yield
    if before is None:
        del os.environ["SGLANG_USE_CPU_ENGINE"]
    else:
        os.environ["SGLANG_USE_CPU_ENGINE"] = before
