"""`python -m modelserver.bench.moe_cpu`: the fused INT4 experts on one core against torch.

The same weights, activations and routing go to the fused kernel, to torch's INT4 matrix product
expert by expert, and to bf16 matrices expert by expert, in turn and many times. Time is the
processor time of the one thread, so that what else runs on the machine takes none of it; it still
shares caches and memory. There are more weights than the caches hold, and each implementation's
turn pushes out what the others left. Speed is printed only after every result has been compared
with the formula in float32.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.bench import record as record_file
from modelserver.bench.gate import WrongResult
from modelserver.bench.hardware import processor
from modelserver.bench.stopwatch import Timing, percentiles
from modelserver.kernels.fused_moe_w4a16 import cpu, dequant, naive, torch_int4
from modelserver.kernels.fused_moe_w4a16.by_expert import weighted_sum
from modelserver.quant.int4 import GROUP

OURS, TORCH_INT4, BF16 = "fused", "torch int4pack", "torch bf16"
TOLERANCE = {OURS: 2e-3, TORCH_INT4: 1e-2, BF16: 1e-2}  # torch rounds gate and up to bf16
TOKENS = (1, 8, 48)
DRAWS = 4  # of activations and routing
BYTES_A_WEIGHT = 0.5 + 2 / GROUP


@dataclass(frozen=True)
class Shape:
    """`slots` experts of `experts` for each token; `turns` of every implementation."""

    name: str
    experts: int
    hidden: int
    inner: int
    slots: int
    turns: int
    with_bf16: bool = True


SHAPES = (
    Shape("mini", experts=8, hidden=256, inner=128, slots=2, turns=400),
    Shape("K2.5, 16 experts", experts=16, hidden=7168, inner=2048, slots=8, turns=12),
    # as few tokens an expert as memory allows; bf16 weights would need 3 GB
    Shape("K2.5, 36 experts", 36, 7168, 2048, slots=8, turns=12, with_bf16=False),
)


@dataclass(frozen=True, eq=False)
class Draw:
    x: Tensor
    weights: Tensor
    ids: Tensor


@dataclass(frozen=True, eq=False)
class Matrices:
    """Random codes int32 [E, N, K/8] and bf16 scales [E, N, K/32]."""

    packed: Tensor
    scales: Tensor


Implementation = Callable[[Draw], Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="append to results.csv")
    parser.add_argument("--shape", choices=[shape.name for shape in SHAPES], help="only this one")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if not (there := cpu.available()):
        raise SystemExit(f"The fused kernel does not run here: {there.why}")
    print(f"{processor()}; path {there.why}; one thread, processor time")
    print(f"torch.sum reads {read_bandwidth():.1f} GB/s of memory")
    rows: list[list[str]] = []
    for shape in SHAPES:
        if arguments.shape in (None, shape.name):
            rows += bench(shape)
    if arguments.record:
        record(rows)


def bench(shape: Shape) -> list[list[str]]:
    """Prints a line for every number of tokens and implementation; the rows of results.csv."""
    w13 = matrices(shape.experts, 2 * shape.inner, shape.hidden)
    w2 = matrices(shape.experts, shape.hidden, shape.inner)
    implementations = prepared(w13, w2, shape.with_bf16)
    rows = []
    for tokens in TOKENS:
        draws = [draw(shape, tokens, seed) for seed in range(DRAWS)]
        check(implementations, w13, w2, draws[0])
        timings = measure(implementations, draws, shape.turns)
        gigabytes = weight_bytes(shape, draws) / 1e9
        for name, timing in timings.items():
            ratio = timing.p50 / timings[OURS].p50
            print(
                f"{shape.name:16} T={tokens:<2} {name:14} {timing.p50:9.1f} µs "
                f"({timing.p20:.1f}..{timing.p80:.1f})  {gigabytes / timing.p50 * 1e6:5.1f} GB/s "
                f"of INT4  ratio {ratio:.2f}",
                flush=True,
            )
            figures = (f"{each:.1f}" for each in (timing.p20, timing.p50, timing.p80))
            rows.append([shape.name, str(tokens), name, *figures, f"{ratio:.2f}"])
    return rows


def matrices(experts: int, n: int, k: int) -> Matrices:
    random = torch.Generator().manual_seed(n + k)
    packed = torch.randint(
        -(2**31), 2**31, (experts, n, k // 8), generator=random, dtype=torch.int32
    )
    spread = torch.rand(experts, n, k // GROUP, generator=random) + 0.5
    return Matrices(packed, (spread / (4.6 * k**0.5)).to(torch.bfloat16))


def prepared(w13: Matrices, w2: Matrices, with_bf16: bool) -> dict[str, Implementation]:
    our13, our2 = (cpu.prepare(each.packed, each.scales) for each in (w13, w2))
    torch13, torch2 = (torch_int4.prepare(each.packed, each.scales) for each in (w13, w2))
    found: dict[str, Implementation] = {
        OURS: lambda draw: cpu.fused_moe(draw.x, our13, our2, draw.weights, draw.ids),
        TORCH_INT4: lambda draw: torch_int4.fused_moe(
            draw.x, torch13, torch2, draw.weights, draw.ids
        ),
    }
    if with_bf16:
        wide13, wide2 = dequantised(w13), dequantised(w2)
        found[BF16] = lambda draw: dequant.fused_moe(draw.x, wide13, wide2, draw.weights, draw.ids)
    return found


def dequantised(matrices: Matrices) -> Tensor:
    """bf16 [E, N, K], made expert by expert to spare memory."""
    return torch.stack(
        [dequant.prepare(*each) for each in zip(matrices.packed, matrices.scales, strict=True)]
    )


def draw(shape: Shape, tokens: int, seed: int) -> Draw:
    random = torch.Generator().manual_seed(seed)
    x = torch.randn(tokens, shape.hidden, generator=random).to(torch.bfloat16)
    ids = torch.rand(tokens, shape.experts, generator=random).argsort(-1)[:, : shape.slots]
    return Draw(x, torch.rand(tokens, shape.slots, generator=random), ids)


def check(
    implementations: dict[str, Implementation], w13: Matrices, w2: Matrices, draw: Draw
) -> None:
    """Raises WrongResult unless all agree with the formula in float32, as a share of its norm."""

    def run(expert: int, rows: Tensor) -> Tensor:
        gate, up = functional.linear(rows, naive.prepare(*of(w13, expert))).chunk(2, -1)
        return functional.linear(functional.silu(gate) * up, naive.prepare(*of(w2, expert)))

    truth = weighted_sum(run, draw.x.to(torch.float32), draw.weights, draw.ids)
    truth = truth.to(torch.bfloat16).to(torch.float32)
    for name, implementation in implementations.items():
        error = float((implementation(draw).to(torch.float32) - truth).norm() / truth.norm())
        if not error < TOLERANCE[name]:
            raise WrongResult(f"{name} is off by {error:.1e} at {len(draw.x)} tokens")


def of(matrices: Matrices, expert: int) -> tuple[Tensor, Tensor]:
    return matrices.packed[expert], matrices.scales[expert]


def measure(
    implementations: dict[str, Implementation], draws: list[Draw], turns: int
) -> dict[str, Timing]:
    took: dict[str, list[float]] = {name: [] for name in implementations}
    for turn in range(turns):
        draw = draws[turn % len(draws)]
        for name, implementation in implementations.items():
            started = time.thread_time_ns()
            implementation(draw)
            took[name].append((time.thread_time_ns() - started) / 1000)
    return {name: percentiles(each) for name, each in took.items()}


def weight_bytes(shape: Shape, draws: list[Draw]) -> float:
    """INT4 codes and scales of the experts that a draw asks for, on average."""
    asked = sum(len(set(draw.ids.flatten().tolist())) for draw in draws) / len(draws)
    return asked * 3 * shape.hidden * shape.inner * BYTES_A_WEIGHT


def read_bandwidth() -> float:
    numbers = torch.zeros(128 * 1024 * 1024)
    took = []
    for _ in range(5):
        started = time.thread_time()
        numbers.sum()
        took.append(time.thread_time() - started)
    return numbers.nbytes / min(took) / 1e9


def record(rows: list[list[str]]) -> None:
    where = (record_file.commit(), processor(), "fused_moe_w4a16")
    record_file.append(record_file.row_of([*where, *row]) for row in rows)


if __name__ == "__main__":
    try:
        main()
    except WrongResult as wrong:
        sys.exit(f"No speed is shown: {wrong}")
