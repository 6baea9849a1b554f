"""The correctness gate counts and names what passed, what failed and what needs a GPU."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from modelserver.bench import gate, small, verify
from modelserver.bench.layouts import Draw
from modelserver.bench.verify import Collector, Tally
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
    collector = Collector()
    options = ["-p", "no:cacheprovider", "-p", "no:terminal", "--continue-on-collection-errors"]
    pytest.main([*options, "--rootdir", str(folder), str(folder)], plugins=[collector])
    return collector.parts


def test_every_test_is_sorted_by_what_became_of_it(collected: dict[str, Tally]) -> None:
    tally = collected["test_some"]
    assert tally.passed == ["test_right"]
    assert tally.failed == ["test_wrong", "test_broken_before_it_runs"]
    assert tally.waiting == ["test_on_a_gpu"]
    assert tally.left_out == ["test_slow"]


def test_a_file_that_cannot_be_read_has_failed(collected: dict[str, Tally]) -> None:
    assert len(collected["test_unreadable"].failed) == 1


def test_the_summary_counts_and_names(collected: dict[str, Tally]) -> None:
    told = "\n".join(verify.summary(collected))
    assert "1 needs a GPU\n  test_some: test_on_a_gpu" in told
    assert "3 failed" in told and "  test_some: test_wrong" in told
    assert "1 left out\n  test_some: test_slow" in told
    row = next(line for line in told.splitlines() if line.startswith("test_some "))
    assert row.split()[1:] == ["1", "2", "1", "1"]


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
    assert verify.sanitized(tool).waiting == [f"every kernel on small shapes under {tool}"]


@pytest.fixture
def nested(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """The command on the tests of one name alone, compiling nothing."""
    monkeypatch.setattr(verify, "TESTS", "tests/modelserver/gpu/test_bench_run.py")
    return lambda only: verify.main(["--no-aot", "--only", only])


def test_the_command_succeeds_when_all_that_can_run_passes(
    nested: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert nested("test_percentiles_are_of_all_replays") == 0
    assert "test_bench_run" in capsys.readouterr().out


def test_the_command_fails_when_a_test_does(
    nested: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelserver.bench.stopwatch.Timing.spread", 0.0)
    assert nested("test_percentiles_are_of_all_replays") == 1


def test_a_small_shape_gives_what_the_formula_gives_with_every_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(small, "ROUTINGS", ("uniform",))
    assert [*small.compared(replace(small.LAYOUTS[0], tokens=(3,)), DEVICE)] == []


@pytest.mark.gpu
def test_all_small_shapes_give_what_the_formula_gives_with_every_kernel() -> None:
    assert small.main() == 0


def test_a_wrong_result_on_a_small_shape_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def off(draw: Draw, w13: object, w2: object) -> torch.Tensor:
        return torch.ones_like(draw.x[: gate.COMPARED], dtype=torch.float32)

    monkeypatch.setattr(gate, "formula", off)
    layout = small.LAYOUTS[1]
    monkeypatch.setattr(small, "ROUTINGS", ("uniform",))
    lines = [*small.compared(layout, DEVICE)]
    assert [line.partition(":")[0] for line in lines] == [
        f"{name} part T=5 uniform" for name in gpu.KERNELS
    ]
