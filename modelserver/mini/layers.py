"""Operations that the text and the vision model share."""

import math

import torch
from torch import Tensor, nn

MASKED = -1e4  # finite in bfloat16; no score of a softmax row comes near it


def linear(inputs: int, outputs: int, *, bias: bool = False, gain: float = 1.0) -> nn.Linear:
    """A linear layer with weights of standard deviation gain / √inputs and a zero bias."""
    layer = nn.Linear(inputs, outputs, bias=bias)
    nn.init.normal_(layer.weight, std=gain * inputs**-0.5)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding of the last axis, first half paired with second (`sin`: `signed_tables`).

    The released weights pair neighbours instead; export permutes the rows.
    """
    half = x.shape[-1] // 2
    return torch.addcmul(x * cos, torch.cat([x[..., half:], x[..., :half]], -1), sin)


def signed_tables(angles: Tensor) -> tuple[Tensor, Tensor]:
    """angles [T, D/2] → cos, sin [T, D]; the first half of sin carries the rotation's minus."""
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([cos, cos], -1), torch.cat([-sin, sin], -1)


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, scale: float) -> Tensor:
    """Softmax attention of [B, N, Q, D] over [B, N, S, D]; `mask` is added to the scores.

    Plain bmm and softmax: the backward of torch's fused CPU attention is several times slower.
    """
    batch, heads, asked, width = query.shape
    held = key.shape[2]
    scores = torch.bmm(
        (query * scale).reshape(batch * heads, asked, width),
        key.reshape(batch * heads, held, width).transpose(1, 2),
    ).view(batch, heads, asked, held)
    if mask is not None:
        scores = scores + mask
    weights = scores.softmax(-1).view(batch * heads, asked, held)
    return torch.bmm(weights, value.reshape(batch * heads, held, -1)).view(batch, heads, asked, -1)


def additive(allowed: Tensor, dtype: torch.dtype) -> Tensor:
    """A boolean mask as the term to add to attention scores."""
    zeros = torch.zeros(allowed.shape, dtype=dtype, device=allowed.device)
    return zeros.masked_fill_(~allowed, MASKED)


def sinusoids(count: int, width: int) -> Tensor:
    """[count, width] codes in which neighbours are alike, from one turn over all to fine ones."""
    turns = count ** (torch.arange(width // 2) / (width // 2 - 1))
    angles = torch.outer(torch.arange(count).float(), 2 * math.pi / (2.5 * count) * turns)
    return torch.cat([angles.sin(), angles.cos()], -1) * 0.8
