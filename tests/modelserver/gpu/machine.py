"""A machine as the commands of bin/on-gpu find it, but for its GPU: torch, an older Triton, pytest.

No git, no SGLang, nothing of ours but a copy of the tree and the kit. Its Python is this one: what
PyPI has of torch for 3.12 is for CUDA, and gigabytes.
"""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[3]
OLDER_TRITON = ROOT / ".venv-kernels" / "older-triton"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

# what a machine with torch for CUDA has anyway
PACKAGES = (
    *("torch", "numpy", "pytest", "pytest-timeout", "pip", "setuptools"),
    *("filelock", "typing-extensions", "sympy", "mpmath", "networkx", "jinja2", "markupsafe"),
    *("fsspec", "iniconfig", "packaging", "pluggy", "pygments", "pillow", "psutil", "tqdm"),
    *("requests", "urllib3", "idna", "certifi", "charset-normalizer", "anyio"),
)


@dataclass(frozen=True)
class Machine:
    """A copy of the tree with a kit in it, its Python, and the folder that results go to."""

    tree: Path
    python: Path
    out: Path

    def call(
        self, command: str, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """A command of bin/on-gpu; both of its streams are in stdout."""
        return subprocess.run(
            [str(self.tree / "bin/on-gpu" / command), *arguments],
            env={**self.environment(), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def environment(self) -> Mapping[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.out),
            "TMPDIR": str(self.out),
            "PYTHON": str(self.python),
            "OUT": str(self.out / "results"),
        }


def prepare(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "bin/on-gpu/prepare"), "--out", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True)


def made(folder: Path) -> Machine:
    assert OLDER_TRITON.is_dir(), f"there is no {OLDER_TRITON}: make setup-kernels"
    machine = Machine(folder / "tree", folder / "venv/bin/python", folder / "work")
    machine.out.mkdir()
    copy_tree(machine.tree)
    venv.create(folder / "venv", with_pip=False)
    (packages,) = folder.glob("venv/lib/python*/site-packages")
    for name in PACKAGES:
        link(metadata.distribution(name), packages)
    for found in OLDER_TRITON.iterdir():
        (packages / found.name).symlink_to(found)
    done = prepare(machine.tree / ".kit", "--python", PYTHON)
    assert done.returncode == 0, done.stderr
    return machine


def copy_tree(to: Path) -> None:
    """What git knows or would add, without its folder."""
    folders = ("bin", "modelserver", "tests/modelserver", "tests/__init__.py")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)


def link(distribution: metadata.Distribution, packages: Path) -> None:
    """All that a distribution put into its site-packages, into another's."""
    tops = {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}
    for top in tops - {"__pycache__", "bin"}:
        source, target = Path(str(distribution.locate_file(top))), packages / top
        if source.exists() and not target.exists():
            target.symlink_to(source)
