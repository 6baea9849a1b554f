"""`python -m modelserver.bench.tune`: measure which tiles suit this GPU, and keep them.

At each number of tokens of each layout the rule's tiles are timed beside those a size smaller and
larger, and the fastest are kept: some 30 configurations. One that gives a wrong result or does
not compile is left out aloud. The table is tuned.json, beside the kernels' tuning.py, written after
each number of tokens; entries for other GPUs and layouts stay. What is measured already is left out
unless --again is given, so that a run that was cut off can be gone on with.
"""

import argparse
import math
import sys
import time
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
from modelserver.kernels.fused_moe_w4a16.tuning import Config, Device, Shape
from modelserver.quant.int4 import Quantised
from modelserver.quant.pack import Packed

TRITON = "modelserver.kernels.fused_moe_w4a16.triton"
ALIGNER = "modelserver.kernels.moe_align.triton"
STOPWATCH = Graph(warmups=5, replays=20)
MINUTES = 8.0
NO_GPU = 3

# Microseconds of a call with a configuration at a number of tokens; infinite where it gives none.
Timer = Callable[[Config, int], float]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layouts", nargs="+", choices=list(LAYOUTS), default=list(LAYOUTS))
    parser.add_argument("--out", type=Path, default=tuning.TUNED)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="none begins after this")
    parser.add_argument("--again", action="store_true", help="also what was measured before")
    choice = parser.parse_args(arguments)
    if not torch.cuda.is_available():
        print(
            "There is no GPU here, so there is nothing to tune for: the kernels keep to their "
            "rule. Run this on the GPU that is to serve.",
            file=sys.stderr,
        )
        return NO_GPU
    deadline = time.monotonic() + choice.minutes * 60
    for name in choice.layouts:
        bench = Bench.of(LAYOUTS[name], "cuda")
        tune(bench.layout, bench.device, bench.time, choice.out, deadline, again=choice.again)
    return 0


def tune(
    layout: Layout, device: Device, timer: Timer, out: Path, deadline: float, *, again: bool = False
) -> None:
    """Keep the fastest of the candidates at each number of tokens; say what is left out."""
    shape = Shape(layout.experts, layout.hidden, layout.inner)
    for tokens in layout.tokens:
        pairs = pairs_of(layout, tokens)
        key = tuning.key(shape, pairs, device)
        known = tuning.read(out) if out.exists() else {}
        if key in known and not again:
            print(f"{layout.name} T={tokens}: measured before", flush=True)
        elif time.monotonic() > deadline:
            print(f"{layout.name} T={tokens}: left out, there was no time left", flush=True)
        elif config := best(tuning.candidates(shape, pairs, device), tokens, timer):
            tuning.write(out, known | {key: config})
            print(f"{layout.name} T={tokens}: {config}", flush=True)


def pairs_of(layout: Layout, tokens: int) -> float:
    """(token, expert) pairs that are expected on this card."""
    return tokens * layout.slots * layout.experts / layout.routed


def best(candidates: Iterable[Config], tokens: int, timer: Timer) -> Config | None:
    """The fastest; None where none gives a time."""
    times = {config: timer(config, tokens) for config in candidates}
    fastest = min(times, key=times.__getitem__)
    return fastest if times[fastest] < math.inf else None


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

    def time(self, config: Config, tokens: int) -> float:
        """A Timer. Says why where there is no time."""
        try:
            return self.measured(config, tokens, STOPWATCH)
        except (gate.WrongResult, Unsupported, TritonError, torch.cuda.OutOfMemoryError) as error:
            print(f"{self.layout.name} T={tokens} {config}: left out, {error}", flush=True)
            return math.inf

    def measured(self, config: Config, tokens: int, stopwatch: Stopwatch, layers: int = 4) -> float:
        """Microseconds of a call; compared with the formula. Raises WrongResult."""
        kind = self.stored[0].packed.device.type
        draws = [draw(self.layout, tokens, "uniform", seed, kind) for seed in range(layers)]
        measured = stopwatch.measure([self.call(config, each) for each in draws])
        truth = gate.formula(draws[0], *self.stored)
        gate.check(measured.results[:1], [truth], draws[:1], gate.TOLERANCE)
        return percentiles(measured.microseconds).p50

    def call(self, config: Config, drawn: Draw) -> Call:
        align = import_module(ALIGNER).align
        order = align(drawn.ids, self.layout.experts, config.tokens)
        problem = self.kernel.Problem(drawn.x, *self.packed, drawn.weights, drawn.ids)
        return lambda: self.kernel.run(problem, config, order)


if __name__ == "__main__":
    sys.exit(main())
