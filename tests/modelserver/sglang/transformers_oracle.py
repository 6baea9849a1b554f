"""Transformers' own Kimi K2.5 on the same checkpoint, in float32: what SGLang is compared with."""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import torch
from PIL import Image
from transformers import (
    DeepseekV3Config,
    Kimi_K25Config,
    Kimi_K25ForConditionalGeneration,
    PreTrainedTokenizerFast,
)

MEDIA = "<|media_pad|>"


class Oracle:
    """Greedy decoding without a cache: every step runs the whole sequence again."""

    def __init__(self, checkpoint: Path) -> None:
        self.model, report = Kimi_K25ForConditionalGeneration.from_pretrained(
            checkpoint,
            config=native_configuration(checkpoint),
            dtype=torch.float32,
            output_loading_info=True,
        )
        left = {kind: names for kind, names in report.items() if names}
        assert not left, f"the checkpoint does not fit transformers' class: {left}"
        self.model.eval()
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(checkpoint)
        settings = json.loads((checkpoint / "preprocessor_config.json").read_text())
        module = load_remote_code(checkpoint / "kimi_k25_vision_processing.py")
        self.vision = module.KimiK25VisionProcessor(settings["media_proc_cfg"])

    @torch.no_grad()
    def greedy(
        self, text: str, images: Sequence[Image.Image], count: int
    ) -> list[tuple[int, float]]:
        """The first `count` tokens of the answer to images and text, with log-probabilities."""
        parts = [{"type": "image"} for _ in images] + [{"type": "text", "text": text}]
        prompt = self.tokenizer.apply_chat_template(
            [{"role": "user", "content": parts}], add_generation_prompt=True, tokenize=False
        )
        medias = [{"type": "image", "image": image} for image in images]
        first, *others = prompt.split(MEDIA)
        for media, after in zip(medias, others, strict=True):
            first += MEDIA * self.vision.media_tokens_calculator(media) + after
        ids = self.tokenizer(first, add_special_tokens=False, return_tensors="pt")["input_ids"]
        seen = {}
        if medias:
            inputs = self.vision.preprocess(medias)
            seen = {"pixel_values": inputs["pixel_values"], "image_grid_thw": inputs["grid_thws"]}
        answer = []
        for _ in range(count):
            logits = self.model(input_ids=ids, **seen).logits[0, -1]
            probability, token = logits.log_softmax(-1).max(-1)
            answer.append((int(token), float(probability)))
            ids = torch.cat([ids, token.view(1, 1)], 1)
        return answer


def native_configuration(checkpoint: Path) -> Kimi_K25Config:
    """The release's configuration in the names of transformers' class."""
    released = json.loads((checkpoint / "config.json").read_text())
    text, vision = released["text_config"], released["vision_config"]
    for name in ("model_type", "architectures"):
        text.pop(name)
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
        image_token_id=released["media_placeholder_token_id"],
        tie_word_embeddings=False,
    )


def load_remote_code(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
