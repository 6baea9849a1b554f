"""Mutation testing by sample: break one place of a package, run its tests, see whether they notice.

`make mutants`. Works on a copy of the repository in var/, so nothing here is ever left broken;
docs/reference/mutation.md says what is broken, and why no ready tool does it.
"""

import argparse
import ast
import compileall
import importlib
import json
import multiprocessing
import os
import py_compile
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "mutants"
TREE = VAR / f"tree-{os.getpid()}"
PACKAGES = {  # what is broken, and the tests that must notice
    "workers/scoring": "tests/workers/scoring",
    "workers/agent": "tests/workers/agent",
    "webapp/studio/services": "tests/webapp/studio",
}
LIBRARIES = (  # loaded once, as that takes longer than most tests; none holds a thread yet
    "celery", "channels.layers", "cv2", "django.contrib.auth", "hypothesis", "onnxruntime",
    "playwright.async_api", "pytest_asyncio", "pytest_django", "pytest_timeout", "rapidfuzz",
    "scipy.optimize", "scipy.sparse.csgraph", "skimage.color",
)  # fmt: skip
# nothing that is broken here reads pictures or renders pages, so both are done once
ENVIRONMENT = {
    "MOCKWRIGHT_TEXT_CACHE": str(VAR / "texts"),
    "MOCKWRIGHT_SHOT_CACHE": str(TREE / "shots"),
}
PATIENCE = 3.0  # times what the tests take on code that is not broken; a mutant may not end
NOT_CODE = frozenset({"annotation", "returns", "decorator_list", "type_params"})
NO_DIFFERENCE = frozenset({"strict", "frozen"})  # arguments that no sound program can tell apart
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
}  # fmt: skip
Break = Callable[[], None]


class TestsFail(Exception):
    """The tests fail on code that is not broken."""


@dataclass(frozen=True)
class Mutant:
    """Place number `index` of a module, broken, and how the tests took it."""

    path: str
    line: int
    change: str
    index: int
    killed: bool = False


