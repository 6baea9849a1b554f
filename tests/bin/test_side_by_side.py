"""Two commands at the same time, as the whole suite is run."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

PROGRAM = Path(__file__).parents[2] / "bin" / "side_by_side.py"


def started(first: str, second: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(PROGRAM), first, second]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_both_run_at_once_and_the_second_speaks_last(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    meet = "sh -c 'touch {0}/{1}/here; until [ -e {0}/{2}/here ]; do sleep 0.05; done; echo {1}'"
    ran = started(meet.format(tmp_path, "one", "two"), meet.format(tmp_path, "two", "one"))
    assert ran.communicate(timeout=20)[0] == "one\ntwo\n"
    assert ran.returncode == 0


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [("exit 3", "exit 0", 3), ("exit 0", "exit 4", 4), ("exit 3", "exit 4", 3)],
)
def test_it_fails_where_either_does_and_not_before_both_have_ended(
    first: str, second: str, status: int
) -> None:
    ran = started(f"sh -c 'echo one; {first}'", f"sh -c 'sleep 0.2; echo two; {second}'")
    assert ran.communicate(timeout=20)[0] == "one\ntwo\n"
    assert ran.returncode == status


@pytest.mark.parametrize("whom", ["it", "all"])
def test_a_signal_to_end_ends_both(whom: str) -> None:
    ran = started("sleep 60", "sleep 61")
    process = psutil.Process(ran.pid)
    give_up_at = time.monotonic() + 20
    while len(both := process.children()) < 2:
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    number = signal.SIGTERM if whom == "it" else signal.SIGINT  # Ctrl-C
    for one in [process] if whom == "it" else [process, *both]:
        one.send_signal(number)
    ran.communicate(timeout=20)
    assert ran.returncode == 128 + number
    assert psutil.wait_procs(both, timeout=5)[1] == []
