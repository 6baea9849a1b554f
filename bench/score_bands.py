"""Whether the score says of a spoilt page what a person says: `make bench-score`.

Each base page of `tests/data/distortions` is the mockup, each distortion of it the render, compared
as the product does. A score is right where it lies in the band that was judged by eye.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from itertools import pairwise
from math import nan
from multiprocessing import get_context
from pathlib import Path

from scipy.stats import kendalltau, somersd

from bench.distortions import BANDS, Distortion, Page, page_options, pages, write_spoilt
from workers.browser.renderer import Renderer
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import decode_png
from workers.scoring import PageView, compare, view_of_mockup, view_of_render
from workers.shot import Shot

UNTOUCHED_LEAST = 0.99
ASKED_LEAST, ASKED_MOST, ASKED_NEAR = 0.93, 0.97, 0.985
UNASKED_MOST = 0.92
SENT_BACK_MOST = 0.80
VOID_UNDER = 0.40


@dataclass(frozen=True)
class Scored:
    """A distortion's score, 0–1, against its base page."""

    page: str
    distortion: str
    kind: str
    band: str
    score: float

    @property
    def in_band(self) -> bool:
        return in_band(self.band, self.score)

    @property
    def near(self) -> bool:
        """Of what is noticed when asked: too high, yet below what counts as untouched."""
        return self.band == "noticed_when_asked" and ASKED_MOST < self.score <= ASKED_NEAR


@dataclass(frozen=True)
class Violation:
    """Two neighbours of a series of which the worse did not score lower."""

    page: str
    series: str
    better: Scored
    worse: Scored


def in_band(band: str, score: float) -> bool:
    """Whether a score is one that the band allows."""
    match band:
        case "untouched":
            return score >= UNTOUCHED_LEAST
        case "noticed_when_asked":
            return ASKED_LEAST <= score <= ASKED_MOST
        case "noticed_unasked":
            return VOID_UNDER < score <= UNASKED_MOST
        case "send_it_back":
            return score <= SENT_BACK_MOST
        case _:
            return score < VOID_UNDER


@cache
def mockup_of(png: bytes, scale: float) -> PageView:
    """A base page's picture, read once in each process."""
    image = decode_png(png)
    return view_of_mockup(image, scale, find_text(image))


def score_of(mockup_png: bytes, shot: Shot) -> float:
    """The product's own score of a render against a mockup of the same scale, 0–1."""
    return compare(mockup_of(mockup_png, shot.scale), view_of_render(shot)).score.total


def violations(page: Page, scored: Iterable[Scored]) -> list[Violation]:
    """The neighbours in the page's series that are in the wrong order, or equal."""
    by_name = {one.distortion: one for one in scored if one.page == page.name}
    return [
        Violation(page.name, series, by_name[better], by_name[worse])
        for series, members in page.series.items()
        for better, worse in pairwise(members)
        if by_name[better].score <= by_name[worse].score
    ]


@dataclass(frozen=True)
class Correlation:
    """How the order of scores follows that of bands, each −1 to 1.

    Scores within a band differ and their ranks do not, which τ-b holds against them: `most` is
    what it is for scores that follow the bands without a fault. `somers_d` leaves such pairs out:
    the share of pairs from two bands in the right order, less the share in the wrong one.
    """

    tau_b: float
    most: float
    somers_d: float


def correlation(scored: Sequence[Scored]) -> Correlation:
    """Kendall's τ-b and Somers' D of scores by bands; not a number where there is one band."""
    ranks = [-BANDS.index(one.band) for one in scored]
    scores = [one.score for one in scored]
    return Correlation(
        float(kendalltau(scores, ranks).statistic),
        float(kendalltau(range(len(ranks)), sorted(ranks)).statistic),
        float(somersd(ranks, scores).statistic) if len(set(ranks)) > 1 else nan,
    )


