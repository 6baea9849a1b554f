"""Alignment in plain torch, as it is defined: the truth for every kernel."""

import torch
from torch import Tensor

from modelserver.kernels.moe_align.alignment import Alignment, check_ids, most_padded


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

    sorted_token_ids = torch.full((bound,), len(flat), dtype=torch.int32, device=ids.device)
    sorted_token_ids[places] = sorted_rows.to(torch.int32)
    expert_ids = torch.full((bound // block,), -1, dtype=torch.int32, device=ids.device)
    indices = torch.arange(experts, dtype=torch.int32, device=ids.device)
    expert_ids[: int(blocks.sum())] = indices.repeat_interleave(blocks)
    padded = blocks.sum(0, keepdim=True) * block
    return Alignment(sorted_token_ids, expert_ids, padded.to(torch.int32))
