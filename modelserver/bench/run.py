"""`python -m modelserver.bench.run --op fused_moe_w4a16`: our kernels and their peers on this GPU.

All implementations get the same weights, activations and routing. A CUDA graph of 16 layers with a
draw each (4 where a layer moves gigabytes) is replayed 20 times to warm up and 50 times between
events, for three seeds. Bandwidth of a copy and rate of a product are measured in the same run; the
floor is what they allow. A result that disagrees with the formula has no speed. Rows are written as
they come, and a run with the same file goes on where the last was cut off. Ends with 1 when a
result is wrong, with 2 when a kernel of ours did not run. `--floors` prints the floors and
`--dry-run` tries all of it on small layouts; neither needs a GPU.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import torch

from modelserver.bench import record, revision, summary
from modelserver.bench.cell import Outcome, Session, State, measure_layout
from modelserver.bench.figures import Cell
from modelserver.bench.layouts import LAYOUTS, ROUTINGS, Layout
from modelserver.bench.peers_gpu import PEERS, Implementation, Unavailable, aligner, find
from modelserver.bench.peers_gpu.ours import Kernel
from modelserver.bench.stopwatch import Eager, measure_card
from modelserver.bench.traffic import H100, floors
from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import gpu

OPERATIONS = ("fused_moe_w4a16",)
ALIGNER = "modelserver.kernels.moe_align.triton"
FLOOR_TOKENS = (1, 8, 32, 128, 1024, 4096)
OTHER_ROUTINGS = 1  # numbers of tokens that routing other than uniform is measured at
MINUTES = 8.0
DRY, DRY_EXPERTS, DRY_MOST_TOKENS = "dry run", 4, 2
INTERPRETER = "TRITON_INTERPRET"
WRONG, NOT_RUN, NO_GPU = 1, 2, 3


@dataclass(frozen=True)
class Choice:
    """What the command line asks for. out: the file that rows are appended to, None for none."""

    op: str
    layouts: tuple[Layout, ...]
    routings: tuple[str, ...]
    tokens: tuple[int, ...]
    peers: tuple[str, ...]
    base: str | None
    minutes: float
    out: Path | None
    dry_run: bool = False


def main(arguments: Sequence[str] | None = None) -> int:
    given = parser().parse_args(arguments)
    if given.floors:
        print("\n".join(floors(LAYOUTS["TP1-384"], LAYOUTS["TP8"], FLOOR_TOKENS)))
        return 0
    if given.dry_run and given.record:
        raise ValueError("A dry run has no times to record: name a file of its own with --out")
    if not (given.dry_run or torch.cuda.is_available()):
        print(
            "There is no GPU here, so there is nothing to time. Run this on an H100 or H200; "
            "what can be shown without one: python -m modelserver.bench.verify",
            file=sys.stderr,
        )
        return NO_GPU
    if given.dry_run:
        os.environ[INTERPRETER] = "1"  # before anything imports Triton
    layouts = tuple(LAYOUTS[name] for name in given.layouts)
    return run(
        Choice(
            given.op,
            tuple(map(shrunk, layouts)) if given.dry_run else layouts,
            tuple(given.routings),
            tuple(given.tokens),
            tuple(given.peers),
            given.base,
            given.minutes,
            record.RESULTS if given.record else given.out,
            given.dry_run,
        )
    )


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--op", choices=OPERATIONS, default=OPERATIONS[0])
    parser.add_argument("--base", metavar="REV", help="time our kernels of this commit as well")
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--layouts", nargs="+", choices=list(LAYOUTS), default=list(LAYOUTS))
    parser.add_argument("--routings", nargs="+", choices=list(ROUTINGS), default=list(ROUTINGS))
    parser.add_argument("--tokens", nargs="+", type=int, default=[])
    parser.add_argument("--minutes", type=float, default=MINUTES, help="no new cell after this")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--out", type=Path, help="append rows to this file, and go on from there")
    where.add_argument("--record", action="store_true", help="the same with results.csv")
    parser.add_argument("--floors", action="store_true", help="print the floors and end")
    parser.add_argument("--dry-run", action="store_true", help="small layouts, on no GPU")
    return parser


def shrunk(layout: Layout) -> Layout:
    """The same share of experts in a layout that an interpreter gets through."""
    experts = max(2, DRY_EXPERTS * layout.experts // layout.routed)
    sizes = {"experts": experts, "routed": DRY_EXPERTS, "inner": 128, "hidden": 256, "slots": 2}
    return replace(layout, **sizes)  # type: ignore[arg-type]


def run(choice: Choice) -> int:
    """Times everything on this GPU; the exit status."""
    started = time.monotonic()
    card = replace(H100, name=DRY) if choice.dry_run else measure_card()
    print(f"{card.name}: copies {card.bandwidth / 1e12:.2f} TB/s, bf16 {card.rate / 1e12:.0f} TF/s")
    if choice.dry_run:
        print("Small layouts without a GPU: no time below says anything of one.")
    commit = record.commit() if choice.out else ""
    session = Session(
        card,
        started + choice.minutes * 60,
        "cpu" if choice.dry_run else "cuda",
        before(choice, commit, card.name),
        Eager(0, 1) if choice.dry_run else None,
    )
    told = [f"{name}, {part}, {cell.name}" for cell, part, name in session.before]
    print("".join(f"timed before: {each}\n" for each in told), end="", flush=True)
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        implementations = ours(outcomes)
        if choice.base:
            folder = stack.enter_context(revision.checked_out(choice.base))
            implementations |= base(choice.base, folder)
        implementations |= {name: find(name) for name in choice.peers}
        for layout in choice.layouts:
            cells = list(planned(layout, choice))
            for outcome in measure_layout(layout, cells, implementations, session):
                print(outcome.text(layout.name), flush=True)
                outcomes.append(outcome)
                if choice.out:
                    rows = (each.row(commit, choice.op, card.name) for each in outcome.figures)
                    record.append(rows, choice.out)
    print(f"{(time.monotonic() - started) / 60:.1f} minutes")
    return concluded(choice, outcomes, session)


def concluded(choice: Choice, outcomes: Sequence[Outcome], session: Session) -> int:
    """Prints the table; the exit status."""
    cells = [cell for layout in choice.layouts for cell in planned(layout, choice)]
    print("\n".join(["", *summary.table(cells, outcomes, session.before)]))
    wrong = sum(outcome.wrong for outcome in outcomes)
    missing = summary.not_run(gpu.KERNELS, cells, outcomes, session.before)
    print(f"\n{wrong} wrong" + "".join(f"\n{name} DID NOT RUN" for name in missing))
    if wrong:
        return WRONG
    return NOT_RUN if missing else 0


def before(choice: Choice, commit: str, device: str) -> dict[tuple[Cell, str, str], float]:
    """What the file that rows are appended to has of this commit on this device: p50 in µs."""
    if choice.out is None or not choice.out.exists():
        return {}
    cells = {
        (cell.layout.name, cell.tokens, cell.routing): cell
        for layout in choice.layouts
        for cell in planned(layout, choice)
    }
    found = {}
    for row in record.read(choice.out):
        cell = cells.get((row.shape, row.tokens, row.routing))
        if cell and (row.commit, row.device, row.op) == (commit, device, choice.op):
            found[cell, row.part, row.implementation] = float(row.p50_us)
    return found


def planned(layout: Layout, choice: Choice) -> Iterator[Cell]:
    """Uniform routing at every number of tokens first, then the others at a few."""
    tokens = choice.tokens or layout.tokens
    for routing in choice.routings:
        few = tokens if routing == "uniform" else tokens[-OTHER_ROUTINGS - 1 : -1] or tokens
        if choice.dry_run:
            counts = dict.fromkeys(min(count, DRY_MOST_TOKENS) for count in few)
            yield from (Cell(layout, count, routing, layers=1, seeds=(1,)) for count in counts)
        else:
            yield from (Cell.of(layout, count, routing) for count in few)


def ours(outcomes: list[Outcome]) -> dict[str, Implementation]:
    """Our kernels for GPUs, the best first; one that does not load is among the outcomes."""
    found: dict[str, Implementation] = {}
    for name, module in gpu.KERNELS.items():
        try:
            found[name] = Kernel(import_module(module), aligner())
        except (ImportError, OSError, Unsupported) as reason:
            outcomes.append(Outcome(name, None, State.MISSING, f"does not load: {reason}"))
    return found


def base(commit: str, folder: Path) -> dict[str, Implementation]:
    """The same of another commit, as "name@commit"."""
    modules = gpu.KERNELS
    try:
        aligning, *kernels = revision.load(folder, ALIGNER, *modules.values())
    except ImportError as error:
        raise SystemExit(f"{commit} has not the kernels of this commit: {error}") from error
    return {
        f"{name}@{commit}": Kernel(kernel, aligning)
        for name, kernel in zip(modules, kernels, strict=True)
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Unavailable, ValueError) as error:
        sys.exit(str(error))
