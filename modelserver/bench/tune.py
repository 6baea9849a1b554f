"""`python -m modelserver.bench.tune`: measure which tiles suit this GPU, and keep them.

For each layout and each number of rows per expert (a power of two) every candidate is timed
briefly and the best ones in full, on all numbers of tokens that come to so many rows; the one with
the least product of times is kept. A candidate that gives a wrong result or does not compile is
left out aloud. The table is tuned.json, beside the kernels' tuning.py; entries for other GPUs and
layouts stay.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from triton.errors import TritonError

from modelserver.bench import gate
from modelserver.bench.layouts import LAYOUTS, Draw, Layout, draw, drawn_weights
from modelserver.bench.stopwatch import Call, Graph, Stopwatch, percentiles
from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import tuning
from modelserver.kernels.fused_moe_w4a16.tuning import Config, Device, Key, Shape
from modelserver.quant.int4 import Quantised
from modelserver.quant.pack import Packed

TRITON = "modelserver.kernels.fused_moe_w4a16.triton"
ROUTER = "modelserver.kernels.route_topk.triton"
MOST_TOKENS = 8192
BRIEF, FULL = Graph(warmups=2, replays=5), Graph()
FINALISTS = 4
DECODE_UP_TO, PREFILL_FROM = 32, 8  # rows per expert at which a phase is tried
TOLERANCE = 4e-3
NO_GPU = 3

# Microseconds of a call with a configuration at a number of tokens, briefly or in full; infinite
# where it gives none.
Timer = Callable[[Config, int, bool], float]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layouts", nargs="+", choices=list(LAYOUTS), default=list(LAYOUTS))
    parser.add_argument("--out", type=Path, default=tuning.TUNED)
    choice = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print(
            "There is no GPU here, so there is nothing to tune for: the kernels keep to their "
            "rule. Run this on the GPU that is to serve.",
            file=sys.stderr,
        )
        return NO_GPU
    for name in choice.layouts:
        layout = LAYOUTS[name]
        bench = Bench.of(layout, "cuda")
        found = tuned(layout, bench.device, bench.time)
        merge(choice.out, found)
        print(f"{name}: {len(found)} entries in {choice.out.name}", flush=True)
    return 0


def tuned(layout: Layout, device: Device, timer: Timer) -> dict[Key, Config]:
    """The best configuration for each number of rows per expert that the layout comes to."""
    shape, found = Shape(layout.experts, layout.hidden, layout.inner), {}
    for rows, tokens in tokens_by_rows(layout).items():
        candidates = [
            *(tuning.candidates("decode", shape) if rows <= DECODE_UP_TO else ()),
            *(tuning.candidates("prefill", shape) if rows >= PREFILL_FROM else ()),
        ]
        if config := best(candidates, tokens, timer):
            found[tuning.key(shape, rows, device)] = config
    return found


def tokens_by_rows(layout: Layout) -> dict[int, list[int]]:
    """Powers of two of tokens by the rows per expert, of this card's, that they come to."""
    local = layout.experts / layout.routed
    found: dict[int, list[int]] = {}
    for exponent in range(int(math.log2(MOST_TOKENS)) + 1):
        tokens = 2**exponent
        mean = tuning.rows_per_expert(layout.experts, tokens * layout.slots * local)
        found.setdefault(tuning.bucket(mean), []).append(tokens)
    return found


def best(candidates: Iterable[Config], tokens: Sequence[int], timer: Timer) -> Config | None:
    """The candidate with the least product of times; None where none gives a time."""

    def ranked(configs: Iterable[Config], in_full: bool) -> list[Config]:
        scores = {
            config: sum(math.log(timer(config, count, in_full)) for count in tokens)
            for config in configs
        }
        return sorted((each for each in scores if scores[each] < math.inf), key=scores.__getitem__)

    finalists = ranked(candidates, in_full=False)[:FINALISTS]
    return next(iter(ranked(finalists, in_full=True)), None)


def merge(path: Path, found: dict[Key, Config]) -> None:
    """Write entries, in place of those with the same keys."""
    known = tuning.read(path) if path.exists() else {}
    tuning.write(path, known | found)


@dataclass(frozen=True, eq=False)
class Bench:
    """Times Triton's kernels in a layout, on the device where the weights are."""

    layout: Layout
    kernel: Any
    stored: tuple[Quantised, Quantised]
    packed: tuple[Packed, Packed]

    @classmethod
    def of(cls, layout: Layout, device: str) -> "Bench":
        kernel: Any = import_module(TRITON)
        stored = drawn_weights(layout, device)
        first, second = (
            kernel.prepare(each.packed.clone(), each.scales.clone()) for each in stored
        )
        return cls(layout, kernel, stored, (first, second))

    @property
    def device(self) -> Device:
        device: Device = self.kernel.device_of(self.stored[0].packed)
        return device

    def time(self, config: Config, tokens: int, in_full: bool) -> float:
        """A Timer. Says why where there is no time."""
        try:
            return self.measured(config, tokens, FULL if in_full else BRIEF)
        except (gate.WrongResult, Unsupported, TritonError, torch.cuda.OutOfMemoryError) as error:
            print(f"{self.layout.name} T={tokens} {config}: left out, {error}", flush=True)
            return math.inf

    def measured(self, config: Config, tokens: int, stopwatch: Stopwatch, layers: int = 4) -> float:
        """Microseconds of a call; compared with the formula. Raises WrongResult."""
        kind = self.stored[0].packed.device.type
        draws = [draw(self.layout, tokens, "uniform", seed, kind) for seed in range(layers)]
        measured = stopwatch.measure([self.call(config, each) for each in draws])
        truth = gate.formula(draws[0], *self.stored)
        gate.check(measured.results[:1], [truth], draws[:1], TOLERANCE)
        return percentiles(measured.microseconds).p50

    def call(self, config: Config, drawn: Draw) -> Call:
        align = import_module(ROUTER).align
        order = align(drawn.ids, self.layout.experts, config.tokens)
        problem = self.kernel.Problem(drawn.x, *self.packed, drawn.weights, drawn.ids, None)
        return lambda: self.kernel.run(problem, config, order)


if __name__ == "__main__":
    sys.exit(main())
