"""Stands in for `sgl_kernel`, SGLang's CUDA library, under that name (see finder.py).

On the CPU SGLang 0.5.23 calls one function of it without asking what the machine can do. Every
other name exists, so that `from sgl_kernel import …` works, and raises when it is called.
"""

from collections.abc import Callable
from typing import NoReturn

from torch import Tensor


def assign_req_to_token_pool_cpu(
    requests: Tensor, table: Tensor, starts: Tensor, ends: Tensor, slots: Tensor, stride: int
) -> None:
    """Write the cache slots of a batch's new tokens into its requests' rows of `table`, in place.

    Args:
        requests: [B] rows of `table`.
        table: [rows, tokens] int32, cache slot of every token of every request.
        starts, ends: [B] first new token of each request, and one past its last.
        slots: [sum(ends - starts)] the slots, request after request.
        stride: tokens in a row; the table knows it itself.
    """
    first = 0
    for row, start, end in zip(requests.tolist(), starts.tolist(), ends.tolist(), strict=True):
        table[row, start:end] = slots[first : first + end - start].to(table.dtype)
        first += end - start


def __getattr__(name: str) -> Callable[..., NoReturn]:
    if name.startswith("__"):
        raise AttributeError(name)

    def absent(*_: object, **__: object) -> NoReturn:
        raise NotImplementedError(f"sgl_kernel.{name} needs CUDA; this machine serves on its CPU")

    return absent
