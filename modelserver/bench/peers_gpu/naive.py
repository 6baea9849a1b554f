"""Weights turned into bf16 expert by expert, each time, and multiplied. Runs on any device."""

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.peers_gpu import Products
from modelserver.bench.stopwatch import Call
from modelserver.kernels.fused_moe_w4a16.by_expert import weighted_sum
from modelserver.quant.int4 import Quantised


@dataclass(frozen=True, eq=False)
class Naive:
    layout: Layout
    w13: Quantised
    w2: Quantised
    tolerance: float = 1e-2
    captured: bool = False  # it asks which experts are hit

    def block(self, draw: Draw) -> Call:
        return lambda: self._experts(draw.x, draw.weights, draw.ids)

    def products(self, draw: Draw) -> Products | None:
        return Products(lambda: self._experts(draw.x, draw.weights, draw.ids), lambda y: y)

    def _experts(self, x: Tensor, weights: Tensor, ids: Tensor) -> Tensor:
        def run(expert: int, rows: Tensor) -> Tensor:
            gate, up = functional.linear(rows, _expert(self.w13, expert)).chunk(2, -1)
            return functional.linear(functional.silu(gate) * up, _expert(self.w2, expert))

        return weighted_sum(run, x, weights, ids)


def _expert(weight: Quantised, expert: int) -> Tensor:
    return Quantised(weight.packed[expert], weight.scales[expert]).dequantise()


def load(layout: Layout, w13: Quantised, w2: Quantised) -> Naive:
    return Naive(layout, w13, w2)
