"""Data and a run that Kimi mini's tests share."""

from pathlib import Path

import pytest
import torch

from modelserver.mini.config import Settings
from modelserver.mini.trainer import Place, Trainer
from tests.modelserver.mini.drawn import write_pages


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of 8 training and 2 validation pages."""
    return write_pages(tmp_path_factory.mktemp("pages"), {"train": 8, "validation": 2})


@pytest.fixture(scope="session")
def run(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder: an untrained model, near the end of its time, its routers out of balance."""
    folder = tmp_path_factory.mktemp("run")
    trainer = Trainer(Settings(minutes=1, processes=1), Place(pages, folder, 0, resume=False))
    trainer.progress.fraction = 0.9
    torch.manual_seed(1)
    for mixture in trainer.model.mixtures():
        mixture.gate.balance(torch.randn(8), 0.3)
    trainer.checkpoint().save(folder)
    return folder
