"""Attention on the processor, in place of what SGLang does there.

The backend `torch_native` runs one `scaled_dot_product_attention` a request and layer, on keys that
are copied for every head. All heads of MLA share one key and its front is the value: in decode a
kernel reads the cache in place, in prefill two products serve all heads. For pictures SGLang masks
one big attention over all of them, which torch computes as matrices of everything against
everything; picture by picture it has a kernel for it.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.kernels import MlaDecode, Unsupported, load, names

OPERATION = "mla_decode"
DEVICE = "cpu"
QUERIES = 256  # tokens whose scores are made at once


def find_kernel() -> tuple[str, MlaDecode] | None:
    """Name and module of the first kernel that works on this machine."""
    for name in names(OPERATION, DEVICE):
        try:
            kernel: MlaDecode = load(OPERATION, DEVICE, name)
            kernel.prepare()
        except Unsupported:
            continue
        return name, kernel
    return None


def decoding_with(kernel: MlaDecode) -> Callable[..., Tensor]:
    """What goes AROUND TorchNativeAttnBackend._run_sdpa_forward_decode."""

    def decode(
        original: Callable[..., Tensor],
        backend: object,
        query: Tensor,
        output: Tensor,
        k_cache: Tensor,
        v_cache: Tensor,
        *where: Any,
        **how: Any,
    ) -> Tensor:
        """query [B, heads, D], output [B, heads, V], caches [tokens, kv heads, D or V]."""
        slots, requests, lengths, encoder_lengths = where
        if not is_latent(k_cache, v_cache, encoder_lengths, how):
            return original(backend, query, output, k_cache, v_cache, *where, **how)
        kernel.mla_decode(query, k_cache[:, 0], slots, requests, lengths, how["scaling"], output)
        return output

    return decode


def prefill(
    original: Callable[..., Tensor],
    backend: object,
    query: Tensor,
    output: Tensor,
    k_cache: Tensor,
    v_cache: Tensor,
    *where: Any,
    **how: Any,
) -> Tensor:
    """AROUND TorchNativeAttnBackend._run_sdpa_forward_extend: two products for all heads at once.

    query [tokens, heads, D] of all requests, output [tokens, heads, V], caches [.., kv heads, ..].
    """
    slots, requests, lengths, prefixes, news, encoder_lengths = where
    if not is_latent(k_cache, v_cache, encoder_lengths, how) or not how["causal"]:
        return original(backend, query, output, k_cache, v_cache, *where, **how)
    start, value = 0, output.shape[-1]
    sizes = zip(requests.tolist(), lengths.tolist(), prefixes.tolist(), news.tolist(), strict=True)
    for request, length, prefix, new in sizes:
        keys = k_cache[slots[request, :length], 0]
        for first in range(0, new, QUERIES):
            last = min(first + QUERIES, new)
            tokens = slice(start + first, start + last)
            output[tokens] = attend(query[tokens], keys[: prefix + last], how["scaling"], value)
        start += new
    return output


def attend(q: Tensor, keys: Tensor, scale: float, value: int) -> Tensor:
    """The last tokens' q [T, heads, D] over their own and earlier keys [L, D]: [T, heads, V]."""
    tokens, heads, _ = q.shape
    scores = (q.flatten(0, 1) @ keys.T).view(tokens, heads, -1).float().mul_(scale)
    hidden = torch.ones(tokens, len(keys), dtype=torch.bool).triu_(len(keys) - tokens + 1)
    weights = scores.masked_fill_(hidden.unsqueeze(1), -torch.inf).softmax(-1).to(q.dtype)
    return (weights.flatten(0, 1) @ keys[:, :value]).view(tokens, heads, -1)


def is_latent(k_cache: Tensor, v_cache: Tensor, encoder_lengths: object, how: Any) -> bool:
    """Whether one key serves all heads and its front is the value, with nothing else to heed."""
    latent = k_cache.shape[1] == 1 and k_cache.data_ptr() == v_cache.data_ptr()
    return latent and encoder_lengths is None and how["sliding_window_size"] is None


def see(
    original: Callable[..., Tensor],
    attention: Any,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    bsz: int,
    cu_seqlens: Tensor | None = None,
    attention_mask: Tensor | None = None,
    **others: Any,
) -> Tensor:
    """AROUND VisionSdpaAttention.forward: q, k, v [patches, heads, width] of several pictures."""
    several = attention.flatten_batch and attention_mask is None
    grouped = attention.num_heads != attention.num_kv_heads
    if cu_seqlens is None or not several or grouped or attention.softmax_in_single_precision:
        return original(attention, q, k, v, bsz, cu_seqlens, attention_mask, **others)
    out = torch.empty_like(q)
    for picture in (slice(*ends) for ends in pairwise(cu_seqlens.tolist())):
        queries, keys, values = (each[picture].transpose(0, 1).unsqueeze(0) for each in (q, k, v))
        seen = functional.scaled_dot_product_attention(queries, keys, values, scale=attention.scale)
        out[picture] = seen[0].transpose(0, 1)
    return out
