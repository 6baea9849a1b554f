"""The whole service under load, on this machine: `python -m bench.load`.

500 sockets on 20 runs that are at work connect at once and watch; then 50 pictures are uploaded at
once, then 300 connections dawdle. Meanwhile pages are asked for. The sockets, the requests and the
worker that does most of the runs share the machine's processors with the service. Writes JSON
beside a table.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from bench.load.requests import Waits, asked_meanwhile, upload_all
from bench.load.slow import WAYS, CutOff, dawdle
from bench.load.sockets import PATIENCE, Storm
from bench.memory import hardware
from bench.stack import ROOT, Stack

SOCKETS, RUNS, UPLOADS, SLOW = 500, 20, 50, 300
WORKERS = 4  # processes that work on the runs, besides the service's own two
WARM_UP = 20.0  # seconds until the workers have loaded what a run needs
TURNS = 55  # of a run, 2.3 s each; more do not fit in a prompt
HISTORY = 6.0  # seconds that the runs are at work before anybody watches
SETTLED = 5.0  # seconds after the sockets were told to connect
WATCHED = 20.0  # seconds of deliveries that count, after those
SLOW_PATIENCE = 90.0  # seconds
SCREEN = 2880, 1800  # pixels of an uploaded picture

LATENCY, CONNECT, OTHERS = 0.25, 3.0, 1.0  # bounds, seconds


@dataclass(frozen=True)
class Figure:
    """One line of the table. `bound` is the most it may be, where there is one."""

    name: str
    value: float | None  # None: it did not happen
    unit: str
    bound: float | None = None
    detail: str = ""

    @property
    def holds(self) -> bool:
        return self.bound is None or (self.value is not None and self.value <= self.bound)


def script(turns: int) -> str:
    """A run like that of a language model: it thinks, streams some text, writes a file."""
    page = {"path": "index.html", "content": "<!doctype html><title>.</title><p>Hello, world</p>"}
    write = {"name": "write_file", "arguments": page}
    text = "The heading is set larger than on the mockup, so I make it smaller. " * 2
    turn = {"pause": 1.0, "text": text, "pace": 0.1, "calls": [write]}
    return json.dumps([turn] * turns)


def start_runs(stack: Stack, count: int) -> list[str]:
    asset = stack.post("/api/examples/login", {})
    body = {
        "assets": [{"id": asset["id"], "scale": 1}],
        "prompt": script(TURNS),
        "stack": "html-css",
        "model": "scripted",
    }
    ids = []
    for _ in range(count):
        runs = stack.post("/api/projects", body)["runs"]
        assert isinstance(runs, list)
        ids.append(str(runs[0]["id"]))
    return ids


@contextmanager
def worked_on(stack: Stack, run_ids: list[str]) -> Iterator[list[psutil.Process]]:
    """Have the runs executed until the block ends, in processes with the service's environment."""
    environment = web_process(stack).environ()
    command = [sys.executable, "-m", "bench.load.runner"]
    shares = [run_ids[at::WORKERS] for at in range(WORKERS)]
    processes = [  # in sessions of their own, as the service's are: Linux shares its time by them
        subprocess.Popen([*command, *share], cwd=ROOT, env=environment, start_new_session=True)
        for share in shares
        if share
    ]
    try:
        yield [psutil.Process(process.pid) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def web_process(stack: Stack) -> psutil.Process:
    (found,) = stack.find("webapp.local.serve")
    return found


class Meter:
    """What a process uses: megabytes resident, and seconds of a processor since the last look."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._seen = 0.0
        self.processor()

    def memory(self) -> float:
        return float(self._process.memory_info().rss / 2**20)

    def processor(self) -> float:
        times = self._process.cpu_times()
        used = times.user + times.system
        since, self._seen = used - self._seen, used
        return float(since)


async def watch(
    stack: Stack, workers: list[psutil.Process], run_ids: list[str], sockets: int
) -> list[Figure]:
    """The storm of sockets, then their live events."""
    meters = {"web server": Meter(web_process(stack)), "the sockets": Meter(psutil.Process())}
    meters |= {f"worker {number}": Meter(one) for number, one in enumerate(workers, 1)}
    before = meters["web server"].memory()
    storm = Storm(stack.origin, run_ids, sockets)
    storm.start()
    told_at = time.time()
    await storm.all_caught_up(PATIENCE)
    connecting = meters["web server"].processor()
    await asyncio.sleep(max(0.0, told_at + SETTLED - time.time()))
    for meter in meters.values():
        meter.processor()
    since, frames_before = time.time(), _frames(storm)
    async with asked_meanwhile(stack.origin) as waits:
        await asyncio.sleep(WATCHED)
    frames = _frames(storm) - frames_before
    used = {name: meter.processor() / WATCHED for name, meter in meters.items()}
    delays = storm.delays(since, time.time())
    memory = meters["web server"].memory()
    await storm.stop()
    return [
        *_connect_figures(storm),
        *_delivery_figures(delays, f"{sum(frames.values()) / WATCHED:.0f} frames a second"),
        _wait_figure("other requests meanwhile, longest", waits),
        Figure("web server with the sockets, MB", memory, "MB", detail=f"before: {before:.0f} MB"),
        Figure("web server to connect all, of a processor", connecting, "s"),
        *(Figure(f"{name}, of a processor", share * 100, "%") for name, share in used.items()),
    ]


def _frames(storm: Storm) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in storm.sockets:
        total.update(one.frames)
    return total


def _connect_figures(storm: Storm) -> list[Figure]:
    failed = [one.failure for one in storm.sockets if one.failure]
    opened = [one.opened for one in storm.sockets if one.opened is not None]
    caught_up = [one.caught_up for one in storm.sockets if one.caught_up is not None]
    wrong = sum(one.out_of_order for one in storm.sockets)
    replayed = sum(one.seq - len(one.live) for one in storm.sockets) / len(storm.sockets)
    return [
        Figure(
            "sockets refused or dropped", len(failed), "", 0, "; ".join(sorted(set(failed))[:2])
        ),
        Figure("events lost, repeated or out of order", wrong, "", 0),
        Figure("all at once: open, slowest", max(opened, default=None), "s", CONNECT),
        Figure(
            "all at once: caught up, slowest",
            max(caught_up, default=None),
            "s",
            CONNECT,
            f"median {np.median(caught_up):.2f} s; {replayed:.0f} events replayed to each"
            if caught_up
            else "",
        ),
    ]


def _delivery_figures(delays: list[float], load: str) -> list[Figure]:
    if not delays:
        return [Figure("event to browsers, p95", None, "s", LATENCY)]
    p50, p95, p99 = np.percentile(delays, [50, 95, 99])
    detail = f"p50 {p50:.3f}, p99 {p99:.3f}, max {max(delays):.3f}; {len(delays)} events, {load}"
    return [Figure("event to browsers, p95", float(p95), "s", LATENCY, detail)]


def _wait_figure(name: str, waits: Waits) -> Figure:
    if not waits.seconds:
        return Figure(name, None, "s", OTHERS)
    detail = f"median {np.median(waits.seconds):.3f} s of {len(waits.seconds)}"
    if waits.failures:
        detail += f"; {len(waits.failures)} failed: {waits.failures[0]}"
    return Figure(name, max(waits.seconds), "s", OTHERS, detail)


async def upload(stack: Stack, count: int, folder: Path) -> list[Figure]:
    """Pictures of a large screen, all at once."""
    pictures = enlarged_examples(folder)
    meter = Meter(web_process(stack))
    async with asked_meanwhile(stack.origin) as waits:
        done = await upload_all(stack.origin, pictures, count)
    detail = f"median {np.median(done.seconds):.1f} s"
    if done.failures:
        detail += f"; {len(done.failures)} failed: {done.failures[0]}"
    return [
        Figure(f"{count} uploads at once, until the last", max(done.seconds), "s", None, detail),
        _wait_figure("other requests meanwhile, longest", waits),
        Figure("web server after them, MB", meter.memory(), "MB"),
    ]


def enlarged_examples(folder: Path) -> list[Path]:
    """The example pictures, as large as a large screen's."""
    made = []
    for path in sorted((ROOT / "webapp" / "studio" / "uploads" / "examples").glob("*.png")):
        with Image.open(path) as example:
            example.convert("RGB").resize(SCREEN).save(folder / path.name)
        made.append(folder / path.name)
    return made


async def hold_slow(stack: Stack, count: int) -> list[Figure]:
    """Connections that dawdle, and what others wait."""
    async with asked_meanwhile(stack.origin) as waits:
        ends = await dawdle(stack.origin, count, SLOW_PATIENCE)
    figures = [_slow_figure(way.name, ends) for way in WAYS]
    return [*figures, _wait_figure("other requests meanwhile, longest", waits)]


def _slow_figure(way: str, ends: list[CutOff]) -> Figure:
    mine = [one.after for one in ends if one.way == way]
    ended = [after for after in mine if after is not None]
    value = max(ended) if len(ended) == len(mine) else None
    detail = f"{len(ended)} of {len(mine)} cut off within {SLOW_PATIENCE:.0f} s"
    return Figure(f"slow {way}: cut off after", value, "s", SLOW_PATIENCE, detail)


def measure(sockets: int, runs: int) -> dict[str, list[Figure]]:
    with tempfile.TemporaryDirectory(prefix="mockwright-bench-") as folder:
        # nobody's limit is to end a run before the measurement does
        limits = {f"MOCKWRIGHT_RUN_{name}": "20000" for name in ("STEPS", "SECONDS")}
        stack = Stack(Path(folder) / "data", MOCKWRIGHT_RUN_TOKENS="1000000000", **limits).start()
        try:
            time.sleep(WARM_UP)
            run_ids = start_runs(stack, runs)
            with worked_on(stack, run_ids) as workers:
                time.sleep(WARM_UP / 2 + HISTORY)
                watched = asyncio.run(watch(stack, workers, run_ids, sockets))
            for run_id in run_ids:
                stack.post(f"/api/runs/{run_id}/cancel", {})
            time.sleep(HISTORY)
            uploaded = asyncio.run(upload(stack, UPLOADS, Path(folder)))
            slow = asyncio.run(hold_slow(stack, SLOW))
        finally:
            stack.stop()
    return {
        f"{sockets} sockets on {runs} runs": watched,
        f"{UPLOADS} uploads": uploaded,
        f"{SLOW} slow connections": slow,
    }


def table(found: dict[str, list[Figure]]) -> str:
    rows = [hardware()]
    for title, figures in found.items():
        rows.append(title)
        rows += [_row(figure) for figure in figures]
    return "\n".join(rows)


def _row(figure: Figure) -> str:
    value = "never" if figure.value is None else f"{figure.value:.3g} {figure.unit}"
    if figure.value is None and figure.bound is None:
        value = ""
    bound = "" if figure.bound is None else f"≤ {figure.bound:g}"
    verdict = "" if figure.bound is None else "holds" if figure.holds else "MISSED"
    return f"  {figure.name:<42}{value:>9}  {bound:<7}{verdict:<8}{figure.detail}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.load", description=__doc__)
    parser.add_argument("--sockets", type=int, default=SOCKETS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--out", type=Path, default=Path("var/load.json"))
    arguments = parser.parse_args()
    found = measure(arguments.sockets, arguments.runs)
    print(table(found))
    record = {
        "hardware": hardware(),
        **{title: [asdict(figure) for figure in figures] for title, figures in found.items()},
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
