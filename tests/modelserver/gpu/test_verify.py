"""The correctness gate counts and names what passed, what failed and what needs a GPU."""

import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from modelserver.bench import gate, small, verify
from modelserver.bench.layouts import Draw
from modelserver.bench.verify import Tally
from modelserver.kernels import Unsupported
from modelserver.kernels.aot import Report
from modelserver.kernels.fused_moe_w4a16 import gpu

HAS_GPU = torch.cuda.is_available()
DEVICE = "cuda" if HAS_GPU else "cpu"
MODULE = """
import pytest

def test_right(): pass

def test_wrong(): assert False

def test_broken_before_it_runs(no_such_fixture): pass

@pytest.mark.skip(reason="needs a GPU")
def test_on_a_gpu(): pass

@pytest.mark.skip(reason="too slow")
def test_slow(): pass
"""


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tally]:
    folder = tmp_path_factory.mktemp("tests")
    (folder / "test_some.py").write_text(MODULE)
    (folder / "test_unreadable.py").write_text("import no_such_module")
    return {file.stem: verify.tested(file, 60.0) for file in sorted(folder.iterdir())}


def test_every_test_is_sorted_by_what_became_of_it(collected: dict[str, Tally]) -> None:
    tally = collected["test_some"]
    assert tally.passed == ["test_right"]
    assert tally.failed == ["test_wrong", "test_broken_before_it_runs"]
    assert tally.waiting == ["test_on_a_gpu"]
    assert tally.left_out == ["test_slow"]


def test_a_file_that_cannot_be_read_has_failed(collected: dict[str, Tally]) -> None:
    assert collected["test_unreadable"].failed[0].startswith("cannot be collected")


def test_the_summary_counts_and_names(collected: dict[str, Tally]) -> None:
    told = "\n".join(verify.summary(collected))
    assert "1 needs a GPU\n  test_some: test_on_a_gpu" in told
    assert "4 failed" in told and "  test_some: test_wrong" in told
    assert "1 left out\n  test_some: test_slow" in told
    row = next(line for line in told.splitlines() if line.startswith("test_some "))
    assert row.split()[1:] == ["1", "2", "1", "1"]


def test_a_file_that_takes_too_long_is_killed_and_what_ran_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, alive = tmp_path / "test_long.py", tmp_path / "alive"
    file.write_text(
        f"import subprocess\ndef test_short(): pass\n"
        f"def test_hangs(): subprocess.run(['sh', '-c', 'echo $$ > {alive}; sleep 600'])"
    )
    wait = subprocess.Popen.wait

    def until_it_hangs(process: subprocess.Popen[str], timeout: float | None = None) -> int:
        while timeout and not (alive.exists() and alive.read_text()):
            time.sleep(0.05)
        if timeout:
            raise subprocess.TimeoutExpired(process.args, timeout)
        return wait(process)

    monkeypatch.setattr(subprocess.Popen, "wait", until_it_hangs)
    tally = verify.tested(file, 10.0)
    assert tally.passed == ["test_short"]
    assert tally.failed == ["cut off after 10 s, in test_hangs"]
    while not has_ended(int(alive.read_text())):
        time.sleep(0.05)


def has_ended(process: int) -> bool:
    """Whether it is gone, or was killed and nobody has asked for its status yet."""
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return told.rpartition(")")[2].split()[0] == "Z"


def test_a_process_that_ends_by_itself_without_a_result_has_failed(tmp_path: Path) -> None:
    file = tmp_path / "test_crash.py"
    file.write_text("import os\ndef test_crash(): os._exit(1)")
    assert verify.tested(file, 60.0).failed == ["pytest ended with 1"]


def test_only_what_has_not_passed_is_run_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    results = {"good": Tally(passed=["a"]), "bad": Tally(failed=["b"])}

    def part(name: str) -> verify.Part:
        return lambda _seconds: asked.append(name) or results[name]  # type: ignore[func-returns-value]

    planned = {name: part(name) for name in results}
    out, later = tmp_path / "verify.jsonl", time.monotonic() + 60
    assert verify.run(planned, out, later) == results
    results["bad"] = Tally(passed=["b"])
    assert verify.run(planned, out, later) == results
    assert asked == ["good", "bad", "bad"]
    assert "== good: run before, 1 passed, 0 failed, 0 needs a GPU" in capsys.readouterr().out


