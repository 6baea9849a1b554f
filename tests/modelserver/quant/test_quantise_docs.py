"""The figures in docs/how-to/quantise.md follow from the models' shapes."""

import math
from pathlib import Path

import pytest
import torch

from modelserver.quant.int4 import SEARCHED_STEPS
from modelserver.quant.shards import is_routed_expert, plan_shards
from modelserver.quant.stored import Stored
from tests.modelserver.quant.checkpoints import (
    Shapes,
    dtype_of,
    kimi_vl_shapes,
    moonlight_shapes,
)
from tests.modelserver.quant.test_quantise_runs import MEMORY

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "quantise.md"


def stored(shapes: Shapes) -> list[Stored]:
    return [
        Stored(
            name=name,
            dtype="F32" if dtype_of(name) is torch.float32 else "BF16",
            shape=shape,
            file=Path("model.safetensors"),
            start=0,
            size=math.prod(shape) * dtype_of(name).itemsize,
        )
        for name, shape in shapes.items()
    ]


@pytest.mark.parametrize(
    ("model", "shapes"),
    [("Moonlight-16B-A3B", moonlight_shapes()), ("Kimi-VL-A3B", kimi_vl_shapes())],
)
def test_the_sizes_in_the_page_are_those_of_the_planned_files(model: str, shapes: Shapes) -> None:
    tensors = stored(shapes)
    read = sum(tensor.size for tensor in tensors) / 1e9
    written = sum(shard.size() for shard in plan_shards(tensors, 4 * 10**9)) / 1e9
    experts = sum(map(is_routed_expert, tensors))
    line = f"| {model} | {read:.1f} GB | {written:.1f} GB | {experts:,} |"
    assert line in PAGE.read_text().splitlines()


def test_the_page_states_the_tested_bound_of_memory_and_the_scales_searched() -> None:
    text = " ".join(PAGE.read_text().split())
    assert f"less than {MEMORY // 2**20} MiB" in text
    assert len(SEARCHED_STEPS) + 1 == 11
    assert "of eleven, that makes" in text
