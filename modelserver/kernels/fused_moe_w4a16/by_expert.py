"""The outer loop of the kernels that go from expert to expert."""

from collections.abc import Callable

import torch
from torch import Tensor


def weighted_sum(
    run: Callable[[int, Tensor], Tensor],
    x: Tensor,
    topk_weights: Tensor,
    topk_ids: Tensor,
) -> Tensor:
    """Σ_k topk_weights[t, k] · run(topk_ids[t, k], x[t]), summed in float32, of x's dtype.

    `run` takes an expert and the rows [n, H] routed to it. Ids below zero are no expert.
    """
    total = torch.zeros(x.shape, dtype=torch.float32, device=x.device)
    for expert in torch.unique(topk_ids).tolist():
        if expert < 0:
            continue
        token, place = (topk_ids == expert).nonzero(as_tuple=True)
        weight = topk_weights[token, place].to(torch.float32).unsqueeze(-1)
        total.index_add_(0, token, run(expert, x[token]).to(torch.float32) * weight)
    return total.to(x.dtype)
