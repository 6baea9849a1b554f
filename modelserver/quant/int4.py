"""INT4 weights as compressed-tensors' `pack-quantized` format keeps them: symmetric, group 32.

A weight [..., N, K] becomes codes 0..15 along K, one bf16 scale per 32 of them, and
w ≈ (code − 8) · scale. This module is the only place that knows the order of the nibbles.

The arithmetic is that of compressed-tensors 0.18.0: scale = absmax / 7.5, codes rounded half to
even and clamped to −8..7, product of code and scale rounded once. Packing, unpacking,
dequantising and scales are equal to the library's bit for bit. Codes are equal to what the
library gives for the float32 weight: handed a bf16 weight it rounds the quotient to bf16 before
it rounds to a code, which sometimes picks the second-nearest code; here the quotient is float32.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

GROUP = 32
PER_WORD = 8
ZERO_CODE = 8
LOWEST, HIGHEST = -8, 7
STEPS_TO_ABSMAX = 7.5

# Divisors of a group's absmax that the search tries beside 7.5. 7 and 8 put the largest value
# exactly on code 7 or −8; those above clip it so that the many small values are finer.
SEARCHED_STEPS = (7.0, 7.25, 7.75, 8.0, 8.25, 8.5, 8.75, 9.0, 9.5, 10.0)

# Scales below the smallest normal number count as zero: processors flush them. A group of zeros
# gets the scale that compressed-tensors gives it.
SMALLEST_SCALE = torch.finfo(torch.bfloat16).tiny
SCALE_OF_ZEROS = torch.finfo(torch.bfloat16).eps


def _shifts(device: torch.device) -> Tensor:
    """Where the eight codes of an int32 sit: the first in the lowest four bits."""
    return torch.arange(0, 4 * PER_WORD, 4, dtype=torch.int32, device=device)


def pack(codes: Tensor) -> Tensor:
    """Codes 0..15 [..., K] as int32 [..., K/8], the first code in the lowest four bits.

    Raises ValueError when K is no multiple of 8 or a code is not in 0..15.
    """
    if codes.shape[-1] % PER_WORD:
        raise ValueError(f"cannot pack {codes.shape[-1]} codes: not a multiple of {PER_WORD}")
    if codes.numel() and (int(codes.min()) < 0 or int(codes.max()) > 15):
        raise ValueError(f"codes must be 0..15, got {int(codes.min())}..{int(codes.max())}")
    words = _split(codes.to(torch.int32), PER_WORD) << _shifts(codes.device)
    return words.sum(-1, dtype=torch.int32)


def unpack(packed: Tensor) -> Tensor:
    """The codes 0..15 in int32 [..., K/8], as uint8 [..., K]."""
    if packed.dtype != torch.int32:
        raise ValueError(f"packed codes are int32, got {packed.dtype}")
    codes = (packed.unsqueeze(-1) >> _shifts(packed.device)) & 15
    return codes.to(torch.uint8).flatten(-2)


@dataclass(frozen=True, eq=False)
class Quantised:
    """A weight [..., N, K]: packed int32 [..., N, K/8] and scales bf16 [..., N, K/32].

    Slices along N, along leading axes (experts) and along K in multiples of 32 are slices of
    both tensors.
    """

    packed: Tensor
    scales: Tensor

    def __post_init__(self) -> None:
        expected = (*self.packed.shape[:-1], self.packed.shape[-1] * PER_WORD // GROUP)
        if self.packed.shape[-1] % (GROUP // PER_WORD) or self.scales.shape != expected:
            shapes = f"{tuple(self.packed.shape)} and {tuple(self.scales.shape)}"
            raise ValueError(f"packed codes and scales do not fit each other: {shapes}")

    def dequantise(self, dtype: torch.dtype = torch.bfloat16) -> Tensor:
        """The weight [..., N, K]: (code − 8) · scale, exact in float32, rounded once to dtype."""
        steps = unpack(self.packed).to(torch.float32) - ZERO_CODE
        return _scaled(_split(steps, GROUP), self.scales).to(dtype)


def quantise(weight: Tensor, *, search: bool = False) -> Quantised:
    """The INT4 form of a floating-point weight [..., N, K].

    Without search a value is off by at most half a step, 0.53 · scale where rounding the scale
    to bf16 clips the largest. With search each group takes the scale, of a few around
    absmax / 7.5, that makes its squared error smallest; never worse than without.

    Raises ValueError when K is no multiple of 32, and when a value is NaN or infinite.
    """
    groups = _groups(weight.detach())
    absmax = groups.abs().amax(-1)
    _refuse_not_finite(absmax)
    scales = _searched_scales(groups, absmax) if search else _scales(absmax)
    codes = (_steps(groups, scales) + ZERO_CODE).to(torch.uint8)
    return Quantised(pack(codes.flatten(-2)), scales)


def fake_quantise(weight: Tensor) -> Tensor:
    """quantise(weight).dequantise(weight.dtype) going forward, the identity going backward.

    For quantisation-aware training. Unlike quantise it does not look for NaN, which would make
    every step wait for the device: a group with a NaN or an infinity comes out as NaN.
    """
    return _StraightThrough.apply(weight)  # type: ignore[no-any-return, no-untyped-call]


class _StraightThrough(torch.autograd.Function):
    @staticmethod
    def forward(_context: Any, weight: Tensor) -> Tensor:
        groups = _groups(weight)
        scales = _scales(groups.abs().amax(-1))
        return _scaled(_steps(groups, scales), scales).to(weight.dtype)

    @staticmethod
    def backward(_context: Any, *gradients: Tensor) -> Tensor:
        return gradients[0]


def _split(tensor: Tensor, size: int) -> Tensor:
    """[..., K] as [..., K/size, size]."""
    return tensor.reshape(*tensor.shape[:-1], tensor.shape[-1] // size, size)


def _groups(weight: Tensor) -> Tensor:
    """The weight [..., N, K] as float32 [..., N, K/32, 32]."""
    if not weight.is_floating_point():
        raise ValueError(f"only floating-point weights can be quantised, got {weight.dtype}")
    if weight.shape[-1] % GROUP:
        raise ValueError(f"K = {weight.shape[-1]} is not a multiple of the group size {GROUP}")
    return _split(weight.to(torch.float32), GROUP)


def _refuse_not_finite(absmax: Tensor) -> None:
    finite = torch.isfinite(absmax)
    if not bool(finite.all()):
        place = tuple(int(index) for index in (~finite).nonzero()[0])
        raise ValueError(f"the weight has a NaN or infinite value, first in group {place}")


def _scales(absmax: Tensor, steps: float = STEPS_TO_ABSMAX) -> Tensor:
    """One bf16 scale a group, from its largest magnitude."""
    scales = (absmax / steps).to(torch.bfloat16)
    return torch.where(scales < SMALLEST_SCALE, SCALE_OF_ZEROS, scales)


def _steps(groups: Tensor, scales: Tensor) -> Tensor:
    """The nearest whole steps −8..7, in float32."""
    quotients = groups / scales.to(torch.float32).unsqueeze(-1)
    return quotients.clamp_(LOWEST, HIGHEST).round_()


def _scaled(steps: Tensor, scales: Tensor) -> Tensor:
    return (steps * scales.to(torch.float32).unsqueeze(-1)).flatten(-2)


def _searched_scales(groups: Tensor, absmax: Tensor) -> Tensor:
    best = _scales(absmax)
    least = _squared_error(groups, best)
    for steps in SEARCHED_STEPS:
        scales = _scales(absmax, steps)
        error = _squared_error(groups, scales)
        better = error < least
        best = torch.where(better, scales, best)
        least = torch.where(better, error, least)
    return best


def _squared_error(groups: Tensor, scales: Tensor) -> Tensor:
    """A group's summed squared error under its scale: [..., N, K/32]."""
    off = _steps(groups, scales) * scales.to(torch.float32).unsqueeze(-1) - groups
    return off.square_().sum(-1)
