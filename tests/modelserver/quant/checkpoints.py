"""Small checkpoints with the exact tensor shapes of Moonlight-16B-A3B and Kimi-VL-A3B.

Written from the models' configs. There are fewer layers, experts and words of the vocabulary, and
so fewer rows in the router and the embedding; every other matrix is as large as the real one.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import save_file
from torch import Tensor

HIDDEN, DENSE, EXPERT, SHARED, HEADS = 2048, 11264, 1408, 2 * 1408, 16
LATENT, ROPE, NOPE, VALUE = 512, 64, 128, 128
VISION, VISION_WIDTH, VISION_BLOCKS, PATCH = 1152, 4304, 27, 14
LAYERS, EXPERTS, WORDS = 27, 64, 163840

TEXT_CONFIG = {
    "architectures": ["DeepseekV3ForCausalLM"],
    "model_type": "deepseek_v3",
    "num_hidden_layers": LAYERS,
    "first_k_dense_replace": 1,
    "hidden_size": HIDDEN,
    "intermediate_size": DENSE,
    "moe_intermediate_size": EXPERT,
    "n_routed_experts": EXPERTS,
    "num_experts_per_tok": 6,
    "n_shared_experts": 2,
    "num_attention_heads": HEADS,
    "num_key_value_heads": HEADS,
    "q_lora_rank": None,
    "kv_lora_rank": LATENT,
    "qk_nope_head_dim": NOPE,
    "qk_rope_head_dim": ROPE,
    "v_head_dim": VALUE,
    "vocab_size": WORDS,
    "max_position_embeddings": 8192,
    "topk_method": "noaux_tc",
    "scoring_func": "sigmoid",
    "routed_scaling_factor": 2.446,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}
VL_CONFIG = {
    "architectures": ["KimiVLForConditionalGeneration"],
    "model_type": "kimi_vl",
    "text_config": TEXT_CONFIG,
    "vision_config": {
        "model_type": "moonvit",
        "num_hidden_layers": VISION_BLOCKS,
        "hidden_size": VISION,
        "intermediate_size": VISION_WIDTH,
        "patch_size": PATCH,
        "init_pos_emb_height": 64,
        "init_pos_emb_width": 64,
        "merge_kernel_size": [2, 2],
    },
    "torch_dtype": "bfloat16",
}

Shapes = dict[str, tuple[int, ...]]
Config = Mapping[str, object]


def moonlight_shapes(layers: int = LAYERS, experts: int = EXPERTS, words: int = WORDS) -> Shapes:
    shapes: Shapes = {
        "model.embed_tokens.weight": (words, HIDDEN),
        "model.norm.weight": (HIDDEN,),
        "lm_head.weight": (words, HIDDEN),
    }
    for layer in range(layers):
        inner = layer_shapes(dense=layer == 0, experts=experts)
        shapes |= {f"model.layers.{layer}.{name}": shape for name, shape in inner.items()}
    return shapes


def layer_shapes(*, dense: bool, experts: int) -> Shapes:
    shapes: Shapes = {
        "input_layernorm.weight": (HIDDEN,),
        "post_attention_layernorm.weight": (HIDDEN,),
        "self_attn.q_proj.weight": (HEADS * (NOPE + ROPE), HIDDEN),
        "self_attn.kv_a_proj_with_mqa.weight": (LATENT + ROPE, HIDDEN),
        "self_attn.kv_a_layernorm.weight": (LATENT,),
        "self_attn.kv_b_proj.weight": (HEADS * (NOPE + VALUE), LATENT),
        "self_attn.o_proj.weight": (HIDDEN, HEADS * VALUE),
    }
    if dense:
        return shapes | mlp_shapes("mlp", DENSE)
    shapes["mlp.gate.weight"] = (experts, HIDDEN)
    shapes["mlp.gate.e_score_correction_bias"] = (experts,)
    shapes |= mlp_shapes("mlp.shared_experts", SHARED)
    for expert in range(experts):
        shapes |= mlp_shapes(f"mlp.experts.{expert}", EXPERT)
    return shapes


def mlp_shapes(name: str, width: int) -> Shapes:
    return {
        f"{name}.gate_proj.weight": (width, HIDDEN),
        f"{name}.up_proj.weight": (width, HIDDEN),
        f"{name}.down_proj.weight": (HIDDEN, width),
    }


def vision_shapes(blocks: int) -> Shapes:
    shapes: Shapes = {
        "vision_tower.patch_embed.proj.weight": (VISION, 3, PATCH, PATCH),
        "vision_tower.patch_embed.proj.bias": (VISION,),
        "vision_tower.patch_embed.pos_emb.weight": (64, 64, VISION),
        "vision_tower.encoder.final_layernorm.weight": (VISION,),
        "vision_tower.encoder.final_layernorm.bias": (VISION,),
        "multi_modal_projector.pre_norm.weight": (VISION,),
        "multi_modal_projector.pre_norm.bias": (VISION,),
    }
    linears = {
        f"vision_tower.encoder.blocks.{block}.{name}": size
        for block in range(blocks)
        for name, size in (
            ("norm0", (VISION,)),
            ("norm1", (VISION,)),
            ("wqkv", (3 * VISION, VISION)),
            ("wo", (VISION, VISION)),
            ("mlp.fc0", (VISION_WIDTH, VISION)),
            ("mlp.fc1", (VISION, VISION_WIDTH)),
        )
    }
    linears["multi_modal_projector.linear_1"] = (4 * VISION, 4 * VISION)
    linears["multi_modal_projector.linear_2"] = (HIDDEN, 4 * VISION)
    for name, shape in linears.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return shapes


def kimi_vl_shapes(
    layers: int = LAYERS, experts: int = EXPERTS, words: int = WORDS, blocks: int = VISION_BLOCKS
) -> Shapes:
    text = moonlight_shapes(layers, experts, words)
    return {f"language_model.{name}": shape for name, shape in text.items()} | vision_shapes(blocks)


def smaller(config: Config, layers: int, experts: int, words: int, blocks: int = 0) -> Config:
    """The config of a checkpoint with fewer layers, experts, words and vision blocks."""
    if "text_config" in config:
        text = smaller(cast(Config, config["text_config"]), layers, experts, words)
        vision = {**cast(Config, config["vision_config"]), "num_hidden_layers": blocks}
        return {**config, "text_config": text, "vision_config": vision}
    sizes = {"num_hidden_layers": layers, "n_routed_experts": experts, "vocab_size": words}
    return {**config, **sizes, "num_experts_per_tok": min(experts, 6)}


def expert_shapes(experts: int, hidden: int = HIDDEN, width: int = EXPERT) -> Shapes:
    """Nothing but routed experts, of any size, and one tensor beside them."""
    shapes: Shapes = {"model.norm.weight": (hidden,)}
    for expert in range(experts):
        shapes |= {
            f"model.layers.1.mlp.experts.{expert}.gate_proj.weight": (width, hidden),
            f"model.layers.1.mlp.experts.{expert}.up_proj.weight": (width, hidden),
            f"model.layers.1.mlp.experts.{expert}.down_proj.weight": (hidden, width),
        }
    return shapes


def dtype_of(name: str) -> torch.dtype:
    return torch.float32 if name.endswith("e_score_correction_bias") else torch.bfloat16


def random_tensors(shapes: Shapes, seed: int = 0) -> Iterator[tuple[str, Tensor]]:
    generator = torch.Generator().manual_seed(seed)
    for name, shape in shapes.items():
        values = torch.randn(shape, generator=generator) * 0.02
        yield name, values.to(dtype_of(name))


def write_sharded(folder: Path, shapes: Shapes, config: Config, per_file: int = 40) -> Path:
    """A checkpoint as the hub keeps it: shards of `per_file` tensors, index, side files."""
    folder.mkdir(parents=True)
    tensors = random_tensors(shapes)
    names = list(shapes)
    groups = [names[start : start + per_file] for start in range(0, len(names), per_file)]
    places: dict[str, str] = {}
    for number, group in enumerate(groups, start=1):
        file = f"model-{number}-of-{len(groups)}.safetensors"
        save_file(dict(next(tensors) for _ in group), folder / file)
        places |= dict.fromkeys(group, file)
    index = {"metadata": {"total_size": 0}, "weight_map": places}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    write_beside(folder, config)
    return folder


def write_single(folder: Path, tensors: Mapping[str, Tensor], config: Config | None = None) -> Path:
    """A checkpoint in one file."""
    folder.mkdir(parents=True)
    save_file(dict(tensors), folder / "model.safetensors")
    write_beside(folder, config or TEXT_CONFIG)
    return folder


def write_beside(folder: Path, config: Config) -> None:
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer_config.json").write_text('{"chat_template": "…"}')
    (folder / "tiktoken.model").write_bytes(bytes(range(256)))
    (folder / "modeling_deepseek.py").write_text("class DeepseekV3ForCausalLM: ...\n")
