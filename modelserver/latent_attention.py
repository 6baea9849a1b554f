"""Decode attention of SGLang's `torch_native` backend over the latent cache, by a kernel of ours.

The backend runs one `scaled_dot_product_attention` a request and layer, on copies of its keys. All
heads of MLA share one key and its front is the value, so a kernel can read the cache in place.
"""

from collections.abc import Callable
from typing import Any

from torch import Tensor

from modelserver.kernels import MlaDecode, Unsupported, load, names

OPERATION = "mla_decode"
DEVICE = "cpu"


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
        latent = k_cache.shape[1] == 1 and k_cache.data_ptr() == v_cache.data_ptr()
        if not latent or encoder_lengths is not None or how["sliding_window_size"] is not None:
            return original(backend, query, output, k_cache, v_cache, *where, **how)
        kernel.mla_decode(query, k_cache[:, 0], slots, requests, lengths, how["scaling"], output)
        return output

    return decode