async def measure(chosen: Sequence[Page], workers: int) -> list[Scored]:
    """Every distortion's score, in the order of the files. Raises RenderError and EditMissing."""
    renderer = Renderer()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        try:
            waiting = [one for page in chosen for one in await _submitted(renderer, page, pool)]
        finally:
            await renderer.close()
        return [
            Scored(name, distortion.name, distortion.kind, distortion.band, future.result())
            for name, distortion, future in waiting
        ]


async def _submitted(
    renderer: Renderer, page: Page, pool: ProcessPoolExecutor
) -> list[tuple[str, Distortion, Future[float]]]:
    """A page's distortions with their scores to be, as the pool compares what is rendered here."""
    mockup = (await renderer.render(page.folder, page.request)).png
    waiting = []
    for distortion in page.distortions:
        with tempfile.TemporaryDirectory(prefix="mockwright-bands-") as folder:
            write_spoilt(page, distortion.edit, Path(folder), mockup)
            shot = await renderer.render(Path(folder), page.request)
        waiting.append((page.name, distortion, pool.submit(score_of, mockup, shot)))
    print(f"{page.name}: {len(waiting)} distortions rendered", file=sys.stderr)
    return waiting


def table(scored: Sequence[Scored]) -> str:
    """One line a distortion."""
    width = max(len(one.distortion) for one in scored)
    return "\n".join(
        f"{one.page:10} {one.distortion:{width}} {one.band:18} {one.score:.4f} "
        f"{'yes' if one.in_band else 'near' if one.near else 'NO'}"
        for one in scored
    )


def summary(scored: Sequence[Scored], wrong_order: Sequence[Violation], steps: int) -> str:
    """The share in band for each band and over all, the series, and the order. `steps` is how many
    neighbours all series have."""
    lines = [f"{'band':18} {'count':>5} {'in band':>8} {'near':>6} {'mean':>7}"]
    for band in (*BANDS, "all"):
        here = [one for one in scored if band in (one.band, "all")]
        if here:
            right, near = (
                sum(flags) for flags in zip(*((o.in_band, o.near) for o in here), strict=True)
            )
            mean = sum(one.score for one in here) / len(here)
            share = f"{right / len(here):.0%}"
            lines.append(f"{band:18} {len(here):5} {share:>8} {near:6} {mean:7.4f}")
    lines.append(f"series: {len(wrong_order)} of {steps} steps in the wrong order")
    lines += [
        f"  {one.page}, {one.series}: {one.better.distortion} {one.better.score:.4f}, "
        f"{one.worse.distortion} {one.worse.score:.4f}"
        for one in wrong_order
    ]
    lines.append(f"{'order':18} {'τ-b':>6} {'at most':>8} {'Somers’ D':>10}")
    names = {one.page: [it for it in scored if it.page == one.page] for one in scored}
    for name, ones in (("all", scored), *names.items()):
        found = correlation(ones)
        lines.append(f"{name:18} {found.tau_b:6.3f} {found.most:8.3f} {found.somers_d:10.3f}")
    return "\n".join(lines)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    return page_options("bench.score_bands", "Scores against bands").parse_args(arguments)


def main(given: list[str] | None = None) -> int:
    arguments = parse(given)
    chosen = pages(arguments.page)
    if not chosen:
        print(f"There is no page {arguments.page}. There are:", *(p.name for p in pages()))
        return 2
    scored = asyncio.run(measure(chosen, arguments.workers))
    wrong_order = [one for page in chosen for one in violations(page, scored)]
    steps = sum(len(members) - 1 for page in chosen for members in page.series.values())
    print(table(scored), summary(scored, wrong_order, steps), sep="\n\n")
    if arguments.json:
        found = {
            "order": asdict(correlation(scored)),
            "scores": [{**asdict(one), "in_band": one.in_band} for one in scored],
            "wrong_order": [asdict(one) for one in wrong_order],
        }
        arguments.json.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
