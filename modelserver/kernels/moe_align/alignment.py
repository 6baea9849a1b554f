"""What the experts' kernels are handed beside ids and weights: rows sorted by expert.

A kernel that multiplies a block of rows with one expert's weights needs rows in blocks that never
mix experts. `Alignment` lists them so; its shapes depend on the number of rows alone, not on how
they were routed, so that a CUDA graph captured once serves every routing.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Alignment:
    """Flat indices token·k + slot by expert, each expert padded to whole blocks.

    sorted_token_ids int32 [P], by (expert, flat index), T·k where there is no row: behind an
    expert's last row and from num_tokens_post_padded on. expert_ids int32 [P/block], the expert of
    each block, −1 from there on. num_tokens_post_padded int32 [1], how many of the P entries
    experts fill, a multiple of the block.
    """

    sorted_token_ids: Tensor
    expert_ids: Tensor
    num_tokens_post_padded: Tensor


def most_padded(rows: int, experts: int, block: int) -> int:
    """P: how many entries `rows` rows can take at most, whoever they are routed to.

    At most min(experts, rows) experts are hit, and each leaves at most block − 1 entries empty.
    Raises ValueError where there is no expert, or no entry in a block.
    """
    if experts < 1 or block < 1:
        raise ValueError(f"experts and block are at least 1, not {experts} and {block}")
    return (rows + min(experts, rows) * (block - 1)) // block * block


def check_ids(ids: Tensor) -> None:
    """Raises ValueError for what no alignment takes."""
    if ids.dim() != 2 or ids.dtype not in (torch.int32, torch.int64):
        raise ValueError(f"ids is int32 or int64 [T, k], not {ids.dtype} {tuple(ids.shape)}")
