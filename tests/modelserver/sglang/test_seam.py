"""What plugin and companion rely on in SGLang. An upgrade that moves one of them fails here.

A failure names the symbol; read how SGLang's own code uses it now before changing the expectation.
"""

import dataclasses
import inspect
from pkgutil import resolve_name

import pytest
import torch

pytestmark = pytest.mark.usefixtures("sglang_on_cpu")

QUANTIZATION = "sglang.srt.layers.quantization.compressed_tensors"
CONFIG = f"{QUANTIZATION}.compressed_tensors.CompressedTensorsConfig"
EXPERTS = f"{QUANTIZATION}.schemes.CompressedTensorsWNA16MoE"
DEEPSEEK = "sglang.srt.models.deepseek_common"
MOE = "sglang.srt.layers.moe"
OPENAI = "sglang.srt.entrypoints.openai"
PARAMETERS = {
    f"{CONFIG}.get_moe_scheme": ["self", "layer", "layer_name"],
    f"{CONFIG}.get_supported_act_dtypes": ["cls"],
    f"{EXPERTS}.create_weights": [
        "self", "layer", "num_experts", "hidden_size", "intermediate_size_per_partition",
        "params_dtype", "extra_weight_attrs",
    ],
    f"{EXPERTS}.process_weights_after_loading": ["self", "layer"],
    f"{EXPERTS}.create_moe_runner": ["self", "layer", "moe_runner_config"],
    f"{EXPERTS}.apply_weights": ["self", "layer", "dispatch_output"],
    f"{EXPERTS}.get_min_capability": [],
    f"{DEEPSEEK}.attention_backend_handler.AttentionBackendRegistry.register": [
        "backend_name", "handler_func",
    ],
    f"{DEEPSEEK}.attention_backend_handler.AttentionBackendRegistry.get_handler": ["backend_name"],
    "sglang.srt.layers.attention.torch_native_backend.TorchNativeAttnBackend"
    "._run_sdpa_forward_decode": [
        "self", "query", "output", "k_cache", "v_cache", "req_to_token", "req_pool_indices",
        "seq_lens", "encoder_lens", "scaling", "enable_gqa", "causal", "is_cross_attn",
        "sliding_window_size",
    ],
    "sglang.srt.layers.attention.torch_native_backend.TorchNativeAttnBackend"
    "._run_sdpa_forward_extend": [
        "self", "query", "output", "k_cache", "v_cache", "req_to_token", "req_pool_indices",
        "seq_lens", "extend_prefix_lens", "extend_seq_lens", "encoder_lens", "scaling",
        "enable_gqa", "causal", "is_cross_attn", "sliding_window_size",
    ],
    "sglang.srt.layers.attention.torch_native_backend.TorchNativeAttnBackend.__init__": [
        "self", "model_runner",
    ],
    "sglang.srt.layers.attention.vision.VisionSdpaAttention.forward": [
        "self", "q", "k", "v", "bsz", "cu_seqlens", "attention_mask", "kwargs",
    ],
    "sglang.srt.models.deepseek_v2.DeepseekV2Model.forward": [
        "self", "input_ids", "positions", "forward_batch", "input_embeds", "pp_proxy_tensors",
    ],
    "sglang.srt.model_executor.model_runner.ModelRunner.load_model": ["self"],
    "sglang.srt.plugins.hook_registry.HookRegistry.register": [
        "target", "hook", "hook_type", "source",
    ],
    "sglang.srt.plugins.hook_registry.HookRegistry.apply_hooks": [],
    "sglang.srt.plugins.load_plugins": [],
    "sglang.srt.utils.is_cpu": [],
    f"{OPENAI}.serving_chat.OpenAIServingChat._validate_request": ["self", "request"],
    f"{OPENAI}.serving_completions.OpenAIServingCompletion._validate_request": ["self", "request"],
}  # fmt: skip
FIELDS = {
    "sglang.srt.layers.moe.token_dispatcher.StandardCombineInput": ["hidden_states"],
    "sglang.srt.layers.moe.token_dispatcher.StandardDispatchOutput": [
        "hidden_states", "hidden_states_scale", "topk_output", "hidden_states_pre_quant",
    ],
    "sglang.srt.layers.moe.topk.StandardTopKOutput": ["topk_weights", "topk_ids", "router_logits"],
}  # fmt: skip
MENTIONS = {
    "sglang.srt.layers.conv.Conv2dLayer.forward_native": ["if self.enable_linear:"],
    # loading transposes the experts of schemes with this class name
    "sglang.srt.layers.moe.fused_moe_triton.layer.FusedMoE._weight_loader_impl": [
        '"CompressedTensorsWNA16MoE"', "is_transposed",
    ],
    f"{EXPERTS}.__init__": ["self.group_size", "self.sym", "self.num_bits"],
    # on a GPU, and there alone, the experts multiply by the model's scaling factor
    f"{EXPERTS}.apply_weights": [
        "routed_scaling_factor=self.moe_runner_config.routed_scaling_factor",
    ],
    "sglang.srt.models.deepseek_v2.DeepseekV2MoE.forward_normal": [
        "not _is_cuda", "final_hidden_states *= self.routed_scaling_factor",
    ],
    # experts of other cards reach the scheme as −1
    f"{MOE}.token_dispatcher.standard.StandardDispatcher.dispatch": [
        "_map_topk_ids_to_local_experts(", "topk_output._replace(topk_ids=topk_ids_local)",
    ],
    # the one function of sgl_kernel that is called on the CPU
    "sglang.srt.mem_cache.allocation": ["assign_req_to_token_pool_cpu("],
    # an error in a plugin is swallowed unless it ends the process
    "sglang.srt.plugins.load_plugins": ["except Exception", "apply_hooks()"],
    f"{OPENAI}.serving_base.OpenAIServingBase.handle_request": [
        "self._validate_request(request)", "except HTTPException",
    ],
    # a scheme is asked for by the layer, and kept on it
    f"{CONFIG}.get_quant_method": ["layer.scheme = self.get_moe_scheme("],
}  # fmt: skip


