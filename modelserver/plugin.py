"""Mockwright inside SGLang, and the only module that imports it. SGLang loads it as a plugin.

Three things change, all through SGLang's own extension points:

- the routed experts of an INT4 checkpoint go to the kernels of `modelserver.kernels` on every kind
  of device that has one registered; elsewhere SGLang's own path (Marlin, on a GPU) stays;
- on the CPU, attention over the latent cache is absorbed (MLA) in prefill as it is in decode: the
  backend `torch_native` reads nothing else, but SGLang does not know it for such models;
- a request for a model that is not served is answered with 404, not by the one that is.

SGLang logs an error in a plugin and goes on without it. A server must not start on another path
than the one asked for, so everything here that fails ends the process (SystemExit), and when the
model is loaded its layers are looked at, and each kind named with the kernel that serves it.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

import torch
from fastapi import HTTPException
from torch import Tensor, nn

from modelserver import attention, decode_step, experts
from modelserver.kernels import Unsupported, load, names
from modelserver.quant.int4 import GROUP

try:
    from sglang.srt.layers.conv import Conv2dLayer
    from sglang.srt.layers.moe.fused_moe_triton.layer import FusedMoE
    from sglang.srt.layers.moe.kt_ep_wrapper import KTEPWrapperMethod
    from sglang.srt.layers.moe.token_dispatcher import StandardCombineInput
    from sglang.srt.layers.quantization.compressed_tensors.schemes import (
        CompressedTensorsWNA16MoE as MarlinExperts,
    )
    from sglang.srt.models.deepseek_common.attention_backend_handler import (
        AttentionBackendRegistry,
    )
    from sglang.srt.models.deepseek_common.attention_forward_methods.forward_methods import (
        AttnForwardMethod,
    )
    from sglang.srt.models.deepseek_v2 import DeepseekV2Model
    from sglang.srt.plugins.hook_registry import HookRegistry, HookType
    from sglang.srt.utils import is_cpu
except ImportError as error:
    raise SystemExit(f"Mockwright's plugin does not fit this SGLang: {error}") from error

OPERATION = "fused_moe_w4a16"
KERNEL_VARIABLE = "MOCKWRIGHT_MOE_KERNEL"
CPU_ATTENTION = "torch_native"
CHOOSE_EXPERTS = (
    "sglang.srt.layers.quantization.compressed_tensors.compressed_tensors"
    ".CompressedTensorsConfig.get_moe_scheme"
)
ACTIVATIONS = (
    "sglang.srt.layers.quantization.compressed_tensors.compressed_tensors"
    ".CompressedTensorsConfig.get_supported_act_dtypes"
)
TORCH_NATIVE = "sglang.srt.layers.attention.torch_native_backend.TorchNativeAttnBackend"
SEE = "sglang.srt.layers.attention.vision.VisionSdpaAttention.forward"
LAYERS = "sglang.srt.models.deepseek_v2.DeepseekV2Model.forward"
LOAD_MODEL = "sglang.srt.model_executor.model_runner.ModelRunner.load_model"
VALIDATE_REQUEST = (
    "sglang.srt.entrypoints.openai.serving_chat.OpenAIServingChat._validate_request",
    "sglang.srt.entrypoints.openai.serving_completions.OpenAIServingCompletion._validate_request",
)
ANY_MODEL = "default"  # what SGLang puts in when a request names none

log = logging.getLogger(__name__)
said: set[str] = set()


def register() -> None:
    """Entry point of the group `sglang.srt.plugins`; runs in each of SGLang's processes."""
    wanted_kernel()
    if is_cpu():
        AttentionBackendRegistry.register(CPU_ATTENTION, absorb)
        hook(ACTIVATIONS, with_float32, HookType.AROUND)
        if found := attention.find_kernel():
            decode = attention.decoding_with(found[1])
            hook(f"{TORCH_NATIVE}._run_sdpa_forward_decode", decode, HookType.AROUND)
        hook(f"{TORCH_NATIVE}._run_sdpa_forward_extend", attention.prefill, HookType.AROUND)
        hook(SEE, attention.see, HookType.AROUND)
        hook(f"{TORCH_NATIVE}.__init__", prepare_model, HookType.AFTER)
        hook(LAYERS, decode_step.forward, HookType.AROUND)
    hook(CHOOSE_EXPERTS, choose_experts, HookType.AROUND)
    hook(LOAD_MODEL, verify, HookType.AFTER)
    for target in VALIDATE_REQUEST:
        hook(target, know_model, HookType.BEFORE)


