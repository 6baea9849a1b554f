"""The `humming-kernels` wheel, which compiles its kernels for each shape when it first meets it.

Activation and sum are SGLang's, which serves Humming with them.
"""

import json
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.peers_gpu import Products, aligner, library, need_gpu, rows_of, summed
from modelserver.bench.stopwatch import Call
from modelserver.kernels.moe_align.alignment import Alignment
from modelserver.quant.int4 import GROUP, PER_WORD, Quantised

SCHEME = {
    "quant_method": "compressed-tensors",
    "format": "pack-quantized",
    "type": "int",
    "num_bits": 4,
    "strategy": "group",
    "group_size": GROUP,
    "symmetric": True,
}
INDEXED = {"gemm_type": "indexed", "use_f16_accum": False}
ACTIVATION = "sglang.kernels.ops.activation.activation"
SUM = "sglang.kernels.ops.moe.moe_fused_mul_sum"
MODULES = (ACTIVATION, SUM)
PADDED_N, PADDED_K = 256, 128  # as SGLang asks of it


@dataclass(frozen=True, eq=False)
class Room:
    """What each step writes; rows of other cards' experts stay zero."""

    gate_up: Tensor
    inner: Tensor
    slots: Tensor

    @classmethod
    def of(cls, draw: Draw, layout: Layout) -> "Room":
        widths = (2 * layout.inner, layout.inner, layout.hidden)
        return cls(*(draw.x.new_zeros(rows_of(draw), width) for width in widths))


@dataclass(frozen=True, eq=False)
class Humming:
    """A `HummingLayer` for each product, with the tuning that the library chooses itself."""

    layout: Layout
    w13: Any
    w2: Any
    tuning: tuple[Any, Any]
    aligner: Any
    tolerance: float = 1e-2
    captured: bool = True

    def block(self, draw: Draw) -> Call:
        size = self._block_size(draw)
        room = Room.of(draw, self.layout)

        def call() -> Tensor:
            order = self.aligner.align(draw.ids, self.layout.experts, size)
            self._up(draw, order, room)
            library(ACTIVATION).silu_and_mul(room.gate_up, room.inner)
            self._down(order, room)
            total: Tensor = library(SUM).moe_fused_mul_sum(
                room.slots.view(*draw.ids.shape, -1),
                draw.weights,
                topk_ids=draw.ids,
                is_ep=self.layout.experts < self.layout.routed,
            )
            return total

        return call

    def products(self, draw: Draw) -> Products | None:
        order = self.aligner.align(draw.ids, self.layout.experts, self._block_size(draw))
        room = Room.of(draw, self.layout)
        self._up(draw, order, room)
        library(ACTIVATION).silu_and_mul(room.gate_up, room.inner)

        def call() -> Tensor:
            self._up(draw, order, room)
            return self._down(order, room)

        return Products(call, lambda made: summed(made, draw, draw.weights))

    def _block_size(self, draw: Draw) -> int:
        rows = rows_of(draw)
        return next(
            int(config["block_shape"][0])
            for least, most, config in self.tuning[0]
            if least < rows <= most
        )

    def _up(self, draw: Draw, order: Alignment, room: Room) -> Tensor:
        return self._product(self.w13, draw.x, room.gate_up, order)

    def _down(self, order: Alignment, room: Room) -> Tensor:
        return self._product(self.w2, room.inner, room.slots, order)

    def _product(self, layer: Any, x: Tensor, out: Tensor, order: Alignment) -> Tensor:
        down = layer is self.w2
        result: Tensor = layer(
            inputs=x,
            outputs=out,
            sorted_ids=order.sorted_token_ids,
            expert_ids=order.expert_ids,
            num_tokens_padded=order.num_tokens_post_padded,
            top_k=1 if down else self.layout.slots,
            valid_shape_m=len(out),
            compute_config=json.dumps(INDEXED),
            tuning_config=json.dumps(self.tuning[down]),
        )
        return result


def load(layout: Layout, w13: Quantised, w2: Quantised) -> Humming:
    need_gpu()
    layers = library("humming.layer")
    for name in MODULES:
        library(name)
    first, second = (_layer(layers, each) for each in (w13, w2))
    tuned = layers.HummingMethod.get_default_tuning_configs
    tuning = tuple(tuned(layer, gemm_type=INDEXED["gemm_type"]) for layer in (first, second))
    return Humming(layout, first, second, (tuning[0], tuning[1]), aligner())


def _layer(layers: Any, weight: Quantised) -> Any:
    experts, n, words = weight.packed.shape
    layer = layers.HummingLayer(
        shape_n=n,
        shape_k=words * PER_WORD,
        weight_config=dict(SCHEME),
        pad_n_to_multiple=PADDED_N,
        pad_k_to_multiple=PADDED_K,
        num_experts=experts,
        torch_dtype=torch.bfloat16,
    ).to(weight.packed.device)
    layer.load_from_tensors({"weight_packed": weight.packed, "weight_scale": weight.scales})
    layer.transform()
    return layer
