"""What the code of drafted pages is like: `python -m bench.page_code PAGES_DIR [--limit N]`.

PAGES_DIR and the options are those of `bench.fidelity`, and so are the drafting and its judges;
`--made DIR` measures pages that were made earlier. Of each page the facts of its code
(`bench.code_facts`) are read at the mockup's width and on a phone and set beside the reference's,
which is rendered with the fonts that its picture shows. A reference without HTML has no code to
compare with. The table is also in code.json, and the five worst scores are in sheet.png.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from playwright.async_api import Browser

from bench.code_facts import Facts, facts_of, grave_findings
from bench.code_numbers import (
    absolute_share,
    class_numbers,
    length_numbers,
    line_numbers,
    phone_numbers,
    tree_numbers,
)
from bench.code_results import report, role_numbers, worst_pages, write_json
from bench.code_roles import role_counts
from bench.corpus import Sample, as_pictured, samples
from bench.evaluate import PHONE, Result, Setup, evaluate_page, folder_of
from bench.fidelity import evaluate_all, parse, prepared, run
from bench.font_sets import DejavuOnly
from bench.results import write_sheet
from bench.ssim import ssim
from workers.browser.chromium import start
from workers.browser.find import find_browser
from workers.browser.isolation import probe
from workers.imaging import decode_png
from workers.shot import PageRenderer, RenderRequest

WIDTHS = 390, 768, 1024  # CSS pixels: of windows narrower than the mockup
COMPARED = 390, 768  # of those in which draft and reference are compared


@dataclass(frozen=True)
class Reference:
    """A page's HTML, with the renderer that shows it as its picture does, and its facts there."""

    html: Path
    renderer: PageRenderer
    facts: Facts


async def evaluate_code(sample: Sample, setup: Setup, browsers: Sequence[Browser]) -> Result:
    """The page drafted, judged and its code measured. `browsers` read a page as the renderers of
    `setup` show it, in their order. Raises what the drafting and the renderer raise."""
    judged = await evaluate_page(sample, setup)
    page = folder_of(sample.name, setup) / "index.html"
    size = sample.width, sample.height
    drafted = await facts_of(browsers[0], page, *size)
    reference = await _reference(sample, setup, browsers)
    numbers = {
        **judged.numbers,
        **class_numbers(drafted),
        **line_numbers(drafted, reference.facts if reference else None),
        **length_numbers(drafted),
        **phone_numbers(await facts_of(browsers[0], page, *PHONE)),
        "absolute": absolute_share(drafted),
        "axe": float(await grave_findings(browsers[0], page, *size)),
        **await _width_numbers(page, sample, setup.renderer, reference),
    }
    if reference:
        numbers |= tree_numbers(drafted, reference.facts)
        numbers |= role_numbers(role_counts(reference.facts, drafted))
    if "seconds_total" in numbers:
        numbers["seconds"] = numbers["seconds_total"] - numbers["seconds_ocr"]
    return replace(judged, numbers=numbers)


async def _reference(sample: Sample, setup: Setup, browsers: Sequence[Browser]) -> Reference | None:
    if sample.html is None:
        return None
    renderers = [setup.renderer, *setup.others]
    place, _ = await as_pictured(sample.png, sample.html, renderers)
    facts = await facts_of(browsers[place], sample.html, sample.width, sample.height)
    return Reference(sample.html, renderers[place], facts)


async def _width_numbers(
    page: Path, sample: Sample, renderer: PageRenderer, reference: Reference | None
) -> dict[str, float]:
    """In windows narrower than the mockup: how far the draft is wider than they are, CSS pixels,
    and how alike it is there to the reference."""
    numbers: dict[str, float] = {}
    for width in (width for width in WIDTHS if width < sample.width):
        request = RenderRequest(width, PHONE[1])
        shot = await renderer.render(page.parent, request)
        numbers[f"overflow_{width}"] = float(shot.overflow_px)
        if reference and width in COMPARED:
            named = replace(request, page=reference.html.name)
            wanted = await reference.renderer.render(reference.html.parent, named)
            numbers[f"ssim_{width}"] = await asyncio.to_thread(
                ssim, decode_png(wanted.png), decode_png(shot.png)
            )
    return numbers


@asynccontextmanager
async def _browsers(setup: Setup) -> AsyncIterator[list[Browser]]:
    """One for each renderer, with the same fonts."""
    chromium = await start(find_browser(), await asyncio.to_thread(probe))
    try:
        others = [await each.browser() for each in setup.others if isinstance(each, DejavuOnly)]
        yield [chromium.browser, *others]
    finally:
        await chromium.close()


async def measure(arguments: argparse.Namespace) -> list[Result]:
    pages = samples(arguments.pages)[: arguments.limit]
    async with prepared(arguments) as setup, _browsers(setup) as browsers:
        return await evaluate_all(pages, partial(evaluate_code, setup=setup, browsers=browsers))


def main(given: list[str] | None = None) -> int:
    arguments = parse(given, "bench.page_code", "The code of drafted pages")
    results = run(measure(arguments))
    if results is None:
        return 2
    print(report(results))
    write_json(results, arguments.out / "code.json")
    write_sheet(worst_pages(results), arguments.out / "sheet.png")
    print(f"{arguments.out / 'code.json'}, {arguments.out / 'sheet.png'}")
    return 1 if any(result.failure for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
