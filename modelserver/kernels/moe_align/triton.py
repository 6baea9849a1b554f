"""Alignment in one launch, by Triton. Runs on a GPU, and interpreted on a processor.

Results are the same bits each time, and nothing waits for the device: shapes depend on shapes, so a
CUDA graph can be captured of a call that was made once before.
"""

import functools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from modelserver.kernels import synchronisation
from modelserver.kernels.counters import counters
from modelserver.kernels.moe_align.alignment import Alignment, check_ids, most_padded
from modelserver.kernels.moe_align.triton_kernel import align_rows
from modelserver.kernels.variants import Gate, TritonVariant

WARPS = 4
TILE = 64  # rows that a program ranks at a time
FEW_PROGRAMS = 32  # the last one places what so many left it; more of them do it together
MOST_PROGRAMS = 256
ON_ONE_MULTIPROCESSOR = 2  # programs that have room, whatever registers they use
STATE = 3  # counters of a launch


@dataclass(frozen=True)
class Launch:
    """`programs` take `chunk` rows each, TILE at a time; see align_rows for `together`."""

    programs: int
    chunk: int
    together: bool = False


def launch_for(rows: int, device: torch.device) -> Launch:
    """A program for each tile as long as those are few."""
    most = min(MOST_PROGRAMS, programs_at_a_time(device))
    chunk = max(1, -(-rows // (most * TILE))) * TILE
    programs = max(1, -(-rows // chunk))
    return Launch(programs, chunk, device.type == "cuda" and programs > FEW_PROGRAMS)


@functools.cache
def programs_at_a_time(device: torch.device) -> int:
    """How many programs a device has room for."""
    if device.type != "cuda":
        return MOST_PROGRAMS
    properties = torch.cuda.get_device_properties(device)
    return ON_ONE_MULTIPROCESSOR * int(properties.multi_processor_count)


def align(
    ids: Tensor, experts: int, block: int, *, launch: Launch | None = None, tile: int = TILE
) -> Alignment:
    """The rows of ids [T, k] by expert; ids outside 0..experts − 1 are left out.

    Raises ValueError for what is no such tensor.
    """
    check_ids(ids)
    rows = ids.numel()
    launch = launch or launch_for(rows, ids.device)
    bound = most_padded(rows, experts, block)

    def room(*shape: int) -> Tensor:
        return torch.empty(shape, dtype=torch.int32, device=ids.device)

    order = Alignment(room(bound), room(bound // block), room(1))
    scratch = (room(rows), room(launch.programs, experts), counters(ids.device, "moe_align", STATE))
    kernel: Any = align_rows
    kernel[(launch.programs,)](
        *(ids.contiguous(), *vars(order).values(), *scratch),
        *(rows, launch.chunk, bound),
        EXPERTS=experts,
        BLOCK=block,
        TILE=tile,
        ALONE=launch.programs == 1,
        TOGETHER=launch.together,
        num_warps=WARPS,
        launch_cooperative_grid=launch.together,
    )
    return order


def aot_variants() -> tuple[TritonVariant, ...]:
    """The alignment of Kimi K2's 384 experts, of few rows and of many."""
    return (
        _variant("one", alone=True),
        _variant("few"),
        _variant("many", together=True),
    )


def _variant(name: str, *, alone: bool = False, together: bool = False) -> TritonVariant:
    order = ("sorted_token_ids", "expert_ids", "num_tokens_post_padded")
    integers = ("ids", *order, "ranks", "counts", "state")
    pointers = dict.fromkeys(integers, "*i32")
    name = f"moe_align-{name}"
    return TritonVariant(
        name=name,
        function=align_rows,
        signature={**pointers, "length": "i32", "chunk": "i32", "bound": "i32"},
        constexprs={
            "EXPERTS": 384,
            "BLOCK": 16,
            "TILE": TILE,
            "ALONE": alone,
            "TOGETHER": together,
        },
        gate=Gate(mma=None, synchronisation=synchronisation.of(name)),
        divisible=frozenset(pointers),
        warps=WARPS,
        options={"launch_cooperative_grid": together},
    )