@pytest.mark.parametrize("symbol", PARAMETERS)
def test_a_function_takes_what_it_took(symbol: str) -> None:
    assert list(inspect.signature(resolve_name(symbol)).parameters) == PARAMETERS[symbol], symbol


@pytest.mark.parametrize("symbol", FIELDS)
def test_a_tuple_has_the_fields_it_had(symbol: str) -> None:
    assert list(resolve_name(symbol)._fields) == FIELDS[symbol], symbol


@pytest.mark.parametrize("symbol", MENTIONS)
def test_code_that_is_relied_on_reads_as_it_did(symbol: str) -> None:
    source = inspect.getsource(resolve_name(symbol))
    for mention in MENTIONS[symbol]:
        assert mention in source, f"{symbol} no longer has {mention}"


def test_attention_can_be_absorbed() -> None:
    method = resolve_name(f"{DEEPSEEK}.attention_forward_methods.forward_methods.AttnForwardMethod")
    assert "MLA" in method.__members__


def test_the_attention_layer_has_the_name_that_is_looked_for() -> None:
    assert inspect.isclass(resolve_name("sglang.srt.models.deepseek_v2.DeepseekV2AttentionMLA"))


def test_a_layers_configuration_says_what_it_did() -> None:
    config = resolve_name(f"{MOE}.moe_runner.base.MoeRunnerConfig")
    names = {field.name for field in dataclasses.fields(config)}
    assert names >= {
        "activation", "is_gated", "apply_router_weight_on_input", "no_combine", "swiglu_limit",
        "gemm1_alpha", "params_dtype", "routed_scaling_factor",
    }  # fmt: skip


class Layer(torch.nn.Module):
    moe_tp_size = 1


def test_loaded_experts_are_packed_along_the_input_and_transposed() -> None:
    scheme = object.__new__(resolve_name(EXPERTS))
    scheme.packed_factor, scheme.strategy, scheme.group_size = 8, "group", 32
    scheme.actorder, scheme.sym = None, True
    layer = Layer()
    scheme.create_weights(
        layer,
        num_experts=3,
        hidden_size=64,
        intermediate_size_per_partition=32,
        params_dtype=torch.bfloat16,
    )
    shapes = {name: tuple(tensor.shape) for name, tensor in layer.named_parameters()}
    assert shapes["w13_weight_packed"] == (3, 64 // 8, 2 * 32)
    assert shapes["w13_weight_scale"] == (3, 64 // 32, 2 * 32)
    assert shapes["w2_weight_packed"] == (3, 32 // 8, 64)
    assert shapes["w2_weight_scale"] == (3, 32 // 32, 64)
