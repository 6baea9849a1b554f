"""Routed experts with the INT4 weights turned into bf16 once, when the model loads.

Four times the memory and no speed: it exists to be compared with, and runs on any device. Its
weights are those of the checkpoint's bf16 twin, bit for bit.
"""

from torch import Tensor
from torch.nn import functional

from modelserver.kernels.fused_moe_w4a16.by_expert import weighted_sum
from modelserver.quant.int4 import Quantised


def prepare(packed: Tensor, scales: Tensor) -> Tensor:
    """The weights [E, N, K] in bf16."""
    return Quantised(packed, scales).dequantise()


def fused_moe(
    x: Tensor,
    w13: Tensor,
    w2: Tensor,
    topk_weights: Tensor,
    topk_ids: Tensor,
) -> Tensor:
    def run(expert: int, rows: Tensor) -> Tensor:
        gate, up = functional.linear(rows, w13[expert].to(x.dtype)).chunk(2, -1)
        return functional.linear(functional.silu(gate) * up, w2[expert].to(x.dtype))

    return weighted_sum(run, x, topk_weights, topk_ids)
