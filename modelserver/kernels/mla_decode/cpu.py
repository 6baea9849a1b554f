"""Decode attention over the latent cache on the processor: the kernel of cpu.cpp."""

import ctypes
import functools
from pathlib import Path

import torch
from torch import Tensor

from modelserver.kernels import build

SOURCE = Path(__file__).with_name("cpu.cpp")
FLAGS = (build.NATIVE, "-ffp-contract=fast")  # products may be added in one step
THREADED_FROM = 8_000_000  # multiply-adds; below, a second thread costs more than it saves
DTYPES = (torch.bfloat16, torch.float32)


class Problem(ctypes.Structure):
    """struct Problem of cpu.cpp."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("q", "cache", "slots", "rows", "lengths", "out")),
        *((name, ctypes.c_int64) for name in ("requests", "heads", "width", "value")),
        *((name, ctypes.c_int64) for name in ("cache_stride", "slots_stride")),
        ("scale", ctypes.c_float),
        ("is_bf16", ctypes.c_int32),
        ("threads", ctypes.c_int32),
    )


def prepare() -> None:
    """Build the kernel on first use. Raises Unsupported when that does not work here."""
    _library()


def mla_decode(
    q: Tensor,
    cache: Tensor,
    slots: Tensor,
    requests: Tensor,
    lengths: Tensor,
    scale: float,
    out: Tensor,
    /,
) -> None:
    """Fills out with softmax(scale · q Kᵀ) V, where V is the front of each key.

    q [B, H, D] and cache [.., D] bf16 or fp32; out [B, H, V] of the same dtype; slots int32
    [.., ..] says where in the cache position i of row r lies; requests int [B] names the row of
    each request, lengths int [B] its number of positions. D and V are multiples of 16.

    Raises ValueError for shapes and dtypes that do not fit.
    """
    batch, heads, width = q.shape
    value = out.shape[-1]
    _check(q, cache, slots, out)
    requests, lengths = requests.to(torch.int64).contiguous(), lengths.to(torch.int64).contiguous()
    positions = int(lengths.sum())
    problem = Problem(
        *(tensor.data_ptr() for tensor in (q, cache, slots)),
        *(tensor.data_ptr() for tensor in (requests, lengths, out)),
        *(batch, heads, width, value, cache.stride(0), slots.stride(0)),
        *(scale, q.dtype == torch.bfloat16),
        torch.get_num_threads() if positions * heads * (width + value) >= THREADED_FROM else 1,
    )
    if _library().mla_decode(problem):
        raise MemoryError(f"no memory for the attention of {batch} requests")


@functools.cache
def _library() -> ctypes.CDLL:
    library = build.load(SOURCE, *FLAGS)
    library.mla_decode.argtypes = (ctypes.POINTER(Problem),)
    return library


def _check(q: Tensor, cache: Tensor, slots: Tensor, out: Tensor) -> None:
    width, value = q.shape[-1], out.shape[-1]
    multiple = _library().mla_multiple()
    if width % multiple or value % multiple or value > width:
        raise ValueError(f"keys of {width} with values of {value} are not multiples of {multiple}")
    if q.dtype not in DTYPES or cache.dtype != q.dtype or out.dtype != q.dtype:
        raise ValueError(f"{q.dtype}, {cache.dtype} and {out.dtype} are not one of {DTYPES}")
    if cache.shape[-1] != width or cache.stride(-1) != 1 or slots.stride(-1) != 1:
        raise ValueError(f"a cache of {tuple(cache.shape)} does not hold keys of {width} in rows")
    if not (q.is_contiguous() and out.is_contiguous()) or slots.dtype != torch.int32:
        raise ValueError("q and out must be contiguous and slots int32")
