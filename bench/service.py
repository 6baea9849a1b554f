"""Speed and memory of the whole service, on this machine: `python -m bench.service`.

Four figures, each a ratio against a named peer or a bound, all from one run:
first revision against reading the text alone; a warm render against a browser start per render;
an event from worker to 50 browsers; the memory of the idle service. Writes JSON beside a table.
"""

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench import fidelity
from bench.latency import SOCKETS, measure_latency
from bench.memory import hardware, measure_memory
from bench.render import measure_render
from bench.stack import ROOT, Stack

EXAMPLES = ROOT / "tests" / "data" / "pages"
PAGES = 8
WARM_UP = 25.0  # seconds until the worker has loaded what its first run will need


@dataclass(frozen=True)
class Figure:
    """One line of the table. `holds` says whether `value` is on the right side of `bound`."""

    name: str
    value: float
    bound: str
    holds: bool
    detail: str


def first_revision(pages: Path, limit: int) -> Figure:
    """Seconds until the first scored revision, as a multiple of reading the text alone."""
    with tempfile.TemporaryDirectory(prefix="mockwright-bench-") as out:
        given = [str(pages), "--limit", str(limit), "--out", out]
        results = asyncio.run(fidelity.measure(fidelity.parse(given)))
    made = [result.numbers for result in results if not result.failure]
    value = median(page["seconds_first"] / page["seconds_ocr"] for page in made)
    first = median(page["seconds_first"] for page in made)
    read = median(page["seconds_ocr"] for page in made)
    detail = f"medians of {len(made)} pages: {first:.1f} s, text alone {read:.1f} s"
    return Figure("first revision ÷ text alone", round(value, 2), "≤ 2", value <= 2, detail)


def warm_render() -> Figure:
    """How much a browser that stays saves."""
    speed = measure_render()
    detail = f"{speed.warm_seconds * 1000:.0f} ms against {speed.cold_seconds * 1000:.0f} ms"
    return Figure(
        "browser start ÷ warm render", round(speed.ratio, 1), "≥ 5", speed.ratio >= 5, detail
    )


def service() -> list[Figure]:
    """The memory of the idle service, then the way of an event through it."""
    with tempfile.TemporaryDirectory(prefix="mockwright-bench-") as folder:
        stack = Stack(Path(folder)).start()
        try:
            time.sleep(WARM_UP)
            memory = measure_memory(stack)
            latency = measure_latency(stack)
        finally:
            stack.stop()
    return [
        Figure(
            f"event to {SOCKETS} browsers, p95 ms",
            latency.p95_ms,
            "≤ 100",
            latency.p95_ms <= 100,
            f"p50 {latency.p50_ms} ms over {latency.samples} deliveries",
        ),
        Figure(
            "idle service, MB resident",
            memory.rss_mb,
            "≤ 1500",
            memory.rss_mb <= 1500,
            f"{memory.processes} processes, {memory.pss_mb:.0f} MB with shared pages split",
        ),
    ]


def table(figures: list[Figure]) -> str:
    rows = [
        f"{figure.name:<34}{figure.value:>8g}  {figure.bound:<7}"
        f"{'holds' if figure.holds else 'MISSED':<8}{figure.detail}"
        for figure in figures
    ]
    return "\n".join([hardware(), *rows])


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.service", description=__doc__)
    parser.add_argument("--pages", type=Path, default=EXAMPLES, help="folder of .html with .png")
    parser.add_argument("--limit", type=int, default=PAGES, help="pages to draft")
    parser.add_argument("--out", type=Path, default=Path("var/service.json"))
    arguments = parser.parse_args()
    figures = [*service(), warm_render(), first_revision(arguments.pages, arguments.limit)]
    print(table(figures))
    record = {"hardware": hardware(), "figures": [asdict(figure) for figure in figures]}
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
