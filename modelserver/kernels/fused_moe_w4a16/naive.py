"""Routed experts with INT4 weights, as the formula reads: the truth for every kernel.

Weights prepared in float64 make everything float64.
"""

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.quant.int4 import Quantised


def prepare(packed: Tensor, scales: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """The weights [E, N, K], exact in float32 and float64."""
    return Quantised(packed, scales).dequantise(dtype)


def fused_moe(
    x: Tensor,
    w13: Tensor,
    w2: Tensor,
    topk_weights: Tensor,
    topk_ids: Tensor,
) -> Tensor:
    """The experts' weighted sum [T, H], in the dtype of the weights.

    x [T, H]; w13 [E, 2·I, H], gate rows before up rows; w2 [E, H, I]; topk_weights [T, k];
    topk_ids int [T, k], −1 where there is no expert.
    """
    total = torch.zeros(x.shape, dtype=w13.dtype, device=x.device)
    for token, ids in enumerate(topk_ids.tolist()):
        for slot, expert in enumerate(ids):
            if expert < 0:
                continue
            gate, up = (w13[expert] @ x[token].to(w13.dtype)).chunk(2)
            result = w2[expert] @ (functional.silu(gate) * up)
            total[token] += topk_weights[token, slot].to(w13.dtype) * result
    return total
