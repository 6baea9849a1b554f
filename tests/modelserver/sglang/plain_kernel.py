"""Routed experts in plain torch without a look at the ids' values, as a GPU's kernels work."""

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.quant.int4 import Quantised

SHARES: list[float] = []  # that calls were told


def prepare(packed: Tensor, scales: Tensor) -> Tensor:
    return Quantised(packed, scales).dequantise(torch.float32)


def fused_moe(
    x: Tensor,
    w13: Tensor,
    w2: Tensor,
    weights: Tensor,
    ids: Tensor,
    *,
    local: float = 1.0,
) -> Tensor:
    SHARES.append(local)
    taken = ids.clamp_min(0).long()
    gate, up = (w13[taken] @ x.float()[:, None, :, None]).squeeze(-1).chunk(2, -1)
    y = (w2[taken] @ (functional.silu(gate) * up).unsqueeze(-1)).squeeze(-1)
    return (y * weights.where(ids >= 0, 0).unsqueeze(-1)).sum(1).to(x.dtype)
