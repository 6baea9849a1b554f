"""What can answer the benchmark's requests: SGLang with a kernel of choice, and transformers."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import torch
from openai import OpenAI
from transformers.utils import logging

from modelserver.bench.requests import Request
from modelserver.health import generates
from modelserver.native import load_native

START_SECONDS = 300


@dataclass(frozen=True)
class Round:
    """So many answers asked for at once: tokens of all, seconds until the last, and the seconds
    to each first token where the peer streams."""

    tokens: int
    seconds: float
    first_tokens: tuple[float, ...] = ()


class Peer(Protocol):
    def answer(self, requests: Sequence[Request], tokens: int) -> Round:
        """Answer all requests at once, each with exactly `tokens` tokens."""


class SglangPeer:
    """`modelserver.serve` on a free port, with the kernel asked for."""

    def __init__(self, model: Path, kernel: str | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        chosen = {} if kernel is None else {"MOCKWRIGHT_MOE_KERNEL": kernel}
        command = [sys.executable, "-m", "modelserver.serve", "--profile", "cpu"]
        command += ["--model", str(model), "--port", str(port), "--name", "bench"]
        self._process = subprocess.Popen(
            command, env={**os.environ, **chosen}, stdout=subprocess.DEVNULL
        )
        self._url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> Self:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if generates(self._url):
                return self
            time.sleep(0.5)
        self._stop()
        raise SystemExit("SGLang did not start; var/modelserver holds its log.")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def answer(self, requests: Sequence[Request], tokens: int) -> Round:
        with OpenAI(base_url=f"{self._url}/v1", api_key="none") as client:
            gate = threading.Barrier(len(requests) + 1)
            with ThreadPoolExecutor(len(requests)) as pool:
                answers = [pool.submit(_stream, client, one, tokens, gate) for one in requests]
                gate.wait()
                began = time.monotonic()
                told = [answer.result() for answer in answers]
                seconds = time.monotonic() - began
        count = sum(written for written, _ in told)
        return Round(count, seconds, tuple(first for _, first in told))


def _stream(
    client: OpenAI, request: Request, tokens: int, gate: threading.Barrier
) -> tuple[int, float]:
    """Tokens written and seconds to the first."""
    url = request.url
    gate.wait()
    began, first, written = time.monotonic(), 0.0, 0
    stream = client.chat.completions.create(
        model="bench",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "image_url", "image_url": {"url": url}},
                    {"type": "text", "text": request.text},
                ],
            }
        ],
        temperature=0,
        max_tokens=tokens,
        stream=True,
        stream_options={"include_usage": True},
        extra_body={"ignore_eos": True},
    )
    for piece in stream:
        if piece.choices and not first:
            first = time.monotonic() - began
        if piece.usage:
            written = piece.usage.completion_tokens
    return written, first


class TransformersPeer:
    """`generate` of transformers' own K2.5 class: all requests in one batch, padded on the left."""

    def __init__(self, model: Path) -> None:
        torch.set_num_threads(1)  # as SGLang's CPU profile
        logging.set_verbosity_error()  # it warns at each call of lengths that are as meant
        self._native = load_native(model, torch.bfloat16)

    @torch.inference_mode()
    def answer(self, requests: Sequence[Request], tokens: int) -> Round:
        began = time.monotonic()
        native = self._native
        images: list[dict[str, object]] = [{"type": "image", "image": r.image} for r in requests]
        prompts = [
            native.prompt(request.text, [image])
            for request, image in zip(requests, images, strict=True)
        ]
        coded = native.tokenizer(
            prompts,
            add_special_tokens=False,
            padding=True,
            padding_side="left",
            return_tensors="pt",
        )
        pixels = native.preprocessor.preprocess(images)
        written = native.model.generate(
            input_ids=coded["input_ids"],
            attention_mask=coded["attention_mask"],
            pixel_values=pixels["pixel_values"].to(torch.bfloat16),
            image_grid_thw=pixels["grid_thws"],
            max_new_tokens=tokens,
            min_new_tokens=tokens,
            do_sample=False,
        )
        count = (written.shape[1] - coded["input_ids"].shape[1]) * len(requests)
        return Round(count, time.monotonic() - began)
