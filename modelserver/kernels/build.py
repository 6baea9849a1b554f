"""Compile a C++ file with a plain C interface once, and load it.

What is built is kept under a name made of everything that decides what it contains, so a changed
source, header, compiler or flag builds anew and nothing is ever stale. Two processes that
build at the same time do not disturb each other: each writes a file of its own and renames it into
place.
"""

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from modelserver.kernels import Unsupported

CACHE_VARIABLE = "MOCKWRIGHT_KERNEL_CACHE"  # where built kernels are kept

# The processor's own instructions are chosen at run time, so none are named here. Products and sums
# must not be contracted on their own: every path has to do the same operations.
COMPILERS = ("g++", "clang++")
FLAGS = (
    *("-O3", "-std=c++17", "-shared", "-fPIC", "-fvisibility=hidden"),
    *("-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off"),
)
THREADS_FLAG = "-fopenmp"
NATIVE = "-march=native"  # this processor alone: what it stands for is a part of the name
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
BUILD_SECONDS = 300


class CannotBuild(Unsupported):
    """There is no compiler, it failed, or what it made does not load. The message says which."""


def load(source: Path, *flags: str) -> ctypes.CDLL:
    """The library compiled from `source`, built when it is not in the cache.

    `flags` come after FLAGS and win over them.
    """
    library = built(source, *flags)
    try:
        return ctypes.CDLL(str(library))
    except OSError as error:
        raise CannotBuild(f"{library} does not load: {error}") from error


def built(source: Path, *flags: str) -> Path:
    """Where the compiled library is. With OpenMP if the compiler has it, else with one thread."""
    compiler = find_compiler()
    texts = [each.read_text() for each in (source, *headers_of(source))]
    parts = (*texts, *FLAGS, THREADS_FLAG, *flags, told_by(compiler, "--version"))
    if NATIVE in flags:
        parts += (told_by(compiler, NATIVE, "-###", "-E", "-x", "c++", os.devnull),)
    return built_once(
        source.stem, ".so", parts, lambda made: compile_to(made, source, compiler, flags)
    )


def built_once(
    stem: str, suffix: str, parts: Sequence[str], build: Callable[[Path], object]
) -> Path:
    """The file in the cache that `build` makes of `parts`: all that decides what it contains."""
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    path = cache_folder() / f"{stem}-{key}{suffix}"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".build-") as scratch:
            made = Path(scratch) / path.name
            build(made)
            made.replace(path)
    return path


def identity(program: Path) -> str:
    """An installed program, told from another version of itself by its size and its age."""
    status = program.stat()
    return f"{program} {status.st_size} {status.st_mtime_ns}"


def find_compiler() -> str:
    """$CXX, or the first known C++ compiler on PATH."""
    chosen = os.environ.get("CXX")
    names = (chosen,) if chosen else COMPILERS
    for name in names:
        if found := shutil.which(name):
            return found
    raise CannotBuild(f"no C++ compiler found (looked for {', '.join(names)})")


def headers_of(source: Path) -> list[Path]:
    """The headers that a source includes by a relative path, theirs too, each once."""
    found: list[Path] = []
    waiting = [source]
    while waiting:
        file = waiting.pop()
        for name in INCLUDE.findall(file.read_text()):
            header = (file.parent / name).resolve()
            if header not in found:
                found.append(header)
                waiting.append(header)
    return found


def told_by(compiler: str, *arguments: str) -> str:
    try:
        answer = subprocess.run(
            [compiler, *arguments], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotBuild(f"{compiler} {' '.join(arguments)} failed: {error}") from error
    return answer.stdout + answer.stderr


def cache_folder() -> Path:
    """$MOCKWRIGHT_KERNEL_CACHE, or mockwright/kernels in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(os.environ.get(CACHE_VARIABLE) or Path(base) / "mockwright" / "kernels")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotBuild(f"cannot write {folder} ({error}); set {CACHE_VARIABLE}") from error
    return folder


def compile_to(library: Path, source: Path, compiler: str, extra: tuple[str, ...]) -> None:
    said = ""
    for threads in ((THREADS_FLAG,), ()):
        command = [compiler, *FLAGS, *extra, *threads, str(source), "-o", str(library)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotBuild(f"{compiler} failed: {error}") from error
        if done.returncode == 0:
            return
        said = said or done.stderr.strip()
    raise CannotBuild(f"{compiler} cannot compile {source.name}:\n{said}")
