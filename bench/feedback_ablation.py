"""What each part of a comparison's report is worth to a model that sees: `make bench-ablation`.

The seeing simulator makes a page of each mockup with the same mistakes on it, then mends it over
the real client, loop, tools and browser: once with all that the tools report, then with one part
after the other hidden from it. It reads no close-up, and the notes decide only when it ends. The
worst regions count only where no difference is told: they are hidden with the differences.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.distortions import Page, pages
from bench.seeing import NAME
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import Limits, RunFinished
from workers.agent.run_task import RunEnvironment
from workers.browser.renderer import Renderer
from workers.management.local_run import RunResult, mockup_of, run_locally
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint
from workers.models.simulated.seeing.policy import Behaviour
from workers.models.simulated.seeing.reports import COMPLAINTS, Part
from workers.models.simulated.seeing.server import Service, make_server

CONTEXT = 262_144  # tokens
STEPS = 16  # tool calls of a run: about six comparisons
VARIANTS: tuple[tuple[Part, ...], ...] = (
    (),
    ("numbers",),
    ("missing",),
    ("complaints",),
    ("notes",),
    ("differences",),
    ("differences", "regions"),
)


@dataclass(frozen=True)
class Tried:
    """One run: the score of each comparison, in their order, and how many elements break a rule of
    contrast, overflow or accessibility on the page that it ended with."""

    page: str
    hidden: tuple[Part, ...]
    scores: tuple[float, ...]
    seconds: float
    complaints: int = 0

    @property
    def best(self) -> float:
        return max(self.scores)

    @property
    def turns(self) -> int:
        """After how many comparisons the best was there."""
        return self.scores.index(self.best) + 1


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """The simulator in a thread: what it perceives of a picture, it perceives once for all."""
    server = make_server(Service(CONTEXT, behaviour))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Ablation:
    """Runs over pages and variants, with one browser."""

    def __init__(self, blobs: FileBlobs, renderer: Renderer, mistakes: int, gaps: int) -> None:
        self._blobs, self._renderer, self._mistakes, self._gaps = blobs, renderer, mistakes, gaps

    async def try_page(self, page: Page, hidden: tuple[Part, ...]) -> Tried:
        png = (await self._renderer.render(page.folder, page.request)).png
        sha256 = self._blobs.put(png)
        mockup = mockup_of(self._blobs.path(sha256), sha256, page.scale)
        started = time.monotonic()
        with serving(Behaviour(frozenset(hidden), self._mistakes, self._gaps)) as url:
            result = await run_locally(
                [mockup],
                ClientModel(Endpoint(url, NAME)),
                RunEnvironment(self._blobs, self._renderer),
                limits=Limits(steps=STEPS),
            )
        scores = tuple(one.score.total for one in result.revisions)
        seconds = round(time.monotonic() - started, 1)
        return Tried(page.name, hidden, scores, seconds, complaints_of(result))


def complaints_of(result: RunResult) -> int:
    """Of the revision that the run ended with."""
    ended = result.ending.best_revision if isinstance(result.ending, RunFinished) else None
    last = next((one for one in result.revisions if one.number == ended), result.revisions[-1])
    told = (one for page in last.pages for one in page.score.differences)
    return sum(one.count for one in told if one.kind in COMPLAINTS)


async def try_all(chosen: Sequence[Page], mistakes: int, gaps: int) -> list[Tried]:
    found: list[Tried] = []
    renderer = Renderer()
    with tempfile.TemporaryDirectory(prefix="mockwright-ablation-") as folder:
        ablation = Ablation(FileBlobs(Path(folder)), renderer, mistakes, gaps)
        try:
            for page in chosen:
                for hidden in VARIANTS:
                    found.append(await ablation.try_page(page, hidden))
                    print(f"{page.name} {name_of(hidden)} {found[-1].scores}", file=sys.stderr)
        finally:
            await renderer.close()
    return found


def name_of(hidden: Sequence[Part]) -> str:
    return " and ".join(hidden) or "nothing"


def report(tried: Sequence[Tried]) -> str:
    """A row a page, then the means: best score, after how many comparisons, complaints left."""
    lines = [
        "| page | first | " + " | ".join(f"{name_of(one)} hidden" for one in VARIANTS) + " |",
        "|---" * (len(VARIANTS) + 2) + "|",
    ]
    for page in dict.fromkeys(one.page for one in tried):
        runs = {one.hidden: one for one in tried if one.page == page}
        cells = [_cell(runs[one]) for one in VARIANTS]
        lines.append(f"| {page} | {runs[()].scores[0]:.3f} | {' | '.join(cells)} |")
    of_variant = [[one for one in tried if one.hidden == hidden] for hidden in VARIANTS]
    first = _mean([one.scores[0] for one in of_variant[0]])
    cells = [
        f"{_mean([one.best for one in runs]):.3f}, {_mean([one.turns for one in runs]):.1f}"
        f", {_mean([one.complaints for one in runs]):.1f}"
        for runs in of_variant
    ]
    return "\n".join([*lines, f"| mean | {first:.3f} | {' | '.join(cells)} |"])


def _cell(one: Tried) -> str:
    return f"{one.best:.3f}, {one.turns}, {one.complaints}"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench.feedback_ablation", description=__doc__)
    parser.add_argument("pages", nargs="*", help="names of base pages; left out: all")
    parser.add_argument("--limit", type=int, help="only so many of them")
    parser.add_argument("--mistakes", type=int, default=8, help="mistakes on each first page")
    parser.add_argument("--gaps", type=int, default=2, help="texts that each first page lacks")
    parser.add_argument("--json", type=Path, help="write all that was found there")
    return parser.parse_args(arguments)


def main(given: list[str] | None = None) -> int:
    arguments = parse(given)
    known = {page.name: page for page in pages()}
    chosen = [known[name] for name in arguments.pages or known]
    tried = asyncio.run(try_all(chosen[: arguments.limit], arguments.mistakes, arguments.gaps))
    print(report(tried))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in tried], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
