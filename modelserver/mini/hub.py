"""config.json and generation_config.json of an exported checkpoint, as K2.5 has them."""

from modelserver.mini.config import MERGE, PATCH, Config, VisionConfig
from modelserver.mini.processor import AUTO_MAP
from modelserver.mini.vocabulary import ID
from modelserver.quant.settings import quantization_config

CONTEXT = 4096
TOKENS: dict[str, object] = {
    "bos_token_id": ID["[BOS]"],
    "eos_token_id": ID["<|im_end|>"],
    "pad_token_id": ID["[EOS]"],
}
DTYPE: dict[str, object] = {"torch_dtype": "bfloat16", "dtype": "bfloat16"}
ROUTING: dict[str, object] = {
    "scoring_func": "sigmoid",
    "topk_method": "noaux_tc",
    "n_group": 1,
    "topk_group": 1,
    "norm_topk_prob": True,
}
GENERATION: dict[str, object] = {**TOKENS, "max_length": CONTEXT, "do_sample": False}


def config_json(config: Config, *, int4: bool) -> dict[str, object]:
    """config.json. `quantization_config` stands at both levels: SGLang reads either."""
    setting = quantization_config(vision=True)
    quantised: dict[str, object] = {"quantization_config": setting} if int4 else {}
    return {
        "architectures": ["KimiK25ForConditionalGeneration"],
        "model_type": "kimi_k25",
        "auto_map": dict(AUTO_MAP),
        "text_config": _text(config) | quantised,
        "vision_config": _vision(config.vision, config.hidden_size),
        **TOKENS,
        "media_placeholder_token_id": ID["<|media_pad|>"],
        "vision_start_token_id": ID["<|media_begin|>"],
        "vision_end_token_id": ID["<|media_end|>"],
        "ignore_index": -100,
        "use_unified_vision_chunk": True,
        "video_placeholder": "<|kimi_k25_video_placeholder|>",
        "tie_word_embeddings": False,
        **DTYPE,
        **quantised,
    }


def _text(config: Config) -> dict[str, object]:
    return {
        "architectures": ["DeepseekV3ForCausalLM"],
        "model_type": "kimi_k2",
        "vocab_size": config.vocab_size,
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "moe_intermediate_size": config.moe_intermediate_size,
        "num_hidden_layers": config.num_hidden_layers,
        "first_k_dense_replace": 1,
        "moe_layer_freq": 1,
        "n_routed_experts": config.n_routed_experts,
        "num_experts_per_tok": config.num_experts_per_tok,
        "n_shared_experts": 1,
        "num_attention_heads": config.num_attention_heads,
        "num_key_value_heads": config.num_attention_heads,
        "q_lora_rank": config.q_lora_rank,
        "kv_lora_rank": config.kv_lora_rank,
        "qk_nope_head_dim": config.qk_nope_head_dim,
        "qk_rope_head_dim": config.qk_rope_head_dim,
        "v_head_dim": config.v_head_dim,
        "rms_norm_eps": config.rms_norm_eps,
        "hidden_act": "silu",
        "max_position_embeddings": CONTEXT,
        "rope_theta": config.rope_theta,
        "rope_scaling": {
            "type": "yarn",
            "factor": config.rope_factor,
            "original_max_position_embeddings": config.rope_original,
            "beta_fast": 1.0,
            "beta_slow": 1.0,
            "mscale": 1.0,
            "mscale_all_dim": 1.0,
        },
        **ROUTING,
        "routed_scaling_factor": config.routed_scaling_factor,
        "num_nextn_predict_layers": 0,
        "attention_bias": False,
        "aux_loss_alpha": 0.001,
        "seq_aux": True,
        "initializer_range": 0.02,
        "ep_size": 1,
        "pretraining_tp": 1,
        "use_cache": True,
        "tie_word_embeddings": False,
        **TOKENS,
        **DTYPE,
    }


def _vision(config: VisionConfig, hidden_size: int) -> dict[str, object]:
    """The sizes stand under K2.5's `vt_` names and under the plain ones that SGLang reads."""
    layers: dict[str, object] = {
        "hidden_size": config.hidden_size,
        "intermediate_size": config.intermediate_size,
        "num_attention_heads": config.num_attention_heads,
        "num_hidden_layers": config.num_hidden_layers,
    }
    return {
        "model_type": "kimi_k25_vision",
        "patch_size": PATCH,
        "init_pos_emb_height": config.grid_height,
        "init_pos_emb_width": config.grid_height,
        "init_pos_emb_time": 4,
        "pos_emb_type": "divided_fixed",
        "merge_kernel_size": [MERGE, MERGE],
        "merge_type": "sd2_tpool",
        "video_attn_type": "spatial_temporal",
        "mm_projector_type": "patchmerger",
        "mm_hidden_size": config.hidden_size,
        "projector_hidden_act": "gelu",
        "projector_ln_eps": 1e-5,
        "text_hidden_size": hidden_size,
        **layers,
        **{f"vt_{name}": size for name, size in layers.items()},
    }
