"""Routed experts with INT4 weights on the processor: the fused kernel of cpu.cpp.

Activations are rounded to fixed point with 15 bits per group of 32, which is finer than bf16; all
else is exact integers and float32. A result depends on its own token alone: not on the number of
threads, the other tokens of the batch, or the processor's instructions.
"""

import ctypes
import functools
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from modelserver.kernels import Unsupported, build
from modelserver.kernels.fused_moe_w4a16.config import (
    BLOCK,
    GROUP,
    PATH_VARIABLE,
    PATHS,
    THREADED_FROM,
    TOKENS_AT_A_TIME,
)

SOURCE = Path(__file__).with_name("cpu.cpp")
HUGE_PAGE = 2 * 1024 * 1024
WRONG_EXPERT, NO_MEMORY = 1, 2  # of enum Status


@dataclass(frozen=True)
class Availability:
    """Whether the kernel runs here. `why` names the path it takes, or what is in the way."""

    here: bool
    why: str

    def __bool__(self) -> bool:
        return self.here


@dataclass(frozen=True, eq=False)
class Experts:
    """Weights [E, N, K] in the kernel's order.

    codes uint8 [E, N/32, K/32, 512]: 32 rows by 32 columns, see cpu.cpp; scales bf16
    [E, N/32, K/32, 32].
    """

    codes: Tensor
    scales: Tensor

    @property
    def shape(self) -> tuple[int, int, int]:
        experts, blocks, groups, _ = self.codes.shape
        return experts, blocks * BLOCK, groups * GROUP


class Problem(ctypes.Structure):
    """struct Problem of cpu.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("x", "codes13", "scales13", "codes2", "scales2")),
        *((name, ctypes.c_void_p) for name in ("weights", "ids", "y")),
        *((name, ctypes.c_int64) for name in ("tokens", "slots", "experts", "hidden", "inner")),
        ("x_is_bf16", ctypes.c_int32),
        ("threads", ctypes.c_int32),
    )


def available() -> Availability:
    """Builds the kernel on first use."""
    try:
        return Availability(True, PATHS[chosen_path(None)])
    except Unsupported as error:
        return Availability(False, str(error))


def prepare(packed: Tensor, scales: Tensor) -> Experts:
    """Experts from codes int32 [E, N, K/8] and scales bf16 [E, N, K/32] as quant.int4 keeps them.

    Either may be a view with any strides: nothing but the result is allocated. Raises Unsupported
    when the kernel does not run here or does not serve the shape, ValueError when the two tensors
    do not belong together.
    """
    if not (there := available()):
        raise Unsupported(there.why)
    experts, n, words = _checked(packed, scales)
    blocks, groups = n // BLOCK, words * 8 // GROUP
    codes = _huge(experts, blocks, groups, BLOCK * GROUP // 2, dtype=torch.uint8)
    ordered = _huge(experts, blocks, groups, BLOCK, dtype=torch.bfloat16)
    pack = _library().moe_pack
    for source, target in zip(packed, codes, strict=True):
        pack(source.data_ptr(), *source.stride(), n, words, target.data_ptr())
    ordered.copy_(scales.reshape(experts, blocks, BLOCK, groups).transpose(2, 3))
    return Experts(codes, ordered)


def fused_moe(
    x: Tensor,
    w13: Experts,
    w2: Experts,
    topk_weights: Tensor,
    topk_ids: Tensor,
    *,
    path: str | None = None,
    threads: int | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The experts' weighted sum [T, H], of x's dtype.

    x [T, H] bf16 or fp32; w13 from [E, 2·I, H], gate rows before up rows; w2 from [E, H, I];
    topk_weights fp32 [T, k]; topk_ids int32 or int64 [T, k], −1 where there is no expert. `path`
    is one of config.PATHS (by default the processor's fastest), `threads` torch's number by
    default. `out` takes the result; nothing else is written.

    A token with a NaN or an infinity gets a row of NaN, the others are not touched by it. Raises
    ValueError for shapes, dtypes and ids that do not fit.
    """
    experts, hidden, inner = _sizes(x, w13, w2, topk_weights, topk_ids)
    x, weights = x.contiguous(), topk_weights.contiguous()
    ids = topk_ids.to(torch.int32).contiguous()
    y = torch.empty_like(x) if out is None else _fitting(out, x, "out")
    tokens, slots = ids.shape
    row, chosen = hidden * x.itemsize, chosen_path(path)
    for start in range(0, tokens, TOKENS_AT_A_TIME):
        part = min(TOKENS_AT_A_TIME, tokens - start)
        problem = Problem(
            x.data_ptr() + start * row,
            *(tensor.data_ptr() for tensor in (w13.codes, w13.scales, w2.codes, w2.scales)),
            *(tensor.data_ptr() + start * slots * 4 for tensor in (weights, ids)),
            y.data_ptr() + start * row,
            *(part, slots, experts, hidden, inner),
            x.dtype == torch.bfloat16,
            threads or _threads(3 * part * slots * hidden * inner),
        )
        status = _library().moe_forward(problem, chosen)
        if status == WRONG_EXPERT:
            raise ValueError(f"topk_ids must be −1..{experts - 1}")
        if status == NO_MEMORY:
            raise MemoryError(f"no memory for {part} tokens through {experts} experts")
    return y


