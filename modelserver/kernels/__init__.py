"""The kernels, looked up by operation, device and name. A faster one is a folder and a line here.

The modules that implement one operation offer the same functions, so that any of them can take a
layer's place. Importing one may build or load native code; when that cannot work on this machine,
or a function is given a shape that it does not serve, it raises `Unsupported` and the next one in
line takes over.
"""

from importlib import import_module
from typing import Any, Protocol

from torch import Tensor

# operation → kind of device → name → module, the best first
REGISTRY: dict[str, dict[str, dict[str, str]]] = {
    "fused_moe_w4a16": {
        "cpu": {
            "packed": "modelserver.kernels.fused_moe_w4a16.cpu",
            "torch": "modelserver.kernels.fused_moe_w4a16.torch_int4",
            "dequant": "modelserver.kernels.fused_moe_w4a16.dequant",
        },
        "cuda": {
            # none is measured on a GPU yet: first what rests on the least
            "triton": "modelserver.kernels.fused_moe_w4a16.triton",
            "fused": "modelserver.kernels.fused_moe_w4a16.gpu",  # CUDA, or Triton, by the call
        },
    },
    "mla_decode": {"cpu": {"fused": "modelserver.kernels.mla_decode.cpu"}},
    "decode_step": {"cpu": {"fused": "modelserver.kernels.decode_step.cpu"}},
}


class Unsupported(Exception):
    """A kernel cannot serve this machine or shape; the message says why."""


class FusedMoe(Protocol):
    """Routed experts with INT4 weights: Σ_k weight_k · W2_k (SiLU(W_gate,k x) · W_up,k x).

    What `prepare` returns is the kernel's own layout, which nothing else looks into.
    """

    def prepare(self, packed: Tensor, scales: Tensor) -> Any:
        """Experts from int32 [E, N, K/8] and bf16 [E, N, K/32], kept as quant.int4 keeps them.

        Either may be a view with any strides, and its memory may be taken over: what was handed
        over is not to be read again.
        """

    def fused_moe(
        self,
        x: Tensor,
        w13: Any,
        w2: Any,
        weights: Tensor,
        ids: Tensor,
        /,
    ) -> Tensor:
        """The experts' weighted sum [T, H], of x's dtype.

        x [T, H] bf16 or fp32; w13 prepared from [E, 2·I, H], gate rows before up rows; w2 from
        [E, H, I]; weights fp32 [T, k]; ids int [T, k], −1 where there is no expert.
        """


class MlaDecode(Protocol):
    """Attention of one new token a request over the latent cache of MLA."""

    def prepare(self) -> None:
        """Build or load what the kernel needs. Raises Unsupported where that cannot work."""

    def mla_decode(
        self,
        q: Tensor,
        cache: Tensor,
        slots: Tensor,
        requests: Tensor,
        lengths: Tensor,
        scale: float,
        out: Tensor,
        /,
    ) -> None:
        """Fills out [B, H, V] with softmax(scale · q Kᵀ) V, where V is the front of each key.

        q [B, H, D] and the cache's rows [.., D] bf16 or fp32, like out; slots int32 [.., ..] says
        where in the cache position i of row r lies; requests int [B] names the row of each
        request, lengths int [B] its number of positions.
        """


class FusedDecodeStep(Protocol):
    """All layers of one new token a request; `DecodeStep` of a module makes it from a Model."""

    def __call__(self, batch: Any) -> Tensor:
        """Hidden states [B, hidden] of a decode_step.Batch; its tokens are in the caches then."""


def names(operation: str, device: str) -> tuple[str, ...]:
    """What is registered for a kind of device, the best first."""
    return tuple(REGISTRY[operation].get(device, ()))


def load(operation: str, device: str, name: str) -> Any:
    """The module that implements an operation. Raises Unsupported where it does not load."""
    module = REGISTRY[operation][device][name]
    try:
        return import_module(module)
    except (ImportError, OSError) as error:
        raise Unsupported(f"{module} does not load: {error}") from error
