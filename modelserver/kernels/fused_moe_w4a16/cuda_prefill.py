"""Routed experts with INT4 weights in CUDA C++ for sm_90a, for many tokens an expert.

Two launches: gate, up and SiLU; down and the weighted sum. On tensors of a processor the same
source runs under lanes, which is slow and there for tests. The layout is in cuda/PREFILL.md.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from modelserver.kernels import Unsupported, synchronisation
from modelserver.kernels.fused_moe_w4a16 import cuda_build
from modelserver.kernels.fused_moe_w4a16.cuda_operands import MOST_TOKENS, operands
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.moe_align.alignment import Alignment
from modelserver.kernels.variants import CudaVariant, Gate
from modelserver.quant.pack import Packed

BLOCKS = (32, 64, 128)  # tokens of a block of the alignment, and up to how many rows an expert
FILLED = 0.6  # of a block, on average: experts' rows differ, and a second block reads all weights
TILE_ROWS = 256
INSTRUCTIONS_PER_256 = 18.5


def block_for(rows: int, experts: int) -> int:
    """The block for so many rows (tokens · k) in all, from the rows of an expert that is hit."""
    mean = rows / max(1, min(rows, experts))
    return next((block for block in BLOCKS[:-1] if mean <= FILLED * block), BLOCKS[-1])


def check(x: Tensor, w13: Packed, w2: Packed) -> None:
    """Raises Unsupported for what these kernels do not serve."""
    if x.dtype != torch.bfloat16:
        raise Unsupported(f"x is bf16, not {x.dtype}")
    if w13.rows % TILE_ROWS or w2.rows % TILE_ROWS:
        raise Unsupported(f"{w13.rows} and {w2.rows} rows are not in tiles of {TILE_ROWS}")


def compute(
    problem: Problem, align: Callable[[Tensor, int, int], Alignment], local: float = 1.0
) -> Tensor:
    """The experts' weighted sum [T, H], bf16 like x [T, H].

    ids int32 [T, k]; align as moe_align's; `local` is the share of ids that is expected to be
    this card's. Raises Unsupported for what another kernel is for.
    """
    x, experts = problem.x, problem.w13.experts
    check(x, problem.w13, problem.w2)
    block = block_for(int(min(len(x), MOST_TOKENS) * problem.ids.shape[1] * local), experts)
    out = torch.empty_like(x)
    for start in range(0, len(x), MOST_TOKENS):
        tokens = slice(start, start + MOST_TOKENS)
        part = of_tokens(problem, tokens)
        prefill(block, part, align(part.ids, experts, block), out=out[tokens])
    return out


def of_tokens(problem: Problem, tokens: slice) -> Problem:
    return replace(
        problem,
        x=problem.x[tokens],
        weights=problem.weights[tokens],
        ids=problem.ids[tokens],
    )


def prefill(
    block: int, problem: Problem, order: Alignment, *, out: Tensor | None = None, seed: int = 0
) -> Tensor:
    """The experts' weighted sum [T, H], bf16 like x [T, H], T up to MOST_TOKENS.

    ids int32, −1 where there is no expert; order: their alignment to `block`, one of BLOCKS. `out`
    takes the result. `seed` picks the order in which lanes run, where a processor runs them.
    """
    library = cuda_build.load(problem.x.device.type)
    result = torch.empty_like(problem.x) if out is None else out
    given = operands(problem, order, torch.bfloat16, TILE_ROWS)
    library.prefill(given, result, block, seed)
    return result


def aot_variants() -> list[CudaVariant]:
    """Every instance that `prefill` can choose."""
    return [variant(kernel, block) for kernel in ("GateUp", "Down") for block in BLOCKS]


def variant(kernel: str, block: int) -> CudaVariant:
    name = f"cuda-prefill-{kernel.lower()}-{block}"
    shared = int(cuda_build.load("cpu").prefill_shared_bytes(block))
    gate = Gate(
        "HGMMA",
        instructions_per_256=INSTRUCTIONS_PER_256,
        opcodes=("LDGSTS", "LDSM", "SYNCS", "USETMAXREG"),
        synchronisation=synchronisation.of(name),
    )
    defines: dict[str, int | str] = {"VARIANT": kernel, "VARIANT_TOKENS": block}
    source = cuda_build.FOLDER / "prefill_variant.cu"
    return CudaVariant(name, source, gate, defines, shared=shared)
