"""`python -m modelserver.bench.run --op fused_moe_w4a16`: our kernels and their peers on this GPU.

All implementations get the same weights, activations and routing. A CUDA graph of 16 layers with a
draw each (4 where a layer moves gigabytes) is replayed 20 times to warm up and 50 times between
events, for three seeds. Bandwidth of a copy and rate of a product are measured in the same run; the
floor is what they allow. A result that disagrees with the formula has no speed. `--floors` prints
the floors, which need no GPU.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import torch

from modelserver.bench import record, revision
from modelserver.bench.cell import measure_layout
from modelserver.bench.figures import Cell
from modelserver.bench.layouts import LAYOUTS, ROUTINGS, Layout
from modelserver.bench.peers_gpu import PEERS, Implementation, Unavailable, find, router
from modelserver.bench.peers_gpu.ours import Kernel
from modelserver.bench.stopwatch import measure_card
from modelserver.bench.traffic import Card, floors
from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import gpu

OPERATIONS = ("fused_moe_w4a16",)
ROUTER = "modelserver.kernels.route_topk.triton"
FLOOR_TOKENS = (1, 8, 32, 128, 1024, 4096)
OTHER_ROUTINGS = 1  # numbers of tokens that routing other than uniform is measured at
MINUTES = 18.0
WRONG, NO_GPU = 1, 3


@dataclass(frozen=True)
class Choice:
    """What the command line asks for."""

    op: str
    layouts: tuple[Layout, ...]
    routings: tuple[str, ...]
    tokens: tuple[int, ...]
    peers: tuple[str, ...]
    base: str | None
    minutes: float
    out: Path | None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--op", choices=OPERATIONS, default=OPERATIONS[0])
    parser.add_argument("--base", metavar="REV", help="time our kernels of this commit as well")
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--layouts", nargs="+", choices=list(LAYOUTS), default=list(LAYOUTS))
    parser.add_argument("--routings", nargs="+", choices=list(ROUTINGS), default=list(ROUTINGS))
    parser.add_argument("--tokens", nargs="+", type=int, default=[])
    parser.add_argument("--minutes", type=float, default=MINUTES, help="no new cell after this")
    parser.add_argument("--record", action="store_true", help="append to results.csv")
    parser.add_argument("--floors", action="store_true", help="print the floors and end")
    given = parser.parse_args(arguments)
    if given.floors:
        print("\n".join(floors(LAYOUTS["TP1-384"], LAYOUTS["TP8"], FLOOR_TOKENS)))
        return 0
    if not torch.cuda.is_available():
        print(
            "There is no GPU here, so there is nothing to time. Run this on an H100 or H200; "
            "what can be shown without one: python -m modelserver.bench.verify",
            file=sys.stderr,
        )
        return NO_GPU
    out = record.RESULTS if given.record else None
    layouts = tuple(LAYOUTS[name] for name in given.layouts)
    return run(
        Choice(
            given.op,
            layouts,
            tuple(given.routings),
            tuple(given.tokens),
            tuple(given.peers),
            given.base,
            given.minutes,
            out,
        )
    )


def run(choice: Choice) -> int:
    """Times everything on this GPU; the exit status."""
    started, card = time.monotonic(), measure_card()
    print(f"{card.name}: copies {card.bandwidth / 1e12:.2f} TB/s, bf16 {card.rate / 1e12:.0f} TF/s")
    with ExitStack() as stack:
        implementations = ours()
        if choice.base:
            folder = stack.enter_context(revision.checked_out(choice.base))
            implementations |= base(choice.base, folder)
        implementations |= {name: find(name) for name in choice.peers}
        wrong = 0
        for layout in choice.layouts:
            cells = list(planned(layout, choice))
            deadline = started + choice.minutes * 60
            wrong += measured(layout, cells, implementations, card, choice, deadline)
    print(f"{(time.monotonic() - started) / 60:.1f} minutes, {wrong} wrong")
    return WRONG if wrong else 0


def measured(
    layout: Layout,
    cells: list[Cell],
    implementations: dict[str, Implementation],
    card: Card,
    choice: Choice,
    deadline: float,
) -> int:
    """Prints and records a layout's rows; how many implementations were wrong."""
    commit, wrong = record.commit(), 0
    for outcome in measure_layout(layout, cells, implementations, card, deadline):
        print(outcome.text, flush=True)
        wrong += outcome.wrong
        if choice.out:
            rows = (figures.row(commit, choice.op, card.name) for figures in outcome.figures)
            record.append(rows, choice.out)
    return wrong


def planned(layout: Layout, choice: Choice) -> Iterator[Cell]:
    """Uniform routing at every number of tokens first, then the others at a few."""
    tokens = choice.tokens or layout.tokens
    for routing in choice.routings:
        few = tokens if routing == "uniform" else tokens[-OTHER_ROUTINGS - 1 : -1] or tokens
        for count in few:
            yield Cell.of(layout, count, routing)


def ours() -> dict[str, Implementation]:
    """Our kernels for GPUs, the best first; one that does not load says so."""
    found: dict[str, Implementation] = {}
    for name, module in gpu.KERNELS.items():
        try:
            found[name] = Kernel(import_module(module), router())
        except (ImportError, Unsupported) as reason:
            print(f"{name} does not load: {reason}")
    return found


def base(commit: str, folder: Path) -> dict[str, Implementation]:
    """The same of another commit, as "name@commit"."""
    modules = gpu.KERNELS
    try:
        routing, *kernels = revision.load(folder, ROUTER, *modules.values())
    except ImportError as error:
        raise SystemExit(f"{commit} has not the kernels of this commit: {error}") from error
    return {
        f"{name}@{commit}": Kernel(kernel, routing)
        for name, kernel in zip(modules, kernels, strict=True)
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Unavailable, ValueError) as error:
        sys.exit(str(error))
