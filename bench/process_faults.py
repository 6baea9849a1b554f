"""What becomes of the work when parts of the service end, hang or lie: so many faults, each judged.

    python -m bench.process_faults [--faults 200] [--seed 1] [--only PART] [--services 2]
        [--json FILE]

A service of its own is at work on runs of the Draft model, of scripts, and on conversations with
the seeing simulator, which are stopped and tried again, while processes are killed, asked to end
or stopped, the database is locked and stored files are spoilt. Every run must reach its end, every
event be numbered and heard once, all words be answered, and all files be readable; the next run
must begin soon. The seed tells which faults come in which order; the moments are not repeatable.
Exit status 1 where something is wrong.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from bench.memory import hardware
from bench.outages.plan import KINDS, planned
from bench.outages.session import Outcome, Session, Verdict
from bench.seeing import serve_seeing

PAUSE = 0.3  # seconds before each answer of the simulator


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """As of one service."""
    return Outcome(
        verdicts=tuple(
            sorted((one for each in outcomes for one in each.verdicts), key=lambda one: one.index)
        ),
        runs=sum(one.runs for one in outcomes),
        events=sum(one.events for one in outcomes),
        words=sum(one.words for one in outcomes),
        resumed=tuple(one for each in outcomes for one in each.resumed),
        left=tuple(one for each in outcomes for one in each.left),
        seconds=max(one.seconds for one in outcomes),
    )


def table(outcome: Outcome) -> str:
    """One line for each kind; seconds from a fault to the begin of the next run."""
    head = f"{'kind':<58}{'faults':>7}{'cured':>7}{'told':>6}{'WRONG':>7}{'p50 s':>8}{'p95 s':>8}"
    rows = [head]
    for kind in (*KINDS, "all"):
        of_kind = [one for one in outcome.verdicts if kind in {one.kind, "all"} and not one.missed]
        if of_kind:
            ends = [sum(one.end == end for one in of_kind) for end in ("cured", "told", "wrong")]
            times = [one.seconds for one in of_kind if one.seconds is not None]
            cells = f"{len(of_kind):>7}{ends[0]:>7}{ends[1]:>6}{ends[2] or '':>7}"
            rows.append(f"{kind:<58}{cells}{_percentiles(times)}")
    missed = sum(one.missed for one in outcome.verdicts)
    codes = sorted({code for one in outcome.verdicts for code in one.told})
    return "\n".join(
        [
            hardware(),
            *rows,
            f"told: {', '.join(codes) or 'nothing'}; {missed} faults met nothing",
            f"{outcome.runs} runs, {outcome.events} events, {outcome.words} times words were said, "
            f"in {outcome.seconds / 60:.0f} min; runs that lost their worker were silent for"
            f"{_percentiles(outcome.resumed)} s (p50, p95 of {len(outcome.resumed)})",
            f"left behind: {'; '.join(outcome.left) or 'nothing'}",
        ]
    )


def _percentiles(times: Sequence[float]) -> str:
    return "".join(f"{np.percentile(times, at):>8.1f}" for at in (50, 95)) if times else ""


def tell(verdict: Verdict) -> None:
    """A line as soon as a fault was met."""
    seconds = "" if verdict.seconds is None else f"{verdict.seconds:.1f} s"
    told = " ".join([verdict.end, seconds, *verdict.told, *verdict.wrong])
    print(f"{verdict.index:>4} {verdict.kind:<58} {told}", file=sys.stderr, flush=True)


def measure(kinds: list[str], seed: int, folder: Path, services: int = 1) -> list[Outcome]:
    """Deal the faults to so many services, side by side: most of the time is waited."""

    def play(number: int, url: str) -> Outcome:
        share = dict(list(enumerate(kinds))[number::services])
        return Session(folder / str(number), seed + number, model_url=url).play(share, tell)

    with serve_seeing("--pause", str(PAUSE)) as url, ThreadPoolExecutor(services) as pool:
        return list(pool.map(lambda number: play(number, url), range(services)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.process_faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="faults whose kind has this in its name")
    parser.add_argument("--services", type=int, default=2, help="that share the faults")
    parser.add_argument("--json", type=Path, help="write every verdict there")
    parser.add_argument("--keep", type=Path, help="use this folder, and leave it with its log")
    options = parser.parse_args()
    kinds = planned(options.seed, options.faults, options.only)
    with tempfile.TemporaryDirectory(prefix="mw-") as made:
        folder = options.keep or Path(made)
        outcome = joined(measure(kinds, options.seed, folder, options.services))
    print(table(outcome))
    for verdict in outcome.verdicts:
        for sentence in verdict.wrong:
            print(f"{verdict.index} ({verdict.kind}): {sentence}")
    if options.json:
        options.json.write_text(json.dumps(dataclasses.asdict(outcome), indent=1))
    wrong = any(one.wrong for one in outcome.verdicts)
    sys.exit(1 if wrong or outcome.left else 0)


if __name__ == "__main__":
    main()
