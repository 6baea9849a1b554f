"""Kernels of ours, as they are registered; also those of another commit.

A kernel that takes an alignment from outside gets the router's, so that routing, alignment and
experts are as few launches as they can be. Of one that does not, the alignment is in both parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor

from modelserver.bench import gate
from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.peers_gpu import Products
from modelserver.bench.stopwatch import Call
from modelserver.kernels.route_topk.alignment import Alignment
from modelserver.quant.int4 import Quantised

Experts = Callable[[Tensor, Tensor, Alignment], Tensor]  # weights, ids and their order


@dataclass(frozen=True, eq=False)
class Ordered:
    """A kernel's experts on one draw, aligned to `block` rows beforehand."""

    block: int
    experts: Experts


@dataclass(frozen=True, eq=False)
class Ours:
    """Experts in a kernel's layout. `routing` is route_topk's module for the same device."""

    layout: Layout
    kernel: Any
    routing: Any
    w13: Any
    w2: Any
    on_gpu: bool

    @property
    def captured(self) -> bool:
        return self.on_gpu

    @property
    def tolerance(self) -> float:
        return gate.TOLERANCE if self.on_gpu else gate.INTERPRETED

    def block(self, draw: Draw) -> Call:
        ordered = self._ordered(draw)
        size = ordered.block if ordered else 1

        def call() -> Tensor:
            routed = self.routing.route_topk(draw.logits, draw.bias, self.layout.slots, block=size)
            ids, order = routed.ids, routed.order
            if self.layout.experts < self.layout.routed:
                ids = ids.where(ids < self.layout.experts, -1)
                order = self.routing.align(ids, self.layout.experts, size)
            if ordered:
                return ordered.experts(routed.weights, ids, order)
            return self._experts(draw.x, routed.weights, ids)

        return call

    def products(self, draw: Draw) -> Products | None:
        if not (ordered := self._ordered(draw)):
            return Products(lambda: self._experts(draw.x, draw.weights, draw.ids), lambda y: y)
        order = self.routing.align(draw.ids, self.layout.experts, ordered.block)
        return Products(lambda: ordered.experts(draw.weights, draw.ids, order), lambda y: y)

    def _ordered(self, draw: Draw) -> Ordered | None:
        local = self.layout.experts / self.layout.routed
        return next((made for way in WAYS if (made := way(self, draw, local))), None)

    def _experts(self, x: Tensor, weights: Tensor, ids: Tensor) -> Tensor:
        result: Tensor = self.kernel.fused_moe(x, self.w13, self.w2, weights, ids)
        return result


def of_triton(ours: Ours, draw: Draw, local: float) -> Ordered | None:
    kernel = ours.kernel
    if not (hasattr(kernel, "Problem") and hasattr(kernel, "run")):
        return None
    problem = kernel.Problem(draw.x, ours.w13, ours.w2, draw.weights, draw.ids, None)
    pairs = draw.ids.numel() * local
    config = kernel.tuning.lookup(problem.shape, pairs, kernel.device_of(draw.x))

    def experts(weights: Tensor, ids: Tensor, order: Alignment) -> Tensor:
        routed = kernel.Problem(draw.x, ours.w13, ours.w2, weights, ids, None)
        result: Tensor = kernel.run(routed, config, order)
        return result

    return Ordered(config.tokens, experts)


def of_cuda(ours: Ours, draw: Draw, local: float) -> Ordered | None:
    kernel = ours.kernel
    if not (hasattr(kernel, "plan_for") and hasattr(kernel, "Problem")):
        return None
    prefill = kernel.cuda_prefill
    if kernel.many(draw.ids, ours.w13.experts, local):
        prefill.check(draw.x, ours.w13, ours.w2)
        size = prefill.block_for(int(draw.ids.numel() * local), ours.w13.experts)
        return Ordered(size, partial(_run, ours, draw, partial(prefill.prefill, size)))
    plan = kernel.plan_for(draw.x, ours.w13, ours.w2, draw.ids, local)
    return Ordered(plan.block, partial(_run, ours, draw, partial(kernel.decode, plan)))


def of_cuda_block(ours: Ours, draw: Draw, _local: float) -> Ordered | None:
    kernel = ours.kernel
    if not (hasattr(kernel, "block") and hasattr(kernel, "Problem")):
        return None
    kernel.check(draw.x, ours.w2)
    return Ordered(kernel.BLOCK, partial(_run, ours, draw, kernel.block))


def _run(
    ours: Ours, draw: Draw, run: Any, weights: Tensor, ids: Tensor, order: Alignment
) -> Tensor:
    y: Tensor = run(ours.kernel.Problem(draw.x, ours.w13, ours.w2, weights, ids, None), order)
    return y


WAYS = (of_triton, of_cuda, of_cuda_block)


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
