"""INT4 weights in the order in which the GPU's kernels read them, for one token and for thousands.

A weight [N, K] is cut into blocks of 128 columns. A row of a block is 64 contiguous bytes: as int16
it has 32 elements, element kk holding columns kk, 32 + kk, 64 + kk and 96 + kk of the block from
its lowest four bits up. So shifting by 4·j leaves, in every element, a code of scale group j, and
each group's 32 codes meet one scale. Two elements make an int32 word, the first in its low half.

Rows keep their order, and the block is the outer axis: a tile of rows is contiguous in memory.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from modelserver.quant.int4 import GROUP, PER_WORD, Quantised

BLOCK = 128  # columns
ROWS = 16  # rows come in multiples of this
GROUPS = BLOCK // GROUP
WORDS = BLOCK // PER_WORD

LOW_NIBBLES = 0x000F000F


@dataclass(frozen=True, eq=False)
class Packed:
    """Experts [E, N, K]: words int32 [E, K/128, N, 16] and scales bf16 [E, K/128, N, 4].

    Slices along E, along N in multiples of 16 and along K in multiples of 128 are slices of both
    tensors.
    """

    words: Tensor
    scales: Tensor

    def __post_init__(self) -> None:
        blocks = tuple(self.words.shape[:-1])
        if len(blocks) != 3 or self.words.shape[3] != WORDS or self.words.dtype != torch.int32:
            raise ValueError(f"words is int32 [E, K/128, N, 16], not {_described(self.words)}")
        if self.scales.shape != (*blocks, GROUPS) or self.scales.dtype != torch.bfloat16:
            raise ValueError(f"scales is bf16 {(*blocks, GROUPS)}, not {_described(self.scales)}")

    @property
    def experts(self) -> int:
        return self.words.shape[0]

    @property
    def rows(self) -> int:
        return self.words.shape[2]

    @property
    def columns(self) -> int:
        return self.words.shape[1] * BLOCK

    def unpack(self) -> Quantised:
        """The same weights in compressed-tensors' order, in memory of their own."""
        shape = (self.experts, self.rows)
        words = self.words.transpose(1, 2)
        low_and_high = torch.stack([words >> 4 * group for group in range(GROUPS)], -2)
        pairs = (low_and_high & LOW_NIBBLES).contiguous()
        packed = (pairs | pairs >> 12).to(torch.uint8).view(torch.int32)
        return Quantised(
            packed.reshape(*shape, -1), self.scales.transpose(1, 2).reshape(*shape, -1)
        )


def pack(packed: Tensor, scales: Tensor) -> Packed:
    """Experts from int32 [E, N, K/8] and bf16 [E, N, K/32] as quant.int4 keeps them.

    Expert by expert, and in place where an expert is one dense piece of memory, be it [N, K/8] or
    the transpose of [K/8, N]: what was handed over is then gone. Anything else is packed into new
    memory, as are scales of another dtype. Raises ValueError for what is not such a pair, for an N
    that is no multiple of 16 and for a K that is no multiple of 128.
    """
    _check(packed, scales)
    experts, n, width = packed.shape
    blocks = width // WORDS
    words = _room(packed, (experts, blocks, n, WORDS))
    for source, target in zip(packed, words, strict=True):
        target.copy_(_reordered(source))
    scales = scales.to(torch.bfloat16)
    ordered = _room(scales, (experts, blocks, n, GROUPS))
    for source, target in zip(scales, ordered, strict=True):
        target.copy_(source.clone().unflatten(1, (blocks, GROUPS)).transpose(0, 1))
    return Packed(words, ordered)


def _reordered(expert: Tensor) -> Tensor:
    """int32 [N, K/8] as int32 [K/128, N, 16], in memory of its own.

    Columns 2m and 2m + 1 are byte m, and word w of a block is made of its bytes w, 16 + w, 32 + w
    and 48 + w: their low nibbles in the low half, their high ones in the high half.
    """
    octets = expert.contiguous().view(torch.uint8)
    groups = octets.view(len(expert), -1, GROUPS, WORDS).transpose(0, 1).unbind(2)
    words = torch.zeros(groups[0].shape, dtype=torch.int32, device=expert.device)
    for group, pair in enumerate(groups):
        spread = pair.to(torch.int32)
        words |= ((spread | spread << 12) & LOW_NIBBLES) << 4 * group
    return words


def _room(source: Tensor, shape: tuple[int, int, int, int]) -> Tensor:
    """Where experts of this shape go: onto their own memory if each fills a piece of it alone."""
    _, blocks, n, width = shape
    stride, *within = source.stride()
    dense = within in ([blocks * width, 1], [1, n])
    if not dense or (len(source) > 1 and stride < n * blocks * width):
        return torch.empty(shape, dtype=source.dtype, device=source.device)
    return source.as_strided(shape, (stride, n * width, width, 1))


def _check(packed: Tensor, scales: Tensor) -> None:
    if packed.dim() != 3 or packed.dtype != torch.int32:
        raise ValueError(f"packed is int32 [E, N, K/8], not {_described(packed)}")
    experts, n, width = packed.shape
    expected = (experts, n, width * PER_WORD // GROUP)
    if scales.shape != expected or not scales.is_floating_point():
        raise ValueError(f"scales of {tuple(packed.shape)} is {expected}, not {_described(scales)}")
    if scales.device != packed.device:
        raise ValueError(f"codes are on {packed.device}, scales on {scales.device}")
    if not n or n % ROWS or not width or width % WORDS:
        raise ValueError(
            f"[{n}, {width * PER_WORD}] is not in multiples of {ROWS} rows and {BLOCK} columns"
        )


def _described(tensor: Tensor) -> str:
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"
