"""A service that does not start is an error with its log, and leaves no process."""

from pathlib import Path

import psutil
import pytest

import bench.stack
from bench.stack import NotStarted, Stack


def test_a_service_that_is_not_ready_in_time_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.stack, "READY_WITHIN", 1.0)
    stack = Stack(tmp_path / "service")
    with pytest.raises(NotStarted, match="did not start"):
        stack.start()
    assert stack.process is not None
    assert stack.process.returncode is not None
    left = [p for p in psutil.process_iter() if str(tmp_path) in str(_environment(p))]
    assert left == []


def test_a_service_that_ends_tells_its_log(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match="no-such-option"):
        Stack(tmp_path / "service", "--no-such-option").start()


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}
