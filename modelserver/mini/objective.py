"""What is minimised: answer tokens, and what an auxiliary head reads off the vision tokens."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from modelserver.mini.batches import IGNORED, Batch
from modelserver.mini.config import MERGE, VisionConfig
from modelserver.mini.layers import linear, sinusoids
from modelserver.mini.model import Mini
from modelserver.mini.vocabulary import COLUMNS, GROUPS, HEIGHTS, ID, LINES, ROWS, WIDTHS, line

PRESENCE_SCALE = 6  # marks that weigh as much as one token's loss
PLACE_WEIGHT = 0.2
CODE_WIDTH = 48  # of the embedding's columns, for each of the five ordered families


class AuxiliaryHead(nn.Module):
    """Reads colours and kinds of element, row and column off each projected vision token.

    Only training uses it: it ties the tower to the picture before the answers need it.
    """

    def __init__(self, hidden_size: int, marks: int, vision: VisionConfig) -> None:
        super().__init__()
        self.sizes = [marks, vision.grid_height // MERGE, vision.grid_width // MERGE]
        self.auxiliary = linear(hidden_size, sum(self.sizes), bias=True)

    def forward(self, vision: Tensor, marks: Tensor) -> Tensor:
        """vision [B, 88, H], marks [B, 88, M] → loss."""
        presence, row, column = self.auxiliary(vision).float().split(self.sizes, -1)
        _, rows, columns = self.sizes
        place = torch.arange(rows * columns, device=vision.device)
        present = functional.binary_cross_entropy_with_logits(presence, marks)
        loss: Tensor = present * (self.sizes[0] / PRESENCE_SCALE)
        for scores, true in ((row, place // columns), (column, place % columns)):
            true = true.repeat(len(vision))
            loss = loss + PLACE_WEIGHT * functional.cross_entropy(scores.flatten(0, 1), true)
        return loss


def token_weights(vocabulary: int, attribute_weight: float) -> Tensor:
    """[V]: what each target token weighs; style tokens are few and decide how a page looks."""
    weights = torch.ones(vocabulary)
    for group in GROUPS.values():
        weights[list(group)] = attribute_weight
    return weights


def token_loss(logits: Tensor, batch: Batch, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Weighted loss to minimise, and the plain mean to report."""
    real = batch.targets != IGNORED
    targets = batch.targets[real]
    losses = functional.cross_entropy(logits[real].float(), targets, reduction="none")
    weight = weights[targets]
    return (losses * weight).sum() / weight.sum(), losses.detach().mean()


def seed_codes(model: Mini) -> None:
    """Starts the embeddings of coordinates and line numbers as codes of their order."""
    families = [(f" {axis}0", count) for axis, count in zip("xywh", _CELLS, strict=True)]
    families.append((line(0), LINES))
    table = model.language_model.model.embed_tokens.weight
    with torch.no_grad():
        for index, (first, count) in enumerate(families):
            rows = slice(ID[first], ID[first] + count)
            columns = slice(index * CODE_WIDTH, (index + 1) * CODE_WIDTH)
            table[rows] *= 0.3
            table[rows, columns] += sinusoids(count, CODE_WIDTH)


_CELLS = (COLUMNS, ROWS, WIDTHS, HEIGHTS)