def hook(target: str, function: Callable[..., object], kind: HookType) -> None:
    """Hook and look: SGLang only logs that a hook did not apply."""
    HookRegistry.register(target, function, kind)
    HookRegistry.apply_hooks()
    try:
        hooked = hasattr(resolve_name(target), "__wrapped__")
    except (ImportError, AttributeError):
        hooked = False
    if not hooked:
        raise SystemExit(f"Mockwright's plugin does not fit this SGLang: cannot hook {target}")


def absorb(_attention: object, _batch: object) -> AttnForwardMethod:
    return AttnForwardMethod.MLA


def with_float32(original: Callable[..., list[torch.dtype]], *args: object) -> list[torch.dtype]:
    """AROUND get_supported_act_dtypes: our kernels for the CPU take float32 as well."""
    return [*original(*args), torch.float32]


def wanted_kernel() -> str | None:
    """The name in MOCKWRIGHT_MOE_KERNEL, None for the best that works."""
    name = os.environ.get(KERNEL_VARIABLE)
    known = names(OPERATION, device_kind())
    if name and known and name not in known:
        raise SystemExit(f"{KERNEL_VARIABLE}={name} is not one of {', '.join(known)}")
    return name or None


def device_kind() -> str:
    return "cpu" if is_cpu() else "cuda"


def choose_experts(original: Callable[..., object], *args: object, **kwargs: object) -> object:
    """AROUND get_moe_scheme: SGLang's scheme, or ours in its place."""
    scheme = original(*args, **kwargs)
    if type(scheme) is not MarlinExperts:
        return scheme
    if not names(OPERATION, device_kind()):
        say_once(f"routed experts: no kernel of our own for {device_kind()}, SGLang's Marlin")
        return scheme
    return CompressedTensorsWNA16MoE.replacing(scheme)


class CompressedTensorsWNA16MoE(MarlinExperts):  # type: ignore[misc]
    """Routed experts through one of our kernels, or SGLang's where none supports the shape.

    Loading stays SGLang's: it transposes each expert for schemes of exactly this class name.
    """

    kernel: Any = None  # FusedMoe; those for GPUs take `local` as well
    kernel_name = "SGLang's Marlin"

    @classmethod
    def replacing(cls, scheme: MarlinExperts) -> "CompressedTensorsWNA16MoE":
        ours = cls.__new__(cls)
        ours.__dict__.update(vars(scheme))
        return ours

    @classmethod
    def get_min_capability(cls) -> int:
        return 0 if is_cpu() else int(MarlinExperts.get_min_capability())

    def create_moe_runner(self, layer: nn.Module, moe_runner_config: Any) -> None:
        self.moe_runner_config = moe_runner_config
        self.runner = None
        if not is_cpu():
            super().create_moe_runner(layer, moe_runner_config)

    def process_weights_after_loading(self, layer: nn.Module) -> None:
        """Turn a loaded layer's experts into the kernel's layout and free what was loaded."""
        held = len(stored(layer, "w13")[0])  # fewer than the model has where others hold the rest
        for name in self.candidates():
            try:
                kernel = load(OPERATION, device_kind(), name)
                prepared = {each: kernel.prepare(*stored(layer, each)) for each in ("w2", "w13")}
            except Unsupported as reason:
                self.refused(name, reason)
                continue
            self.kernel, self.kernel_name, self.prepared = kernel, name, prepared
            self.held = held
            release(layer)
            return
        if is_cpu():
            raise SystemExit("No kernel can serve this checkpoint's routed experts on the CPU.")
        super().process_weights_after_loading(layer)

    def candidates(self) -> tuple[str, ...]:
        """Names of kernels to try, in order."""
        if self.group_size != GROUP or not self.sym or self.num_bits != 4:
            say_once(f"routed experts: our kernels serve symmetric INT4 in groups of {GROUP} only")
            return ()
        if not is_cpu() and (reason := experts.unlike_ours(self.moe_runner_config)):
            say_once(f"routed experts: our kernels do not serve {reason}")
            return ()
        wanted = wanted_kernel()
        return (wanted,) if wanted else names(OPERATION, device_kind())

    def refused(self, name: str, reason: Unsupported) -> None:
        if wanted_kernel():
            raise SystemExit(f"{KERNEL_VARIABLE}={name} cannot be used: {reason}") from reason
        say_once(f"routed experts: not kernel {name}, {reason}")

    def apply_weights(self, layer: nn.Module, dispatch_output: Any) -> Any:
        if self.kernel is None:
            return super().apply_weights(layer, dispatch_output)
        weights, ids, _logits = dispatch_output.topk_output
        given = (dispatch_output.hidden_states, self.prepared["w13"], self.prepared["w2"])
        if is_cpu():
            return StandardCombineInput(self.kernel.fused_moe(*given, weights, ids))
        if not isinstance(getattr(layer, "quant_method", None), KTEPWrapperMethod):
            weights = experts.scaled(weights, self.moe_runner_config.routed_scaling_factor)
        local = experts.local_share(self.held, self.moe_runner_config)
        return StandardCombineInput(self.kernel.fused_moe(*given, weights, ids, local=local))


