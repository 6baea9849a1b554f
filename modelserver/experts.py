"""What SGLang leaves to whoever multiplies the routed experts on a GPU, beside the products.

On a processor the model multiplies their sum by its scaling factor itself, and so it does where
KTransformers has the other experts in RAM; on GPUs alone it expects the experts to. Experts that
are elsewhere come with the id −1, put there by SGLang's dispatcher or by KTransformers. Nothing
here waits for the device, so a CUDA graph can be captured of it.
"""

from typing import Any

import torch
from torch import Tensor

ACTIVATION = "silu"


def unlike_ours(config: Any) -> str | None:
    """What about a layer's MoeRunnerConfig our kernels do not do, None if nothing."""
    asked = {
        f"activation {config.activation}": config.activation != ACTIVATION,
        "experts without a gate": not config.is_gated,
        "weights on the input": config.apply_router_weight_on_input,
        "results that are not combined": config.no_combine,
        f"activations in {config.params_dtype}": config.params_dtype not in (None, torch.bfloat16),
        "a limit on the activation": config.swiglu_limit is not None,
        "an activation with parameters": config.gemm1_alpha is not None,
    }
    return next((name for name, wanted in asked.items() if wanted), None)


def local_share(held: int, config: Any) -> float:
    """The share of a router's choices that is expected to be among the experts held here."""
    return held / config.num_experts if config.num_experts else 1.0


def scaled(weights: Tensor, factor: float | None) -> Tensor:
    """The router's weights [T, k] with the model's scaling factor in them."""
    return weights if factor is None or factor == 1.0 else weights * factor
