"""What our GPU kernels are timed against, looked up by name. A further peer is a module and a line.

A module offers `load`. What it needs and does not find it says by raising Unavailable. The
alignment of a peer's whole block is ours, in one launch: what differs is the experts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

import torch
from torch import Tensor

from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.stopwatch import Call
from modelserver.kernels import Unsupported
from modelserver.quant.int4 import Quantised

PEERS = {
    "humming": "modelserver.bench.peers_gpu.humming",
    "marlin": "modelserver.bench.peers_gpu.marlin",
    "grouped_mm": "modelserver.bench.peers_gpu.grouped_mm",
    "naive": "modelserver.bench.peers_gpu.naive",
}


class Unavailable(Exception):
    """A peer cannot run on this machine; the message says why."""


@dataclass(frozen=True)
class Products:
    """The two products of the experts alone. `result` makes y [T, H] of what `call` returns."""

    call: Call
    result: Callable[[Tensor], Tensor]


class Loaded(Protocol):
    """Experts in an implementation's own layout.

    tolerance: of the result's distance from the formula, as a share of its norm. captured: whether
    calls can be put into a CUDA graph.
    """

    @property
    def tolerance(self) -> float: ...

    @property
    def captured(self) -> bool: ...

    def block(self, draw: Draw) -> Call:
        """From the router's choice to the weighted sum y [T, H]."""

    def products(self, draw: Draw) -> Products | None:
        """With the alignment done beforehand; None where they cannot be taken apart."""


class Implementation(Protocol):
    def load(self, layout: Layout, w13: Quantised, w2: Quantised) -> Loaded:
        """Copies of the weights, which stay as they are. Raises Unavailable."""


def find(name: str) -> Implementation:
    peer: Implementation = cast(Implementation, import_module(PEERS[name]))
    return peer


def library(name: str) -> Any:
    """A module of an installed peer. Raises Unavailable where it is not, or does not load here."""
    try:
        return import_module(name)
    except (ImportError, OSError, RuntimeError) as error:
        raise Unavailable(f"{name.partition('.')[0]} does not load: {error}") from error


def need_gpu() -> None:
    if not torch.cuda.is_available():
        raise Unavailable("there is no GPU")


def aligner() -> Any:
    """Our alignment in one launch."""
    try:
        return import_module("modelserver.kernels.moe_align.triton")
    except (ImportError, Unsupported) as error:
        raise Unavailable(f"our alignment does not load: {error}") from error


def rows_of(draw: Draw) -> int:
    return draw.ids.numel()


def summed(products: Tensor, draw: Draw, weights: Tensor | None = None) -> Tensor:
    """y [T, H] from [T·k, H] of each token's slots; `weights` where they are not yet in them."""
    slots = products.view(*draw.ids.shape, -1).float()
    if weights is not None:
        slots = slots * weights.unsqueeze(-1)
    return slots.where((draw.ids >= 0).unsqueeze(-1), 0).sum(1).to(draw.x.dtype)
