"""What the quantise command refuses: the cause, one next action, and nothing written."""

import argparse
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from modelserver.quant.quantise import REFUSED, main, parse_size
from tests.modelserver.quant.checkpoints import (
    TEXT_CONFIG,
    Shapes,
    expert_shapes,
    random_tensors,
    write_sharded,
)

EXPERT = "model.layers.1.mlp.experts.0.down_proj.weight"
FIRST, SECOND = "model-1-of-2.safetensors", "model-2-of-2.safetensors"
INDEX = "model.safetensors.index.json"


def small_shapes() -> Shapes:
    return expert_shapes(2, hidden=64, width=32)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_sharded(tmp_path / "bf16", small_shapes(), TEXT_CONFIG, per_file=4)


def set_in_config(folder: Path, **values: object) -> None:
    config = json.loads((folder / "config.json").read_text()) | values
    (folder / "config.json").write_text(json.dumps(config))


def delete_weights(folder: Path) -> None:
    for path in folder.glob("*.safetensors*"):
        path.unlink()


def rewrite(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    """Change the tensors of a checkpoint, which then lies in one file."""
    delete_weights(folder)
    tensors = dict(random_tensors(small_shapes()))
    change(tensors)
    save_file(tensors, folder / "model.safetensors")


def name_in_index(folder: Path, name: str) -> None:
    index = json.loads((folder / INDEX).read_text())
    index["weight_map"][name] = FIRST
    (folder / INDEX).write_text(json.dumps(index))


def poison(tensors: dict[str, torch.Tensor]) -> None:
    tensors[EXPERT][3, 5] = float("nan")


DAMAGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a missing shard": (
        lambda folder: (folder / SECOND).unlink(),
        f"1 of 2 files named in .*{INDEX} are not there, first {SECOND}",
        "Fetch the missing files",
    ),
    "a shard cut short": (
        lambda folder: os.truncate(folder / SECOND, (folder / SECOND).stat().st_size - 1),
        f"{SECOND} is cut short at model",
        "Fetch that file again",
    ),
    "a header cut short": (
        lambda folder: os.truncate(folder / FIRST, 50),
        f"{FIRST} is cut short: ",
        "Fetch that file again",
    ),
    "a header that is no JSON": (
        lambda folder: (folder / FIRST).write_bytes((8).to_bytes(8, "little") + b"{{{{{{{{"),
        f"{FIRST} has a damaged header",
        "Fetch that file again",
    ),
    "an index that is none": (
        lambda folder: (folder / INDEX).write_text("[]"),
        f"{INDEX} is no index",
        "Fetch that file again",
    ),
    "a tensor that only the index knows": (
        lambda folder: name_in_index(folder, "model.lost.weight"),
        f"{FIRST} lacks model.lost.weight",
        "Fetch that file again",
    ),
    "no weights": (
        delete_weights,
        f"holds neither {INDEX} nor model.safetensors",
        "Give a folder with a checkpoint",
    ),
    "no config": (
        lambda folder: (folder / "config.json").unlink(),
        r"There is no .*config\.json",
        "Fetch the whole checkpoint",
    ),
    "a config that is no JSON": (
        lambda folder: (folder / "config.json").write_text("{"),
        r"config\.json is not valid JSON",
        "Fetch that file again",
    ),
    "experts in float16": (
        lambda folder: rewrite(folder, lambda all: all.update({EXPERT: all[EXPERT].half()})),
        f"{EXPERT} is F16, not BF16",
        "Convert the checkpoint to bf16",
    ),
    "experts in float8": (
        lambda folder: rewrite(
            folder, lambda all: all.update({EXPERT: all[EXPERT].to(torch.float8_e4m3fn)})
        ),
        f"{EXPERT} is F8_E4M3, not BF16",
        "Convert the checkpoint to bf16",
    ),
    "experts that are no matrices": (
        lambda folder: rewrite(folder, lambda all: all.update({EXPERT: all[EXPERT][None].clone()})),
        f"{EXPERT} has shape",
        "one matrix for each expert",
    ),
    "experts of a width that does not fit": (
        lambda folder: rewrite(
            folder, lambda all: all.update({EXPERT: all[EXPERT][:, :24].clone()})
        ),
        f"{EXPERT} is 24 wide, not a multiple of the 32",
        "Serve this model in bf16",
    ),
    "an expert with a NaN": (
        lambda folder: rewrite(folder, poison),
        f"{EXPERT}, rows from 0: the weight has a NaN or infinite value",
        "Fetch that checkpoint again",
    ),
    "no experts": (
        lambda folder: rewrite(
            folder, lambda all: [all.pop(name) for name in list(all) if "experts" in name]
        ),
        "has no routed experts",
        "there is nothing to quantise",
    ),
    "a config that says it is quantised": (
        lambda folder: set_in_config(folder, quantization_config={"quant_method": "fp8"}),
        "is quantised already, with fp8",
        "quantise its bf16 original",
    ),
    "a text part that says it is quantised": (
        lambda folder: set_in_config(
            folder, text_config={"quantization_config": {"quant_method": "compressed-tensors"}}
        ),
        "is quantised already, with compressed-tensors",
        "quantise its bf16 original",
    ),
    "tensors that show it is quantised": (
        lambda folder: rewrite(folder, lambda all: all.update({EXPERT + "_packed": torch.ones(1)})),
        f"quantised already: it has {EXPERT}_packed",
        "quantise its bf16 original",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_source_that_cannot_be_quantised_is_refused_with_cause_and_remedy(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    break_it, cause, remedy = DAMAGES[damage]
    break_it(source)
    assert main([str(source), str(tmp_path / "int4")]) == REFUSED
    told = capsys.readouterr().err.splitlines()[-1]
    assert re.search(cause, told), told
    assert remedy in told
    assert not list((tmp_path / "int4").glob("*.safetensors*"))


def test_a_source_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "nowhere"), str(tmp_path / "int4")]) == REFUSED
    assert f"There is no folder {tmp_path / 'nowhere'}" in capsys.readouterr().err
    assert not (tmp_path / "int4").exists()


