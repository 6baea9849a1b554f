"""How faithful drafted pages are: `python -m bench.fidelity PAGES_DIR [--limit N] [--out DIR]`.

PAGES_DIR holds <name>.png with <name>.html (or <name>.json, see `bench.gentelella`) beside it. The
model gets the PNG alone; the HTML serves the judge (`bench.scorer`), rendered with the fonts that
its picture shows (`bench.font_sets`). All pages share one process and one browser. Text readings
are remembered in $MOCKWRIGHT_TEXT_CACHE where that is set: leave it unset to measure times.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from bench.corpus import NoPages, Sample, samples
from bench.evaluate import Result, Setup, evaluate_page
from bench.font_sets import DEJAVU, DejavuOnly
from bench.results import table, write_json, write_sheet
from webapp.studio.blobs import FileBlobs
from workers.agent.errors import AgentError
from workers.browser.errors import RenderError
from workers.browser.renderer import Renderer
from workers.management.local_run import NoPage

FAILURES = (AgentError, RenderError, PlaywrightError, OSError, ValueError)


async def evaluate_all(
    pages: list[Sample], evaluate: Callable[[Sample], Awaitable[Result]]
) -> list[Result]:
    """Each page's result, told as soon as it is known; one that fails does not end the others."""
    results: list[Result] = []
    for sample in pages:
        try:
            results.append(await evaluate(sample))
        except FAILURES as error:
            reason = error.code if isinstance(error, NoPage) else type(error).__name__
            results.append(Result(sample.name, failure=f"{reason}: {error}"))
        state = results[-1].failure or f"score {results[-1].numbers['product']:.3f}"
        print(f"{len(results)}/{len(pages)} {sample.name}: {state}", file=sys.stderr)
    return results


@asynccontextmanager
async def prepared(arguments: argparse.Namespace) -> AsyncIterator[Setup]:
    """What the evaluations share, as `parse` was told, until they are done."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    renderer, dejavu = Renderer(), DejavuOnly()
    with tempfile.TemporaryDirectory(prefix="mockwright-bench-") as folder:
        try:
            yield Setup(
                renderer,
                (dejavu,) if DEJAVU.is_dir() else (),
                FileBlobs(Path(folder)),
                arguments.out,
                arguments.model,
                arguments.made,
                arguments.reference_render,
            )
        finally:
            await renderer.close()
            await dejavu.close()


async def measure(arguments: argparse.Namespace) -> list[Result]:
    pages = samples(arguments.pages)[: arguments.limit]
    async with prepared(arguments) as setup:
        return await evaluate_all(pages, partial(evaluate_page, setup=setup))


def parse(
    arguments: list[str] | None,
    program: str = "bench.fidelity",
    description: str = "Fidelity of drafted pages",
) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("pages", type=Path, help="folder of .png with .html or .json beside them")
    parser.add_argument("--limit", type=int, help="only the first N pages")
    parser.add_argument("--out", type=Path, default=Path("var") / program.split(".")[-1])
    parser.add_argument("--model", default="draft")
    parser.add_argument("--made", type=Path, help="judge <made>/<name>/index.html; draft nothing")
    parser.add_argument(
        "--reference-render", action="store_true", help="draft from our own render of the .html"
    )
    return parser.parse_args(arguments)


def run(measuring: Coroutine[None, None, list[Result]]) -> list[Result] | None:
    """The results; None, with a word why, where there is nothing to measure on."""
    try:
        return asyncio.run(measuring)
    except NoPages as error:
        print(error, file=sys.stderr)
        return None


def main(given: list[str] | None = None) -> int:
    arguments = parse(given)
    results = run(measure(arguments))
    if results is None:
        return 2
    print(table(results))
    write_json(results, arguments.out / "fidelity.json")
    write_sheet(results, arguments.out / "sheet.png")
    print(f"{arguments.out / 'fidelity.json'}, {arguments.out / 'sheet.png'}")
    return 1 if any(result.failure for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
