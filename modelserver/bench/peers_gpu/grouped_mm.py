"""`torch._grouped_mm` on bf16 weights: four times the bytes, and the ceiling of prefill."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.peers_gpu import Products, Unavailable, aligner, summed
from modelserver.bench.stopwatch import Call
from modelserver.quant.int4 import Quantised

BYTES = 2


@dataclass(frozen=True, eq=False)
class Order:
    """rows int32 [T·k]: flat indices by expert, T·k behind them; offsets int32 [E]: where experts
    end."""

    rows: Tensor
    offsets: Tensor


@dataclass(frozen=True, eq=False)
class Grouped:
    """Weights bf16 [E, K, N], views of [E, N, K]."""

    layout: Layout
    w13: Tensor
    w2: Tensor
    aligner: Any
    tolerance: float = 1e-2
    captured: bool = True

    def block(self, draw: Draw) -> Call:
        def call() -> Tensor:
            order = self._order(draw.ids)
            products = self._down(self._inner(self._taken(draw, order), order), order)
            return summed(_slots(products, order), draw, draw.weights)

        return call

    def products(self, draw: Draw) -> Products | None:
        order = self._order(draw.ids)
        x = self._taken(draw, order)
        inner = self._inner(x, order)

        def call() -> Tensor:
            torch._grouped_mm(x, self.w13, offs=order.offsets)
            return self._down(inner, order)

        return Products(call, lambda made: summed(_slots(made, order), draw, draw.weights))

    def _order(self, ids: Tensor) -> Order:
        rows = self.aligner.align(ids, self.layout.experts, 1).sorted_token_ids
        counts = torch.zeros(self.layout.experts + 1, dtype=torch.int32, device=ids.device)
        counts.index_add_(0, ids.flatten() + 1, torch.ones_like(ids.flatten()))
        return Order(rows, counts[1:].cumsum(0, dtype=torch.int32))

    def _taken(self, draw: Draw, order: Order) -> Tensor:
        return draw.x[(order.rows // self.layout.slots).clamp(max=len(draw.x) - 1)]

    def _inner(self, x: Tensor, order: Order) -> Tensor:
        gate, up = torch._grouped_mm(x, self.w13, offs=order.offsets).chunk(2, -1)
        return functional.silu(gate) * up

    def _down(self, inner: Tensor, order: Order) -> Tensor:
        return torch._grouped_mm(inner, self.w2, offs=order.offsets)


def _slots(products: Tensor, order: Order) -> Tensor:
    """[T·k, H] in the order of flat indices; rows that no expert made are never looked at."""
    slots = products.new_zeros(len(products) + 1, products.shape[-1])
    slots[order.rows.long()] = products
    return slots[:-1]


def load(layout: Layout, w13: Quantised, w2: Quantised) -> Grouped:
    if not hasattr(torch, "_grouped_mm"):
        raise Unavailable(f"torch {torch.__version__} has no _grouped_mm")
    device = w13.packed.device
    if device.type == "cuda":
        wanted = layout.experts * layout.weights * BYTES
        free, _ = torch.cuda.mem_get_info()
        if free < wanted:
            raise Unavailable(f"bf16 weights take {wanted / 1e9:.0f} GB, {free / 1e9:.0f} are free")
    return Grouped(layout, _wide(w13), _wide(w2), aligner())


def _wide(weight: Quantised) -> Tensor:
    """bf16 [E, K, N], expert by expert to spare memory."""
    experts, n, _ = weight.packed.shape
    k = weight.packed.shape[2] * 8
    wide = torch.empty(experts, n, k, dtype=torch.bfloat16, device=weight.packed.device)
    for target, packed, scales in zip(wide, weight.packed, weight.scales, strict=True):
        target.copy_(Quantised(packed, scales).dequantise())
    return wide.transpose(1, 2)
