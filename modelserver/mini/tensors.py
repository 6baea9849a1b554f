"""The trained weights under the released checkpoint's names and shapes."""

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.mini.config import PATCH, Config
from modelserver.mini.model import Mini
from modelserver.quant.int4 import Quantised, quantise

POSITIONS = "vision_tower.patch_embed.pos_emb"


def released(model: Mini, *, int4: bool) -> dict[str, Tensor]:
    """Every tensor of the checkpoint: bfloat16; routing biases float32; routed experts as INT4
    triplets, or as the bfloat16 values that these stand for."""
    tensors: dict[str, Tensor] = {}
    for name, tensor in model.state_dict().items():
        for key, value in _renamed(name, tensor, model.config):
            if ".mlp.experts." in key:
                tensors.update(_expert(key, value, int4=int4))
            elif key.endswith("e_score_correction_bias"):
                tensors[key] = value.float()
            else:
                tensors[key] = value.bfloat16()
    return {key: value.contiguous().clone() for key, value in tensors.items()}


def square_grid(positions: Tensor) -> Tensor:
    """The learnt positions [22, 16, W] as the square grid [22, 22, W] that the architecture has.

    A model resamples the grid to an image's patches bicubically: of all grids that give `positions`
    back, this is the smallest.
    """
    rows, columns, _ = positions.shape
    back = functional.interpolate(
        torch.eye(rows)[None, :, None], size=(1, columns), mode="bicubic", align_corners=False
    )
    stretch = torch.linalg.pinv(back[0, :, 0].T)  # [22, 16]
    return torch.einsum("gc,rcw->rgw", stretch, positions.float())


def _renamed(name: str, tensor: Tensor, config: Config) -> Iterator[tuple[str, Tensor]]:
    """Undoes what training joins: gate with up, experts with each other, halves of rotary pairs."""
    if name.startswith("vision_tower.blocks."):
        name = name.replace("vision_tower.blocks.", "vision_tower.encoder.blocks.")
        name = name.replace(".fc", ".mlp.fc")
    name = name.replace("vision_tower.final", "vision_tower.encoder.final")
    if ".experts." in name:
        for expert, weight in enumerate(tensor):
            prefix = name.replace(".experts.", f".experts.{expert}.")
            yield from _gate_and_up(f"{prefix}.weight", weight)
    elif "gate_up_proj" in name:
        yield from _gate_and_up(name, tensor)
    elif name.endswith("patch_embed.proj.weight"):
        yield name, tensor.view(-1, 3, PATCH, PATCH)
    elif name == POSITIONS:
        yield f"{name}.weight", square_grid(tensor)
    else:
        yield name, _paired(name, tensor, config)


def _gate_and_up(name: str, weight: Tensor) -> Iterator[tuple[str, Tensor]]:
    if "gate_up_proj" not in name:
        yield name, weight
        return
    gate, up = weight.chunk(2)
    yield name.replace("gate_up_proj", "gate_proj"), gate
    yield name.replace("gate_up_proj", "up_proj"), up


def _paired(name: str, tensor: Tensor, config: Config) -> Tensor:
    """Rows whose halves turn together → rows whose neighbours do."""
    out = tensor.clone()
    if "q_b_proj" in name:
        heads = out.view(config.num_attention_heads, -1, out.shape[-1])
        heads[:, config.qk_nope_head_dim :] = _neighbours(heads[:, config.qk_nope_head_dim :], 1)
    elif "kv_a_proj_with_mqa" in name:
        out[config.kv_lora_rank :] = _neighbours(out[config.kv_lora_rank :], 0)
    elif ".wqkv." in name:
        heads = out.view(3, config.vision.num_attention_heads, -1, *out.shape[1:])
        heads[:2] = _neighbours(heads[:2], 2)
    return out


def _neighbours(rows: Tensor, axis: int) -> Tensor:
    """Interleaves the two halves of an axis: 0, n, 1, n + 1, …"""
    size = rows.shape[axis]
    order = torch.arange(size).view(2, size // 2).t().flatten()
    return rows.index_select(axis, order)


def _expert(key: str, weight: Tensor, *, int4: bool) -> dict[str, Tensor]:
    """The INT4 triplet, or the bfloat16 weight of the same values."""
    small: Quantised = quantise(weight.bfloat16())
    if not int4:
        return {key: small.dequantise(torch.bfloat16)}
    return {
        f"{key}_packed": small.packed,
        f"{key}_scale": small.scales,
        f"{key}_shape": torch.tensor(weight.shape, dtype=torch.int32),
    }
