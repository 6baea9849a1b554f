"""How long an event takes from the worker that stores it to every browser that watches."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from websockets.asyncio.client import connect

from bench.stack import Stack

SOCKETS = 50
QUIET_SECONDS = 3.0  # the run waits so long for the sockets to connect
TURNS = 30


@dataclass(frozen=True)
class Latency:
    """Milliseconds from an event's own time stamp to its arrival; both on one clock."""

    sockets: int
    samples: int
    p50_ms: float
    p95_ms: float


def script() -> str:
    """A run that writes a file every tenth of a second, after waiting for the sockets."""
    page = {"path": "index.html", "content": "<!doctype html><title>.</title><p>Hello</p>"}
    write = {"name": "write_file", "arguments": page}
    quiet = {"pause": QUIET_SECONDS, "calls": [write]}
    turns = [{"pause": 0.1, "calls": [write]} for _ in range(TURNS)]
    return json.dumps([quiet, *turns, {"calls": [{"name": "finish"}]}])


async def watch(url: str, origin: str) -> list[float]:
    """Milliseconds of every live event until the run ends."""
    delays: list[float] = []
    live = False
    async with connect(url, origin=origin, max_size=None) as socket:  # type: ignore[arg-type]
        async for message in socket:
            now = datetime.now(UTC)
            frame = json.loads(message)
            if frame["kind"] == "caught_up":
                live = True
            if frame["kind"] != "event":
                continue
            envelope = frame["envelope"]
            if live:
                stored = datetime.fromisoformat(envelope["at"])
                delays.append((now - stored).total_seconds() * 1000)
            if envelope["event"]["type"] in {"run_finished", "run_failed"}:
                return delays
    return delays


async def _watch_all(stack: Stack, run: str, sockets: int) -> list[float]:
    url = f"ws{stack.origin.removeprefix('http')}/ws/runs/{run}?after=0"
    watched = await asyncio.gather(*(watch(url, stack.origin) for _ in range(sockets)))
    return [delay for delays in watched for delay in delays]


def measure_latency(stack: Stack, sockets: int = SOCKETS) -> Latency:
    """Watch one paced run of the scripted model through many sockets."""
    asset = stack.post("/api/examples/login", {})
    project = stack.post(
        "/api/projects",
        {
            "assets": [{"id": asset["id"], "scale": 1}],
            "prompt": script(),
            "stack": "html-css",
            "model": "scripted",
        },
    )
    runs = project["runs"]
    assert isinstance(runs, list)
    delays = asyncio.run(_watch_all(stack, runs[0]["id"], sockets))
    p50, p95 = np.percentile(delays, [50, 95])
    return Latency(sockets, len(delays), round(float(p50), 1), round(float(p95), 1))
