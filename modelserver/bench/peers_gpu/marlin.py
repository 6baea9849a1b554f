"""Marlin as SGLang serves INT4 experts by default, built from the installed wheel's own sources.

SGLang compiles the kernel when it is first called, which takes minutes. The steps are those of its
`fused_marlin_moe`: product, SiLU, product with the router's weights, sum over the slots.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.peers_gpu import Products, aligner, library, need_gpu, rows_of, summed
from modelserver.bench.stopwatch import Call
from modelserver.kernels.moe_align.alignment import Alignment
from modelserver.quant.int4 import GROUP, PER_WORD, Quantised

OPERATIONS = "sglang.kernels.ops"
MODULES = tuple(
    f"{OPERATIONS}.{name}"
    for name in (
        "moe.moe_wna16_marlin",
        "quantization.gptq_marlin_repack",
        "moe.moe_topk_sum",
        "activation.activation",
    )
)
BITS = 4
BLOCKS = (8, 16, 32, 64)  # rows; SGLang also knows 48
FULL = 0.9  # of a block, from where SGLang takes the next larger
BLOCKS_A_MULTIPROCESSOR = 4
SCALE_ORDER = [first + 8 * second for first in range(8) for second in range(8)]


@dataclass(frozen=True)
class CodeType:
    """INT4 codes with a bias of 8, by the number that the kernel knows the type by."""

    id: int = 4 << 8 | 8 << 17


@dataclass(frozen=True, eq=False)
class Weights:
    """[E, K/16, 2·N] codes and [E, K/32, N] scales as Marlin orders them."""

    codes: Tensor
    scales: Tensor
    n: int
    k: int


@dataclass(frozen=True, eq=False)
class Marlin:
    layout: Layout
    w13: Weights
    w2: Weights
    workspace: Tensor
    aligner: Any
    tolerance: float = 1e-2
    captured: bool = True

    def block(self, draw: Draw) -> Call:
        size = self._block_size(draw)
        inner, slots = self._room(draw)

        def call() -> Tensor:
            order = self.aligner.align(draw.ids, self.layout.experts, size)
            gate_up = self._product(draw.x, self.w13, None, order, draw.weights, size)
            library(f"{OPERATIONS}.activation.activation").silu_and_mul(gate_up, inner)
            self._product(inner, self.w2, slots, order, draw.weights, size)
            y = torch.empty_like(draw.x)
            total = library(f"{OPERATIONS}.moe.moe_topk_sum").moe_topk_sum
            result: Tensor = total(slots.view(*draw.ids.shape, -1), y)
            return result

        return call

    def products(self, draw: Draw) -> Products | None:
        size = self._block_size(draw)
        order = self.aligner.align(draw.ids, self.layout.experts, size)
        inner, slots = self._room(draw)
        gate_up = self._product(draw.x, self.w13, None, order, draw.weights, size)
        library(f"{OPERATIONS}.activation.activation").silu_and_mul(gate_up, inner)

        def call() -> Tensor:
            self._product(draw.x, self.w13, gate_up, order, draw.weights, size)
            return self._product(inner, self.w2, slots, order, draw.weights, size)

        return Products(call, lambda made: summed(made, draw))

    def _room(self, draw: Draw) -> tuple[Tensor, Tensor]:
        """What is in between, and the slots' results; those of no expert here stay zero."""
        inner = draw.x.new_zeros(rows_of(draw), self.layout.inner)
        return inner, draw.x.new_zeros(rows_of(draw), self.layout.hidden)

    def _block_size(self, draw: Draw) -> int:
        rows = rows_of(draw) / self.layout.experts
        return next((size for size in BLOCKS if rows / size < FULL), BLOCKS[-1])

    def _product(
        self,
        x: Tensor,
        weights: Weights,
        out: Tensor | None,
        order: Alignment,
        router_weights: Tensor,
        size: int,
    ) -> Tensor:
        down = weights is self.w2
        product = library(f"{OPERATIONS}.moe.moe_wna16_marlin").moe_wna16_marlin_gemm
        result: Tensor = product(
            *(x, out, weights.codes, None, weights.scales, None, None, None, None),
            *(self.workspace, *vars(order).values(), router_weights),
            moe_block_size=size,
            top_k=1 if down else self.layout.slots,
            mul_topk_weights=down,
            is_ep=False,  # rows of other cards' experts are not in the alignment
            b_q_type=CodeType(),
            size_m=len(x),
            size_n=weights.n,
            size_k=weights.k,
            use_atomic_add=True,
            use_fp32_reduce=True,
            expert_ids_are_sorted=True,
        )
        return result


def load(layout: Layout, w13: Quantised, w2: Quantised) -> Marlin:
    need_gpu()
    for name in MODULES:
        library(name)
    properties = torch.cuda.get_device_properties(w13.packed.device)
    blocks = properties.multi_processor_count * BLOCKS_A_MULTIPROCESSOR
    workspace = torch.zeros(blocks, dtype=torch.int32, device=w13.packed.device)
    return Marlin(layout, _repacked(w13), _repacked(w2), workspace, aligner())


def _repacked(weight: Quantised) -> Weights:
    repack = library(f"{OPERATIONS}.quantization.gptq_marlin_repack").gptq_marlin_repack
    _, n, words = weight.packed.shape
    k = words * PER_WORD
    unsorted = torch.empty(0, dtype=torch.int32, device=weight.packed.device)
    codes = [repack(each.t().contiguous(), unsorted, k, n, BITS) for each in weight.packed]
    return Weights(torch.stack(codes), permuted(weight.scales), n, k)


def permuted(scales: Tensor) -> Tensor:
    """[E, N, K/32] as [E, K/32, N], columns in the order in which Marlin's threads read them."""
    experts, n, groups = scales.shape
    blocks = scales.transpose(1, 2).reshape(experts, -1, len(SCALE_ORDER))
    return blocks[..., SCALE_ORDER].reshape(experts, groups, n).contiguous()


assert GROUP < 64  # with one group a row the order of the scales would be another
