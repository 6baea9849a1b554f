"""Layers of routed experts with drawn weights, and what the formula makes of them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from modelserver.kernels.fused_moe_w4a16 import naive
from modelserver.quant.int4 import Quantised

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


@dataclass(frozen=True, eq=False)
class Layer:
    """Experts on the processor: w13 [E, 2·I, H], w2 [E, H, I]."""

    w13: Quantised
    w2: Quantised

    @property
    def experts(self) -> int:
        return len(self.w13.packed)

    def truth(self, x: Tensor, weights: Tensor, ids: Tensor) -> Tensor:
        """fp64 on the processor."""
        w13, w2 = (
            naive.prepare(weight.packed, weight.scales, torch.float64)
            for weight in (self.w13, self.w2)
        )
        return naive.fused_moe(x.cpu(), w13, w2, weights.cpu(), ids.cpu())


def drawn_layer(experts: int, hidden: int, inner: int, *, scale: float = 0.01) -> Layer:
    """Codes 0..15 all as likely; scales between half and one and a half times `scale`."""
    return Layer(
        drawn_weight(experts, 2 * inner, hidden, scale),
        drawn_weight(experts, hidden, inner, scale),
    )


def drawn_weight(experts: int, rows: int, columns: int, scale: float) -> Quantised:
    words = torch.randint(-(2**31), 2**31, (experts, rows, columns // 8))
    scales = (torch.rand(experts, rows, columns // 32) + 0.5) * scale
    return Quantised(words.to(torch.int32), scales.to(torch.bfloat16))


def drawn_routing(tokens: int, experts: int, slots: int) -> tuple[Tensor, Tensor]:
    """Weights fp32 and distinct experts int32, both [tokens, slots]."""
    ids = torch.rand(tokens, experts).argsort(dim=1)[:, :slots].to(torch.int32)
    return torch.rand(tokens, slots).to(DEVICE), ids.to(DEVICE)


def drawn_tokens(tokens: int, hidden: int) -> Tensor:
    return torch.randn(tokens, hidden).to(torch.bfloat16).to(DEVICE)


def error(y: Tensor, truth: Tensor) -> float:
    """Largest difference, as a share of the largest value."""
    assert y.shape == truth.shape, (y.shape, truth.shape)
    if not truth.numel():
        return 0.0
    return float((y.cpu().double() - truth).abs().max() / truth.abs().max())
