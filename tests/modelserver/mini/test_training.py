"""Training: it learns, it goes on where it stopped, and two ranks make one run."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from modelserver.mini.batches import NoSamples, collate, training_batches
from modelserver.mini.config import Settings
from modelserver.mini.optim import TOWER_RATE, rate_of
from modelserver.mini.trainer import Place, Trainer
from tests.modelserver.mini.drawn import samples_of

SETTINGS = Settings(minutes=10, processes=1, warmup_steps=1)


def test_some_steps_on_a_few_pages_lower_the_loss(pages: Path, tmp_path: Path) -> None:
    trainer = Trainer(SETTINGS, Place(pages, tmp_path, 0, resume=False))
    trainer.model.train()
    batch = collate(samples_of(pages, 2))

    for _ in range(20):
        trainer.learn(batch)

    losses = trainer.progress.losses
    assert losses[-1] < 0.5 * losses[0]


def test_a_resumed_run_takes_the_step_that_the_run_would_have_taken(
    pages: Path, tmp_path: Path
) -> None:
    first, second = (collate(samples_of(pages, 4)[at : at + 2]) for at in (0, 2))
    trainer = Trainer(SETTINGS, Place(pages, tmp_path, 0, resume=False))
    trainer.model.train()
    trainer.progress.fraction = 0.8
    trainer.learn(first)
    trainer.checkpoint().save(tmp_path)

    resumed = Trainer(SETTINGS, Place(pages, tmp_path, 0, resume=True))
    resumed.model.train()
    assert resumed.elapsed == pytest.approx(trainer.elapsed, abs=60)
    assert resumed.progress.samples == trainer.progress.samples
    for one in (trainer, resumed):
        one.progress.fraction = 0.8
        one.learn(second)

    assert torch.equal(resumed.optimiser.master, trainer.optimiser.master)
    kept, true = resumed.checkpoint(), trainer.checkpoint()
    assert all(torch.equal(kept.model[name], true.model[name]) for name in true.model)
    assert all(torch.equal(kept.moments[name], true.moments[name]) for name in true.moments)


def test_weights_train_in_bfloat16_over_a_float32_master(pages: Path, tmp_path: Path) -> None:
    trainer = Trainer(SETTINGS, Place(pages, tmp_path, 0, resume=False))
    masters = trainer.optimiser.masters()

    for name, parameter in trainer.model.named_parameters():
        assert parameter.dtype == torch.bfloat16
        assert torch.equal(masters[name].bfloat16(), parameter)
    assert trainer.optimiser.master.dtype == torch.float32


def test_vision_and_projector_learn_more_slowly() -> None:
    assert rate_of("vision_tower.patch_embed.pos_emb") == TOWER_RATE
    assert rate_of("mm_projector.proj.0.weight") == TOWER_RATE
    assert rate_of("language_model.model.embed_tokens.weight") == 1.0
    assert rate_of("language_model.model.layers.1.self_attn.o_proj.weight") < 1.0


@pytest.mark.parametrize(("fraction", "quantised"), [(0.7, False), (0.75, True)])
def test_experts_are_quantised_for_the_last_quarter(
    pages: Path, tmp_path: Path, fraction: float, quantised: bool
) -> None:
    trainer = Trainer(SETTINGS, Place(pages, tmp_path, 0, resume=False))
    trainer.progress.fraction = fraction

    trainer.learn(collate(samples_of(pages, 1)))

    assert trainer.model.mixtures()[0].experts.quantised is quantised
    assert trainer.checkpoint().quantised is quantised


def test_only_simple_pages_are_learnt_at_first(pages: Path) -> None:
    samples = [replace(s, simple=bool(n % 2)) for n, s in enumerate(samples_of(pages, 8))]
    first = next(training_batches(lambda _: samples, 4, lambda: True))

    simple = {tuple(sample.answer) for sample in samples if sample.simple}
    answers = {tuple(row[row >= 0].tolist()) for row in first.targets}
    assert answers <= simple


def test_a_folder_with_nothing_to_learn_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSamples, match="generate pages"):
        next(training_batches(lambda _: [], 4, lambda: False))


def test_two_ranks_train_save_plot_and_answer(pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = [
        sys.executable, "-m", "modelserver.mini.train", "--data", str(pages), "--out", str(folder),
        "--minutes", "0.1", "--batch", "2",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=280)
    assert done.returncode == 0, done.stderr

    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert records[-1]["samples"] == 4 * records[-1]["step"] > 0
    assert records[-1]["fraction"] >= 1
    names = {path.name for path in folder.iterdir()}
    assert {"checkpoint.pt", "loss.png", "accuracy.png", "greedy.json"} <= names
    again = subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=60)
    assert "has a checkpoint" in again.stderr