def stored(layer: nn.Module, name: str) -> tuple[Tensor, Tensor]:
    """Codes [E, N, K/8] and bf16 scales [E, N, K/32] of a layer that SGLang loaded transposed.

    Views of what was loaded, but for scales in another dtype.
    """
    packed: Tensor = getattr(layer, f"{name}_weight_packed").data
    scales: Tensor = getattr(layer, f"{name}_weight_scale").data
    return packed.transpose(1, 2), scales.transpose(1, 2).to(torch.bfloat16)


def release(layer: nn.Module) -> None:
    """Drop what was loaded: what a kernel did not take over is then gone."""
    for name in ("w13", "w2"):
        for part in ("packed", "scale"):
            parameter = getattr(layer, f"{name}_weight_{part}")
            parameter.data = parameter.data.new_empty(0)


def verify(_result: object, runner: Any, *_args: object, **_kwargs: object) -> None:
    """AFTER load_model: every INT4 layer is on a kernel of ours, or the server does not start."""
    kinds: Counter[str] = Counter()
    for name, module in runner.model.named_modules():
        if isinstance(module, FusedMoE):
            kinds[served_by(name, module)] += 1
        elif type(module).__name__.startswith("DeepseekV2AttentionMLA"):
            kinds[f"attention: latent cache (MLA) by {runner.server_args.attention_backend}"] += 1
    for kind, count in kinds.items():
        log.info("mockwright · %s · %d layers", kind, count)
    log.info("mockwright · everything else: SGLang's own path in %s", runner.dtype)


def served_by(name: str, experts: FusedMoE) -> str:
    scheme = getattr(experts, "scheme", None)
    if isinstance(scheme, CompressedTensorsWNA16MoE):
        return f"routed experts: INT4, kernel {scheme.kernel_name}"
    if isinstance(scheme, MarlinExperts) and names(OPERATION, device_kind()):
        raise SystemExit(f"Mockwright's plugin did not reach {name}: it is served by SGLang's own")
    return "routed experts: " + type(scheme or experts.quant_method).__name__


def prepare_model(_result: object, backend: Any, runner: Any) -> None:
    """AFTER TorchNativeAttnBackend.__init__: the weights are loaded and the cache is there."""
    for module in runner.model.modules():
        if isinstance(module, Conv2dLayer) and module.kernel_size == module.stride:
            module.enable_linear = True  # patches, which are faster as one product on a processor
        elif isinstance(module, DeepseekV2Model):
            attach_decode_step(module, backend)


def attach_decode_step(model: nn.Module, backend: Any) -> None:
    slots = backend.req_to_token_pool.req_to_token
    try:
        name = decode_step.attach(model, backend.token_to_kv_pool, slots)
    except Unsupported as reason:
        say_once(f"decode steps: layer by layer, {reason}")
    else:
        log.info("mockwright · decode steps: all layers in one call, kernel %s", name)


def know_model(serving: Any, request: Any) -> None:
    """BEFORE _validate_request: 404 for a model that is neither served nor an adapter of it."""
    served: str = serving.tokenizer_manager.served_model_name
    if request.model not in (served, ANY_MODEL) and not request.model.startswith(f"{served}:"):
        raise HTTPException(404, f"The model {request.model!r} is not served here, but {served!r}.")


def say_once(message: str) -> None:
    if message not in said:
        said.add(message)
        log.warning("mockwright · %s", message)
