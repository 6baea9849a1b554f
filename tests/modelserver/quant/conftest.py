"""Checkpoints of both kinds, written and quantised once for all tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from safetensors import safe_open
from torch import Tensor

from modelserver.quant.quantise import main
from tests.modelserver.quant.checkpoints import (
    TEXT_CONFIG,
    VL_CONFIG,
    kimi_vl_shapes,
    moonlight_shapes,
    smaller,
    write_sharded,
)

SHARD_SIZE = 60_000_000  # bytes; both checkpoints become several files


@dataclass(frozen=True)
class Pair:
    """A bf16 checkpoint and the quantised one made from it."""

    source: Path
    target: Path


@pytest.fixture(scope="session", params=["moonlight", "kimi-vl"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "moonlight":
        shapes = moonlight_shapes(layers=2, experts=2, words=512)
        config = smaller(TEXT_CONFIG, layers=2, experts=2, words=512)
    else:
        shapes = kimi_vl_shapes(layers=2, experts=2, words=512, blocks=1)
        config = smaller(VL_CONFIG, layers=2, experts=2, words=512, blocks=1)
    made = Pair(write_sharded(folder / "bf16", shapes, config, per_file=20), folder / "int4")
    assert main([str(made.source), str(made.target), f"--shard-size={SHARD_SIZE}B"]) == 0
    yield made
    for file in folder.rglob("*.safetensors"):
        file.unlink()


def tensors_of(folder: Path) -> dict[str, Tensor]:
    """Every tensor of a folder's safetensors files, read by the safetensors library."""
    tensors: dict[str, Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "pt") as file:
            tensors |= {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    return tensors
