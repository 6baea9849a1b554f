"""A pytest plugin: a line of JSON for each test that starts and for what became of it, at once.

So what ran is known even where the process is killed.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

VARIABLE = "MOCKWRIGHT_TEST_OUTCOMES"  # the file that the lines go to
NEEDS_GPU = "needs a GPU"
STARTED, PASSED, FAILED, WAITING, LEFT_OUT = "started", "passed", "failed", "waiting", "left out"


@dataclass(frozen=True)
class Line:
    test: str
    outcome: str


def pytest_runtest_logstart(nodeid: str) -> None:
    write(Line(name_of(nodeid), STARTED))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call" and report.passed:
        return
    told = report.longrepr[-1] if isinstance(report.longrepr, tuple) else ""
    skipped = WAITING if NEEDS_GPU in told else LEFT_OUT
    outcome = PASSED if report.passed else FAILED if report.failed else skipped
    write(Line(name_of(report.nodeid), outcome))


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        write(Line(f"cannot be collected: {report.nodeid}", FAILED))


def name_of(nodeid: str) -> str:
    return nodeid.partition("::")[2]


def write(line: Line) -> None:
    with Path(os.environ[VARIABLE]).open("a") as file:
        file.write(json.dumps([line.test, line.outcome]) + "\n")


def read(path: Path) -> list[Line]:
    if not path.exists():
        return []
    return [Line(*json.loads(line)) for line in path.read_text().splitlines()]
