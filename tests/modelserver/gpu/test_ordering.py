"""An instruction that orders memory cannot be dropped from a kernel: its gate refuses the rest."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from modelserver.kernels import aot
from modelserver.kernels.fused_moe_w4a16 import cuda, cuda_build, cuda_prefill
from modelserver.kernels.variants import CudaVariant

ROOT = Path(aot.__file__).parents[2]
DOWN, GATE_UP = "cuda-decode-down-wide-8", "cuda-prefill-gateup-32"
COMBINE, ALIGN = "fused_moe_w4a16/triton_combine.py", "moe_align/triton_kernel.py"
BARRIER = "    tl.debug_barrier()\n"


def without(source: Path, dropped: str, number: int) -> None:
    """Rewrite a file without the how many-th of an instruction."""
    pieces = source.read_text().split(dropped)
    assert len(pieces) > number + 1, f"{dropped} is not {number + 1} times in {source.name}"
    before, after = dropped.join(pieces[: number + 1]), dropped.join(pieces[number + 1 :])
    source.write_text(before + ("" if dropped == BARRIER else ";") + after)


@pytest.fixture(scope="module")
def cuda_variants() -> dict[str, CudaVariant]:
    return {each.name: each for each in (*cuda.aot_variants(), *cuda_prefill.aot_variants())}


@pytest.mark.parametrize(
    ("dropped", "number", "file", "name", "opcode"),
    [
        ("fence_gpu();", 0, "combine.cuh", DOWN, "MEMBAR.ALL.GPU"),
        ("fence_gpu();", 1, "combine.cuh", DOWN, "CCTL.IVALL"),
        ("synchronise(1, THREADS);", 0, "combine.cuh", DOWN, "BAR.SYNC"),
        ("synchronise(1, THREADS);", 1, "combine.cuh", DOWN, "BAR.SYNC"),
        ("barrier_init_fence();", 0, "decode.cuh", DOWN, "FENCE.VIEW.ASYNC"),
        ("wait_for_kernel_before();", 1, "kernels.cuh", DOWN, "ACQBULK"),
        ("fence_for_tensor_core();", 0, "prefill.cuh", GATE_UP, "FENCE.VIEW.ASYNC"),
        ("wait_for_kernel_before();", 0, "prefill_kernels.cuh", GATE_UP, "ACQBULK"),
    ],
)
def test_a_cuda_kernel_without_it_is_refused(
    tmp_path: Path,
    cuda_variants: dict[str, CudaVariant],
    dropped: str,
    number: int,
    file: str,
    name: str,
    opcode: str,
) -> None:
    folder = Path(shutil.copytree(cuda_build.FOLDER, tmp_path / "cuda"))
    variant = replace(cuda_variants[name], source=folder / cuda_variants[name].source.name)
    assert aot.examine(variant, tmp_path).refused == ()
    without(folder / file, dropped, number)
    refused = aot.examine(variant, tmp_path).refused
    assert any(f" {opcode} (" in reason for reason in refused), refused


@pytest.mark.parametrize(
    ("number", "file", "module", "name"),
    [
        (0, COMBINE, "fused_moe_w4a16.triton", "k2.5-down-decode-8x128"),
        (1, COMBINE, "fused_moe_w4a16.triton", "k2.5-down-decode-8x128"),
        (0, ALIGN, "moe_align.triton", "moe_align-one"),
        (1, ALIGN, "moe_align.triton", "moe_align-one"),
    ],
)
def test_a_triton_kernel_without_a_barrier_is_refused(
    tmp_path: Path, number: int, file: str, module: str, name: str
) -> None:
    for package in ("kernels", "quant"):
        shutil.copytree(ROOT / "modelserver" / package, tmp_path / "modelserver" / package)
    without(tmp_path / "modelserver" / "kernels" / file, BARRIER, number)
    environment = {key: value for key, value in os.environ.items() if key != aot.INTERPRETER}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "modelserver.kernels.aot", f"--only={name}"),
            f"--module=modelserver.kernels.{module}",
        ],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == aot.FAILED, done.stdout + done.stderr
    assert " BAR.SYNC (" in done.stdout
