"""The quantise command's result, on checkpoints with the shapes of Moonlight and Kimi-VL."""

import json
from pathlib import Path

import torch
from compressed_tensors.compressors.pack_quantized.base import PackedQuantizationCompressor
from compressed_tensors.quantization import QuantizationArgs, QuantizationConfig
from compressed_tensors.utils import match_name

from modelserver.checkpoint import inspect
from modelserver.quant.int4 import GROUP, Quantised
from modelserver.quant.quantise import main
from tests.modelserver.quant.checkpoints import expert_shapes, random_tensors, write_single
from tests.modelserver.quant.conftest import SHARD_SIZE, Pair, tensors_of

TRIPLET = ("weight_packed", "weight_scale", "weight_shape")


def is_routed(name: str) -> bool:
    return ".mlp.experts." in name


def config_of(folder: Path) -> dict[str, dict[str, object]]:
    config: dict[str, dict[str, object]] = json.loads((folder / "config.json").read_text())
    return config


def test_each_routed_expert_becomes_three_tensors_and_no_other_name_changes(pair: Pair) -> None:
    names = set(tensors_of(pair.source))
    expected = {name for name in names if not is_routed(name)}
    for name in names - expected:
        expected |= {name.removesuffix("weight") + part for part in TRIPLET}
    assert set(tensors_of(pair.target)) == expected


def test_everything_else_is_passed_on_bit_for_bit(pair: Pair) -> None:
    before, after = tensors_of(pair.source), tensors_of(pair.target)
    for name in before.keys() & after.keys():
        assert after[name].dtype == before[name].dtype
        assert torch.equal(after[name], before[name]), name


def test_the_three_tensors_have_the_released_types_and_shapes(pair: Pair) -> None:
    tensors = tensors_of(pair.target)
    prefix = next(name for name in tensors if name.endswith("experts.1.down_proj.weight_packed"))
    packed, scale, shape = (
        tensors[prefix.removesuffix("weight_packed") + part] for part in TRIPLET
    )
    assert (packed.dtype, tuple(packed.shape)) == (torch.int32, (2048, 176))
    assert (scale.dtype, tuple(scale.shape)) == (torch.bfloat16, (2048, 44))
    assert (shape.dtype, shape.tolist()) == (torch.int32, [2048, 1408])


def test_each_expert_is_within_half_a_step_of_its_original(pair: Pair) -> None:
    before, after = tensors_of(pair.source), tensors_of(pair.target)
    for name in filter(is_routed, before):
        scales = after[name + "_scale"]
        values = Quantised(after[name + "_packed"], scales).dequantise(torch.float32)
        off = (values - before[name]).abs().reshape(*scales.shape, GROUP)
        # Half a step, and where the bf16 scale is rounded down 7.5 · 2⁻⁸ more.
        bound = (0.5 + 7.5 * 2**-8) * scales.to(torch.float32)
        assert (off <= bound.unsqueeze(-1)).all(), name


def test_compressed_tensors_reads_the_experts_to_the_same_values(pair: Pair) -> None:
    setting = QuantizationConfig.model_validate(config_of(pair.target)["quantization_config"])
    (scheme,) = setting.config_groups.values()
    tensors = tensors_of(pair.target)
    for name in (name for name in tensors if name.endswith("weight_packed")):
        stem = name.removesuffix("weight_packed")
        state = {part: tensors[stem + part] for part in TRIPLET}
        weight = PackedQuantizationCompressor.decompress(state, scheme)["weight"]
        ours = Quantised(state["weight_packed"], state["weight_scale"]).dequantise()
        assert torch.equal(weight, ours), name


def test_the_config_states_the_released_format_and_all_that_is_kept(pair: Pair) -> None:
    setting = QuantizationConfig.model_validate(config_of(pair.target)["quantization_config"])
    (scheme,) = setting.config_groups.values()
    assert (setting.quant_method, setting.format) == ("compressed-tensors", "pack-quantized")
    assert scheme.targets == ["Linear"]
    assert scheme.input_activations is None
    assert scheme.weights == QuantizationArgs(
        num_bits=4, type="int", symmetric=True, strategy="group", group_size=32, observer="minmax"
    )
    no_linear = (
        "embed_tokens",
        "mlp.gate",
        "patch_embed.proj",
        "pos_emb",
        "norm",
        "norm0",
        "norm1",
    )
    modules = {
        name.rpartition(".")[0]
        for name, tensor in tensors_of(pair.source).items()
        if name.endswith(".weight") and tensor.ndim == 2
    }
    for module in modules:
        if not module.endswith(no_linear):
            kept = any(match_name(module, pattern) for pattern in setting.ignore)
            assert kept is not is_routed(module), module


