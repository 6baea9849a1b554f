"""A checkpoint in transformers' own K2.5 class, as a peer and an oracle."""

import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from transformers import (
    DeepseekV3Config,
    Kimi_K25Config,
    Kimi_K25ForConditionalGeneration,
    PreTrainedTokenizerFast,
)

from modelserver.bench.requests import Request

MEDIA = "<|media_pad|>"


@dataclass(frozen=True)
class Native:
    """The model, its tokenizer, and the preprocessor that the checkpoint brings."""

    model: Any
    tokenizer: Any
    preprocessor: Any

    @torch.inference_mode()
    def generate(self, requests: Sequence[Request], tokens: int) -> int:
        """Exactly `tokens` greedy tokens for every request; returns how many in all."""
        batch = self.batch(requests)
        length = batch["input_ids"].shape[1]
        out = self.model.generate(
            **batch, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False
        )
        return int((out.shape[1] - length) * out.shape[0])

    def batch(self, requests: Sequence[Request]) -> dict[str, Tensor]:
        """Token ids padded on the left, pixels and grids."""
        media = [{"type": "image", "image": request.image} for request in requests]
        pixels = self.preprocessor.preprocess(media)
        prompts = [
            self.prompt(request, self.preprocessor.media_tokens_calculator(one))
            for request, one in zip(requests, media, strict=True)
        ]
        coded = self.tokenizer(
            prompts,
            add_special_tokens=False,
            padding=True,
            padding_side="left",
            return_tensors="pt",
        )
        return {
            "input_ids": coded["input_ids"],
            "attention_mask": coded["attention_mask"],
            "pixel_values": pixels["pixel_values"].to(self.model.dtype),
            "image_grid_thw": pixels["grid_thws"],
        }

    def prompt(self, request: Request, media_tokens: int) -> str:
        content = [{"type": "image"}, {"type": "text", "text": request.text}]
        text: str = self.tokenizer.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
        )
        return text.replace(MEDIA, MEDIA * media_tokens)


def load_native(folder: Path, dtype: torch.dtype = torch.bfloat16) -> Native:
    """Load a bf16 checkpoint of this architecture without SGLang."""
    config = json.loads((folder / "config.json").read_text())
    model = Kimi_K25ForConditionalGeneration.from_pretrained(
        folder, config=native_config(config), dtype=dtype
    )
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    preprocessor = _module(folder / "kimi_k25_vision_processing.py").KimiK25VisionProcessor(
        media_proc_cfg=settings["media_proc_cfg"]
    )
    return Native(model.eval(), PreTrainedTokenizerFast.from_pretrained(folder), preprocessor)


def native_config(config: dict[str, Any]) -> Kimi_K25Config:
    """transformers' names for what config.json says."""
    text = {
        name: value
        for name, value in config["text_config"].items()
        if name not in ("model_type", "architectures", "quantization_config")
    }
    vision = config["vision_config"]
    return Kimi_K25Config(
        text_config=DeepseekV3Config(**text),
        vision_config={
            "patch_size": vision["patch_size"],
            "pos_emb_height": vision["init_pos_emb_height"],
            "pos_emb_width": vision["init_pos_emb_width"],
            "pos_emb_time": vision["init_pos_emb_time"],
            "num_attention_heads": vision["vt_num_attention_heads"],
            "num_hidden_layers": vision["vt_num_hidden_layers"],
            "hidden_size": vision["vt_hidden_size"],
            "intermediate_size": vision["vt_intermediate_size"],
            "merge_kernel_size": vision["merge_kernel_size"],
        },
        projection_hidden_size=vision["mm_hidden_size"],
        image_token_id=config["media_placeholder_token_id"],
        tie_word_embeddings=False,
    )


def _module(path: Path) -> ModuleType:
    """The checkpoint's own code, as it would be loaded with trust_remote_code."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
