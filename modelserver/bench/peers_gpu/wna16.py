"""SGLang's Triton kernel for INT4 experts, through its own `fused_experts`."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.peers_gpu import Products, library, need_gpu, router
from modelserver.bench.stopwatch import Call
from modelserver.quant.int4 import GROUP, Quantised

EXPERTS = "sglang.srt.layers.moe.moe_runner.triton_utils.fused_moe"


@dataclass(frozen=True, eq=False)
class Wna16:
    """Codes uint8 [E, N, K/2], two in a byte, the first in its low half: as they are stored."""

    layout: Layout
    w13: Quantised
    w2: Quantised
    config: Any
    routing: Any
    tolerance: float = 1e-2
    captured: bool = True

    def block(self, draw: Draw) -> Call:
        experts = library(EXPERTS).fused_experts
        output = library("sglang.srt.layers.moe.topk").StandardTopKOutput

        def call() -> Tensor:
            routed = self.routing.route_topk(draw.logits, draw.bias, self.layout.slots, block=16)
            ids = routed.ids
            if self.layout.experts < self.layout.routed:
                ids = ids.where(ids < self.layout.experts, -1)
            result: Tensor = experts(
                draw.x,
                self.w13.packed.view(torch.uint8),
                self.w2.packed.view(torch.uint8),
                output(routed.weights, ids, draw.logits),
                self.config,
                use_int4_w4a16=True,
                w1_scale=self.w13.scales,
                w2_scale=self.w2.scales,
                block_shape=[0, GROUP],
            )
            return result

        return call

    def products(self, _draw: Draw) -> Products | None:
        return None


def load(layout: Layout, w13: Quantised, w2: Quantised) -> Wna16:
    need_gpu()
    library(EXPERTS)
    config = library("sglang.srt.layers.moe.moe_runner.base").MoeRunnerConfig(
        num_experts=layout.routed,
        num_local_experts=layout.experts,
        hidden_size=layout.hidden,
        intermediate_size_per_partition=layout.inner,
        top_k=layout.slots,
        params_dtype=torch.bfloat16,
        activation="silu",
        inplace=False,
    )
    return Wna16(layout, w13, w2, config, router())
