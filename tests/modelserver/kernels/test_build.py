import ctypes
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from modelserver.kernels import Unsupported, build
from modelserver.kernels.build import CACHE_VARIABLE
from modelserver.kernels.fused_moe_w4a16 import cpu
from modelserver.kernels.fused_moe_w4a16.config import PATH_VARIABLE

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


def test_a_changed_header_is_built_anew(source: Path) -> None:
    header = source.with_name("amount.h")
    header.write_text("#define AMOUNT 1")
    source.write_text('#include "amount.h"\n' + NUMBER.replace("%d", "AMOUNT"))
    assert build.load(source).number() == 1
    header.write_text("#define AMOUNT 2")
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


@pytest.fixture
def first_use() -> Iterator[None]:
    """The kernel is loaded and its path chosen once a process: here both are done again."""

    def forget() -> None:
        cpu._library.cache_clear()
        cpu.chosen_path.cache_clear()

    forget()
    yield
    forget()


@pytest.mark.usefixtures("first_use")
def test_without_a_compiler_the_kernel_says_so_and_gives_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    there = cpu.available()
    assert not there
    assert there.why == "no C++ compiler found (looked for no-such-compiler)"
    with pytest.raises(Unsupported, match="no-such-compiler"):
        cpu.prepare(torch.zeros(1, 32, 4).int(), torch.zeros(1, 32, 1))


@pytest.mark.usefixtures("first_use")
def test_the_environment_can_force_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PATH_VARIABLE, "scalar")
    assert cpu.available().why == "scalar"


@pytest.mark.usefixtures("first_use")
def test_a_path_that_does_not_exist_makes_the_kernel_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(PATH_VARIABLE, "neon")
    there = cpu.available()
    assert not there
    assert there.why.startswith("'neon' is none of this processor's: scalar")
