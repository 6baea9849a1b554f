"""The mixture of experts: sigmoid router without auxiliary loss, routed and shared experts."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from modelserver.mini.config import Config
from modelserver.mini.layers import linear
from modelserver.quant.int4 import fake_quantise

PAD = 128  # token counts are padded to this in training: few distinct shapes for oneDNN to prepare


def gated(x: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    """SiLU(gate)·up, then down; `gate_up` [2I, H] holds the gate rows first."""
    gate, up = functional.linear(x, gate_up).chunk(2, -1)
    return functional.linear(functional.silu(gate) * up, down)


class DenseMLP(nn.Module):
    """Layer 0's MLP, and the shared expert."""

    def __init__(self, hidden: int, intermediate: int, residual: float) -> None:
        super().__init__()
        self.gate_up_proj = linear(hidden, 2 * intermediate)
        self.down_proj = linear(intermediate, hidden, gain=residual)

    def forward(self, x: Tensor) -> Tensor:
        return gated(x, self.gate_up_proj.weight, self.down_proj.weight)


class Router(nn.Module):
    """Chooses experts by sigmoid score plus a balancing bias; weighs them by the score alone.

    The bias is not learnt by gradient: `balance` lowers it for busy experts (noaux_tc).
    """

    e_score_correction_bias: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.top, self.scaling = config.num_experts_per_tok, config.routed_scaling_factor
        self.weight = nn.Parameter(torch.randn(config.n_routed_experts, config.hidden_size) * 0.02)
        self.register_buffer("e_score_correction_bias", torch.zeros(config.n_routed_experts))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[T, H] → expert ids [T, k] and weights fp32 [T, k]."""
        scores = functional.linear(x.float(), self.weight.float()).sigmoid()
        chosen = (scores.detach() + self.e_score_correction_bias).topk(self.top, -1)[1]
        weights = scores.gather(1, chosen)
        return chosen, weights / weights.sum(-1, keepdim=True) * self.scaling

    def balance(self, load: Tensor, rate: float) -> None:
        """Moves the bias one step towards an even load (tokens per expert, over all ranks)."""
        self.e_score_correction_bias += rate * torch.sign(load.mean() - load)


class Experts(nn.Module):
    """All routed experts: gate_up_proj [E, 2I, H], down_proj [E, H, I]; INT4 when `quantised`."""

    def __init__(self, config: Config, residual: float) -> None:
        super().__init__()
        count, hidden = config.n_routed_experts, config.hidden_size
        width = config.moe_intermediate_size
        self.gate_up_proj = nn.Parameter(torch.randn(count, 2 * width, hidden) * hidden**-0.5)
        self.down_proj = nn.Parameter(torch.randn(count, hidden, width) * width**-0.5 * residual)
        self.quantised = False

    def forward(self, x: Tensor, counts: list[int]) -> Tensor:
        """Tokens sorted by expert, `counts` of them for each → their outputs."""
        gate_up: Tensor = self.gate_up_proj
        down: Tensor = self.down_proj
        if self.quantised:
            gate_up, down = fake_quantise(gate_up), fake_quantise(down)
        groups = torch.split(x, counts)
        return torch.cat([gated(*group) for group in zip(groups, gate_up, down, strict=True)])


class MoE(nn.Module):
    """Routed experts plus the shared one."""

    def __init__(self, config: Config, residual: float) -> None:
        super().__init__()
        self.gate = Router(config)
        self.experts = Experts(config, residual)
        self.shared_experts = DenseMLP(config.hidden_size, config.moe_intermediate_size, residual)
        self.load = torch.zeros(config.n_routed_experts)  # tokens per expert of the last forward

    def forward(self, hidden: Tensor) -> Tensor:
        x = hidden.reshape(-1, hidden.shape[-1])
        chosen, weights = self.gate(x)
        picks = chosen.flatten()
        order = picks.argsort()
        counts = torch.bincount(picks, minlength=len(self.load))
        self.load = counts.detach().float()
        token = order // chosen.shape[1]
        weight = weights.flatten().index_select(0, order).to(x.dtype)
        if self.training:
            token, weight, counts = _padded(token, weight, counts)
        routed = self.experts(x.index_select(0, token), counts.tolist())
        out: Tensor = self.shared_experts(x).index_add(0, token, routed * weight[:, None])
        return out.view(hidden.shape)


def _padded(token: Tensor, weight: Tensor, counts: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Rounds every expert's group up to PAD rows; the added rows weigh nothing."""
    room = (counts + PAD - 1) // PAD * PAD
    shift = (room.cumsum(0) - room) - (counts.cumsum(0) - counts)
    place = torch.arange(len(token), device=token.device) + shift.repeat_interleave(counts)
    size = int(room.sum())
    tokens = torch.zeros(size, dtype=token.dtype, device=token.device)
    tokens[place] = token
    weights = torch.zeros(size, dtype=weight.dtype, device=weight.device)
    return tokens, weights.index_put((place,), weight), room
