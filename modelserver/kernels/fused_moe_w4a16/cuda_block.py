"""Routed experts with INT4 weights in CUDA C++ for sm_90a, in one launch: for few tokens and little
of each expert, as tensor parallelism over eight cards leaves them. See cuda/block.cuh.

Frozen: kept compiling and right, and not developed, until a GPU has shown that one launch that all
blocks wait in beats decode's two. If it does not, it goes.
"""

from dataclasses import replace

import torch
from torch import Tensor

from modelserver.kernels import Unsupported, synchronisation
from modelserver.kernels.counters import counters
from modelserver.kernels.fused_moe_w4a16 import cuda_build
from modelserver.kernels.fused_moe_w4a16.cuda import align, prepare
from modelserver.kernels.fused_moe_w4a16.cuda_operands import operands
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.moe_align.alignment import Alignment
from modelserver.kernels.variants import CudaVariant, Gate
from modelserver.quant.pack import Packed

__all__ = ["aot_variants", "block", "check", "compute", "prepare"]

NAME = "cuda-block"
BLOCK = 8  # tokens of a block of the alignment
MOST_TOKENS = 8
MOST_INNER = 512  # I: with more, a launch is little beside the weights
INSTRUCTIONS_PER_256 = 17.0


def check(x: Tensor, w2: Packed) -> None:
    """Raises Unsupported for what the two launches of decode serve better."""
    if x.dtype != torch.bfloat16:
        raise Unsupported(f"x is bf16, not {x.dtype}")
    if len(x) > MOST_TOKENS or w2.columns > MOST_INNER:
        raise Unsupported(f"{len(x)} tokens and I = {w2.columns} are too much for one launch")


def compute(problem: Problem, _local: float = 1.0) -> Tensor:
    """As cuda.compute. Raises Unsupported for what its launches serve better."""
    check(problem.x, problem.w2)
    problem = replace(problem, ids=problem.ids.to(torch.int32).contiguous())
    return block(problem, align(problem.ids, problem.w13.experts, BLOCK))


def block(
    problem: Problem, order: Alignment, *, out: Tensor | None = None, seed: int = 0
) -> Tensor:
    """The experts' weighted sum [T, H], bf16 like x [T, H].

    ids int32, −1 where there is no expert; order: their alignment to BLOCK. `out` and `seed` as
    of cuda.decode.
    """
    x = problem.x
    library = cuda_build.load(x.device.type)
    tile, _ = library.describe_block()
    result = torch.empty_like(x) if out is None else out
    # the word by which the blocks meet: each meeting flips its top bit, so nothing is reset
    met = counters(x.device, NAME, 1)
    library.block(operands(problem, order, torch.float32, tile) | {"met": met}, result, seed)
    return result


def aot_variants() -> list[CudaVariant]:
    _, shared = cuda_build.load("cpu").describe_block()
    gate = Gate(
        "HMMA",
        mma_per_256=1.5,  # two tiles of weights share the two that sum x, of each scale group
        instructions_per_256=INSTRUCTIONS_PER_256,
        opcodes=("UBLKCP", "SYNCS"),
        synchronisation=synchronisation.of(NAME),
    )
    source = cuda_build.FOLDER / "block_variant.cu"
    return [CudaVariant(NAME, source, gate, shared=int(shared))]
