"""How good Kimi mini is: `python -m bench.mini_eval [--pages N]`, or `make mini-eval N=500`.

Unseen mockups of its domain go through the agent loop, the model served by SGLang on this machine's
CPU unless --url names a server. The score is the one that a person sees. Text readings are
remembered in $MOCKWRIGHT_TEXT_CACHE where that is set, which saves time on a second checkpoint.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from bench.memory import hardware
from bench.mini_mockups import Unseen, mockups
from bench.mini_results import Evaluation, MiniResult, Pair, write_sheet
from bench.stack import end_process
from webapp.local.mini_process import MiniProcess, NoModelServer
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import ToolFinished, TurnFinished
from workers.agent.run_task import RunEnvironment
from workers.browser.renderer import Renderer
from workers.management.local_run import NoPage, RunResult, run_locally
from workers.models.endpoint.request import Endpoint
from workers.models.mini.model import MiniModel

READY_WITHIN = 300.0  # seconds
STOP_WITHIN = 20.0
SHIPPED = "modelserver/mini/checkpoint"


class NotServed(Exception):
    """The model server did not start; the message says why."""


async def evaluate(arguments: argparse.Namespace, url: str) -> tuple[Evaluation, list[Pair]]:
    """Every page, `--at-once` of them side by side, in one process and with one browser."""
    renderer = Renderer()
    with tempfile.TemporaryDirectory(prefix="mockwright-mini-") as name:
        folder = Path(name)
        try:
            tests = await mockups(arguments.seed, arguments.pages, folder, renderer)
            began = time.monotonic()
            runs = _Runs(MiniModel(_endpoint(url, arguments)), folder, renderer)
            pairs = await runs.take_all(tests, arguments.at_once)
        finally:
            await renderer.close()
    evaluation = Evaluation(
        results=tuple(pair.result for pair in pairs),
        checkpoint=str(arguments.checkpoint or arguments.url or SHIPPED),
        thinking=not arguments.no_thinking,
        at_once=arguments.at_once,
        seconds=round(time.monotonic() - began, 1),
        hardware=hardware(),
    )
    return evaluation, pairs


class _Runs:
    """Runs of the agent loop on one model."""

    def __init__(self, model: MiniModel, folder: Path, renderer: Renderer) -> None:
        self._model = model
        self._environment = RunEnvironment(FileBlobs(folder / "blobs"), renderer)
        self._done = 0

    async def take_all(self, tests: list[Unseen], at_once: int) -> list[Pair]:
        places = asyncio.Semaphore(at_once)

        async def take(test: Unseen) -> Pair:
            async with places:
                pair = await self._take(test)
            self._done += 1
            state = pair.result.failure or f"score {pair.result.score:.3f}"
            print(f"{self._done}/{len(tests)} seed {test.seed}: {state}", file=sys.stderr)
            return pair

        return list(await asyncio.gather(*map(take, tests)))

    async def _take(self, test: Unseen) -> Pair:
        picture = test.mockup.path.read_bytes()
        try:
            page = await run_locally([test.mockup], self._model, self._environment)
        except NoPage as error:
            return Pair(MiniResult(test.seed, failure=f"{error.code}: {error}"), picture, None)
        seconds = page.seconds_by_stage
        result = MiniResult(
            test.seed,
            valid=_is_valid(page),
            score=round(page.result.score.total, 4),
            model_seconds=seconds["model"],
            seconds=seconds["total"],
        )
        shown = page.result.pages[0].screenshot.sha256
        return Pair(result, picture, self._environment.blobs.get(shown))


def _is_valid(page: RunResult) -> bool:
    """Whether the model's one turn wrote the page and finished, each call without an error."""
    events = [envelope.event for envelope in page.events]
    turns = [event for event in events if isinstance(event, TurnFinished)]
    done = {event.call_id: event.ok for event in events if isinstance(event, ToolFinished)}
    names = [call.name for call in turns[0].calls]
    return (
        len(turns) == 1
        and names[-1:] == ["finish"]
        and "write_file" in names
        and all(done.get(call.id, False) for call in turns[0].calls)
    )


def _endpoint(url: str, arguments: argparse.Namespace) -> Endpoint:
    return Endpoint(url, name="", thinking=not arguments.no_thinking, greedy=True)


@contextmanager
def served(checkpoint: Path | None) -> Iterator[str]:
    """The address of a model server that runs as long as the context. Raises NotServed."""
    with tempfile.TemporaryDirectory(prefix="mockwright-serve-") as folder:
        mini = MiniProcess(Path(folder) / "sglang.log", checkpoint)
        with subprocess.Popen(mini.program.command) as process:
            try:
                _wait_until_ready(process, mini.url)
                yield mini.url
            finally:
                end_process(process, STOP_WITHIN)


def _wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    give_up_at = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            with urlopen(f"{url}/models", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise NotServed("The model server did not start. Read its messages above.")


def parse(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.mini_eval", description=__doc__)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0, help="number of the test set")
    parser.add_argument("--checkpoint", type=Path, help=f"else {SHIPPED}")
    parser.add_argument("--url", help="a server that runs, like http://127.0.0.1:30000/v1")
    parser.add_argument("--at-once", type=int, default=4, help="runs side by side")
    parser.add_argument("--no-thinking", action="store_true", help="answers without a thought")
    parser.add_argument("--out", type=Path, help="the result as JSON")
    parser.add_argument("--sheet", type=Path, help="PNG: mockups beside renders, worst first")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    arguments = parse(given)
    try:
        if arguments.url:
            evaluation, pairs = asyncio.run(evaluate(arguments, arguments.url))
        else:
            with served(arguments.checkpoint) as url:
                evaluation, pairs = asyncio.run(evaluate(arguments, url))
    except (NoModelServer, NotServed) as error:
        print(error, file=sys.stderr)
        return 2
    print(evaluation.report())
    if arguments.out:
        evaluation.write(arguments.out)
    if arguments.sheet:
        write_sheet(pairs, arguments.sheet)
    return 0


if __name__ == "__main__":
    sys.exit(main())
