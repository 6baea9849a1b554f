"""Kernels of ours, as the plugin serves them; also those of another commit.

`block` is what the plugin does on a GPU: the model's scaling factor, the alignment, both products.
`products` has the alignment beforehand, where the kernel takes one from outside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor

from modelserver.bench import gate
from modelserver.bench.layouts import SCALE, Draw, Layout
from modelserver.bench.peers_gpu import Products
from modelserver.bench.stopwatch import Call
from modelserver.experts import scaled
from modelserver.kernels.moe_align.alignment import Alignment
from modelserver.quant.int4 import Quantised

Experts = Callable[[Alignment], Tensor]


@dataclass(frozen=True, eq=False)
class Ordered:
    """A kernel's experts on one draw, aligned to `block` rows beforehand."""

    block: int
    experts: Experts


@dataclass(frozen=True, eq=False)
class Ours:
    """Experts in a kernel's layout. `aligner` is moe_align's module for the same device."""

    layout: Layout
    kernel: Any
    aligner: Any
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
        return lambda: self._experts(draw, scaled(draw.router_weights, SCALE))

    def products(self, draw: Draw) -> Products | None:
        if not (ordered := self._ordered(draw)):
            return Products(lambda: self._experts(draw, draw.weights), lambda y: y)
        order = self.aligner.align(draw.ids, self.layout.experts, ordered.block)
        return Products(lambda: ordered.experts(order), lambda y: y)

    def _ordered(self, draw: Draw) -> Ordered | None:
        return next((made for way in WAYS if (made := way(self, draw, self.local))), None)

    @property
    def local(self) -> float:
        return self.layout.experts / self.layout.routed

    def _experts(self, draw: Draw, weights: Tensor) -> Tensor:
        given = (draw.x, self.w13, self.w2, weights, draw.ids)
        if hasattr(self.kernel, "compute"):
            y: Tensor = self.kernel.compute(self.kernel.Problem(*given), self.local)
        else:
            y = self.kernel.fused_moe(*given)
        return y


def of_triton(ours: Ours, draw: Draw, local: float) -> Ordered | None:
    kernel = ours.kernel
    if not (hasattr(kernel, "Problem") and hasattr(kernel, "run")):
        return None
    problem = problem_of(ours, draw)
    pairs = draw.ids.numel() * local
    config = kernel.tuning.lookup(problem.shape, pairs, kernel.device_of(draw.x))
    return Ordered(config.tokens, lambda order: kernel.run(problem, config, order))


def of_cuda(ours: Ours, draw: Draw, local: float) -> Ordered | None:
    kernel = ours.kernel
    if not (hasattr(kernel, "plan_for") and hasattr(kernel, "Problem")):
        return None
    prefill = kernel.cuda_prefill
    if kernel.many(draw.ids, ours.w13.experts, local):
        prefill.check(draw.x, ours.w13, ours.w2)
        size = prefill.block_for(int(draw.ids.numel() * local), ours.w13.experts)
        return Ordered(size, partial(prefill.prefill, size, problem_of(ours, draw)))
    plan = kernel.plan_for(draw.x, ours.w13, ours.w2, draw.ids, local)
    return Ordered(plan.block, partial(kernel.decode, plan, problem_of(ours, draw)))


def of_cuda_block(ours: Ours, draw: Draw, _local: float) -> Ordered | None:
    kernel = ours.kernel
    if not (hasattr(kernel, "block") and hasattr(kernel, "Problem")):
        return None
    kernel.check(draw.x, ours.w2)
    return Ordered(kernel.BLOCK, partial(kernel.block, problem_of(ours, draw)))


def problem_of(ours: Ours, draw: Draw) -> Any:
    return ours.kernel.Problem(draw.x, ours.w13, ours.w2, draw.weights, draw.ids)


WAYS = (of_triton, of_cuda, of_cuda_block)


@dataclass(frozen=True, eq=False)
class Kernel:
    """A module of `modelserver.kernels` to load experts with."""

    kernel: Any
    aligner: Any

    def load(self, layout: Layout, w13: Quantised, w2: Quantised) -> Ours:
        """Raises Unsupported where the kernel does not serve the layout."""
        first, second = (
            self.kernel.prepare(each.packed.clone(), each.scales.clone()) for each in (w13, w2)
        )
        return Ours(layout, self.kernel, self.aligner, first, second, w13.packed.is_cuda)
