"""Runs of the quantise command that are stopped, repeated, or watched for their memory."""

import fcntl
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelserver.quant.quantise import REFUSED, STOPPED, main
from tests.modelserver.quant.checkpoints import (
    TEXT_CONFIG,
    expert_shapes,
    random_tensors,
    write_sharded,
    write_single,
)

ROOT = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-m", "modelserver.quant.quantise")
SLOW = ("--search", "--shard-size", "1MB")  # many files, each of which takes a while
SMALL_FILES = ("--shard-size", "3KB")
MEMORY = 40 * 2**20  # bytes the work may take, whatever the size of the checkpoint


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "bf16"
    return write_sharded(folder, expert_shapes(24, 512, 512), TEXT_CONFIG, per_file=25)


@pytest.fixture(scope="module")
def expected(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    target = tmp_path_factory.mktemp("runs") / "int4"
    assert main([str(source), str(target), *SLOW]) == 0
    return files_of(target)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def shards_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("model-*.safetensors"))


def heed_interrupts() -> None:
    """As a terminal starts a command; one that a shell starts with `&` ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def stop_midway(source: Path, target: Path, by: signal.Signals) -> tuple[int, str]:
    """Start a run and stop it when two files are done and a third is being written.

    Returns its exit code and what it said last.
    """
    said = target.with_suffix(".log")
    with said.open("w") as log:
        run = subprocess.Popen(
            [*COMMAND, str(source), str(target), *SLOW],
            cwd=ROOT,
            stderr=log,
            stdout=log,
            preexec_fn=heed_interrupts,
        )
        try:
            while run.poll() is None:
                if len(shards_of(target)) >= 2 and any(target.glob("model-*.partial")):
                    run.send_signal(by)
                    break
                time.sleep(0.002)
            run.wait(60)
        finally:
            run.kill()
    return run.returncode, said.read_text().splitlines()[-1]


def test_a_killed_run_goes_on_where_it_was_and_gives_the_same_files(
    source: Path, expected: dict[str, bytes], tmp_path: Path
) -> None:
    code, _ = stop_midway(source, tmp_path / "int4", signal.SIGKILL)
    assert code == -signal.SIGKILL
    done = {path: path.stat().st_ino for path in shards_of(tmp_path / "int4")}
    assert 2 <= len(done) < len([name for name in expected if name.endswith(".safetensors")])
    assert not (tmp_path / "int4" / "config.json").exists()
    again = subprocess.run(
        [*COMMAND, str(source), str(tmp_path / "int4"), *SLOW], cwd=ROOT, check=True, text=True,
        capture_output=True,
    )  # fmt: skip
    assert files_of(tmp_path / "int4") == expected
    assert {path: path.stat().st_ino for path in done} == done, "a finished file was written again"
    assert "100%" in again.stderr


def test_a_run_stopped_by_ctrl_c_says_how_to_go_on_and_leaves_no_half_file(
    source: Path, tmp_path: Path
) -> None:
    code, last = stop_midway(source, tmp_path / "int4", signal.SIGINT)
    assert code == STOPPED
    assert last == "Stopped. The same command goes on where it stopped."
    assert not list((tmp_path / "int4").glob("*.partial"))
    assert len(shards_of(tmp_path / "int4")) >= 2


def test_a_file_of_the_wrong_length_is_written_again(tmp_path: Path) -> None:
    source = unfinished(tmp_path)
    first = shards_of(tmp_path / "int4")[0]
    os.truncate(first, 1000)
    assert main([str(source), str(tmp_path / "int4"), *SMALL_FILES]) == 0
    assert main([str(source), str(tmp_path / "whole"), *SMALL_FILES]) == 0
    assert files_of(tmp_path / "int4") == files_of(tmp_path / "whole")


def test_an_unfinished_run_is_not_continued_with_other_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = unfinished(tmp_path)
    assert main([str(source), str(tmp_path / "int4"), *SMALL_FILES, "--search"]) == REFUSED
    assert "an unfinished run with other settings" in capsys.readouterr().err


def test_an_unfinished_run_is_not_continued_from_changed_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = unfinished(tmp_path)
    os.utime(source / "model.safetensors", (1, 1))
    assert main([str(source), str(tmp_path / "int4"), *SMALL_FILES]) == REFUSED
    assert "of other files" in capsys.readouterr().err


def test_two_runs_do_not_write_one_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = unfinished(tmp_path)
    held = os.open(tmp_path / "int4", os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert main([str(source), str(tmp_path / "int4"), *SMALL_FILES]) == REFUSED
    finally:
        os.close(held)
    assert "Another run is writing" in capsys.readouterr().err
    assert main([str(source), str(tmp_path / "int4"), *SMALL_FILES]) == 0


def unfinished(folder: Path) -> Path:
    """A run into `int4` that a failing disk has ended after some files; returns its source."""
    shapes = expert_shapes(4, hidden=64, width=32) | {"vision_tower.last.weight": (100, 64)}
    source = write_single(folder / "bf16", dict(random_tensors(shapes)))
    with failing_disk():
        assert main([str(source), str(folder / "int4"), *SMALL_FILES]) == REFUSED
    assert shards_of(folder / "int4")
    return source


class failing_disk:  # noqa: N801 - reads as a statement
    """No file can grow beyond 6,000 bytes: writes fail midway, as on a full disk."""

    def __enter__(self) -> None:
        self.limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, self.limits[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.limits)


def test_a_disk_that_fails_midway_leaves_a_run_that_can_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = unfinished(tmp_path)
    told = capsys.readouterr().err
    assert "File too large" in told
    assert "the same command then goes on where it stopped" in told
    left = {path.suffix for path in (tmp_path / "int4").iterdir()}
    assert left == {".json", ".safetensors"}, "a half-written file was left"
    assert not (tmp_path / "int4" / "config.json").exists()
    assert main([str(source), str(tmp_path / "int4"), *SMALL_FILES]) == 0


def test_memory_stays_bounded_on_a_checkpoint_several_times_larger(tmp_path: Path) -> None:
    shapes = expert_shapes(5) | {"lm_head.weight": (12000, 2048)}
    source = write_single(tmp_path / "bf16", dict(random_tensors(shapes)))
    assert (source / "model.safetensors").stat().st_size > 3 * MEMORY
    script = (
        "import resource, sys, torch\n"
        "from modelserver.quant.int4 import quantise\n"
        "from modelserver.quant.quantise import main\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "quantise(torch.ones(2, 32), search=True)\n"
        "before = peak()\n"
        "assert main(sys.argv[1:]) == 0\n"
        "print((peak() - before) * 1024)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(source), str(tmp_path / "int4")],
        cwd=ROOT, check=True, text=True, capture_output=True,
    )  # fmt: skip
    assert int(run.stdout.split()[-1]) < MEMORY
