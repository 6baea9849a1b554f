"""Routing and alignment in one launch, by Triton. Runs on a GPU, and interpreted on a processor.

Results are the same bits each time, and nothing waits for the device: shapes depend on shapes, so a
CUDA graph can be captured of a call that was made once before. The counters of the launch are left
at zero by it; each stream has its own, and all graphs of a device share one set, so two graphs must
not be replayed at the same time.
"""

import functools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from modelserver.kernels import synchronisation
from modelserver.kernels.route_topk.alignment import (
    SCALE,
    Alignment,
    Routing,
    check_ids,
    check_logits,
    most_padded,
)
from modelserver.kernels.route_topk.triton_kernel import route_and_align
from modelserver.kernels.variants import Gate, TritonVariant

WARPS = 4
TILES = (4, 8)  # tokens that a program takes at a time: one or two for each warp
ROWS_AT_A_TIME = (64,)  # the same for rows that were routed elsewhere
FEW_PROGRAMS = 32  # the last one places what so many left it; more of them do it together
MOST_PROGRAMS = 256
ON_ONE_MULTIPROCESSOR = 2  # programs that have room, whatever registers they use
GRAPHS = -1


@dataclass(frozen=True)
class Launch:
    """`programs` take `chunk` tokens each, `tile` at a time; see route_and_align for `together`."""

    programs: int
    chunk: int
    tile: int
    together: bool = False


def launch_for(tokens: int, tiles: tuple[int, ...], device: torch.device) -> Launch:
    """A program for each tile as long as those are few; small tiles first."""
    tile = tiles[0] if tokens <= tiles[0] * FEW_PROGRAMS else tiles[-1]
    most = min(MOST_PROGRAMS, programs_at_a_time(device))
    chunk = max(1, -(-tokens // (most * tile))) * tile
    programs = max(1, -(-tokens // chunk))
    return Launch(programs, chunk, tile, device.type == "cuda" and programs > FEW_PROGRAMS)


@functools.cache
def programs_at_a_time(device: torch.device) -> int:
    """How many programs a device has room for."""
    if device.type != "cuda":
        return MOST_PROGRAMS
    properties = torch.cuda.get_device_properties(device)
    return ON_ONE_MULTIPROCESSOR * int(properties.multi_processor_count)


def route_topk(
    logits: Tensor,
    bias: Tensor,
    k: int,
    scale: float = SCALE,
    *,
    block: int,
    launch: Launch | None = None,
) -> Routing:
    """The k ≤ 16 experts of each token and their weights, which sum to `scale`, aligned to `block`.

    logits fp32 [T, E], bias fp32 [E]. Of equal experts the lowest index comes first; NaN counts as
    the highest, so that it reaches the weights. Raises ValueError for shapes that do not fit.
    """
    check_logits(logits, bias, k)
    weights = torch.empty(len(logits), k, dtype=torch.float32, device=logits.device)
    ids = torch.empty(len(logits), k, dtype=torch.int32, device=logits.device)
    launch = launch or launch_for(len(logits), TILES, logits.device)
    routed = (logits.contiguous(), bias.contiguous(), weights)
    return Routing(weights, ids, _launched(launch, ids, logits.shape[1], block, routed, scale))


def align(ids: Tensor, experts: int, block: int, *, launch: Launch | None = None) -> Alignment:
    """The rows of ids [T, k] by expert; ids outside 0..experts − 1 are left out.

    Raises ValueError for what is no such tensor.
    """
    check_ids(ids)
    launch = launch or launch_for(ids.numel(), ROWS_AT_A_TIME, ids.device)
    return _launched(launch, ids.contiguous().view(-1, 1), experts, block)


def _launched(
    launch: Launch,
    ids: Tensor,
    experts: int,
    block: int,
    routed: tuple[Tensor, Tensor, Tensor] | None = None,
    scale: float = 1.0,
) -> Alignment:
    """Aligns ids [T, k], and first fills them and routed's weights from its logits and bias."""
    tokens, slots = ids.shape
    bound = most_padded(tokens * slots, experts, block)

    def room(*shape: int) -> Tensor:
        return torch.empty(shape, dtype=torch.int32, device=ids.device)

    order = Alignment(room(bound), room(bound // block), room(1))
    scratch = (room(tokens, slots), room(launch.programs, experts), _state(ids.device))
    kernel: Any = route_and_align
    kernel[(launch.programs,)](
        *(*(routed or (None, None, None)), ids, order.rows, order.experts, order.padded, *scratch),
        *(tokens, launch.chunk, bound, scale),
        EXPERTS=experts,
        SLOTS=slots,
        BLOCK=block,
        TOKENS=launch.tile,
        ROUTE=routed is not None,
        ALONE=launch.programs == 1,
        TOGETHER=launch.together,
        num_warps=WARPS,
        launch_cooperative_grid=launch.together,
    )
    return order


def _state(device: torch.device) -> Tensor:
    """The launch's counters, zero between launches."""
    if device.type != "cuda":
        return _zeros(device, 0)
    graphs = _zeros(device, GRAPHS)
    if torch.cuda.is_current_stream_capturing():
        return graphs
    return _zeros(device, torch.cuda.current_stream(device).cuda_stream)


@functools.cache
def _zeros(device: torch.device, _stream: int) -> Tensor:
    return torch.zeros(3, dtype=torch.int32, device=device)


def aot_variants() -> tuple[TritonVariant, ...]:
    """Kimi K2.5's routing of one token, few and many, and the alignment alone."""
    few, many = TILES
    (rows,) = ROWS_AT_A_TIME
    return (
        _variant("one", 8, few, alone=True),
        _variant("few", 8, few),
        _variant("many", 8, many, together=True),
        _variant("align-one", 1, rows, alone=True),
        _variant("align-few", 1, rows),
        _variant("align-many", 1, rows, together=True),
    )


def _variant(
    name: str, slots: int, tile: int, *, alone: bool = False, together: bool = False
) -> TritonVariant:
    routed = ("logits", "bias", "weights")
    integers = ("ids", "rows", "owners", "padded", "ranks", "counts", "state")
    pointers = dict.fromkeys(routed, "*fp32") if slots > 1 else {}
    pointers |= dict.fromkeys(integers, "*i32")
    sizes = {"EXPERTS": 384, "SLOTS": slots, "BLOCK": 16, "TOKENS": tile}
    flags = {"ROUTE": slots > 1, "ALONE": alone, "TOGETHER": together}
    missing = {} if slots > 1 else dict.fromkeys(routed)
    name = f"route_topk-{name}"
    return TritonVariant(
        name=name,
        function=route_and_align,
        signature={**pointers, "tokens": "i32", "chunk": "i32", "bound": "i32", "scale": "fp32"},
        constexprs={**sizes, **flags, **missing},
        gate=Gate(mma=None, synchronisation=synchronisation.of(name)),
        divisible=frozenset(pointers),
        warps=WARPS,
        options={"launch_cooperative_grid": together},
    )
