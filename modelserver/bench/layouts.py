"""Kimi K2.5's routed experts as one card holds them, and tokens routed to them in different ways.

A draw is what SGLang's router hands to the experts, whoever multiplies them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from modelserver.quant.int4 import GROUP, PER_WORD, Quantised

SCALE = 2.827  # routed_scaling_factor of Kimi K2
ZIPF = 1.0  # exponent


@dataclass(frozen=True)
class Layout:
    """What one card has of a layer: `experts` of `routed`, each [hidden, inner], `slots` a token.

    tokens: how many of them the benchmark draws, those of all cards under expert parallelism.
    """

    name: str
    experts: int
    inner: int
    tokens: tuple[int, ...]
    routed: int = 384
    hidden: int = 7168
    slots: int = 8

    @property
    def weights(self) -> int:
        """Weights of one expert."""
        return 3 * self.hidden * self.inner


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("TP1-384", experts=384, inner=2048, tokens=(1, 8, 32, 128, 1024, 4096)),
        Layout("EP8-48", experts=48, inner=2048, tokens=(8, 160, 400, 4096)),
        Layout("TP8", experts=384, inner=256, tokens=(1, 8, 64, 2048)),
    )
}


@dataclass(frozen=True, eq=False)
class Draw:
    """Tokens of one layer. x bf16 [T, H]; router_weights fp32 [T, k], which sum to 1, and ids int32
    [T, k], −1 for other cards' experts, as SGLang's router gives them; weights, times SCALE."""

    x: Tensor
    router_weights: Tensor
    weights: Tensor
    ids: Tensor

    @property
    def rows(self) -> int:
        """How many rows the experts of this card multiply."""
        return int((self.ids >= 0).sum())

    @property
    def experts_hit(self) -> int:
        return len(set(self.ids[self.ids >= 0].tolist()))

    @property
    def tokens_hit(self) -> int:
        """Tokens that any expert of this card is asked for."""
        return int((self.ids >= 0).any(-1).sum())


def uniform(layout: Layout, tokens: int, random: torch.Generator) -> Tensor:
    return torch.rand(tokens, layout.routed, generator=random).argsort(-1)[:, : layout.slots]


def zipf(layout: Layout, tokens: int, random: torch.Generator) -> Tensor:
    """Without replacement, an expert's odds falling with its rank in a random order."""
    ranks = torch.randperm(layout.routed, generator=random) + 1
    gumbel = -torch.empty(tokens, layout.routed).exponential_(generator=random).log()
    return (gumbel - ZIPF * ranks.log()).argsort(-1, descending=True)[:, : layout.slots]


def hot(layout: Layout, tokens: int, random: torch.Generator) -> Tensor:
    """Every token goes to the same experts, on this card."""
    return torch.randperm(layout.experts, generator=random)[: layout.slots].expand(tokens, -1)


def balanced(layout: Layout, tokens: int, random: torch.Generator) -> Tensor:
    """In turn: no expert is asked for more than once more often than another."""
    order = torch.randperm(layout.routed, generator=random)
    return order[torch.arange(tokens * layout.slots) % layout.routed].view(tokens, -1)


ROUTINGS: dict[str, Callable[[Layout, int, torch.Generator], Tensor]] = {
    "uniform": uniform,
    "zipf": zipf,
    "hot": hot,
    "balanced": balanced,
}


def draw(layout: Layout, tokens: int, routing: str, seed: int, device: str = "cpu") -> Draw:
    """`tokens` tokens routed as ROUTINGS[routing] says; the routing is the same on every device."""
    random = torch.Generator().manual_seed(seed)
    chosen = ROUTINGS[routing](layout, tokens, random)
    scores = torch.rand(tokens, layout.slots, generator=random) + 0.5
    weights = (scores / scores.sum(-1, keepdim=True)).to(device)
    ids = torch.where(chosen < layout.experts, chosen, -1).to(device, torch.int32)
    noisy = torch.Generator(device).manual_seed(seed)
    x = torch.randn(tokens, layout.hidden, generator=noisy, device=device).to(torch.bfloat16)
    return Draw(x, weights, weights * SCALE, ids)


def drawn_weights(layout: Layout, device: str = "cpu") -> tuple[Quantised, Quantised]:
    """w13 [E, 2·I, H] and w2 [E, H, I] of random codes; results are about as large as x."""
    shapes = ((2 * layout.inner, layout.hidden), (layout.hidden, layout.inner))
    first, second = (matrices(layout.experts, n, k, device) for n, k in shapes)
    return first, second


def matrices(experts: int, n: int, k: int, device: str) -> Quantised:
    random = torch.Generator(device).manual_seed(n + k)
    packed = torch.randint(
        -(2**31),
        2**31,
        (experts, n, k // PER_WORD),
        generator=random,
        dtype=torch.int32,
        device=device,
    )
    spread = torch.rand(experts, n, k // GROUP, generator=random, device=device) + 0.5
    return Quantised(packed, (spread / (4.6 * k**0.5)).to(torch.bfloat16))
