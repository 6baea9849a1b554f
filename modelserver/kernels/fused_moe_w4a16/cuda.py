"""Routed experts with INT4 weights in CUDA C++ for sm_90a.

Few tokens an expert are served here, many by cuda_prefill. Two launches: gate, up and SiLU; down
and the weighted sum. On tensors of a processor the same source runs under lanes, which is slow and
there for tests. See cuda/README.md.
"""

from dataclasses import dataclass, replace
from importlib import import_module

import torch
from torch import Tensor

from modelserver.kernels import Unsupported, synchronisation
from modelserver.kernels.fused_moe_w4a16 import cuda_build, cuda_prefill
from modelserver.kernels.fused_moe_w4a16.cuda_operands import MOST_TOKENS, operands
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.moe_align import naive
from modelserver.kernels.moe_align.alignment import Alignment
from modelserver.kernels.variants import CudaVariant, Gate
from modelserver.quant.pack import Packed, pack

ALIGNMENT = "modelserver.kernels.moe_align.triton"
# Rows an expert, on average, up to which few have more than a block holds: a second block of an
# expert reads its weights again. The first for blocks of 8 tokens, the other for those of 16.
FULL, MOST_ROWS = 5, 12
LIMITS = {8: 14.0, 16: 20.0}  # instructions for 256 weights, by tokens of a block
FEW_COLUMNS = 512  # of K: too few to be shared by warps


@dataclass(frozen=True)
class Plan:
    """Which instances serve a call: tokens of a block of the alignment, and a shape a product."""

    block: int
    gate_up: str
    down: str


def prepare(packed: Tensor, scales: Tensor) -> Packed:
    """Experts from int32 [E, N, K/8] and bf16 [E, N, K/32]; both are gone afterwards.

    Raises Unsupported for a shape that the kernels do not serve, or where they do not load.
    """
    cuda_build.load(packed.device.type)
    try:
        return pack(packed, scales)
    except ValueError as error:
        raise Unsupported(str(error)) from error


def compute(problem: Problem, local: float = 1.0) -> Tensor:
    """The experts' weighted sum [T, H], bf16 like x [T, H].

    `local` is the share of ids that is expected to be this card's, on which only the plan depends.
    Raises Unsupported for what another kernel is for, ValueError for what does not fit together.
    """
    problem = replace(problem, ids=problem.ids.to(torch.int32).contiguous())
    if many(problem.ids, problem.w13.experts, local):
        return cuda_prefill.compute(problem, align, local)
    plan = plan_for(problem.x, problem.w13, problem.w2, problem.ids, local)
    return decode(plan, problem, align(problem.ids, problem.w13.experts, plan.block))


def decode(
    plan: Plan, problem: Problem, order: Alignment, *, out: Tensor | None = None, seed: int = 0
) -> Tensor:
    """`compute` with the alignment to `plan.block` already there, as moe_align makes it.

    ids int32 [T, k]. `out` takes the result. `seed` picks the order in which lanes run, where a
    processor runs them.
    """
    library = cuda_build.load(problem.x.device.type)
    tile, *_ = library.describe_down(plan.down, plan.block)
    result = torch.empty_like(problem.x) if out is None else out
    given = operands(problem, order, torch.float32, tile)
    library.decode(given, result, plan.gate_up, plan.down, plan.block, seed)
    return result


def plan_for(x: Tensor, w13: Packed, w2: Packed, ids: Tensor, local: float = 1.0) -> Plan:
    """The instances by an estimate of what they wait for. Raises Unsupported if there is none."""
    hidden, inner = w2.rows, w2.columns
    if w13.rows != 2 * inner or w13.columns != hidden or w13.experts != w2.experts:
        raise ValueError(
            f"w13 {list(w13.words.shape)} and w2 {list(w2.words.shape)} are no [2·I, H] and [H, I]"
        )
    if x.dtype != torch.bfloat16:
        raise Unsupported(f"x is bf16, not {x.dtype}")
    if many(ids, w13.experts, local):
        raise Unsupported(f"{len(x)} tokens for {w13.experts} experts are many: not decode")
    block = 16 if ids.numel() * local > FULL * w13.experts else 8
    hit = min(ids.numel(), w13.experts)  # experts, and so blocks of tokens, at most
    return Plan(block, gate_up_shape(inner, hit, processors(x.device)), down_shape(inner))


def many(ids: Tensor, experts: int, local: float) -> bool:
    """Whether it is prefill's work."""
    return ids.numel() * local > MOST_ROWS * experts or len(ids) > MOST_TOKENS


def gate_up_shape(inner: int, experts_hit: int, processors: int) -> str:
    """Halves are 32 rows of gate (wide) or 16 (narrow)."""
    if inner % 32 == 0 and experts_hit * (inner // 32) >= processors:
        return "wide"
    return "narrow"  # I is a multiple of 128, since w2's K is


def down_shape(inner: int) -> str:
    """Tiles are 128 rows (flat) or 64 (wide) of H, which is a multiple of 128, since w13's K is."""
    return "flat" if inner < FEW_COLUMNS else "wide"


def aot_variants() -> list[CudaVariant]:
    """Every instance that `decode` can choose."""
    return [
        *(variant("GateUp", family, block) for family in ("Wide", "Narrow") for block in LIMITS),
        *(variant("Down", family, block) for family in ("Wide", "Flat") for block in LIMITS),
    ]


def variant(kernel: str, family: str, block: int) -> CudaVariant:
    library = cuda_build.load("cpu")
    describe = library.describe_gate_up if kernel == "GateUp" else library.describe_down
    _, _, shared = describe(family.lower(), block)
    tiles = 4 if (family, block) == ("Wide", 8) else 2
    name = f"cuda-decode-{kernel.lower()}-{family.lower()}-{block}"
    gate = Gate(
        "HMMA",
        # beside those that multiply weights there are two a scale group that sum x
        mma_per_256=block / 8 * (tiles + 1) / tiles,
        instructions_per_256=LIMITS[block],
        opcodes=("UBLKCP", "SYNCS"),
        synchronisation=synchronisation.of(name),
    )
    defines: dict[str, int | str] = {
        "VARIANT_KERNEL": kernel,
        "VARIANT_FAMILY": family,
        "VARIANT_TOKENS": block,
    }
    return CudaVariant(name, cuda_build.FOLDER / "variant.cu", gate, defines, shared=int(shared))


def align(ids: Tensor, experts: int, block: int) -> Alignment:
    if ids.device.type == "cpu":
        return naive.align(ids, experts, block)
    made: Alignment = import_module(ALIGNMENT).align(ids, experts, block)
    return made


def processors(device: torch.device) -> int:
    if device.type != "cuda":
        return 1
    return torch.cuda.get_device_properties(device).multi_processor_count
