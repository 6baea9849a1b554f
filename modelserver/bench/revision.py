"""Our kernels as they were at another commit, beside those of this one."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PACKAGE = "modelserver"


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A folder with the revision's files. Raises ValueError for what git does not know."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "tree"
        try:
            git("worktree", "add", "--detach", str(folder), revision)
        except subprocess.CalledProcessError as error:
            raise ValueError(f"cannot check out {revision}: {error.stderr.strip()}") from error
        try:
            yield folder
        finally:
            git("worktree", "remove", "--force", str(folder))


def git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def load(folder: Path, *names: str) -> tuple[ModuleType, ...]:
    """Modules from the files in `folder`, though others of the same names are loaded.

    The modules keep what they imported; the loaded ones are as before.
    """
    loaded = {name: sys.modules.pop(name) for name in _ours()}
    sys.path.insert(0, str(folder))
    try:
        return tuple(import_module(name) for name in names)
    finally:
        sys.path.remove(str(folder))
        for name in _ours():
            del sys.modules[name]
        sys.modules.update(loaded)


def _ours() -> list[str]:
    return [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]
