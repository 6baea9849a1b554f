"""The exported checkpoint is the trained model."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional
from transformers import AutoTokenizer

from modelserver.config import MINI
from modelserver.mini.checkpoint import Checkpoint
from modelserver.mini.export import export
from modelserver.mini.model import Mini
from modelserver.mini.tensors import square_grid
from modelserver.mini.vocabulary import ID
from modelserver.native import load_model
from modelserver.quant.int4 import GROUP, Quantised, quantise
from tests.modelserver.mini.drawn import samples_of


@pytest.fixture(scope="module")
def int4(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("int4")
    export(run, folder)
    return folder


@pytest.fixture(scope="module")
def twin(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bf16")
    export(run, folder, int4=False)
    return folder


def as_exported(run: Path, positions: torch.Tensor) -> Mini:
    """The trained model in float32, its experts and its position grid rounded as in the file."""
    model = Checkpoint.load(run).trained(torch.float32)
    model.quantise(False)
    for mixture in model.mixtures():
        for weight in mixture.experts.parameters():
            weight.data = quantise(weight).dequantise().float()
    model.vision_tower.patch_embed.pos_emb.data = resampled(positions.float())
    return model


def resampled(grid: torch.Tensor) -> torch.Tensor:
    size = (22, 16)
    channels = functional.interpolate(grid.permute(2, 0, 1)[None], size=size, mode="bicubic")
    return channels[0].permute(1, 2, 0)


def test_the_shipped_checkpoint_is_what_export_would_write_around_its_weights(int4: Path) -> None:
    written = {path.name for path in int4.iterdir()}
    assert {path.name for path in MINI.iterdir()} - {"__pycache__"} == written
    for name in written - {"model.safetensors"}:
        assert (MINI / name).read_text() == (int4 / name).read_text(), name


@torch.no_grad()
def test_transformers_own_class_gives_the_trained_models_logits(
    run: Path, twin: Path, pages: Path
) -> None:
    stored = load_file(twin / "model.safetensors")
    ours = as_exported(run, stored["vision_tower.patch_embed.pos_emb.weight"])
    theirs = load_model(twin, torch.float32)
    for sample in samples_of(pages, 2):
        ids = torch.tensor([sample.prompt + sample.answer])
        image = torch.tensor(sample.image)
        patches = (image / 255 - 0.5) / 0.5
        patches = patches.view(22, 14, 16, 14, 3).permute(0, 2, 4, 1, 3).reshape(-1, 3, 14, 14)

        expected = ours(ids, ours.see(image[None])).log_softmax(-1)
        grid = torch.tensor([[1, 22, 16]])
        got = theirs(input_ids=ids, pixel_values=patches, image_grid_thw=grid).logits

        torch.testing.assert_close(got.log_softmax(-1), expected, atol=1e-4, rtol=0)


def test_the_int4_checkpoint_is_its_twin_bit_for_bit(int4: Path, twin: Path) -> None:
    small, whole = load_file(int4 / "model.safetensors"), load_file(twin / "model.safetensors")
    experts = [name for name in whole if ".mlp.experts." in name]
    assert len(experts) == 3 * 8 * 3  # layers, experts, matrices

    for name in experts:
        packed, scales = small.pop(f"{name}_packed"), small.pop(f"{name}_scale")
        assert small.pop(f"{name}_shape").tolist() == list(whole[name].shape)
        assert scales.shape[1] * GROUP == whole[name].shape[1]
        assert torch.equal(Quantised(packed, scales).dequantise(), whole.pop(name))
    assert small.keys() == whole.keys()
    assert all(torch.equal(small[name], whole[name]) for name in small)


def test_the_square_grid_resampled_gives_the_learnt_positions_back() -> None:
    positions = torch.randn(22, 16, 8)

    torch.testing.assert_close(resampled(square_grid(positions)), positions, atol=1e-4, rtol=0)


def test_a_checkpoint_is_small_enough_to_ship(int4: Path) -> None:
    assert sum(path.stat().st_size for path in int4.iterdir()) < 25e6


def test_the_configuration_names_the_tokens_of_the_vocabulary(int4: Path) -> None:
    config = json.loads((int4 / "config.json").read_text())

    assert config["media_placeholder_token_id"] == ID["<|media_pad|>"]
    assert config["text_config"]["eos_token_id"] == ID["<|im_end|>"]
    assert config["quantization_config"] == config["text_config"]["quantization_config"]
    tokenizer = AutoTokenizer.from_pretrained(int4)
    assert len(tokenizer) == config["text_config"]["vocab_size"]


def test_the_twin_says_nothing_of_quantisation(twin: Path) -> None:
    assert "quantization_config" not in (twin / "config.json").read_text()


def test_a_run_without_a_checkpoint_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        export(tmp_path, tmp_path / "out")
