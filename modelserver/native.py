"""A K2.5 checkpoint in transformers' own class, without SGLang: an oracle in tests, a peer in
benchmarks."""

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from transformers import (
    DeepseekV3Config,
    Kimi_K25Config,
    Kimi_K25ForConditionalGeneration,
    PreTrainedTokenizerFast,
)

MEDIA = "<|media_pad|>"
_SAME = (
    *("patch_size", "num_attention_heads", "num_hidden_layers"),
    *("hidden_size", "intermediate_size", "merge_kernel_size"),
)


class DoesNotFit(Exception):
    """Tensors are missing from a checkpoint, or left over."""


@dataclass(frozen=True)
class Native:
    """The model, its tokenizer, and the preprocessor that the checkpoint brings."""

    model: Any
    tokenizer: Any
    preprocessor: Any

    def prompt(self, text: str, images: list[dict[str, object]]) -> str:
        """The chat template's text for images before `text`, each image's tokens written out."""
        parts = [{"type": "image"} for _ in images] + [{"type": "text", "text": text}]
        written = self.tokenizer.apply_chat_template(
            [{"role": "user", "content": parts}], add_generation_prompt=True, tokenize=False
        )
        before, *after = written.split(MEDIA)
        for image, rest in zip(images, after, strict=True):
            before += MEDIA * self.preprocessor.media_tokens_calculator(image) + rest
        return str(before)


def load_native(folder: Path, dtype: torch.dtype) -> Native:
    """Load a checkpoint whose experts are not packed. Raises DoesNotFit."""
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    code = _module(folder / "kimi_k25_vision_processing.py")
    return Native(
        model=load_model(folder, dtype),
        tokenizer=PreTrainedTokenizerFast.from_pretrained(folder),
        preprocessor=code.KimiK25VisionProcessor(settings["media_proc_cfg"]),
    )


def load_model(folder: Path, dtype: torch.dtype) -> Any:
    """The model alone, in evaluation mode. Raises DoesNotFit."""
    model, report = Kimi_K25ForConditionalGeneration.from_pretrained(
        folder,
        config=_native_config(json.loads((folder / "config.json").read_text())),
        dtype=dtype,
        output_loading_info=True,
    )
    left = {kind: names for kind, names in report.items() if names}
    if left:
        raise DoesNotFit(f"{folder} does not fit transformers' class: {left}")
    model.train(False)
    return model


def _native_config(config: dict[str, Any]) -> Kimi_K25Config:
    """What config.json says, in transformers' names."""
    renamed = ("model_type", "architectures", "quantization_config")
    text = {name: value for name, value in config["text_config"].items() if name not in renamed}
    vision = config["vision_config"]
    positions = {
        f"pos_emb_{axis}": vision[f"init_pos_emb_{axis}"] for axis in ("height", "width", "time")
    }
    return Kimi_K25Config(
        text_config=DeepseekV3Config(**text),
        vision_config={name: vision[name] for name in _SAME} | positions,
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
