"""What every launch of the CUDA kernels begins with, and its room for what is in between."""

import torch
from torch import Tensor

from modelserver.kernels.fused_moe_w4a16.cuda_counters import counters
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.route_topk.alignment import Alignment

Operands = tuple[Tensor | None, ...]


def operands(problem: Problem, order: Alignment, terms: torch.dtype, tile: int) -> Operands:
    """In the order of cuda/layer.cuh, up to the counters.

    `terms` is the type of weight·y before the sum; `tile` the columns of H that are counted as one.
    """
    x, w13, w2, ids = problem.x, problem.w13, problem.w2, problem.ids
    h = torch.empty((ids.numel(), w2.columns), dtype=torch.bfloat16, device=x.device)
    partial = torch.empty((ids.numel(), w2.rows), dtype=terms, device=x.device)
    return (
        *(x, w13.words, w13.scales, w2.words, w2.scales),
        *(problem.weights.contiguous(), ids, problem.shared),
        *(order.rows, order.experts, order.padded, h, partial),
        counters(x.device, len(x), w2.rows // tile),
    )
