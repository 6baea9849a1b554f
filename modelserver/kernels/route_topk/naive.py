"""Routing and alignment in plain torch, as they are defined: the truth for every kernel.

The formula is DeepSeek-V3's without groups, which Kimi K2.5 uses: experts are chosen by
sigmoid(logit) + bias and weighted by sigmoid(logit) alone.
"""

import torch
from torch import Tensor

from modelserver.kernels.route_topk.alignment import (
    LEAST_SUM,
    SCALE,
    Alignment,
    Routing,
    check_ids,
    check_logits,
    most_padded,
)


def route_topk(
    logits: Tensor, bias: Tensor, k: int, scale: float = SCALE, *, block: int
) -> Routing:
    """The k experts of each token and their weights, which sum to `scale`, aligned to `block`.

    logits fp32 [T, E], bias fp32 [E]. Of equal experts the lowest index comes first; NaN counts as
    the highest, so that it reaches the weights. Raises ValueError for shapes that do not fit.
    """
    check_logits(logits, bias, k)
    scores = logits.sigmoid()
    chosen = (scores + bias).argsort(dim=-1, descending=True, stable=True)[:, :k]
    weights = scores.gather(1, chosen)
    weights = weights / (weights.sum(-1, keepdim=True) + LEAST_SUM) * scale
    ids = chosen.to(torch.int32)
    return Routing(weights, ids, align(ids, logits.shape[1], block))


def align(ids: Tensor, experts: int, block: int) -> Alignment:
    """The rows of ids [T, k] by expert; ids outside 0..experts − 1 are left out.

    Raises ValueError for what is no such tensor.
    """
    check_ids(ids)
    flat = ids.flatten().long()
    bound = most_padded(len(flat), experts, block)
    expert = torch.where((flat >= 0) & (flat < experts), flat, experts)
    counts = expert.bincount(minlength=experts + 1)[:experts]
    blocks = (counts + block - 1) // block
    sorted_rows = expert.argsort(stable=True)[: int(counts.sum())]

    # how far an expert's rows are pushed back by the padding of those before it
    pushed = (blocks * block - counts).cumsum(0) - (blocks * block - counts)
    places = torch.arange(len(sorted_rows), device=ids.device) + pushed[expert[sorted_rows]]

    rows = torch.full((bound,), len(flat), dtype=torch.int32, device=ids.device)
    rows[places] = sorted_rows.to(torch.int32)
    owners = torch.full((bound // block,), -1, dtype=torch.int32, device=ids.device)
    indices = torch.arange(experts, dtype=torch.int32, device=ids.device)
    owners[: int(blocks.sum())] = indices.repeat_interleave(blocks)
    return Alignment(rows, owners, (blocks.sum(0, keepdim=True) * block).to(torch.int32))
