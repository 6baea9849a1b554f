"""A kernel that packs experts where they lie, and computes with naive.py."""

from torch import Tensor

from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import naive
from modelserver.quant.pack import Packed, pack


def prepare(packed: Tensor, scales: Tensor) -> Packed:
    try:
        return pack(packed, scales)
    except ValueError as error:
        raise Unsupported(str(error)) from error


def fused_moe(x: Tensor, w13: Packed, w2: Packed, weights: Tensor, ids: Tensor) -> Tensor:
    w13_exact, w2_exact = (each.unpack().dequantise() for each in (w13, w2))
    return naive.fused_moe(x, w13_exact, w2_exact, weights, ids)
