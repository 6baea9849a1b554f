"""Kimi K2.5's image preprocessing: downscale to a budget of patches, pad, normalise, cut up.

A checkpoint carries this file; it imports nothing of Mockwright.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers.image_processing_utils import BaseImageProcessor, BatchFeature


@dataclass(frozen=True)
class Plan:
    """The pixels an image is scaled to, and what is added right and below to fill whole tokens."""

    width: int
    height: int
    pad_right: int
    pad_bottom: int
    token: int  # side of the square one token sees, pixels

    @property
    def tokens(self) -> int:
        across = (self.width + self.pad_right) // self.token
        return across * ((self.height + self.pad_bottom) // self.token)


class KimiK25VisionProcessor(BaseImageProcessor):  # type: ignore[misc]
    """`media_proc_cfg` holds K2.5's settings; SGLang reads them and the token count from here."""

    model_type = "kimi_k25"
    model_input_names = ("pixel_values", "grid_thws")

    def __init__(self, media_proc_cfg: dict[str, Any], **fields: Any) -> None:
        super().__init__(**fields)
        self.media_proc_cfg = media_proc_cfg
        self.num_frames_per_chunk: int = media_proc_cfg["temporal_merge_kernel_size"]

    def plan(self, width: int, height: int) -> Plan:
        """Shrink, never enlarge, until the patches fit the limits in all and on each side."""
        settings = self.media_proc_cfg
        patch: int = settings["patch_size"]
        side: int = settings["patch_limit_on_one_side"] * patch
        patches = max(1, width // patch) * max(1, height // patch)
        fits = math.sqrt(settings["in_patch_limit"] / patches)
        scale = min(1.0, fits, side / width, side / height)
        across, down = (min(max(1, int(length * scale)), side) for length in (width, height))
        token = patch * settings["merge_kernel_size"]
        return Plan(across, down, -across % token, -down % token, token)

    def media_tokens_calculator(self, media: dict[str, Any]) -> int:
        """Tokens that one image takes in the prompt."""
        return self.plan(*picture(media).size).tokens

    def preprocess(
        self, medias: Sequence[dict[str, Any]], return_tensors: str = "pt", **_: Any
    ) -> BatchFeature:
        """Patches [sum of T·H·W, 3, 14, 14] fp32 and grids [images, 3] int64 of (T, H, W)."""
        prepared = [self.patches(picture(media)) for media in medias]
        grids = torch.tensor([grid for _, grid in prepared], dtype=torch.int64)
        return BatchFeature(
            {"pixel_values": torch.cat([patches for patches, _ in prepared]), "grid_thws": grids},
            tensor_type=None,
        )

    def patches(self, image: Image.Image) -> tuple[torch.Tensor, tuple[int, int, int]]:
        """One image's patches [H·W, 3, 14, 14] in reading order, and its grid (1, H, W)."""
        settings = self.media_proc_cfg
        plan = self.plan(*image.size)
        scaled = image.convert("RGB").resize((plan.width, plan.height), Image.Resampling.BICUBIC)
        padding = ((0, plan.pad_bottom), (0, plan.pad_right), (0, 0))
        pixels = np.pad(np.asarray(scaled), padding).astype(np.float32) / 255
        mean, deviation = np.float32(settings["image_mean"]), np.float32(settings["image_std"])
        patch: int = settings["patch_size"]
        across, down = pixels.shape[1] // patch, pixels.shape[0] // patch
        cut = torch.from_numpy((pixels - mean) / deviation).view(down, patch, across, patch, 3)
        return cut.permute(0, 2, 4, 1, 3).reshape(-1, 3, patch, patch), (1, down, across)


def picture(media: dict[str, Any]) -> Image.Image:
    image = media["image"]
    if not isinstance(image, Image.Image):
        raise TypeError(f"an image is a PIL image, got {type(image).__name__}")
    return image
