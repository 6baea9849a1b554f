"""Routed experts with INT4 weights in CUDA C++ for sm_90a, for many tokens an expert.

Two launches: gate, up and SiLU; down, the weighted sum and the shared expert's part. On tensors of
a processor the same source runs under lanes, which is slow and there for tests. The layout and
what was tried are in cuda/PREFILL.md.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import cuda_build
from modelserver.kernels.fused_moe_w4a16.cuda_counters import MOST_TOKENS, counters
from modelserver.kernels.route_topk.alignment import Alignment
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


def fused_moe(
    x: Tensor,
    w13: Packed,
    w2: Packed,
    weights: Tensor,
    ids: Tensor,
    shared: Tensor | None,
    align: Callable[[Tensor, int, int], Alignment],
    local: float = 1.0,
) -> Tensor:
    """The experts' weighted sum [T, H] plus `shared`, bf16 like x [T, H].

    ids int32 [T, k]; align as route_topk's; `local` is the share of ids that is expected to be
    this card's. Raises Unsupported for what another kernel is for.
    """
    check(x, w13, w2)
    block = block_for(int(min(len(x), MOST_TOKENS) * ids.shape[1] * local), w13.experts)
    out = torch.empty_like(x)
    for start in range(0, len(x), MOST_TOKENS):
        part = slice(start, start + MOST_TOKENS)
        order = align(ids[part], w13.experts, block)
        other = None if shared is None else shared[part]
        prefill(block, x[part], w13, w2, weights[part], ids[part], order, other, out=out[part])
    return out


def prefill(
    block: int,
    x: Tensor,
    w13: Packed,
    w2: Packed,
    weights: Tensor,
    ids: Tensor,
    order: Alignment,
    shared: Tensor | None = None,
    *,
    out: Tensor | None = None,
    seed: int = 0,
) -> Tensor:
    """The experts' weighted sum [T, H] plus `shared`, bf16 like x [T, H], T up to MOST_TOKENS.

    weights fp32 and ids int32 [T, k], −1 where there is no expert; order: the alignment of ids to
    `block`, one of BLOCKS. `out` takes the result. `seed` picks the order in which lanes run,
    where a processor runs them.
    """
    library = cuda_build.load(x.device.type)
    entries, hidden, inner = ids.numel(), w2.rows, w2.columns
    h = torch.empty((entries, inner), dtype=torch.bfloat16, device=x.device)
    partial = torch.empty((entries, hidden), dtype=torch.bfloat16, device=x.device)
    result = torch.empty_like(x) if out is None else out
    library.prefill(
        *(x, w13.words, w13.scales, w2.words, w2.scales, weights.contiguous(), ids, shared),
        *(order.rows, order.experts, order.padded, h, partial),
        counters(x.device, len(x), hidden // TILE_ROWS),
        *(result, block, seed),
    )
    return result


def aot_variants() -> list[CudaVariant]:
    """Every instance that `prefill` can choose."""
    return [variant(kernel, block) for kernel in ("GateUp", "Down") for block in BLOCKS]


def variant(kernel: str, block: int) -> CudaVariant:
    shared = int(cuda_build.load("cpu").prefill_shared_bytes(block))
    gate = Gate(
        "HGMMA",
        instructions_per_256=INSTRUCTIONS_PER_256,
        opcodes=("LDGSTS", "LDSM", "SYNCS", "USETMAXREG"),
    )
    defines: dict[str, int | str] = {"VARIANT": kernel, "VARIANT_TOKENS": block}
    source = cuda_build.FOLDER / "prefill_variant.cu"
    return CudaVariant(
        f"cuda-prefill-{kernel.lower()}-{block}", source, gate, defines, shared=shared
    )
