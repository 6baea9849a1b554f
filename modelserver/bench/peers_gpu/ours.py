"""Kernels of ours, as they are registered; also those of another commit."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.peers_gpu import Products
from modelserver.bench.stopwatch import Call
from modelserver.quant.int4 import Quantised


@dataclass(frozen=True, eq=False)
class Ours:
    """Experts in a kernel's layout. `routing` is route_topk's module for the same device."""

    layout: Layout
    kernel: Any
    routing: Any
    w13: Any
    w2: Any
    captured: bool
    # What is between the two products is rounded to bf16, and so is the result: 1.6e-3 each.
    tolerance: float = 4e-3

    def block(self, draw: Draw) -> Call:
        def call() -> Tensor:
            routed = self.routing.route_topk(draw.logits, draw.bias, self.layout.slots, block=1)
            ids = routed.ids
            if self.layout.experts < self.layout.routed:
                ids = ids.where(ids < self.layout.experts, -1)
            return self._experts(draw.x, routed.weights, ids)

        return call

    def products(self, draw: Draw) -> Products | None:
        """With the alignment, which the kernel makes itself."""
        return Products(lambda: self._experts(draw.x, draw.weights, draw.ids), lambda y: y)

    def _experts(self, x: Tensor, weights: Tensor, ids: Tensor) -> Tensor:
        result: Tensor = self.kernel.fused_moe(x, self.w13, self.w2, weights, ids)
        return result


@dataclass(frozen=True, eq=False)
class Kernel:
    """A module of `modelserver.kernels` to load experts with."""

    kernel: Any
    routing: Any

    def load(self, layout: Layout, w13: Quantised, w2: Quantised) -> Ours:
        """Raises Unsupported where the kernel does not serve the layout."""
        first, second = (
            self.kernel.prepare(each.packed.clone(), each.scales.clone()) for each in (w13, w2)
        )
        return Ours(layout, self.kernel, self.routing, first, second, w13.packed.is_cuda)
