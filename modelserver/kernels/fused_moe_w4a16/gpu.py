"""Routed experts with INT4 weights on a GPU: each call by the best kernel for its size.

All kernels read one layout, so the choice is made call by call, from shapes alone: nothing waits
for the device.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.quant.int4 import PER_WORD
from modelserver.quant.pack import BLOCK, WORDS, Packed

# the best first; the last serves every number of tokens
KERNELS = {
    "cuda_block": "modelserver.kernels.fused_moe_w4a16.cuda_block",
    "cuda": "modelserver.kernels.fused_moe_w4a16.cuda",
    "triton": "modelserver.kernels.fused_moe_w4a16.triton",
}
AMPERE, HOPPER = (8, 0), (9, 0)  # compute capability; sm_90a code runs on Hopper alone


@dataclass(frozen=True, eq=False)
class Experts:
    """Weights in the kernels' layout, and those of the kernels that work on this machine."""

    packed: Packed
    kernels: tuple[Any, ...]


def prepare(packed: Tensor, scales: Tensor) -> Experts:
    """Experts from int32 [E, N, K/8] and [E, N, K/32], in place where they allow it.

    Raises Unsupported before anything is overwritten.
    """
    _, n, width = packed.shape
    if n % BLOCK or width % WORDS:  # as much of N as of K: where w2 fits, w13 does
        raise Unsupported(f"[{n}, {width * PER_WORD}] is not in multiples of {BLOCK}")
    reasons: list[str] = []
    capability = torch.cuda.get_device_capability(packed.device) if packed.is_cuda else None
    working = tuple(loaded(capability, reasons))
    for place, kernel in enumerate(working):
        try:
            return Experts(kernel.prepare(packed, scales), working[place:])
        except Unsupported as reason:
            reasons.append(str(reason))
    raise Unsupported("; ".join(reasons))


def loaded(capability: tuple[int, int] | None, reasons: list[str]) -> Iterator[Any]:
    """Modules of kernels for a GPU, None for none; why there is not one is added to the reasons."""
    for name, module in KERNELS.items():
        if not suits(name, capability):
            reasons.append(f"{name} is not for compute capability {capability}")
            continue
        try:
            yield import_module(module)
        except (ImportError, OSError) as error:
            reasons.append(f"{module} does not load: {error}")


def suits(name: str, capability: tuple[int, int] | None) -> bool:
    if capability is None:  # a processor, that runs the same sources in tests
        return True
    return capability == HOPPER if name.startswith("cuda") else capability >= AMPERE


def fused_moe(
    x: Tensor,
    w13: Experts,
    w2: Experts,
    weights: Tensor,
    ids: Tensor,
    /,
    *,
    local: float = 1.0,
) -> Tensor:
    """The experts' weighted sum [T, H], bf16 like x [T, H].

    weights fp32 and ids int [T, k], −1 where there is no expert of this card; `local` is the share
    of ids that is expected to be this card's, which only the choice of tiles depends on. Raises
    Unsupported where no kernel serves the call.
    """
    problem = Problem(x, w13.packed, w2.packed, weights, ids)
    reasons = []
    for kernel in w13.kernels:
        try:
            y: Tensor = kernel.compute(problem, local)
        except Unsupported as reason:
            reasons.append(str(reason))
        else:
            return y
    raise Unsupported("; ".join(reasons))
