"""A run's state on disk: enough to go on, to evaluate and to export."""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from modelserver.mini.config import Config, VisionConfig
from modelserver.mini.model import Mini

NAME = "checkpoint.pt"


@dataclass(frozen=True)
class Checkpoint:
    """`model` and `head` are state dicts with float32 masters; the bfloat16 weights that train are
    these, rounded. `moments` is the optimiser's; `quantised` says whether the experts were."""

    config: Config
    model: dict[str, Tensor]
    head: dict[str, Tensor]
    moments: dict[str, Tensor]
    elapsed: float  # seconds
    samples: int
    quantised: bool

    def save(self, run: Path) -> None:
        """Whole or not at all."""
        partial = run / f"{NAME}.part"
        torch.save({**vars(self), "config": asdict(self.config)}, partial)
        partial.replace(run / NAME)

    @staticmethod
    def load(run: Path) -> "Checkpoint":
        """Raises FileNotFoundError when the run has saved nothing yet."""
        kept = torch.load(run / NAME, weights_only=True, map_location="cpu")
        config = kept.pop("config")
        return Checkpoint(Config(**{**config, "vision": VisionConfig(**config["vision"])}), **kept)

    def trained(self, dtype: torch.dtype = torch.bfloat16) -> Mini:
        """The model with the weights that training used (rounded to bfloat16), held in `dtype`.

        In evaluation mode; the experts are fake-quantised if they were in training.
        """
        model = Mini(self.config)
        model.load_state_dict(self.model)
        for parameter in model.parameters():
            parameter.data = parameter.data.bfloat16().to(dtype)
        model.quantise(self.quantised)
        return model.eval()
