"""Tiny random checkpoints of exactly Kimi K2.5's architecture, to serve and to compare.

The INT4 checkpoint and its bf16 twin hold the same values: the twin's experts are the INT4 ones,
dequantised. Tensor names, configuration fields, markup and remote code are those of the release.

Answers are noise, with one exception: after `<think>` and `</think>` the model plays PLAY, an
answer as Kimi writes them, so that what reads such answers can be tested on a real server.
"""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from torch import Tensor

from modelserver.mini.processor import AUTO_MAP, install
from modelserver.quant.int4 import quantise
from modelserver.quant.settings import quantization_config

HIDDEN, LAYERS, DENSE, EXPERT, EXPERTS, EXPERTS_PER_TOKEN = 256, 3, 512, 128, 16, 4
HEADS, Q_LORA, KV_LORA, NOPE, ROPE, VALUE = 4, 96, 512, 32, 64, 32
VISION, VISION_LAYERS, VISION_HEADS, VISION_DENSE, GRID = 64, 2, 4, 128, 16
PATCHES, CONTEXT = 256, 2048

HIDDEN_MARKS = (
    "[BOS]", "[EOS]", "<|im_end|>", "<|im_user|>", "<|im_assistant|>", "<|im_system|>",
    "<|im_middle|>", "<|media_begin|>", "<|media_content|>", "<|media_pad|>", "<|media_end|>",
)  # fmt: skip
READ_MARKS = (  # part of the text that the parsers of tool calls and thoughts read
    "<think>", "</think>", "<|tool_calls_section_begin|>", "<|tool_calls_section_end|>",
    "<|tool_call_begin|>", "<|tool_call_end|>", "<|tool_call_argument_begin|>",
)  # fmt: skip
THOUGHT = ("A header, ", "then two cards.")
CALLS = (  # every piece is one token and stands once, so that each knows its successor
    "<|tool_calls_section_begin|>", "<|tool_call_begin|>", "functions.write_file:0",
    "<|tool_call_argument_begin|>", '{"path": "index.html", ', '"content": "<h1>', "Hello there",
    '</h1>\\n"}', "<|tool_call_end|>",
    "<|tool_call_begin|>functions.finish:1<|tool_call_argument_begin|>",
    '{"summary": ', '"one page"}', "<|tool_call_end|><|tool_calls_section_end|>",
)  # fmt: skip
PLAY = ("<think>", *THOUGHT, "</think>", *CALLS, "<|im_end|>")
TEMPLATE = """
{%- if tools -%}<|im_system|>tool_declare<|im_middle|>{{ tools | tojson }}<|im_end|>{%- endif -%}
{%- for message in messages -%}
{%- set turn = message.role if message.role in ('assistant', 'user') else 'system' -%}
<|im_{{ turn }}|>{{ message.role }}<|im_middle|>
{%- if message.content is string -%}{{ message.content }}
{%- else -%}{%- for part in message.content or [] -%}
{%- if part.type in ('image', 'image_url') -%}
<|media_begin|>image<|media_content|><|media_pad|><|media_end|>
{%- else -%}{{ part.text }}{%- endif -%}
{%- endfor -%}{%- endif -%}<|im_end|>
{%- endfor -%}
{%- if add_generation_prompt -%}<|im_assistant|>assistant<|im_middle|>
{%- if thinking is defined -%}<think>{{ '' if thinking else '</think>' }}{%- endif -%}
{%- endif -%}
"""


@dataclass(frozen=True)
class Marks:
    """Ids of the words that the configuration names, and of what is played."""

    size: int
    play: tuple[int, ...]
    begin: int
    pad: int
    end: int
    media: int
    media_begin: int
    media_end: int


def write_checkpoint(folder: Path, *, int4: bool = False, seed: int = 0) -> Path:
    """A loadable checkpoint in `folder`, of the same values with INT4 experts or without."""
    folder.mkdir(parents=True)
    marks = write_tokenizer(folder)
    install(folder, patches=PATCHES, side=2 * GRID)
    save_file(weights(marks, int4, seed), folder / "model.safetensors", {"format": "pt"})
    write_json(folder / "config.json", configuration(marks, int4))
    write_json(
        folder / "generation_config.json",
        {"bos_token_id": marks.begin, "eos_token_id": marks.end, "max_length": CONTEXT},
    )
    return folder


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n")


def write_tokenizer(folder: Path) -> Marks:
    """Bytes and the marks of Kimi's markup, no merges: any text, one token a byte."""
    vocabulary = {
        letter: index for index, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))
    }
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(each, special=True) for each in HIDDEN_MARKS])
    read = dict.fromkeys((*READ_MARKS, *PLAY))
    tokenizer.add_tokens([AddedToken(each, normalized=False) for each in read])
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "[BOS]",
        "eos_token": "<|im_end|>",
        "pad_token": "[EOS]",
        "model_max_length": CONTEXT,
        "clean_up_tokenization_spaces": False,
        "additional_special_tokens": list(HIDDEN_MARKS),
    }
    write_json(folder / "tokenizer_config.json", settings)
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    ids: dict[str, int] = tokenizer.get_vocab()
    return Marks(
        size=padded(len(ids)),
        play=tuple(ids[piece] for piece in PLAY),
        begin=ids["[BOS]"],
        pad=ids["[EOS]"],
        end=ids["<|im_end|>"],
        media=ids["<|media_pad|>"],
        media_begin=ids["<|media_begin|>"],
        media_end=ids["<|media_end|>"],
    )


