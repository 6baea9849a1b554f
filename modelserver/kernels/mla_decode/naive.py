"""Decode attention over the latent cache, as the formula reads: the truth for every kernel."""

import torch
from torch import Tensor


def prepare() -> None:
    """Nothing to build."""


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
    """Fills out [B, H, V] in float64: softmax(scale · q Kᵀ) V, where V is the front of each key."""
    for b, (request, length) in enumerate(zip(requests.tolist(), lengths.tolist(), strict=True)):
        keys = cache[slots[request, :length].long()].double()
        scores = torch.softmax(scale * (q[b].double() @ keys.T), dim=-1)
        out[b] = (scores @ keys[:, : out.shape[-1]]).to(out.dtype)
