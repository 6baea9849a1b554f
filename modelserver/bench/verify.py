"""`python -m modelserver.bench.verify`: are the kernels for GPUs right?

Every kernel is compiled for sm_90a and held to its gate, and every test of the kernels is run: by
Triton's interpreter and the CUDA sources' lanes where there is no GPU, on the GPU where there is
one, and then also at full size, a hundred times, in graphs and under compute-sanitizer. Each file
of tests has a process and a time limit of its own. What was not run is counted and named. With
--out a run that was cut off is gone on with: parts that came to their end without a failure are not
run again. Ends with 1 when anything failed or had no time left.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import torch

from modelserver.bench import outcomes
from modelserver.bench.outcomes import FAILED, LEFT_OUT, NEEDS_GPU, PASSED, STARTED, WAITING
from modelserver.kernels import Unsupported, aot, toolchain

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests/modelserver/gpu"
GPU_MARK = "mark.gpu"
SANITIZER, TOOLS = "compute-sanitizer", ("memcheck", "racecheck")
SANITIZER_FAILED = 9
SMALL = "modelserver.bench.small"
MACHINE_CODE, FILES = "machine-code", "tests"
PARTS = (MACHINE_CODE, FILES, "sanitizer")
MINUTES, FILE_SECONDS, SANITIZER_SECONDS = 8.0, 150.0, 150.0  # of a file on a GPU
NO_TIME = "not run: there was no time left"


@dataclass
class Tally:
    """What became of one part's checks, by name."""

    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # for a GPU
    left_out: list[str] = field(default_factory=list)  # for another reason

    def line(self) -> str:
        counts = f"{len(self.passed)} passed, {len(self.failed)} failed"
        return f"{counts}, {len(self.waiting)} {NEEDS_GPU}, {len(self.left_out)} left out"


# What a part does within so many seconds.
Part = Callable[[float], Tally]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--only", default="", help="tests that pytest's -k chooses by this")
    parser.add_argument("--gpu", action="store_true", help="only tests that need a GPU")
    parser.add_argument("--out", type=Path, help="write each part here, and go on from there")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="nothing goes on after this")
    choice = parser.parse_args(arguments)
    print(f"On {device_name()}", flush=True)
    planned = dict(parts(choice.parts, choice.only, gpu=choice.gpu))
    found = run(planned, choice.out, time.monotonic() + choice.minutes * 60)
    print("\n".join(summary(found)))
    return int(not found or any(tally.failed for tally in found.values()))


def parts(chosen: Sequence[str], only: str, *, gpu: bool) -> Iterator[tuple[str, Part]]:
    if MACHINE_CODE in chosen:
        yield MACHINE_CODE, lambda _seconds: machine_code()
    for file in files(gpu=gpu) if FILES in chosen else ():
        yield file.stem, partial(tested, file, only=only, gpu=gpu)
    for tool in TOOLS if "sanitizer" in chosen else ():
        yield f"{SANITIZER} {tool}", partial(sanitized, tool)


def files(*, gpu: bool) -> list[Path]:
    found = sorted(TESTS.glob("test_*.py"))
    return [file for file in found if GPU_MARK in file.read_text()] if gpu else found


def run(planned: dict[str, Part], out: Path | None, deadline: float) -> dict[str, Tally]:
    """Each part in turn; a line for each as it ends."""
    found = read(out) if out else {}
    for name, part in planned.items():
        if name in found and not found[name].failed:
            print(f"== {name}: run before, {found[name].line()}", flush=True)
            continue
        started = time.monotonic()
        if deadline > started:
            found[name] = part(deadline - started)
        else:
            found[name] = Tally(failed=[NO_TIME])
        seconds = time.monotonic() - started
        print(f"== {name}: {found[name].line()}, {seconds:.0f} s", flush=True)
        if out:
            with out.open("a") as file:
                file.write(json.dumps({"part": name, "tally": asdict(found[name])}) + "\n")
    return {name: found[name] for name in planned}


def read(out: Path) -> dict[str, Tally]:
    """The last that was written of each part."""
    if not out.exists():
        return {}
    lines = map(json.loads, out.read_text().splitlines())
    return {line["part"]: Tally(**line["tally"]) for line in lines}


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


def tested(file: Path, seconds: float, only: str = "", *, gpu: bool = False) -> Tally:
    """A file's tests in a process of their own, which is killed where it takes too long."""
    command = [sys.executable, "-m", "pytest", "-c", str(TESTS / "pytest.ini")]
    command += ["--rootdir", str(ROOT), "-p", outcomes.__name__, str(file)]
    command += [*(["-m", "gpu"] if gpu else []), *(["-k", only] if only else [])]
    limit = min(seconds, FILE_SECONDS) if gpu else seconds
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "outcomes"
        status = within(limit, command, {outcomes.VARIABLE: str(path)})
        lines = outcomes.read(path)
    names: dict[str, list[str]] = {}
    for line in lines:
        names.setdefault(line.outcome, []).append(line.test)
    tally = Tally(*(names.get(each, []) for each in (PASSED, FAILED, WAITING, LEFT_OUT)))
    if status is None:
        last = next((line.test for line in reversed(lines) if line.outcome == STARTED), "no test")
        tally.failed.append(f"cut off after {limit:.0f} s, in {last}")
    elif status not in (0, 1, 5) or (status == 1 and not tally.failed):  # 5: nothing to run
        tally.failed.append(f"pytest ended with {status}")
    return tally


def within(seconds: float, command: Sequence[str], variables: dict[str, str]) -> int | None:
    """Its status; None where it was killed, with all that it started, because it took too long."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **variables}, start_new_session=True
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def sanitized(tool: str, seconds: float) -> Tally:
    """All kernels on small shapes under a tool of compute-sanitizer."""
    name = f"every kernel on small shapes under {tool}"
    if not has_gpu():
        return Tally(waiting=[name])
    program = shutil.which(SANITIZER)
    if program is None:
        return Tally(left_out=[f"{name}: {SANITIZER} is not installed"])
    command = [program, f"--tool={tool}", f"--error-exitcode={SANITIZER_FAILED}"]
    limit = min(seconds, SANITIZER_SECONDS)
    status = within(limit, [*command, sys.executable, "-m", SMALL], {})
    if status is None:
        return Tally(failed=[f"{name}: cut off after {limit:.0f} s"])
    return Tally(failed=[name]) if status else Tally(passed=[name])


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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what it started is to end with it
    sys.exit(main())
