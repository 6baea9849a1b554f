import ctypes
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from modelserver.kernels.fused_moe_w4a16 import build
from modelserver.kernels.fused_moe_w4a16.config import CACHE_VARIABLE, PATH_VARIABLE

NUMBER = 'extern "C" __attribute__((visibility("default"))) int number() { return %d; }\n'


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    path = tmp_path / "number.cpp"
    path.write_text(NUMBER % 1)
    return path


def test_a_library_is_built_once(source: Path) -> None:
    first = build.built(source)
    made = first.stat().st_mtime_ns
    assert build.built(source) == first
    assert first.stat().st_mtime_ns == made


def test_a_changed_source_is_built_anew(source: Path) -> None:
    assert build.load(source).number() == 1
    source.write_text(NUMBER % 2)
    assert build.load(source).number() == 2


def test_nothing_but_the_library_stays_in_the_cache(source: Path) -> None:
    library = build.built(source)
    assert list(library.parent.iterdir()) == [library]


def test_builders_at_the_same_time_all_get_a_whole_library(source: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: build.built(source), range(4)))
    assert [ctypes.CDLL(str(path)).number() for path in paths] == [1, 1, 1, 1]


def test_a_compilers_complaint_is_passed_on(source: Path) -> None:
    source.write_text("int number( {")
    with pytest.raises(build.CannotBuild, match=r"cannot compile number\.cpp") as refused:
        build.built(source)
    assert "error:" in str(refused.value)


def test_a_damaged_library_is_named(source: Path) -> None:
    library = build.built(source)
    library.write_text("not a library")
    with pytest.raises(build.CannotBuild, match=str(library)):
        build.load(source)


def test_a_cache_that_cannot_be_written_is_named(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(source / "cache"))
    with pytest.raises(build.CannotBuild, match=CACHE_VARIABLE):
        build.built(source)


def test_a_compiler_that_is_not_there_is_named(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(build.CannotBuild, match="no-such-compiler"):
        build.built(source)


def answer_of(program: str, **environment: str) -> str:
    """What a fresh interpreter prints: the kernel is loaded once a process."""
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_without_a_compiler_the_kernel_says_so_and_gives_way() -> None:
    program = (
        "import torch\n"
        "from modelserver.kernels import Unsupported\n"
        "from modelserver.kernels.fused_moe_w4a16 import cpu\n"
        "there = cpu.available()\n"
        "try: cpu.prepare(torch.zeros(1, 32, 4).int(), torch.zeros(1, 32, 1))\n"
        "except Unsupported as why: print(bool(there), there.why == str(why), why)"
    )
    answer = answer_of(program, CXX="no-such-compiler")
    assert answer == "False True no C++ compiler found (looked for no-such-compiler)"


def test_the_environment_can_force_a_path(tmp_path: Path) -> None:
    program = "from modelserver.kernels.fused_moe_w4a16 import cpu\nprint(cpu.available().why)"
    forced = {PATH_VARIABLE: "scalar", CACHE_VARIABLE: str(tmp_path)}
    assert answer_of(program, **forced) == "scalar"


def test_a_path_that_does_not_exist_makes_the_kernel_unavailable(tmp_path: Path) -> None:
    program = (
        "from modelserver.kernels.fused_moe_w4a16 import cpu\n"
        "print(cpu.available().here, cpu.available().why)"
    )
    answer = answer_of(program, **{PATH_VARIABLE: "neon", CACHE_VARIABLE: str(tmp_path)})
    assert answer.startswith("False 'neon' is none of this processor's: scalar")
