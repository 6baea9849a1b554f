"""Servers that nobody here wrote, as processes of .venv-peers."""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from bench.seeing import NAME, serve_seeing
from bench.stack import ROOT, end_process, free_port

BIN = ROOT / ".venv-peers" / "bin"
READY_WITHIN = 180.0  # seconds, on a busy machine
CONTEXT, NARROW = 131_072, 2000  # tokens of the models behind the router


@dataclass(frozen=True)
class Peer:
    """A server: its address up to and including /v1, and the key it wants."""

    url: str
    key: str = ""


@pytest.fixture(scope="session")
def llama_cpp() -> Iterator[Peer]:
    """llama.cpp's server with SmolLM2 of 135M parameters, which reads text alone."""
    port = free_port()
    script = Path(__file__).with_name("llama_cpp.py")
    with started([BIN / "python", script, port], f"http://127.0.0.1:{port}/health"):
        yield Peer(f"http://127.0.0.1:{port}/v1")


@pytest.fixture(scope="session")
def litellm(tmp_path_factory: pytest.TempPathFactory, llama_cpp: Peer) -> Iterator[Peer]:
    """LiteLLM's proxy before two seeing simulators, one with a narrow window, llama.cpp, and a
    server that is not there."""
    folder = tmp_path_factory.mktemp("litellm")
    port, key = free_port(), f"sk-{secrets.token_hex(24)}"
    with serve_seeing() as seeing, serve_seeing("--context", str(NARROW)) as narrow:
        config = folder / "config.yaml"
        config.write_text(
            "model_list:\n"
            + entry(NAME, f"openai/{NAME}", seeing, info=True)
            + entry("narrow", f"openai/{NAME}", narrow)
            + entry("smollm2", "openai/smollm2", llama_cpp.url)
            + entry("gone", "openai/gone", f"http://127.0.0.1:{free_port()}/v1")
        )
        command = [BIN / "litellm", "--config", config, "--host", "127.0.0.1", "--port", port]
        keys = {"LITELLM_MASTER_KEY": key, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        with started(command, f"http://127.0.0.1:{port}/health/readiness", **keys):
            yield Peer(f"http://127.0.0.1:{port}/v1", key)


def entry(name: str, model: str, url: str, *, info: bool = False) -> str:
    """A model of LiteLLM's configuration; with `info` it is told what the model can."""
    lines = [
        f"  - model_name: {name}",
        f"    litellm_params: {{model: {model}, api_base: {url}, api_key: none}}",
    ]
    if info:
        can = "supports_vision: true, supports_function_calling: true"
        lines.append(f"    model_info: {{max_input_tokens: {CONTEXT}, {can}}}")
    return "\n".join(lines) + "\n"


@contextmanager
def started(command: list[object], ready: str, **environment: str) -> Iterator[None]:
    """A process, once `ready` answers."""
    if not BIN.is_dir():
        pytest.fail("There is no .venv-peers: run make setup-peers.")
    process = subprocess.Popen(
        list(map(str, command)),
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up_at = time.monotonic() + READY_WITHIN
        while not answers(ready):
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < give_up_at, f"{command[0]} did not answer at {ready}"
            time.sleep(0.2)
        yield
    finally:
        end_process(process, 10)


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False
