"""What every kernel for GPUs is given: the tensors of one call, its weights packed."""

from dataclasses import dataclass

from torch import Tensor

from modelserver.kernels.fused_moe_w4a16.tuning import Shape
from modelserver.quant.pack import Packed


@dataclass(frozen=True, eq=False)
class Problem:
    """See FusedMoe in modelserver.kernels. Where it comes from outside, ids are any integers."""

    x: Tensor
    w13: Packed
    w2: Packed
    weights: Tensor
    ids: Tensor

    @property
    def shape(self) -> Shape:
        return Shape(self.w2.experts, self.w2.rows, self.w2.columns)
