"""Machine code is compiled once, and anew where anything that it is made of is another."""

import os
from pathlib import Path

import pytest

from modelserver.kernels import Unsupported, build, toolchain
from modelserver.kernels.variants import CudaVariant, Gate

KERNEL = """
#include "amount.h"
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
#define ALSO 1
#endif
extern "C" __global__ void write(int *out) { *out = AMOUNT + ALSO; }
"""


@pytest.fixture
def variant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CudaVariant:
    monkeypatch.setenv(build.CACHE_VARIABLE, str(tmp_path / "cache"))
    (tmp_path / "amount.h").write_text("#define AMOUNT 1")
    source = tmp_path / "kernel.cu"
    source.write_text(KERNEL)
    return CudaVariant("kernel", source, Gate())


def kept_after(variant: CudaVariant) -> int:
    """Compile; how many cubins the cache holds then."""
    toolchain.compile_cuda(variant, variant.source.with_name("made.cubin"))
    return len(list(build.cache_folder().iterdir()))


def test_the_same_is_compiled_once(variant: CudaVariant) -> None:
    assert [kept_after(variant), kept_after(variant)] == [1, 1]


def test_a_changed_header_or_guarded_line_or_flag_is_compiled_anew(
    variant: CudaVariant, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = [kept_after(variant)]
    variant.source.with_name("amount.h").write_text("#define AMOUNT 2")
    counts.append(kept_after(variant))
    variant.source.write_text(KERNEL.replace("ALSO 1", "ALSO 2"))  # nvcc alone defines the guard
    counts.append(kept_after(variant))
    monkeypatch.setenv("NVCC_APPEND_FLAGS", "-O1")
    counts.append(kept_after(variant))
    assert counts == [1, 2, 3, 4]


def test_what_does_not_compile_is_not_kept(variant: CudaVariant) -> None:
    variant.source.write_text(KERNEL.replace("*out", "*nowhere", 1).replace("*out =", "*there ="))
    for _ in range(2):
        with pytest.raises(Unsupported, match="does not compile"):
            kept_after(variant)
    assert list(build.cache_folder().iterdir()) == []


def test_another_program_of_the_same_name_has_another_identity(tmp_path: Path) -> None:
    program = tmp_path / "ptxas"
    program.write_text("one")
    os.utime(program, ns=(1, 1))
    first = build.identity(program)
    os.utime(program, ns=(2, 2))
    assert build.identity(program) != first
