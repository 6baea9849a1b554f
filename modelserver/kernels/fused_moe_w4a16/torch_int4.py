"""Routed experts through torch's own INT4 matrix product for processors, expert by expert.

The fallback where the fused kernel does not load. torch rounds gate and up to x's dtype between the
two products; the weighted sum over experts is float32.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16.by_expert import weighted_sum
from modelserver.quant.int4 import GROUP, unpack

ROWS_AT_A_TIME = 16  # torch packs N in blocks of this
INNER_TILES = 1  # of no meaning on a processor, but torch asks for it


@dataclass(frozen=True, eq=False)
class Experts:
    """Codes in torch's own layout, one tensor an expert; scales and zeros bf16 [E, K/32, N, 2]."""

    codes: tuple[Tensor, ...]
    scales_and_zeros: Tensor


def prepare(packed: Tensor, scales: Tensor) -> Experts:
    """Repack [E, N, K/8]. Raises Unsupported for an N that torch does not pack."""
    if packed.shape[1] % ROWS_AT_A_TIME:
        raise Unsupported(f"{packed.shape[1]} rows are not a multiple of {ROWS_AT_A_TIME}")
    convert = torch.ops.aten._convert_weight_to_int4pack_for_cpu
    codes = tuple(convert(unpack(expert).to(torch.int32), INNER_TILES) for expert in packed)
    scales = scales.to(torch.bfloat16).transpose(1, 2)
    return Experts(codes, torch.stack([scales, torch.zeros_like(scales)], -1).contiguous())


def fused_moe(
    x: Tensor,
    w13: Experts,
    w2: Experts,
    topk_weights: Tensor,
    topk_ids: Tensor,
) -> Tensor:
    def run(expert: int, rows: Tensor) -> Tensor:
        gate, up = product(rows, w13, expert).chunk(2, -1)
        return product(functional.silu(gate) * up, w2, expert)

    return weighted_sum(run, x, topk_weights, topk_ids)


def product(x: Tensor, experts: Experts, expert: int) -> Tensor:
    """x [T, K] times the transpose of one expert's weight [N, K]."""
    scales_and_zeros = experts.scales_and_zeros[expert].to(x.dtype)
    result: Tensor = torch.ops.aten._weight_int4pack_mm_for_cpu(
        x, experts.codes[expert], GROUP, scales_and_zeros
    )
    return result