def test_what_there_is_no_time_for_has_failed_and_is_run_by_the_next(tmp_path: Path) -> None:
    out, planned = tmp_path / "verify.jsonl", {"one": lambda _seconds: Tally(passed=["a"])}
    assert verify.run(planned, out, time.monotonic()) == {"one": Tally(failed=[verify.NO_TIME])}
    assert not verify.run(planned, out, time.monotonic() + 60)["one"].failed


def test_with_gpu_only_files_with_such_tests_are_run() -> None:
    names = {file.stem for file in verify.files(gpu=True)}
    assert {"test_full_size", "test_cuda_decode_on_gpu"} <= names
    assert "test_lanes" not in names and "test_lanes" in {f.stem for f in verify.files(gpu=False)}


def test_a_kernel_that_its_gate_refuses_has_failed_with_the_reason() -> None:
    good, bad = Report("good"), Report("bad", refused=("3 spills, 8 bytes of stack",))
    tally = verify.machine_code(lambda: [good, bad])
    assert (tally.passed, tally.failed) == (["good"], ["bad 3 spills, 8 bytes of stack"])


def test_a_compiler_that_is_missing_is_a_failure_and_not_silence() -> None:
    def missing() -> list[Report]:
        raise Unsupported("nvcc is not installed")

    assert verify.machine_code(missing).failed == ["nothing compiled: nvcc is not installed"]


@pytest.mark.parametrize("tool", verify.TOOLS)
def test_the_sanitizer_is_named_among_what_needs_a_gpu(tool: str) -> None:
    if HAS_GPU:
        pytest.skip("there is a GPU")
    waiting = [f"every kernel on small shapes under {tool}"]
    assert verify.sanitized(tool, 1.0).waiting == waiting


def test_a_sanitizer_that_takes_too_long_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / verify.SANITIZER
    slow.write_text("#!/bin/sh\nsleep 600\n")
    slow.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(verify, "has_gpu", lambda: True)
    (failed,) = verify.sanitized("memcheck", 0.5).failed
    assert failed.endswith("under memcheck: cut off after 0 s")


@pytest.mark.parametrize(("test", "status"), [("pass", 0), ("assert False", 1)])
def test_the_command_ends_with_1_when_a_test_fails(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    test: str,
    status: int,
) -> None:
    (tmp_path / "test_one.py").write_text(f"def test_one(): {test}\ndef test_two(): assert False")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.setattr(verify, "TESTS", tmp_path)
    assert verify.main(["--parts", "tests", "--only", "test_one and not two"]) == status
    assert "== test_one: " in capsys.readouterr().out


@pytest.mark.parametrize("name", gpu.KERNELS)
def test_a_small_shape_gives_what_the_formula_gives_with_every_kernel(name: str) -> None:
    assert [
        *small.compared(name, [replace(small.LAYOUTS[0], tokens=(3,))], DEVICE, ["uniform"])
    ] == []


@pytest.mark.gpu
def test_all_small_shapes_give_what_the_formula_gives_with_every_kernel() -> None:
    assert small.main([]) == 0


@pytest.mark.parametrize("name", gpu.KERNELS)
def test_a_wrong_result_on_a_small_shape_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def off(draw: Draw, w13: object, w2: object) -> torch.Tensor:
        return torch.ones_like(draw.x[: gate.COMPARED], dtype=torch.float32)

    monkeypatch.setattr(gate, "formula", off)
    (line,) = small.compared(name, [small.LAYOUTS[1]], DEVICE, ["uniform"])
    assert line.startswith(f"{name} part T=5 uniform: off by")


def test_a_kernel_that_does_not_load_or_serves_no_shape_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = replace(small.LAYOUTS[0], tokens=(40,))
    (line,) = small.compared("cuda_block", [many], DEVICE, ["uniform"])
    assert line == "cuda_block did not run: 40 tokens and I = 128 are too much for one launch"
    monkeypatch.setattr(gpu, "KERNELS", {"lost": "modelserver.lost"})
    (line,) = small.compared("lost", [many], DEVICE, ["uniform"])
    assert line == "lost did not run: No module named 'modelserver.lost'"
