"""What building needs the front end for, and what not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys, hatchling.build as build; getattr(build, sys.argv[1])('.')"


@pytest.fixture
def unbuilt(tmp_path: Path) -> Path:
    """The parts of a fresh clone that the build reads."""
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    for name in ("webapp", "workers", "modelserver"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    return tmp_path


def build(folder: Path, kind: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BUILD, kind]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_plugin_is_installed_in_place_without_a_front_end(unbuilt: Path) -> None:
    ran = build(unbuilt, "build_editable")
    assert ran.returncode == 0, ran.stderr


def test_a_wheel_without_its_front_end_is_not_built(unbuilt: Path) -> None:
    ran = build(unbuilt, "build_wheel")
    assert ran.returncode == 1
    assert "Run make wheel" in ran.stderr
    assert not list(unbuilt.glob("*.whl"))
