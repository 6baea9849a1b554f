"""Run as a program: SGLang's own module trees, without weights, for folders with a config.json.

Prints one JSON object: folder name → parameter name → {shape, dtype, loaded}. `loaded` counts the
elements that SGLang's own loader put there when it was given our inventory's tensors.
"""

import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from sglang.srt.arg_groups.overrides import model_config_of
from sglang.srt.configs.load_config import LoadConfig
from sglang.srt.distributed import init_distributed_environment, initialize_model_parallel
from sglang.srt.layers.dp_attention import initialize_dp_attention_flags
from sglang.srt.layers.moe import initialize_moe_config
from sglang.srt.model_loader.loader import _get_quantization_config, _initialize_model
from sglang.srt.model_loader.utils import set_default_torch_dtype
from sglang.srt.model_loader.weight_utils import default_weight_loader
from sglang.srt.runtime_context import SpawnRanks, publish
from sglang.srt.server_args import prepare_server_args
from torch import Tensor, nn

from modelserver.architecture import Architecture, read_architecture
from modelserver.inventory import tensors

DTYPES = {"BF16": torch.bfloat16, "F32": torch.float32, "I32": torch.int32}
LAYERS_LOADED = 2  # one dense, one of experts; the rest of the layers are like the second


def build(folder: Path) -> nn.Module:
    """The model on the meta device: shapes and types, no memory."""
    arguments = prepare_server_args(
        [
            *("--model-path", str(folder), "--device", "cpu", "--trust-remote-code"),
            *("--attention-backend", "torch_native", "--skip-tokenizer-init"),
            *("--dtype", "bfloat16", "--context-length", "4096"),
        ]
    )
    ranks = dict.fromkeys(SpawnRanks.__struct_fields__, 0) | {"dp_rank": None}
    publish(arguments, role="scheduler", ranks=SpawnRanks(**ranks))
    if not torch.distributed.is_initialized():
        init_distributed_environment(
            backend="gloo",
            world_size=1,
            rank=0,
            local_rank=0,
            distributed_init_method=f"file://{folder}/rendezvous",
        )
        initialize_model_parallel()
    initialize_dp_attention_flags(arguments)
    initialize_moe_config()
    config, load = model_config_of(arguments), LoadConfig()
    quantisation = _get_quantization_config(config, load)
    with torch.device("meta"), set_default_torch_dtype(torch.bfloat16):
        model: nn.Module = _initialize_model(config, load, quantisation)
    return model


def count_loaded(model: nn.Module, architecture: Architecture) -> Counter[str]:
    """Elements per parameter after SGLang's loader has read our inventory, layers 0 and 1 only."""
    loaded: Counter[str] = Counter()
    for name, parameter in model.named_parameters(remove_duplicate=False):
        vars(parameter)["weight_loader"] = counting(name, loader_of(parameter), loaded)
    inner = getattr(model, "language_model", model)
    inner.post_load_weights = lambda *_, **__: None  # works on values, and there are none
    load: Callable[..., object] = getattr(model, "load_weights")  # noqa: B009 - SGLang's, untyped
    load(first_layers(architecture))
    return loaded


def loader_of(parameter: nn.Parameter) -> Callable[..., object]:
    load: Callable[..., object] = getattr(parameter, "weight_loader", default_weight_loader)
    return load


def counting(name: str, load: Callable[..., object], loaded: Counter[str]) -> Callable[..., object]:
    def count_and_load(parameter: Any, weight: Tensor, *args: Any, **kwargs: Any) -> object:
        loaded[name] += weight.numel()
        return load(parameter, weight, *args, **kwargs)

    return count_and_load


def first_layers(architecture: Architecture) -> Iterator[tuple[str, Tensor]]:
    text = dataclasses.replace(architecture.text, layers=LAYERS_LOADED)
    for tensor in tensors(dataclasses.replace(architecture, text=text)):
        yield tensor.name, torch.empty(tensor.shape, dtype=DTYPES[tensor.dtype], device="meta")


def describe(folder: Path) -> dict[str, dict[str, object]]:
    model = build(folder)
    loaded = count_loaded(model, read_architecture(folder / "config.json"))
    return {
        name: {"shape": list(each.shape), "dtype": str(each.dtype), "loaded": loaded[name]}
        for name, each in model.named_parameters(remove_duplicate=False)
    }


if __name__ == "__main__":
    print(json.dumps({folder: describe(Path(folder)) for folder in sys.argv[1:]}))
