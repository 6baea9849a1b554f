"""The inventory against SGLang's own module trees, and against a real file."""

import json
import math
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import pytest
from safetensors import safe_open

from modelserver.architecture import Architecture, parse_architecture, read_architecture
from modelserver.config import ROOT
from modelserver.inventory import Part, Tensor, tensors
from tests.modelserver.serve.configs import K25, KIMI_VL, MOONLIGHT, scaled, write_config

MODELS = ("k25", "kimi-vl", "moonlight")
COMPUTED = ("g_idx", "g_idx_sort_indices")  # activation order, which the released weights lack
FLOATING = {"BF16": "torch.bfloat16", "F32": "torch.float32", "I32": "torch.int32"}


class Parameter(TypedDict):
    """As sglang_tree.py prints it."""

    shape: list[int]
    dtype: str
    loaded: int


Trees = dict[str, dict[str, Parameter]]


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Trees:
    """SGLang's parameters for the three models, in a process of their own."""
    folder = tmp_path_factory.mktemp("configs")
    k25 = json.loads(K25.read_text())
    contents = {"k25": k25, "kimi-vl": scaled(KIMI_VL), "moonlight": scaled(MOONLIGHT)}
    folders = [write_config(folder / name, each).parent for name, each in contents.items()]
    cpu = {
        "SGLANG_USE_CPU_ENGINE": "1",
        "TORCH_COMPILE_DISABLE": "1",
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }
    told = subprocess.run(
        [sys.executable, "-m", "tests.modelserver.serve.sglang_tree", *map(str, folders)],
        env={**os.environ, **cpu},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    found = json.loads(told.splitlines()[-1])
    return {Path(name).name: tree for name, tree in found.items()}


def inventory(model: str) -> list[Tensor]:
    if model == "k25":
        return list(tensors(read_architecture(K25)))
    content = {"kimi-vl": KIMI_VL, "moonlight": MOONLIGHT}[model]
    return list(tensors(parse_architecture(content, model)))


def is_computed(parameter: str) -> bool:
    return parameter.endswith(COMPUTED)


@pytest.mark.timeout(600)  # SGLang is imported in another process, which may have to wait its turn
@pytest.mark.parametrize("model", MODELS)
def test_every_tensor_has_a_parameter_in_sglang_and_no_parameter_is_left_over(
    trees: Trees, model: str
) -> None:
    ours = {tensor.parameter for tensor in inventory(model)}
    theirs = {name for name in trees[model] if not is_computed(name)}
    assert ours - theirs == set()
    assert theirs - ours == set()


@pytest.mark.parametrize("model", MODELS)
def test_the_tensors_of_a_parameter_fill_it_exactly(trees: Trees, model: str) -> None:
    sizes: Counter[str] = Counter()
    for tensor in inventory(model):
        sizes[tensor.parameter] += math.prod(tensor.shape)
    wrong = {
        name: (size, trees[model][name]["shape"])
        for name, size in sizes.items()
        if size != math.prod(trees[model][name]["shape"]) and not name.endswith("_weight_shape")
    }
    assert wrong == {}


@pytest.mark.parametrize("model", MODELS)
def test_sglang_loads_every_tensor_of_the_first_layers(trees: Trees, model: str) -> None:
    unloaded = [
        name
        for name, each in trees[model].items()
        if not is_computed(name)
        and (".layers." not in name or ".layers.0." in name or ".layers.1." in name)
        and each["loaded"] < math.prod(each["shape"])
    ]
    assert unloaded == []


@pytest.mark.parametrize("model", MODELS)
def test_types_are_those_that_sglang_allocates(trees: Trees, model: str) -> None:
    wrong = {
        tensor.parameter
        for tensor in inventory(model)
        if FLOATING[tensor.dtype] != trees[model][tensor.parameter]["dtype"]
        and not tensor.name.endswith("weight_shape")
    }
    assert wrong == set()


def test_the_release_has_a_triplet_for_each_matrix_of_each_expert() -> None:
    routed = [tensor for tensor in inventory("k25") if tensor.part is Part.ROUTED]
    assert len(routed) == 60 * 384 * 3 * 3


def test_an_expert_is_packed_along_its_input() -> None:
    prefix = "language_model.model.layers.60.mlp.experts.383."
    shapes = {each.name.removeprefix(prefix): each.shape for each in inventory("k25")}
    assert shapes["gate_proj.weight_packed"] == (2048, 896)
    assert shapes["gate_proj.weight_scale"] == (2048, 224)
    assert shapes["down_proj.weight_packed"] == (7168, 256)
    assert shapes["down_proj.weight_scale"] == (7168, 64)


def test_no_name_comes_twice(k25: Architecture) -> None:
    names = Counter(tensor.name for tensor in tensors(k25))
    assert names.most_common(1)[0][1] == 1


def test_a_bf16_twin_has_one_tensor_for_each_matrix(k25: Architecture) -> None:
    kinds = {
        tensor.name.rpartition(".")[2]
        for tensor in tensors(replace(k25, int4=False))
        if tensor.part is Part.ROUTED
    }
    assert kinds == {"weight"}


def test_a_generated_checkpoint_holds_exactly_these_tensors(tiny: Path) -> None:
    implied = {each.name: each for each in tensors(read_architecture(tiny / "config.json"))}
    with safe_open(tiny / "model.safetensors", "pt") as file:
        stored = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    assert stored == {name: each.shape for name, each in implied.items()}
