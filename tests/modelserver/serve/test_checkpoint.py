"""What is wrong with a checkpoint is said before anything loads, with a remedy."""

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from modelserver.checkpoint import inspect, is_hub_id
from modelserver.quant.stored import INDEX
from modelserver.refusal import Refusal

WEIGHTS = "model.safetensors"


def refusal(folder: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        inspect(folder)
    assert caught.value.remedy
    return caught.value


def edit(folder: Path, **fields: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def split(folder: Path) -> list[str]:
    """Turn the one file into two shards with an index. Returns their names."""
    weights = load_file(folder / WEIGHTS)
    (folder / WEIGHTS).unlink()
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    placed = {tensor: names[number % 2] for number, tensor in enumerate(sorted(weights))}
    for name in names:
        save_file({each: weights[each] for each in weights if placed[each] == name}, folder / name)
    (folder / INDEX).write_text(json.dumps({"metadata": {}, "weight_map": placed}))
    return names


def test_a_whole_checkpoint_passes(checkpoint: Path) -> None:
    found = inspect(checkpoint)
    assert found.architecture.int4
    assert found.size == (checkpoint / WEIGHTS).stat().st_size
    assert found.unknown == ()


def test_a_sharded_checkpoint_passes(checkpoint: Path) -> None:
    split(checkpoint)
    assert inspect(checkpoint).unknown == ()


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert "There is no folder" in refusal(tmp_path / "nowhere").cause


def test_a_folder_without_a_config_is_refused(checkpoint: Path) -> None:
    (checkpoint / "config.json").unlink()
    assert "no config.json" in refusal(checkpoint).cause


def test_a_config_that_is_not_json_is_refused(checkpoint: Path) -> None:
    (checkpoint / "config.json").write_text("{")
    assert "not valid JSON" in refusal(checkpoint).cause


def test_a_config_without_a_field_names_the_field(checkpoint: Path) -> None:
    content = json.loads((checkpoint / "config.json").read_text())
    del content["text_config"]["kv_lora_rank"]
    edit(checkpoint, **content)
    assert "kv_lora_rank" in refusal(checkpoint).cause


def test_another_architecture_is_refused_with_those_that_are_served(checkpoint: Path) -> None:
    edit(checkpoint, architectures=["LlamaForCausalLM"])
    refused = refusal(checkpoint)
    assert "LlamaForCausalLM" in refused.cause
    assert "KimiK25ForConditionalGeneration" in refused.remedy


def test_another_quantisation_is_refused(checkpoint: Path) -> None:
    content = json.loads((checkpoint / "config.json").read_text())
    content["text_config"]["quantization_config"] = {"quant_method": "gptq", "bits": 4}
    edit(checkpoint, **content)
    assert "gptq" in refusal(checkpoint).cause


def test_another_group_size_is_refused(checkpoint: Path) -> None:
    content = json.loads((checkpoint / "config.json").read_text())
    groups = content["text_config"]["quantization_config"]["config_groups"]
    groups["group_0"]["weights"]["group_size"] = 128
    edit(checkpoint, **content)
    assert "pack-quantized" in refusal(checkpoint).cause


def test_a_checkpoint_without_a_tokenizer_is_refused(checkpoint: Path) -> None:
    (checkpoint / "tokenizer.json").unlink()
    assert "no tokenizer" in refusal(checkpoint).cause


def test_a_checkpoint_without_weights_is_refused(checkpoint: Path) -> None:
    (checkpoint / WEIGHTS).unlink()
    assert "no safetensors" in refusal(checkpoint).cause


def test_a_missing_shard_is_named(checkpoint: Path) -> None:
    names = split(checkpoint)
    (checkpoint / names[1]).unlink()
    assert f"misses 1 of 2 shards, first {names[1]}" in refusal(checkpoint).cause


def test_a_file_cut_short_in_its_data_is_refused(checkpoint: Path) -> None:
    weights = checkpoint / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1])
    assert "cut short" in refusal(checkpoint).cause


def test_a_file_cut_short_in_its_header_is_refused(checkpoint: Path) -> None:
    weights = checkpoint / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:100])
    assert "cut short" in refusal(checkpoint).cause


@pytest.mark.parametrize("content", [b"", b"<html>", b"<html><body>not found</body></html>"])
def test_a_file_of_another_kind_is_refused(checkpoint: Path, content: bytes) -> None:
    (checkpoint / WEIGHTS).write_bytes(content)
    assert "not a safetensors file" in refusal(checkpoint).cause


def test_a_header_of_another_kind_is_refused(checkpoint: Path) -> None:
    (checkpoint / WEIGHTS).write_bytes((8).to_bytes(8, "little") + b"[1, 2]  ")
    assert "damaged header" in refusal(checkpoint).cause


def test_a_missing_tensor_is_named(checkpoint: Path) -> None:
    weights = load_file(checkpoint / WEIGHTS)
    del weights["language_model.model.norm.weight"]
    save_file(weights, checkpoint / WEIGHTS)
    assert "first language_model.model.norm.weight" in refusal(checkpoint).cause


def test_a_tensor_of_another_shape_is_named(checkpoint: Path) -> None:
    weights = load_file(checkpoint / WEIGHTS)
    weights["language_model.model.norm.weight"] = weights["language_model.model.norm.weight"][1:]
    save_file({name: each.contiguous() for name, each in weights.items()}, checkpoint / WEIGHTS)
    assert "language_model.model.norm.weight is BF16 [255]" in refusal(checkpoint).cause


def test_a_tensor_that_no_part_takes_is_told(checkpoint: Path) -> None:
    weights = load_file(checkpoint / WEIGHTS)
    weights["extra"] = weights["language_model.model.norm.weight"].clone()
    save_file(weights, checkpoint / WEIGHTS)
    assert inspect(checkpoint).unknown == ("extra",)


@pytest.mark.parametrize(
    ("model", "expected"),
    [("org/name", True), ("./org/name", False), ("/org/name", False), ("name", False)],
)
def test_a_hub_id_is_an_owner_and_a_name(model: str, expected: bool) -> None:
    assert is_hub_id(model) is expected