def entry() -> int:
    """The address of moe_forward, for other native code; its arguments are Problem and a path."""
    return ctypes.cast(_library().moe_forward, ctypes.c_void_p).value or 0


@functools.cache
def _library() -> ctypes.CDLL:
    library = build.load(SOURCE)
    library.moe_forward.argtypes = (ctypes.POINTER(Problem), ctypes.c_int)
    sizes = (ctypes.c_int64,) * 4
    library.moe_pack.argtypes = (ctypes.c_void_p, *sizes, ctypes.c_void_p)
    library.moe_pack.restype = None
    library.moe_huge_pages.argtypes = (ctypes.c_void_p, ctypes.c_int64)
    library.moe_huge_pages.restype = None
    return library


@functools.cache
def chosen_path(name: str | None) -> int:
    """The number of a path; of $MOCKWRIGHT_MOE_PATH or else the fastest when none is named."""
    name = name or os.environ.get(PATH_VARIABLE)
    best: int = _library().moe_best_path()
    if not name:
        return best
    if name not in PATHS[: best + 1]:
        raise Unsupported(f"{name!r} is none of this processor's: {', '.join(PATHS[: best + 1])}")
    return PATHS.index(name)


def _huge(*shape: int, dtype: torch.dtype) -> Tensor:
    """An empty tensor on a huge page's border, with huge pages asked for where it fills one.

    A core reads weights a fifth faster through them.
    """
    size = dtype.itemsize * functools.reduce(int.__mul__, shape)
    if size < HUGE_PAGE:
        return torch.empty(shape, dtype=dtype)
    room = torch.empty(size + HUGE_PAGE, dtype=torch.uint8)
    start = -room.data_ptr() % HUGE_PAGE
    _library().moe_huge_pages(room.data_ptr() + start, size)
    return room[start : start + size].view(dtype).view(shape)


def _threads(multiply_adds: int) -> int:
    return torch.get_num_threads() if multiply_adds >= THREADED_FROM else 1


def _checked(packed: Tensor, scales: Tensor) -> tuple[int, int, int]:
    """packed's shape, when the kernel serves it."""
    if packed.dtype != torch.int32 or packed.dim() != 3:
        raise ValueError(f"packed is int32 [E, N, K/8], not {_described(packed)}")
    experts, n, words = packed.shape
    if not scales.is_floating_point() or scales.shape != (experts, n, words * 8 // GROUP):
        raise ValueError(
            f"scales of packed {tuple(packed.shape)} are bf16 "
            f"{(experts, n, words * 8 // GROUP)}, not {_described(scales)}"
        )
    if packed.device.type != "cpu" or scales.device.type != "cpu":
        raise Unsupported(f"this kernel is the processor's, not {packed.device.type}'s")
    if n % GROUP or words * 8 % GROUP or not n or not words:
        raise Unsupported(f"[{n}, {words * 8}] is not in multiples of {GROUP}")
    return experts, n, words


def _sizes(
    x: Tensor, w13: Experts, w2: Experts, topk_weights: Tensor, topk_ids: Tensor
) -> tuple[int, int, int]:
    """Experts, hidden and inner, when everything fits together."""
    experts, hidden, inner = w2.shape
    if w13.shape != (experts, 2 * inner, hidden):
        raise ValueError(
            f"w13 of {w13.shape} and w2 of {w2.shape} are not [E, 2·I, H] and [E, H, I]"
        )
    if x.dtype not in (torch.bfloat16, torch.float32) or x.dim() != 2 or x.shape[1] != hidden:
        raise ValueError(f"x is bf16 or fp32 [T, {hidden}], not {_described(x)}")
    if topk_ids.dtype not in (torch.int32, torch.int64) or topk_ids.dim() != 2:
        raise ValueError(f"topk_ids is int32 or int64 [T, k], not {_described(topk_ids)}")
    if topk_weights.dtype != torch.float32 or topk_weights.shape != topk_ids.shape:
        raise ValueError(
            f"topk_weights is float32 {tuple(topk_ids.shape)}, not {_described(topk_weights)}"
        )
    if len(topk_ids) != len(x):
        raise ValueError(f"{len(topk_ids)} rows of topk_ids for {len(x)} tokens")
    for tensor in (x, topk_weights, topk_ids):
        if tensor.device.type != "cpu":
            raise ValueError(f"the kernel is the processor's, a tensor is {tensor.device.type}'s")
    return experts, hidden, inner


def _fitting(tensor: Tensor, x: Tensor, name: str) -> Tensor:
    if tensor.dtype != x.dtype or tensor.shape != x.shape or not tensor.is_contiguous():
        raise ValueError(f"{name} is {_described(x)} and contiguous, not {_described(tensor)}")
    return tensor


def _described(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"
