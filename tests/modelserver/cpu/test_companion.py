"""The CPU companion: there for SGLang on the CPU, and nowhere else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mockwright_cpu import sgl_kernel

VARIABLE = "SGLANG_USE_CPU_ENGINE"
# torch's CUDA build, which some registries give, brings Triton: here it is as if it were missing
WITHOUT_TRITON = """
from importlib.machinery import PathFinder
find_spec = PathFinder.find_spec
PathFinder.find_spec = lambda name, *more: (
    None if name.partition(".")[0] == "triton" else find_spec(name, *more)
)
"""


def python(code: str, value: str | None) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter of this environment, with the variable set or not."""
    environment = {name: text for name, text in os.environ.items() if name != VARIABLE}
    if value is not None:
        environment[VARIABLE] = value
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("value", [None, "", "0"])
def test_without_the_variable_an_interpreter_is_as_it_was(value: str | None) -> None:
    untouched = python(
        "import sys; assert not any('mockwright' in name for name in sys.modules);"
        "assert not any('mockwright' in type(each).__module__ for each in sys.meta_path)",
        value,
    )
    assert untouched.returncode == 0, untouched.stderr


@pytest.mark.parametrize("package", ["triton", "sgl_kernel"])
def test_without_the_variable_the_stand_ins_are_absent(package: str) -> None:
    assert (
        f"No module named '{package}'" in python(f"{WITHOUT_TRITON}import {package}", None).stderr
    )


@pytest.mark.parametrize("package", ["triton", "triton.language", "sgl_kernel", "torchvision"])
def test_with_the_variable_packages_made_for_cuda_can_be_imported(package: str) -> None:
    imported = python(f"import {package}", "1")
    assert imported.returncode == 0, imported.stderr


def test_a_package_that_is_really_there_is_not_hidden(tmp_path: Path) -> None:
    code = (
        f"import sys, pathlib; sys.path.insert(0, {str(tmp_path)!r});"
        f"pathlib.Path({str(tmp_path)!r}, 'triton.py').write_text('REAL = True');"
        "import triton; assert triton.REAL"
    )
    imported = python(code, "1")
    assert imported.returncode == 0, imported.stderr


def test_a_triton_kernel_can_be_defined_but_not_launched() -> None:
    code = """
import triton
import triton.language as tl

@triton.autotune(configs=[triton.Config({"BLOCK": 64}, num_warps=4)], key=["n"])
@triton.jit
def add(x, n: tl.constexpr):
    pass

assert triton.cdiv(7, 2) == 4 and triton.next_power_of_2(5) == 8
add[(1,)](None, 1)
"""
    refused = python(WITHOUT_TRITON + code, "1")
    assert "add is a Triton kernel; this machine serves on its CPU" in refused.stderr


def test_new_tokens_get_their_cache_slots() -> None:
    table = torch.zeros(3, 6, dtype=torch.int32)
    sgl_kernel.assign_req_to_token_pool_cpu(
        requests=torch.tensor([2, 0]),
        table=table,
        starts=torch.tensor([1, 0]),
        ends=torch.tensor([3, 4]),
        slots=torch.tensor([11, 12, 21, 22, 23, 24]),
        stride=6,
    )
    assert table.tolist() == [[21, 22, 23, 24, 0, 0], [0] * 6, [0, 11, 12, 0, 0, 0]]


def test_every_other_function_of_sgl_kernel_says_that_it_needs_cuda() -> None:
    with pytest.raises(NotImplementedError, match="merge_state_v2 needs CUDA"):
        sgl_kernel.merge_state_v2(1, 2)
