"""MoonViT and the projector: a mockup's pixels → vision tokens for the text model."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from modelserver.mini.config import MERGE, PATCH, VisionConfig
from modelserver.mini.layers import attend, linear, rotate, signed_tables, sinusoids

THETA = 10000.0
EPSILON = 1e-5


class PatchEmbed(nn.Module):
    """Pixels → one vector per 14×14 patch, plus its learnt position."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.proj = linear(3 * PATCH**2, config.hidden_size, bias=True)
        rows, columns, width = config.grid_height, config.grid_width, config.hidden_size
        quarter = width // 4
        positions = torch.randn(rows, columns, width) * 0.09
        positions[:, :, :quarter] += sinusoids(rows, quarter)[:, None]
        positions[:, :, quarter : 2 * quarter] += sinusoids(columns, quarter)[None]
        self.pos_emb = nn.Parameter(positions)

    def forward(self, images: Tensor) -> Tensor:
        """uint8 [B, 308, 224, 3] → [B, 352, width], patches in reading order."""
        rows, columns, _ = self.pos_emb.shape
        pixels = ((images.float() / 255 - 0.5) / 0.5).to(self.pos_emb.dtype)
        patches = pixels.view(len(images), rows, PATCH, columns, PATCH, 3)
        patches = patches.permute(0, 1, 3, 5, 2, 4).reshape(len(images), rows * columns, -1)
        embedded: Tensor = self.proj(patches)
        return embedded + self.pos_emb.flatten(0, 1)


class VisionBlock(nn.Module):
    """A pre-norm transformer block with full attention over the patches."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        width, self.heads = config.hidden_size, config.num_attention_heads
        residual = (2 * config.num_hidden_layers) ** -0.5
        self.norm0 = nn.LayerNorm(width, eps=EPSILON)
        self.norm1 = nn.LayerNorm(width, eps=EPSILON)
        self.wqkv = linear(width, 3 * width, bias=True)
        self.wo = linear(width, width, bias=True, gain=residual)
        self.fc0 = linear(width, config.intermediate_size, bias=True)
        self.fc1 = linear(config.intermediate_size, width, bias=True, gain=residual)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, patches, width = x.shape
        split = self.wqkv(self.norm0(x)).view(batch, patches, 3, self.heads, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        scale = (width // self.heads) ** -0.5
        seen = attend(rotate(query, cos, sin), rotate(key, cos, sin), value, None, scale)
        x = x + self.wo(seen.transpose(1, 2).reshape(batch, patches, width))
        hidden = functional.gelu(self.fc0(self.norm1(x)), approximate="tanh")
        out: Tensor = x + self.fc1(hidden)
        return out


class VisionTower(nn.Module):
    """The encoder, up to its final norm."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.patch_embed = PatchEmbed(config)
        self.blocks = nn.ModuleList(VisionBlock(config) for _ in range(config.num_hidden_layers))
        self.final_layernorm = nn.LayerNorm(config.hidden_size, eps=EPSILON)
        cos, sin = signed_tables(_angles(config))
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """uint8 [B, 308, 224, 3] → [B, 352, width]."""
        x = self.patch_embed(images)
        cos, sin = self.cos.to(x.dtype), self.sin.to(x.dtype)
        for block in self.blocks:
            x = block(x, cos, sin)
        out: Tensor = self.final_layernorm(x)
        return out


class Projector(nn.Module):
    """Merges 2×2 patches and projects them to the text model's width."""

    def __init__(self, config: VisionConfig, hidden_size: int) -> None:
        super().__init__()
        self.rows, self.columns = config.grid_height // MERGE, config.grid_width // MERGE
        merged = MERGE**2 * config.hidden_size
        self.pre_norm = nn.LayerNorm(config.hidden_size, eps=EPSILON)
        self.proj = nn.Sequential(
            linear(merged, merged, bias=True),
            nn.GELU(),
            linear(merged, hidden_size, bias=True, gain=0.5),
        )

    def forward(self, x: Tensor) -> Tensor:
        """[B, 352, width] → [B, 88, hidden_size]."""
        batch, _, width = x.shape
        grid = self.pre_norm(x).view(batch, self.rows, MERGE, self.columns, MERGE, width)
        merged = grid.permute(0, 1, 3, 2, 4, 5).reshape(batch, self.rows * self.columns, -1)
        out: Tensor = self.proj(merged)
        return out


def _angles(config: VisionConfig) -> Tensor:
    """2-D rotary angles [352, head/2]: column and row alternate."""
    head = config.hidden_size // config.num_attention_heads
    frequencies = THETA ** -(torch.arange(0, head, 4).float() / head)
    rows = torch.arange(config.grid_height).float().repeat_interleave(config.grid_width)
    columns = torch.arange(config.grid_width).float().repeat(config.grid_height)
    pairs = [torch.outer(columns, frequencies), torch.outer(rows, frequencies)]
    return torch.stack(pairs, -1).flatten(1)
