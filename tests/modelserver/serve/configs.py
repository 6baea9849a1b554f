"""The configurations that inventory and plan are tested on."""

import json
from pathlib import Path

K25 = Path(__file__).with_name("kimi-k25-config.json")

# What the two smaller siblings share: 16B parameters, 64 experts, no latent queries.
SMALL_TEXT: dict[str, object] = {
    "architectures": ["DeepseekV3ForCausalLM"],
    "model_type": "deepseek_v3",
    "num_hidden_layers": 27,
    "hidden_size": 2048,
    "intermediate_size": 11264,
    "moe_intermediate_size": 1408,
    "first_k_dense_replace": 1,
    "moe_layer_freq": 1,
    "n_routed_experts": 64,
    "num_experts_per_tok": 6,
    "n_shared_experts": 2,
    "num_attention_heads": 16,
    "num_key_value_heads": 16,
    "q_lora_rank": None,
    "kv_lora_rank": 512,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "rms_norm_eps": 1e-5,
    "hidden_act": "silu",
    "vocab_size": 163840,
    "rope_theta": 50000.0,
    "scoring_func": "sigmoid",
    "topk_method": "noaux_tc",
    "n_group": 1,
    "topk_group": 1,
    "norm_topk_prob": True,
    "routed_scaling_factor": 2.446,
    "num_nextn_predict_layers": 0,
    "attention_bias": False,
    "tie_word_embeddings": False,
    "bos_token_id": 163584,
    "eos_token_id": 163585,
    "pad_token_id": 163839,
    "torch_dtype": "bfloat16",
}
MOONLIGHT: dict[str, object] = {**SMALL_TEXT, "max_position_embeddings": 8192}
KIMI_VL: dict[str, object] = {
    "architectures": ["KimiVLForConditionalGeneration"],
    "model_type": "kimi_vl",
    "text_config": {**SMALL_TEXT, "max_position_embeddings": 131072, "rope_theta": 800000.0},
    "vision_config": {
        "model_type": "moonvit",
        "patch_size": 14,
        "num_attention_heads": 16,
        "num_hidden_layers": 27,
        "hidden_size": 1152,
        "intermediate_size": 4304,
        "merge_kernel_size": [2, 2],
        "init_pos_emb_height": 64,
        "init_pos_emb_width": 64,
    },
    "ignore_index": -100,
    "media_placeholder_token_id": 163605,
    "vocab_size": 163840,
    "torch_dtype": "bfloat16",
    "tie_word_embeddings": False,
}


# SGLang's rotary positions on a CPU insist on a scaling; no tensor depends on it.
YARN: dict[str, object] = {
    "type": "yarn",
    "factor": 2.0,
    "original_max_position_embeddings": 4096,
    "beta_fast": 32.0,
    "beta_slow": 1.0,
    "mscale": 1.0,
    "mscale_all_dim": 1.0,
}


def write_config(folder: Path, content: dict[str, object]) -> Path:
    folder.mkdir()
    path = folder / "config.json"
    path.write_text(json.dumps(content))
    return path


def scaled(content: dict[str, object]) -> dict[str, object]:
    """The same model with scaled positions."""
    text = content.get("text_config")
    if isinstance(text, dict):
        return {**content, "text_config": scaled(text)}
    return {**content, "rope_scaling": YARN}
