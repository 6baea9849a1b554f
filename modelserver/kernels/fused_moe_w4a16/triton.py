"""Routed experts with INT4 weights by Triton, in two launches behind the alignment.

Runs on NVIDIA GPUs from Ampere on, and interpreted on a processor. Results are the same bits each
time, and nothing waits for the device: grids depend on shapes alone, so a CUDA graph can be
captured of a call that was made once before, and serves every routing.
"""

import os
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from triton.runtime.errors import OutOfResources

from modelserver.kernels import Unsupported
from modelserver.kernels.counters import counters
from modelserver.kernels.fused_moe_w4a16 import tuning
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.fused_moe_w4a16.triton_blocks import down, gate_up
from modelserver.kernels.fused_moe_w4a16.triton_variants import OPTIONS
from modelserver.kernels.fused_moe_w4a16.triton_variants import aot_variants as aot_variants
from modelserver.kernels.fused_moe_w4a16.tuning import Config, Device, Tile
from modelserver.kernels.moe_align import triton as moe_align
from modelserver.kernels.moe_align.alignment import Alignment
from modelserver.quant import pack
from modelserver.quant.pack import Packed

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
INTERPRETER = Device("interpreter", 132)
AMPERE = (8, 0)
MOST_ELEMENTS = 2**31  # of a tensor that is indexed in 32 bits


@dataclass(frozen=True, eq=False)
class Room:
    """inner bf16 [T·k, I]; terms fp32 or bf16 [T·k, H], of the sum; y bf16 [T, H], the result."""

    inner: Tensor
    terms: Tensor
    y: Tensor


def prepare(packed: Tensor, scales: Tensor) -> Packed:
    """Reorder experts, in place where they allow it. Raises Unsupported for what does not fit."""
    try:
        return pack.pack(packed, scales)
    except ValueError as error:
        raise Unsupported(str(error)) from error


def fused_moe(
    x: Tensor,
    w13: Packed,
    w2: Packed,
    weights: Tensor,
    ids: Tensor,
    /,
    *,
    local: float = 1.0,
) -> Tensor:
    """The experts' weighted sum [T, H], bf16.

    x [T, H] bf16; w13 of [E, 2·I, H], w2 of [E, H, I]; weights fp32 and ids int
    [T, k]. Ids outside 0..E − 1 are other cards' experts and add nothing; `local` is the share of
    ids that is expected to be this card's, which only the choice of tiles depends on. Raises
    Unsupported for other types, devices and shapes.
    """
    return compute(Problem(x, w13, w2, weights, ids), local)


def compute(problem: Problem, local: float = 1.0) -> Tensor:
    """`fused_moe` of what it is given."""
    check(problem)
    x, ids = problem.x, problem.ids
    if not len(x):
        return torch.empty_like(x)
    config = tuning.lookup(problem.shape, ids.numel() * local, device_of(x))
    order = moe_align.align(ids, problem.w13.experts, config.tokens)
    try:
        return run(problem, config, order)
    except OutOfResources as error:  # GPUs with less shared memory than Hopper's
        raise Unsupported(str(error)) from error


def run(problem: Problem, config: Config, order: Alignment) -> Tensor:
    """The sum with tiles of one's choice. `order` is aligned to blocks of config.tokens."""
    room = room_for(problem, config)
    launch(problem, config, order, room)
    return room.y


def room_for(problem: Problem, config: Config) -> Room:
    """Terms are bf16, but for few tokens, where fp32 costs nothing."""
    pairs, shape = problem.ids.numel(), problem.shape
    exact = torch.float32 if config.phase == "decode" else torch.bfloat16
    inner = problem.x.new_empty(pairs, shape.inner)
    terms = problem.x.new_empty(pairs, shape.hidden, dtype=exact)
    return Room(inner, terms, problem.x.new_empty(problem.x.shape))


def launch(problem: Problem, config: Config, order: Alignment, room: Room) -> None:
    """Both products, into the room; nothing in it is read before it is written."""
    tokens, slots = problem.ids.shape
    shape = problem.shape
    tiles, blocks = shape.hidden // config.down.rows, len(order.expert_ids)
    behind = -(-tokens // config.tokens)
    sizes = {"SLOTS": slots, "INNER": shape.inner, "HIDDEN": shape.hidden, "TOKENS": config.tokens}
    common = sizes | {"DECODE": config.phase == "decode", "INTERPRETED": INTERPRETED}
    first: Any = gate_up
    first[(2 * shape.inner // config.gate_up.rows, blocks)](
        *(
            problem.x.contiguous(),
            *_pointers(problem.w13),
            *vars(order).values(),
            room.inner,
            tokens,
        ),
        **(common | _strides(problem.w13) | _options(config.gate_up)),
    )
    second: Any = down
    second[(tiles, blocks + behind)](
        *(room.inner, *_pointers(problem.w2), *vars(order).values()),
        *(problem.weights.contiguous(), problem.ids.contiguous(), room.terms),
        *(counters(problem.x.device, "triton", tokens * tiles), room.y, tokens, blocks),
        EXPERTS=shape.experts,
        **(common | _strides(problem.w2) | _options(config.down)),
    )


def check(problem: Problem) -> None:
    """Raises Unsupported for what the kernels do not serve."""
    x, ids, shape = problem.x, problem.ids, problem.shape
    if not INTERPRETED and not x.is_cuda:
        raise Unsupported("Triton's kernels need a GPU")
    if x.is_cuda and torch.cuda.get_device_capability(x.device) < AMPERE:
        raise Unsupported(f"{torch.cuda.get_device_name(x.device)} has no bf16 matrix instructions")
    w13, expected = problem.w13, (shape.experts, 2 * shape.inner, shape.hidden)
    if (w13.experts, w13.rows, w13.columns) != expected:
        raise Unsupported(f"w13 and w2 do not fit: {w13.words.shape}, {problem.w2.words.shape}")
    if x.dtype != torch.bfloat16 or problem.weights.dtype != torch.float32:
        raise Unsupported(f"x is bf16, weights fp32; not {x.dtype}, {problem.weights.dtype}")
    if x.shape != (len(ids), shape.hidden) or ids.shape != problem.weights.shape:
        raise Unsupported(f"x {x.shape}, ids {ids.shape} and {shape} do not fit")
    if max(x.numel(), ids.numel() * shape.inner) >= MOST_ELEMENTS:
        raise Unsupported(f"{len(x)} tokens are too many for one call")


def device_of(x: Tensor) -> Device:
    if not x.is_cuda:
        return INTERPRETER
    properties = torch.cuda.get_device_properties(x.device)
    return Device(properties.name, properties.multi_processor_count)


def _pointers(weight: Packed) -> tuple[Tensor, Tensor]:
    """Codes as int16 and the four scales of a row and block as one int64."""
    return weight.words.view(torch.int16), weight.scales.view(torch.int64)


def _strides(weight: Packed) -> dict[str, tuple[int, int]]:
    words, scales = _pointers(weight)
    return {
        "EXPERT_STRIDES": (words.stride(0), scales.stride(0)),
        "BLOCK_STRIDES": (words.stride(1), scales.stride(1)),
    }


def _options(tile: Tile) -> dict[str, int | bool]:
    return {"ROWS": tile.rows, "STAGES": tile.stages, "num_warps": tile.warps, **OPTIONS}
