"""Whether the score orders drafts as a person does: `python -m bench.score_grades PAGES_DIR…`.

The model drafts every page of the folders (as for `bench.fidelity`) that has a grade in
`bench/grades`, and each draft is compared with its mockup as the product does. A grade counts where
the draft is the one that was looked at; the others are told as stale. `--pictures DIR` compares
nothing: it writes what a grader looks at, mockup | draft, and prints the drafts' digests.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import nan
from pathlib import Path
from statistics import fmean

from scipy.stats import rankdata, spearmanr

from bench.corpus import NoPages, Sample, samples
from bench.evaluate import Setup, made_page, product_comparison
from bench.grades import BEST, WORST, Grade, digest, grades, side_by_side
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import Difference
from workers.browser.renderer import Renderer
from workers.imaging import Image, decode_png, encode_png, read_image
from workers.shot import RenderRequest, Shot


@dataclass(frozen=True)
class Draft:
    """A page's mockup, the folder of its draft, and what that looks like."""

    page: str
    folder: Path
    mockup: Image
    shot: Shot


@dataclass(frozen=True)
class Graded:
    """A draft's grade and its score, 0–1, with what the score finds wrong, dearest first."""

    grade: Grade
    score: float
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Found:
    """`off` is by how many places of all the score puts each page higher than the grade does."""

    graded: tuple[Graded, ...]
    stale: tuple[str, ...]
    rho: float
    means: Mapping[int, float]
    off: tuple[float, ...]

    @property
    def least_step(self) -> float:
        """How far the means of two neighbouring groups are apart at least."""
        means = [self.means[grade] for grade in sorted(self.means)]
        return min((better - worse for worse, better in pairwise(means)), default=nan)


def found_in(graded: Sequence[Graded], stale: Sequence[str] = ()) -> Found:
    """How scores follow grades, the worst disagreement first."""
    given, scores = [one.grade.grade for one in graded], [one.score for one in graded]
    several = len(set(given)) > 1 and len(set(scores)) > 1
    off = [float(up) for up in rankdata(scores) - rankdata(given)]
    order = sorted(range(len(graded)), key=lambda n: -abs(off[n]))
    return Found(
        tuple(graded[n] for n in order),
        tuple(stale),
        float(spearmanr(given, scores).statistic) if several else nan,
        {
            grade: fmean(one.score for one in graded if one.grade.grade == grade)
            for grade in sorted(set(given))
        },
        tuple(off[n] for n in order),
    )


def table(found: Found) -> str:
    """A line a page, the worst disagreement first; then the groups and the order."""
    lines = [f"{'page':18} grade  score    off  why"]
    lines += [
        f"{one.grade.page:18} {one.grade.grade:5} {one.score:6.4f} {off:+6.1f}  {one.grade.why}"
        for one, off in zip(found.graded, found.off, strict=True)
    ]
    lines += [f"{page:18} stale: graded for another draft" for page in found.stale]
    lines.append(f"\n{'grade':5} {'drafts':>6} {'mean':>7}")
    for grade in range(BEST, WORST - 1, -1):
        count = sum(one.grade.grade == grade for one in found.graded)
        mean = f"{found.means[grade]:7.4f}" if count else f"{'–':>7}"
        lines.append(f"{grade:5} {count:6} {mean}")
    lines.append(f"means at least {found.least_step:.4f} apart, Spearman’s ρ {found.rho:.3f}")
    return "\n".join(lines)


async def drafts(pages: Sequence[Sample], made: Path | None, out: Path) -> AsyncIterator[Draft]:
    """Each page drafted, or taken from `<made>/<name>`, and rendered.

    Raises what the model and the renderer raise.
    """
    renderer = Renderer()
    with tempfile.TemporaryDirectory(prefix="mockwright-grades-") as folder:
        setup = Setup(renderer, (), FileBlobs(Path(folder)), out, made=made)
        try:
            for number, sample in enumerate(pages, 1):
                mockup = read_image(sample.png)
                page, _ = await made_page(sample.name, mockup, setup)
                request = RenderRequest(width=sample.width, height=sample.height)
                yield Draft(sample.name, page, mockup, await renderer.render(page, request))
                print(f"{number}/{len(pages)} {sample.name}", file=sys.stderr)
        finally:
            await renderer.close()


async def measure(pages: Sequence[Sample], arguments: argparse.Namespace) -> Found:
    """The graded ones among the pages."""
    known = grades(arguments.grades)
    chosen = [sample for sample in pages if sample.name in known]
    graded: list[Graded] = []
    stale: list[str] = []
    async for draft in drafts(chosen, arguments.made, arguments.out):
        grade = known[draft.page]
        if digest(draft.folder) != grade.draft:
            stale.append(draft.page)
            continue
        score = (await asyncio.to_thread(product_comparison, draft.mockup, draft.shot)).score
        graded.append(Graded(grade, score.total, score.differences))
    return found_in(graded, stale)


async def write_pictures(pages: Sequence[Sample], arguments: argparse.Namespace) -> None:
    """What a grader looks at, `<page>-<n>.png`; prints the drafts' digests."""
    arguments.pictures.mkdir(parents=True, exist_ok=True)
    async for draft in drafts(pages, arguments.made, arguments.out):
        for number, piece in enumerate(side_by_side(draft.mockup, decode_png(draft.shot.png)), 1):
            target = arguments.pictures / f"{draft.page}-{number}.png"
            target.write_bytes(encode_png(piece))
        print(f"{draft.page} {digest(draft.folder)}")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.score_grades", description="Scores against grades")
    parser.add_argument("pages", type=Path, nargs="+", help="folders of .png, as bench.fidelity's")
    parser.add_argument("--out", type=Path, default=Path("var/grades"), help="where drafts go")
    parser.add_argument("--made", type=Path, help="take <made>/<name>/index.html; draft nothing")
    parser.add_argument("--pictures", type=Path, help="write there what a grader looks at")
    parser.add_argument("--json", type=Path, help="write all that was found there")
    parser.add_argument("--grades", type=Path, help="another file than bench/grades/grades.toml")
    return parser.parse_args(arguments)


def main(given: list[str] | None = None) -> int:
    arguments = parse(given)
    try:
        pages = [sample for folder in arguments.pages for sample in samples(folder)]
    except NoPages as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.pictures is not None:
        asyncio.run(write_pictures(pages, arguments))
        return 0
    found = asyncio.run(measure(pages, arguments))
    print(table(found))
    if arguments.json:
        arguments.json.write_text(_as_json(found))
    return 0


def _as_json(found: Found) -> str:
    rows = [
        {
            **asdict(one.grade),
            "score": one.score,
            "off": off,
            "differences": [each.model_dump(mode="json") for each in one.differences],
        }
        for one, off in zip(found.graded, found.off, strict=True)
    ]
    figures = {"rho": found.rho, "means": found.means, "stale": found.stale, "pages": rows}
    return json.dumps(figures, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
