"""A run of the benchmark that was cut off is gone on with, and says what it did not time."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from modelserver.bench import record, run, summary
from modelserver.bench.cell import BLOCK, GEMMS, Outcome, State
from modelserver.bench.figures import Cell, Figures
from modelserver.bench.layouts import LAYOUTS
from modelserver.bench.stopwatch import Timing
from modelserver.bench.traffic import H100, Traffic
from modelserver.kernels.fused_moe_w4a16 import gpu

DRY = ["--dry-run", "--layouts", "TP8", "--routings", "uniform", "--tokens", "1"]
CELL = Cell(LAYOUTS["TP8"], 1, "uniform", layers=1)
OTHER = replace(CELL, tokens=64)

without_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")


def timed(name: str, cell: Cell = CELL, ratio: float = 1.0) -> Outcome:
    figures = Figures(
        cell, name, BLOCK, Timing(9.0, 10.0, 11.0), 0.0, Traffic(1, 1, 1), H100, 0.0, ratio
    )
    return Outcome(name, cell, State.TIMED, figures=(figures,))


@without_gpu
def test_a_dry_run_writes_rows_and_a_second_one_goes_on_where_it_was_cut_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results.csv"
    command = [*DRY, "--peers", "naive", "marlin", "--out", str(out)]
    assert run.main(command) == 0
    rows = record.read(out)
    assert {row.implementation for row in rows} == {*gpu.KERNELS, "naive"}
    assert {(row.device, row.part) for row in rows} == {("dry run", BLOCK), ("dry run", GEMMS)}
    assert "marlin: not timed, there is no GPU" in capsys.readouterr().out

    cut = [row for row in rows if row.implementation != "naive"]
    out.unlink()
    record.append(cut, out)
    assert run.main(command) == 0
    again = record.read(out)
    assert again[: len(cut)] == cut and {row.implementation for row in again[len(cut) :]} == {
        "naive"
    }
    ours = next(row for row in cut if row.part == BLOCK)
    block = next(row for row in again[len(cut) :] if row.part == BLOCK)
    expected = float(block.p50_us) / float(ours.p50_us)
    assert float(block.ratio) == pytest.approx(expected, abs=0.01)
    assert f"timed before: {ours.implementation}, block" in capsys.readouterr().out


def test_rows_of_another_commit_or_device_are_measured_anew(tmp_path: Path) -> None:
    layouts = (LAYOUTS["TP8"],)
    out = tmp_path / "results.csv"
    choice = run.Choice("fused_moe_w4a16", layouts, ("uniform",), (1,), (), None, 1.0, out)
    record.append([timed("cuda").figures[0].row("abc", "fused_moe_w4a16", "GPU")], out)
    (cell,) = run.planned(layouts[0], choice)
    assert run.before(choice, "abc", "GPU") == {(cell, BLOCK, "cuda"): 10.0}
    assert run.before(choice, "abd", "GPU") == run.before(choice, "abc", "another") == {}
    assert run.before(replace(choice, out=None), "abc", "GPU") == {}


@without_gpu
def test_the_commit_is_asked_for_only_where_rows_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(record, "commit", lambda: pytest.fail("git was asked"))
    assert run.main([*DRY, "--peers"]) == 0


def test_where_there_is_no_git_the_kit_names_the_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "ROOT", tmp_path)
    monkeypatch.setattr(record, "KIT_COMMIT", tmp_path / "COMMIT")
    with pytest.raises(ValueError, match="run bin/on-gpu/prepare where git is"):
        record.commit()
    (tmp_path / "COMMIT").write_text("abc1234-dirty\n")
    assert record.commit() == "abc1234-dirty"


def test_a_dry_run_has_nothing_to_record() -> None:
    with pytest.raises(ValueError, match="A dry run has no times to record"):
        run.main(["--dry-run", "--record"])


@without_gpu
def test_a_kernel_of_ours_that_does_not_load_ends_the_run_with_a_status_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gpu, "KERNELS", {"cuda": gpu.KERNELS["cuda"], "lost": "modelserver.lost"})
    assert run.main([*DRY, "--peers"]) == run.NOT_RUN
    told = capsys.readouterr().out
    assert "lost DID NOT RUN" in told and "cuda DID NOT RUN" not in told
    assert "lost: does not load: No module named 'modelserver.lost'" in told


@pytest.mark.parametrize(
    ("states", "ran"),
    [
        ((State.REFUSED, State.REFUSED), True),  # another kernel serves this
        ((State.REFUSED, State.LATE), False),
        ((State.MISSING,), False),
        ((), False),
    ],
)
def test_a_kernel_ran_if_it_was_timed_or_left_all_to_others(
    states: tuple[State, ...], ran: bool
) -> None:
    outcomes = [timed("cuda"), *(Outcome("triton", CELL, state, "why") for state in states)]
    missing = summary.not_run(["cuda", "triton"], [CELL], outcomes, {})
    assert missing == ([] if ran else ["triton"])
    before = {(CELL, BLOCK, "triton"): 1.0}
    assert summary.not_run(["cuda", "triton"], [CELL], outcomes, before) == []


def test_the_table_has_a_place_for_every_implementation_and_says_why_one_is_missing() -> None:
    outcomes = [
        timed("cuda"),
        timed("cuda", OTHER),
        Outcome("marlin", None, State.MISSING, "not timed, sglang does not load"),
        timed("naive", ratio=3.0),
        Outcome("naive", OTHER, State.LATE, "not timed, there was no time left"),
    ]
    heading, first, second, *reasons = summary.table([CELL, OTHER], outcomes, {})
    assert heading.split()[2:] == ["cuda", "marlin", "naive"]
    assert first.split()[3:] == ["10.0", "×1.00", "missing", "10.0", "×3.00"]
    assert second.split()[3:] == ["10.0", "×1.00", "missing", "late"]
    assert reasons == [
        "marlin: not timed, sglang does not load",
        "naive: not timed, there was no time left",
    ]