def code(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, less annotations, decorators, texts and calls of a logger."""
    if isinstance(node, ast.keyword) and node.arg in NO_DIFFERENCE:
        return
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if name in NOT_CODE or not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.Expr) and ast.unparse(child).startswith(("'", '"', "logger.")):
                continue
            yield from code(child)


def breaks(node: ast.AST) -> Iterator[tuple[str, Break]]:
    """The ways to break a node: what changes, and what to call to change it."""
    match node:
        case ast.Compare(ops=[op]):
            swapped = SWAPS[type(op)]()
            yield (
                f"{type(op).__name__} → {type(swapped).__name__}",
                lambda: setattr(node, "ops", [swapped]),
            )
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in SWAPS:
            swapped = SWAPS[type(op)]()
            yield (
                f"{type(op).__name__} → {type(swapped).__name__}",
                lambda: setattr(node, "op", swapped),
            )
        case ast.Constant(value=bool() | int() | float() as known):
            small = known == 0 or (isinstance(known, int) and abs(known) < 4)
            other = (not known) if isinstance(known, bool) else known + 1 if small else 2 * known
            yield f"{known} → {other}", lambda: setattr(node, "value", other)
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            negated = ast.UnaryOp(ast.Not(), test)
            yield "condition → its opposite", lambda: setattr(node, "test", negated)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) not in ("None", "False"):
            yield "return → return None", lambda: setattr(node, "value", ast.Constant(None))


def places(tree: ast.Module) -> list[tuple[ast.AST, str, Break]]:
    """Everything that can be broken in a module, always in the same order."""
    return [(node, change, do) for node in code(tree) for change, do in breaks(node)]


def sample(package: str, size: int, seed: int) -> list[Mutant]:
    """`size` mutants of a package, drawn alike each time from equal sources."""
    everything = [
        Mutant(str(path.relative_to(ROOT)), getattr(node, "lineno", 0), change, index)
        for path in sorted((ROOT / package).rglob("*.py"))
        for index, (node, change, _) in enumerate(places(ast.parse(path.read_text())))
    ]
    return random.Random(seed).sample(everything, min(size, len(everything)))  # noqa: S311  repeatable


def broken(source: str, index: int) -> str:
    """A module's source with one place broken."""
    tree = ast.parse(source)
    places(tree)[index][2]()
    return ast.unparse(ast.fix_missing_locations(tree))


def copy_tree() -> None:
    """The files that git has or would have, and this checkout's environment and browser."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.split("\0"):
        if name and (ROOT / name).exists():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, TREE / name, follow_symlinks=False)
    for name in ("frontend/dist", "var/browser"):
        if (ROOT / name).exists():
            (TREE / name).parent.mkdir(exist_ok=True)
            (TREE / name).symlink_to(ROOT / name)


def run_tests(files: list[str], limit: float | None = None) -> int | None:
    """The exit status of the tests in the copy, which end at the first failure; None where
    `limit`, seconds, was not enough. They run in a fork, which has the large libraries already."""
    child = multiprocessing.get_context("fork").Process(target=_run_here, args=(files,))
    child.start()
    child.join(limit)
    ended = child.exitcode
    if ended is None and child.pid is not None:
        os.killpg(child.pid, signal.SIGKILL)
        child.join()
    return ended


def _run_here(files: list[str]) -> None:
    os.setsid()
    os.chdir(TREE)
    os.environ.update(ENVIRONMENT)
    sys.path[0] = str(TREE)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123  a descriptor is all that is wanted
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    loaded = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # before pytest, and it minds
    sys.exit(pytest.main(["-x", "--no-header", *loaded, *files]))


def test_files(path: str, tests: str) -> list[str]:
    """All test files under `tests`: that of the module itself, those of its folder, the others."""
    own = Path("tests", path).with_name(f"test_{Path(path).stem}.py")
    files = [file.relative_to(TREE) for file in (TREE / tests).rglob("test_*.py")]
    return [
        str(file) for file in sorted(files, key=lambda it: (it != own, it.parent != own.parent, it))
    ]


def try_mutant(mutant: Mutant, tests: str, limit: float) -> Mutant:
    """Break the copy, run the tests nearest to that module first, and mend it."""
    source = (TREE / mutant.path).read_text()  # as it was drawn from, whatever is edited meanwhile
    (TREE / mutant.path).write_text(broken(source, mutant.index))
    try:
        status = run_tests(test_files(mutant.path, tests), limit)
    finally:
        (TREE / mutant.path).write_text(source)
    return replace(mutant, killed=status != 0)


def try_package(package: str, size: int, seed: int) -> list[Mutant]:
    """Raises TestsFail."""
    tests = PACKAGES[package]
    drawn = sample(package, size, seed)
    run_tests([tests])  # what is compiled and cached here is no part of the time
    sys.dont_write_bytecode = True  # of mutants: no module may run as it was a second ago
    started = time.monotonic()
    if run_tests([tests]) != 0:
        raise TestsFail(f"{tests} fails as it is. Mend that first.")
    limit = PATIENCE * (time.monotonic() - started)
    tried = []
    for mutant in drawn:
        tried.append(try_mutant(mutant, tests, limit))
        told = "killed  " if tried[-1].killed else "SURVIVED"
        print(f"{told} {mutant.path}:{mutant.line} {mutant.change}", flush=True)
    killed = sum(mutant.killed for mutant in tried)
    print(f"\n{package}: {killed} of {len(tried)} killed, {killed / len(tried):.0%}\n", flush=True)
    return tried


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=list(PACKAGES), help="of those known here")
    parser.add_argument("--sample", type=int, default=20, help="mutants a package")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    copy_tree()
    compileall.compile_dir(
        TREE, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH
    )
    for library in LIBRARIES:
        importlib.import_module(library)
    try:
        tried = [try_package(name, arguments.sample, arguments.seed) for name in arguments.packages]
    except TestsFail as error:
        sys.exit(str(error))
    finally:
        shutil.rmtree(TREE)
    report = json.dumps([asdict(mutant) for package in tried for mutant in package], indent=1)
    (VAR / "result.json").write_text(report)


if __name__ == "__main__":
    main()