def padded(size: int) -> int:
    return -(-size // 64) * 64


def configuration(marks: Marks, int4: bool) -> dict[str, object]:
    ids = {"bos_token_id": marks.begin, "eos_token_id": marks.end, "pad_token_id": marks.pad}
    text: dict[str, object] = {
        "model_type": "kimi_k2",
        "architectures": ["DeepseekV3ForCausalLM"],
        "vocab_size": marks.size,
        "hidden_size": HIDDEN,
        "intermediate_size": DENSE,
        "moe_intermediate_size": EXPERT,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": HEADS,
        "n_routed_experts": EXPERTS,
        "num_experts_per_tok": EXPERTS_PER_TOKEN,
        "n_shared_experts": 1,
        "first_k_dense_replace": 1,
        "moe_layer_freq": 1,
        "q_lora_rank": Q_LORA,
        "kv_lora_rank": KV_LORA,
        "qk_nope_head_dim": NOPE,
        "qk_rope_head_dim": ROPE,
        "v_head_dim": VALUE,
        "scoring_func": "sigmoid",
        "topk_method": "noaux_tc",
        "n_group": 1,
        "topk_group": 1,
        "norm_topk_prob": True,
        "routed_scaling_factor": 2.827,
        "rms_norm_eps": 1e-5,
        "hidden_act": "silu",
        "max_position_embeddings": CONTEXT,
        "rope_theta": 50000.0,
        "rope_scaling": {
            "type": "yarn", "factor": 2.0, "original_max_position_embeddings": CONTEXT // 2,
            "beta_fast": 32.0, "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 1.0,
        },
        "num_nextn_predict_layers": 0,
        "attention_bias": False,
        "tie_word_embeddings": False,
        "ep_size": 1,
        "torch_dtype": "bfloat16",
        **ids,
    }  # fmt: skip
    vision: dict[str, object] = {
        "model_type": "kimi_k25_vision",
        "patch_size": 14,
        "init_pos_emb_height": GRID,
        "init_pos_emb_width": GRID,
        "init_pos_emb_time": 4,
        "pos_emb_type": "divided_fixed",
        "vt_num_hidden_layers": VISION_LAYERS,
        "vt_num_attention_heads": VISION_HEADS,
        "vt_hidden_size": VISION,
        "vt_intermediate_size": VISION_DENSE,
        "num_hidden_layers": VISION_LAYERS,
        "num_attention_heads": VISION_HEADS,
        "hidden_size": VISION,
        "intermediate_size": VISION_DENSE,
        "merge_kernel_size": [2, 2],
        "merge_type": "sd2_tpool",
        "video_attn_type": "spatial_temporal",
        "mm_projector_type": "patchmerger",
        "mm_hidden_size": VISION,
        "projector_hidden_act": "gelu",
        "projector_ln_eps": 1e-5,
        "text_hidden_size": HIDDEN,
    }
    quantisation = {"quantization_config": quantization_config(vision=True)} if int4 else {}
    return {
        "architectures": ["KimiK25ForConditionalGeneration"],
        "model_type": "kimi_k25",
        "auto_map": AUTO_MAP,
        "text_config": text | quantisation,
        "vision_config": vision,
        "ignore_index": -100,
        "media_placeholder_token_id": marks.media,
        "vision_start_token_id": marks.media_begin,
        "vision_end_token_id": marks.media_end,
        "use_unified_vision_chunk": True,
        "video_placeholder": "<|kimi_k25_video_placeholder|>",
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        **ids,
        **quantisation,
    }


class Weights:
    """Draws random tensors under their released names."""

    def __init__(self, int4: bool, seed: int) -> None:
        self.int4 = int4
        self.random = torch.Generator().manual_seed(seed)
        self.tensors: dict[str, Tensor] = {}

    def draw(self, *shape: int, scale: float, mean: float = 0.0) -> Tensor:
        return (mean + scale * torch.randn(shape, generator=self.random)).to(torch.bfloat16)

    def linear(self, name: str, rows: int, columns: int, *, bias: bool = False) -> None:
        self.tensors[f"{name}.weight"] = self.draw(rows, columns, scale=columns**-0.5)
        if bias:
            self.tensors[f"{name}.bias"] = self.draw(rows, scale=0.02)

    def norm(self, name: str, size: int, *, bias: bool = False) -> None:
        self.tensors[f"{name}.weight"] = self.draw(size, scale=0.05, mean=1.0)
        if bias:
            self.tensors[f"{name}.bias"] = self.draw(size, scale=0.02)

    def expert(self, name: str, rows: int, columns: int) -> None:
        quantised = quantise(self.draw(rows, columns, scale=columns**-0.5))
        if self.int4:
            self.tensors[f"{name}.weight_packed"] = quantised.packed
            self.tensors[f"{name}.weight_scale"] = quantised.scales
            self.tensors[f"{name}.weight_shape"] = torch.tensor([rows, columns], dtype=torch.int32)
        else:
            self.tensors[f"{name}.weight"] = quantised.dequantise()

    def feed_forward(self, name: str, width: int) -> None:
        self.linear(f"{name}.gate_proj", width, HIDDEN)
        self.linear(f"{name}.up_proj", width, HIDDEN)
        self.linear(f"{name}.down_proj", HIDDEN, width)

    def attention(self, name: str) -> None:
        self.linear(f"{name}.q_a_proj", Q_LORA, HIDDEN)
        self.norm(f"{name}.q_a_layernorm", Q_LORA)
        self.linear(f"{name}.q_b_proj", HEADS * (NOPE + ROPE), Q_LORA)
        self.linear(f"{name}.kv_a_proj_with_mqa", KV_LORA + ROPE, HIDDEN)
        self.norm(f"{name}.kv_a_layernorm", KV_LORA)
        self.linear(f"{name}.kv_b_proj", HEADS * (NOPE + VALUE), KV_LORA)
        self.linear(f"{name}.o_proj", HIDDEN, HEADS * VALUE)

    def experts(self, name: str) -> None:
        self.linear(f"{name}.gate", EXPERTS, HIDDEN)
        bias = self.draw(EXPERTS, scale=0.05).to(torch.float32)
        self.tensors[f"{name}.gate.e_score_correction_bias"] = bias
        for index in range(EXPERTS):
            self.expert(f"{name}.experts.{index}.gate_proj", EXPERT, HIDDEN)
            self.expert(f"{name}.experts.{index}.up_proj", EXPERT, HIDDEN)
            self.expert(f"{name}.experts.{index}.down_proj", HIDDEN, EXPERT)
        self.feed_forward(f"{name}.shared_experts", EXPERT)

    def vision(self) -> None:
        embedding = "vision_tower.patch_embed"
        self.tensors[f"{embedding}.proj.weight"] = self.draw(VISION, 3, 14, 14, scale=0.04)
        self.tensors[f"{embedding}.proj.bias"] = self.draw(VISION, scale=0.02)
        self.tensors[f"{embedding}.pos_emb.weight"] = self.draw(GRID, GRID, VISION, scale=0.3)
        for index in range(VISION_LAYERS):
            block = f"vision_tower.encoder.blocks.{index}"
            self.norm(f"{block}.norm0", VISION, bias=True)
            self.norm(f"{block}.norm1", VISION, bias=True)
            self.linear(f"{block}.wqkv", 3 * VISION, VISION, bias=True)
            self.linear(f"{block}.wo", VISION, VISION, bias=True)
            self.linear(f"{block}.mlp.fc0", VISION_DENSE, VISION, bias=True)
            self.linear(f"{block}.mlp.fc1", VISION, VISION_DENSE, bias=True)
        self.norm("vision_tower.encoder.final_layernorm", VISION, bias=True)
        self.norm("mm_projector.pre_norm", VISION, bias=True)
        self.linear("mm_projector.proj.0", 4 * VISION, 4 * VISION, bias=True)
        self.linear("mm_projector.proj.2", HIDDEN, 4 * VISION, bias=True)

    def words(self, marks: Marks) -> None:
        """Embeddings and head. A played word drowns what the layers add, and points to the next."""
        embeddings = self.draw(marks.size, HIDDEN, scale=1.0)
        head = self.draw(marks.size, HIDDEN, scale=0.15)
        for word, successor in pairwise(marks.play):
            head[successor] = embeddings[word] / 8
            embeddings[word] *= 128
        head[marks.media] = 0  # never said: it stands for an image
        self.tensors["language_model.model.embed_tokens.weight"] = embeddings
        self.tensors["language_model.lm_head.weight"] = head


def weights(marks: Marks, int4: bool, seed: int) -> dict[str, Tensor]:
    drawn = Weights(int4, seed)
    drawn.words(marks)
    text = "language_model.model"
    for index in range(LAYERS):
        layer = f"{text}.layers.{index}"
        drawn.norm(f"{layer}.input_layernorm", HIDDEN)
        drawn.attention(f"{layer}.self_attn")
        drawn.norm(f"{layer}.post_attention_layernorm", HIDDEN)
        if index == 0:
            drawn.feed_forward(f"{layer}.mlp", DENSE)
        else:
            drawn.experts(f"{layer}.mlp")
    drawn.norm(f"{text}.norm", HIDDEN)
    drawn.vision()
    return drawn.tensors
