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
from collections.abc import AsyncIterator
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


async def evaluate_all(pages: list[Sample], setup: Setup) -> AsyncIterator[Result]:
    """Each page's result as soon as it is known; a page that fails does not end the benchmark."""
    for sample in pages:
        try:
            yield await evaluate_page(sample, setup)
        except FAILURES as error:
            reason = error.code if isinstance(error, NoPage) else type(error).__name__
            yield Result(sample.name, failure=f"{reason}: {error}")


async def measure(arguments: argparse.Namespace) -> list[Result]:
    pages = samples(arguments.pages)[: arguments.limit]
    arguments.out.mkdir(parents=True, exist_ok=True)
    results: list[Result] = []
    renderer, dejavu = Renderer(), DejavuOnly()
    with tempfile.TemporaryDirectory(prefix="mockwright-bench-") as folder:
        setup = Setup(
            renderer,
            (dejavu,) if DEJAVU.is_dir() else (),
            FileBlobs(Path(folder)),
            arguments.out,
            arguments.model,
            arguments.made,
            arguments.reference_render,
        )
        try:
            async for result in evaluate_all(pages, setup):
                results.append(result)
                state = result.failure or f"score {result.numbers['product']:.3f}"
                print(f"{len(results)}/{len(pages)} {result.name}: {state}", file=sys.stderr)
        finally:
            await renderer.close()
            await dejavu.close()
    return results


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.fidelity", description="Fidelity of drafted pages")
    parser.add_argument("pages", type=Path, help="folder of .png with .html or .json beside them")
    parser.add_argument("--limit", type=int, help="only the first N pages")
    parser.add_argument("--out", type=Path, default=Path("var/fidelity"))
    parser.add_argument("--model", default="draft")
    parser.add_argument("--made", type=Path, help="judge <made>/<name>/index.html; draft nothing")
    parser.add_argument(
        "--reference-render", action="store_true", help="draft from our own render of the .html"
    )
    return parser.parse_args(arguments)


def main(given: list[str] | None = None) -> int:
    arguments = parse(given)
    try:
        results = asyncio.run(measure(arguments))
    except NoPages as error:
        print(error, file=sys.stderr)
        return 2
    print(table(results))
    write_json(results, arguments.out / "fidelity.json")
    write_sheet(results, arguments.out / "sheet.png")
    print(f"{arguments.out / 'fidelity.json'}, {arguments.out / 'sheet.png'}")
    return 1 if any(result.failure for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