def test_a_quantised_checkpoint_is_not_quantised_again(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(source), str(tmp_path / "int4")]) == 0
    assert main([str(tmp_path / "int4"), str(tmp_path / "again")]) == REFUSED
    assert "is quantised already, with compressed-tensors" in capsys.readouterr().err


def test_a_folder_with_something_else_in_it_is_left_alone(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "int4").mkdir()
    (tmp_path / "int4" / "letter.txt").write_text("mine")
    assert main([str(source), str(tmp_path / "int4")]) == REFUSED
    told = capsys.readouterr().err
    assert "is not empty, and what it holds is no unfinished run" in told
    assert "Name a new folder" in told
    assert [path.name for path in (tmp_path / "int4").iterdir()] == ["letter.txt"]


def test_a_finished_result_and_the_source_itself_are_left_alone(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(source), str(tmp_path / "int4")]) == 0
    for target in (tmp_path / "int4", source):
        before = sorted(path.name for path in target.iterdir())
        assert main([str(source), str(target)]) == REFUSED
        assert "is not empty" in capsys.readouterr().err
        assert sorted(path.name for path in target.iterdir()) == before


def test_a_target_that_is_a_file_is_refused(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "int4").write_text("")
    assert main([str(source), str(tmp_path / "int4")]) == REFUSED
    assert "is a file. Name a new folder" in capsys.readouterr().err


def test_a_disk_with_too_little_space_is_refused_before_anything_is_written(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = 2**42  # bytes, of which a sparse file takes none
    header = json.dumps(
        {"model.huge.weight": {"dtype": "U8", "shape": [huge], "data_offsets": [0, huge]}}
    ).encode()
    (source / FIRST).write_bytes(len(header).to_bytes(8, "little") + header)
    os.truncate(source / FIRST, 8 + len(header) + huge)
    index = {
        name: file
        for name, file in json.loads((source / INDEX).read_text())["weight_map"].items()
        if file == SECOND
    }
    (source / INDEX).write_text(json.dumps({"weight_map": index | {"model.huge.weight": FIRST}}))
    assert main([str(source), str(tmp_path / "int4")]) == REFUSED
    told = capsys.readouterr().err
    assert "4398.0" in told
    assert "GB free. Free some space" in told
    assert not list((tmp_path / "int4").glob("*.safetensors*"))


@pytest.mark.parametrize(
    ("text", "size"), [("4GB", 4 * 10**9), ("500MB", 5 * 10**8), ("64 kb", 64000), ("1B", 1)]
)
def test_a_size_is_read_in_decimal_units(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "GB", "0GB", "4", "-4GB", "4GiB", "1.5GB"])
def test_a_size_without_sense_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="write it like 4GB"):
        parse_size(text)
