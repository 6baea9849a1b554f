"""What every launch of the CUDA kernels begins with, and its room for what is in between."""

import torch
from torch import Tensor

from modelserver.kernels.counters import counters
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.moe_align.alignment import Alignment

MOST_TOKENS = 8192  # of a launch, which bounds the room that it takes


def operands(
    problem: Problem, order: Alignment, terms: torch.dtype, tile: int
) -> dict[str, Tensor]:
    """The tensors that cuda/layer.cuh asks for, by their names there.

    `terms` is the type of weight·y before the sum; `tile` the columns of H that are counted as one.
    """
    x, w13, w2, ids = problem.x, problem.w13, problem.w2, problem.ids
    tiles = w2.rows // tile
    return {
        "x": x,
        "w13.words": w13.words,
        "w13.scales": w13.scales,
        "w2.words": w2.words,
        "w2.scales": w2.scales,
        "weights": problem.weights.contiguous(),
        "ids": ids,
        "sorted_token_ids": order.sorted_token_ids,
        "expert_ids": order.expert_ids,
        "num_tokens_post_padded": order.num_tokens_post_padded,
        "h": torch.empty((ids.numel(), w2.columns), dtype=torch.bfloat16, device=x.device),
        "partial": torch.empty((ids.numel(), w2.rows), dtype=terms, device=x.device),
        "arrived": counters(x.device, "cuda", len(x) * tiles).view(len(x), tiles),
    }
