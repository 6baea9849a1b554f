"""AdamW on one flat vector: bfloat16 weights and gradients over a float32 master."""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, distributed, nn

BETAS = (0.9, 0.98)
EPSILON = 1e-8
# Vision and projector learn slower: at the full rate their outputs grow until nothing is seen.
TOWER_RATE = 0.3
MATRIX_RATE = 0.6
MODULES_SEEING = ("vision_tower.", "mm_projector.")
TABLES = ("embed_tokens", "lm_head", "auxiliary")


class FlatAdamW:
    """Owns the parameters' storage: each becomes a bfloat16 view of one vector, as its gradient.

    One vector makes an update a dozen operations and the ranks' average a single all-reduce.
    """

    def __init__(
        self, parameters: Iterable[tuple[str, nn.Parameter]], decay: float, clip: float
    ) -> None:
        named = list(parameters)
        self.decay, self.clip = decay, clip
        master = torch.cat([p.detach().float().flatten() for _, p in named])
        self.master, self.steps = master, 0
        self.mean, self.square = torch.zeros_like(master), torch.zeros_like(master)
        self._decayed, self._rates = torch.zeros_like(master), torch.ones_like(master)
        self._weights = master.bfloat16()
        self.gradient = torch.zeros_like(self._weights)
        self._spans: dict[str, tuple[slice, torch.Size]] = {}
        start = 0
        for name, parameter in named:
            end = start + parameter.numel()
            self._decayed[start:end] = float(parameter.dim() >= 2)
            self._rates[start:end] = rate_of(name)
            parameter.data = self._weights[start:end].view_as(parameter)
            parameter.grad = self.gradient[start:end].view_as(parameter)
            self._spans[name] = slice(start, end), parameter.shape
            start = end

    def masters(self) -> dict[str, Tensor]:
        """Every parameter in float32, by name: views of the master."""
        return {name: self.master[span].view(shape) for name, (span, shape) in self._spans.items()}

    def moments(self) -> dict[str, Tensor]:
        """What `restore` needs beside the masters."""
        return {"mean": self.mean, "square": self.square, "steps": torch.tensor(self.steps)}

    def restore(self, moments: Mapping[str, Tensor]) -> None:
        """Goes on from kept moments; the parameters given at construction were the masters."""
        self.mean.copy_(moments["mean"])
        self.square.copy_(moments["square"])
        self.steps = int(moments["steps"])

    def average(self, ranks: int) -> None:
        """Gives every rank the mean of all ranks' gradients."""
        if ranks > 1:
            distributed.all_reduce(self.gradient)
            self.gradient.mul_(1 / ranks)

    def step(self, learning_rate: float) -> float:
        """One update; returns the gradient's norm before clipping and clears the gradient."""
        gradient = self.gradient.float()
        norm = float(gradient.norm())
        gradient *= min(1.0, self.clip / (norm + 1e-6))
        self.steps += 1
        fast, slow = BETAS
        self.mean.mul_(fast).add_(gradient, alpha=1 - fast)
        self.square.mul_(slow).addcmul_(gradient, gradient, value=1 - slow)
        scale = (self.square / (1 - slow**self.steps)).sqrt_().add_(EPSILON)
        self.master.addcmul_(self.master, self._decayed, value=-learning_rate * self.decay)
        step = -learning_rate / (1 - fast**self.steps)
        self.master.addcdiv_(self.mean * self._rates, scale, value=step)
        self._weights.copy_(self.master)
        self.gradient.zero_()
        return norm


def rate_of(name: str) -> float:
    """A parameter's share of the learning rate."""
    if name.startswith(MODULES_SEEING):
        return TOWER_RATE
    return 1.0 if any(table in name for table in TABLES) else MATRIX_RATE