def test_a_model_with_a_text_part_says_so_in_both_places_as_kimi_k25_does(pair: Pair) -> None:
    before, after = config_of(pair.source), config_of(pair.target)
    setting = after.pop("quantization_config")
    if "text_config" in after:
        assert after["text_config"].pop("quantization_config") == setting
    assert after == before


def test_the_server_takes_the_result_for_int4_and_misses_no_tensor(pair: Pair) -> None:
    assert not inspect(pair.source).architecture.int4
    found = inspect(pair.target)
    assert found.architecture.int4
    assert found.unknown == ()


def test_the_index_names_every_tensor_in_its_file(pair: Pair) -> None:
    index = json.loads((pair.target / "model.safetensors.index.json").read_text())
    tensors = tensors_of(pair.target)
    assert set(index["weight_map"]) == set(tensors)
    assert index["metadata"]["total_size"] == sum(each.nbytes for each in tensors.values())
    for file in set(index["weight_map"].values()):
        named = {name for name, place in index["weight_map"].items() if place == file}
        (pair.target / "one").mkdir()
        (pair.target / "one" / file).symlink_to(pair.target / file)
        assert set(tensors_of(pair.target / "one")) == named
        (pair.target / "one" / file).unlink()
        (pair.target / "one").rmdir()


def test_no_file_is_larger_than_asked_unless_one_tensor_is(pair: Pair) -> None:
    files = list(pair.target.glob("model-*.safetensors"))
    assert len(files) > 1
    for file in files:
        tensors = json.loads((pair.target / "model.safetensors.index.json").read_text())
        alone = list(tensors["weight_map"].values()).count(file.name) == 1
        assert file.stat().st_size < SHARD_SIZE + 100_000 or alone


def test_tokenizer_and_remote_code_come_along_and_nothing_is_left_over(pair: Pair) -> None:
    for name in ("tokenizer_config.json", "tiktoken.model", "modeling_deepseek.py"):
        assert (pair.target / name).read_bytes() == (pair.source / name).read_bytes()
    others = {path.name for path in pair.target.iterdir() if path.suffix != ".safetensors"}
    made = {"config.json", "model.safetensors.index.json"}
    assert others == made | {"tokenizer_config.json", "tiktoken.model", "modeling_deepseek.py"}


def test_a_checkpoint_in_a_single_file_is_quantised_too(tmp_path: Path) -> None:
    tensors = dict(random_tensors(expert_shapes(2, hidden=64, width=32)))
    source = write_single(tmp_path / "bf16", tensors)
    assert main([str(source), str(tmp_path / "int4")]) == 0
    after = tensors_of(tmp_path / "int4")
    assert len(after) == 1 + 3 * 6
    assert torch.equal(after["model.norm.weight"], tensors["model.norm.weight"])


def test_tensors_of_other_types_and_of_no_values_are_passed_on(tmp_path: Path) -> None:
    tensors = dict(random_tensors(expert_shapes(1, hidden=64, width=32)))
    tensors["a.counter"] = torch.tensor(7, dtype=torch.int64)
    tensors["b.mask"] = torch.tensor([True, False, True])
    tensors["c.nothing"] = torch.zeros(0, 4)
    tensors["d.eight_bits"] = torch.ones(3).to(torch.float8_e4m3fn)
    source = write_single(tmp_path / "bf16", tensors)
    assert main([str(source), str(tmp_path / "int4")]) == 0
    after = tensors_of(tmp_path / "int4")
    for name in ("a.counter", "b.mask", "c.nothing", "d.eight_bits"):
        assert after[name].dtype == tensors[name].dtype
        assert torch.equal(after[name].to(torch.float32), tensors[name].to(torch.float32))


def test_the_search_makes_no_expert_of_the_checkpoint_worse(tmp_path: Path) -> None:
    tensors = dict(random_tensors(expert_shapes(2, hidden=256, width=96)))
    source = write_single(tmp_path / "bf16", tensors)
    errors = []
    for extra in ([], ["--search"]):
        target = tmp_path / f"int4{''.join(extra)}"
        assert main([str(source), str(target), *extra]) == 0
        after = tensors_of(target)
        errors.append(
            {
                name: (
                    Quantised(after[name + "_packed"], after[name + "_scale"]).dequantise(
                        torch.float32
                    )
                    - tensors[name]
                ).square()
                for name in filter(is_routed, tensors)
            }
        )
    for name, plain in errors[0].items():
        groups = [each.reshape(-1, GROUP).sum(-1) for each in (plain, errors[1][name])]
        assert (groups[1] <= groups[0] * (1 + 1e-5)).all()
        assert groups[1].sum() < 0.95 * groups[0].sum()
