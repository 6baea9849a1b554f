"""`python -m modelserver.bench.verify`: are the kernels for GPUs right?

Every kernel is compiled for sm_90a and held to its gate, and every test of the kernels is run: by
Triton's interpreter and the CUDA sources' lanes where there is no GPU, on the GPU where there is
one, and then also at full size, a hundred times, in graphs and under compute-sanitizer. What was
not run is counted and named. Ends with 1 when anything failed.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

from modelserver.kernels import Unsupported, aot, toolchain

ROOT = Path(__file__).parents[2]
TESTS = "tests/modelserver/gpu"
CONFIGURATION = f"{TESTS}/pytest.ini"
SANITIZER, TOOLS = "compute-sanitizer", ("memcheck", "racecheck")
SANITIZER_FAILED = 9
SMALL = "modelserver.bench.small"
MACHINE_CODE = "ahead of time"
NEEDS_GPU = "needs a GPU"


@dataclass
class Tally:
    """What became of one part's checks, by name."""

    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # for a GPU
    left_out: list[str] = field(default_factory=list)  # for another reason


@dataclass(eq=False)
class Collector:
    """A pytest plugin that sorts what ran by file."""

    parts: dict[str, Tally] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        place, _, name = report.nodeid.partition("::")
        tally = self.parts.setdefault(Path(place).stem, Tally())
        if report.passed:
            tally.passed.append(name)
        elif report.failed:
            tally.failed.append(name)
        else:
            told = report.longrepr[-1] if isinstance(report.longrepr, tuple) else ""
            (tally.waiting if NEEDS_GPU in told else tally.left_out).append(name)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.parts.setdefault(Path(report.nodeid).stem, Tally()).failed.append(report.nodeid)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="tests with this in their name")
    parser.add_argument("--no-aot", action="store_true", help="compile nothing ahead of time")
    choice = parser.parse_args(arguments)
    print(f"On {device_name()}", flush=True)
    parts = {} if choice.no_aot else {MACHINE_CODE: machine_code()}
    parts |= tests(choice.only)
    parts |= {f"{SANITIZER} {tool}": sanitized(tool) for tool in TOOLS}
    print("\n".join(summary(parts)))
    return bool(not parts or any(tally.failed for tally in parts.values()))


def device_name() -> str:
    return torch.cuda.get_device_name() if has_gpu() else "a machine without a GPU"


def has_gpu() -> bool:
    return torch.cuda.is_available()


def machine_code(reports: Callable[[], list[aot.Report]] = aot.reports) -> Tally:
    """Every kernel through nvcc and Triton, and through its gate."""
    tally = Tally()
    try:
        toolchain.cuobjdump()
        found = reports()
    except Unsupported as reason:
        return Tally(failed=[f"nothing compiled: {reason}"])
    for report in found:
        reasons = "; ".join(report.refused)
        (tally.failed if reasons else tally.passed).append(f"{report.name} {reasons}".strip())
    return tally


def tests(only: str) -> dict[str, Tally]:
    """The tests of the kernels, in this process."""
    collector = Collector()
    arguments = ["-c", CONFIGURATION, "--rootdir", ".", TESTS]
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        status = pytest.main([*arguments, *(["-k", only] if only else [])], plugins=[collector])
    finally:
        os.chdir(before)
    known = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
    if status not in known:
        collector.parts.setdefault("pytest", Tally()).failed.append(f"ended with {int(status)}")
    return collector.parts


def sanitized(tool: str) -> Tally:
    """All kernels on small shapes under a tool of compute-sanitizer."""
    name = f"every kernel on small shapes under {tool}"
    if not has_gpu():
        return Tally(waiting=[name])
    program = shutil.which(SANITIZER)
    if program is None:
        return Tally(left_out=[f"{name}: {SANITIZER} is not installed"])
    command = [program, f"--tool={tool}", f"--error-exitcode={SANITIZER_FAILED}"]
    done = subprocess.run([*command, sys.executable, "-m", SMALL], cwd=ROOT)
    return Tally(failed=[name]) if done.returncode else Tally(passed=[name])


def summary(parts: dict[str, Tally]) -> Iterable[str]:
    """A line for each part, and the names of what failed and of what did not run."""
    width = max(map(len, parts), default=0)
    yield f"\n{'':{width}}  passed  failed  {NEEDS_GPU}  left out"
    for name, tally in parts.items():
        counts = (tally.passed, tally.failed, tally.waiting, tally.left_out)
        passed, failed, waiting, left_out = map(len, counts)
        yield f"{name:{width}} {passed:7} {failed:7} {waiting:12} {left_out:9}"
    chosen: dict[str, Callable[[Tally], list[str]]] = {
        "failed": lambda tally: tally.failed,
        NEEDS_GPU: lambda tally: tally.waiting,
        "left out": lambda tally: tally.left_out,
    }
    for heading, names in chosen.items():
        named = [f"  {part}: {each}" for part, tally in parts.items() for each in names(tally)]
        yield f"\n{len(named)} {heading}"
        yield from named


if __name__ == "__main__":
    sys.exit(main())
