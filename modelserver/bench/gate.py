"""No speed without a right result: what was timed is compared with the formula in float32."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.bench.layouts import Draw
from modelserver.kernels.fused_moe_w4a16.by_expert import weighted_sum
from modelserver.quant.int4 import Quantised

# Of our kernels' results. At full width 3.75e-3 are expected of prefill, which rounds weights, h,
# each slot's row and the result to bf16.
TOLERANCE = 6e-3
INTERPRETED = 2e-2  # Triton's interpreter cuts float32 off where it should round to bf16
COMPARED = 8  # tokens of each draw; all others must be finite


class WrongResult(Exception):
    """An implementation disagrees with the formula: its speed is of no interest."""


def looked_at(draw: Draw) -> Tensor:
    """Indices of a few tokens from the first to the last."""
    count = min(COMPARED, len(draw.x))
    return torch.linspace(0, len(draw.x) - 1, count, device=draw.x.device).long()


def formula(draw: Draw, w13: Quantised, w2: Quantised) -> Tensor:
    """y fp32 [n, H] of the tokens that are looked at, with weights as they are stored."""
    tokens = looked_at(draw)

    def run(expert: int, rows: Tensor) -> Tensor:
        gate, up = functional.linear(rows, _expert(w13, expert)).chunk(2, -1)
        return functional.linear(functional.silu(gate) * up, _expert(w2, expert))

    return weighted_sum(run, draw.x[tokens].float(), draw.weights[tokens], draw.ids[tokens])


def _expert(weight: Quantised, expert: int) -> Tensor:
    return Quantised(weight.packed[expert], weight.scales[expert]).dequantise(torch.float32)


def check(
    results: Sequence[Tensor], truths: Sequence[Tensor], draws: Sequence[Draw], tolerance: float
) -> float:
    """The largest error, as a share of the norm. Raises WrongResult where it is too large."""
    worst = 0.0
    for result, truth, draw in zip(results, truths, draws, strict=True):
        if result.shape != draw.x.shape:
            raise WrongResult(f"shape {tuple(result.shape)}, not {tuple(draw.x.shape)}")
        if not bool(result.isfinite().all()):
            raise WrongResult(f"not finite at {len(draw.x)} tokens")
        difference = (result[looked_at(draw)].float() - truth).norm()
        worst = max(worst, float(difference / truth.norm().clamp_min(torch.finfo().tiny)))
    if not worst < tolerance:
        raise WrongResult(f"off by {worst:.1e}, {tolerance:.0e} allowed")
    return worst
