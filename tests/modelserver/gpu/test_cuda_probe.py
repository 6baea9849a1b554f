"""A GPU whose tensor core does not keep subnormal bf16 gets the other codes, which are as right."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import tvm_ffi

from modelserver.bench import probe
from modelserver.kernels import Unsupported, aot
from modelserver.kernels.fused_moe_w4a16 import cuda_build
from modelserver.kernels.fused_moe_w4a16.cuda import Plan
from modelserver.kernels.fused_moe_w4a16.cuda_build import OFFSET, SUBNORMAL
from modelserver.kernels.variants import CudaVariant, Gate
from tests.modelserver.gpu.test_cuda_decode import PLANS, check, layer

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def test_lanes_keep_subnormals_and_a_gpu_says_whether_it_does() -> None:
    mma, fma = cuda_build.probed(cuda_build.loaded(DEVICE, SUBNORMAL), DEVICE)
    assert fma and (mma or DEVICE == "cuda")


@pytest.mark.parametrize(("mma", "codes"), [(True, SUBNORMAL), (False, OFFSET)])
def test_the_tensor_core_decides_on_the_codes(
    mma: bool, codes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(cuda_build, "probed", lambda _library, _device: (mma, True))
    monkeypatch.setattr(cuda_build, "loaded", lambda device, codes: (device, codes))
    assert cuda_build.load.__wrapped__("cuda") == ("cuda", codes)


def test_a_gpu_on_which_prefill_would_be_wrong_is_refused() -> None:
    with pytest.raises(Unsupported, match=r"fma\.bf16x2 does not keep subnormal"):
        cuda_build.codes_for(True, False)


def test_a_prebuilt_library_has_the_other_codes_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cuda_build.LIBRARY_VARIABLES["cuda"], str(tmp_path / "fused.so"))
    for codes, name in ((SUBNORMAL, "fused.so"), (OFFSET, "fused-offset.so")):
        with pytest.raises(Unsupported, match=f"{name} does not load"):
            cuda_build.loaded("cuda", codes)


@pytest.fixture
def offset(monkeypatch: pytest.MonkeyPatch) -> Iterator[tvm_ffi.Module]:
    library = cuda_build.loaded("cpu", OFFSET)
    monkeypatch.setattr(cuda_build, "load", lambda _device: library)
    return library


@pytest.mark.parametrize("plan", [PLANS[0], PLANS[-1]], ids=str)
def test_the_other_codes_give_the_weighted_sum_too(offset: tvm_ffi.Module, plan: Plan) -> None:
    given = layer(3, 2, 4)
    check(given, plan)
    # such values of x are infinite with subnormal codes, which scale them
    given.x.mul_(2.0**65)
    given.w13.scales.mul_(2.0**-65)
    check(given, plan)


def test_the_other_codes_spill_nothing(tmp_path: Path) -> None:
    defines: dict[str, int | str] = {"VARIANT_FAMILY": "Wide", "VARIANT_TOKENS": 8, "CODES": OFFSET}
    for kernel in ("GateUp", "Down"):
        given = {**defines, "VARIANT_KERNEL": kernel}
        gate = Gate("HMMA", mma_per_256=1.25, instructions_per_256=14.5)
        source = cuda_build.FOLDER / "variant.cu"
        report = aot.examine(CudaVariant(f"offset-{kernel}", source, gate, given), tmp_path)
        assert not report.refused, report


def test_the_command_says_what_the_machine_is_and_which_codes_it_gets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert probe.main() == 0
    told = capsys.readouterr().out
    assert f"torch {torch.__version__}" in told and "decode computes with " in told
    monkeypatch.setenv(cuda_build.LIBRARY_VARIABLES["cuda"], "/nowhere.so")
    assert probe.main() == 1
    assert "our CUDA kernels do not run here: /nowhere.so" in capsys.readouterr().err
