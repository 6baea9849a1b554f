"""Set-up says at once what is missing, in a sentence that has the remedy."""

import subprocess
import sys
from dataclasses import replace
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

from webapp.local.redis_process import AT_LEAST

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "bin" / "setup"


def load() -> Any:
    loader = SourceFileLoader("setup_script", str(SETUP))
    spec = spec_from_loader("setup_script", loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules["setup_script"] = module  # where dataclasses look for it
    loader.exec_module(module)
    return module


setup = load()
DEBIAN_12 = setup.Machine("Linux", "6.1.0-26-amd64", "x86_64", (2, 36), (3, 11), "CPython", ())


@pytest.mark.parametrize("python", [(3, 11), (3, 12), (3, 13)])
@pytest.mark.parametrize("release", ["6.1.0", "5.15.153.1-microsoft-standard-WSL2"])
def test_a_machine_that_has_everything_is_told_nothing(
    python: tuple[int, int], release: str, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.check(replace(DEBIAN_12, python=python, release=release), setup.OLDEST_GLIBC)
    assert capsys.readouterr().out == ""


def test_a_newer_python_is_used_and_said_to_be_untried(capsys: pytest.CaptureFixture[str]) -> None:
    setup.check(replace(DEBIAN_12, python=(3, 14)), setup.OLDEST_GLIBC)
    assert "Python 3.14 has not been tried; 3.11, 3.12 and 3.13 have" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("differs", "sentence"),
    [
        ({"system": "Darwin"}, "macOS is not supported: use Docker"),
        ({"system": "Windows"}, "Windows is not supported: use WSL 2"),
        ({"release": "4.4.0-19041-Microsoft"}, "wsl --set-version <distribution> 2"),
        ({"architecture": "armv7l"}, "Its processor is armv7l, not x86_64 or aarch64"),
        ({"glibc": (2, 27)}, "glibc 2.27, and packages ask for 2.28"),
        ({"glibc": ()}, "no glibc"),
        ({"python": (3, 10)}, "Python 3.10 is too old: install 3.11, 3.12 or 3.13"),
        ({"implementation": "PyPy"}, "PyPy is not supported: use CPython"),
        ({"absent": ("ensurepip",), "python": (3, 12)}, "apt-get install python3.12-venv"),
        ({"absent": ("sqlite3",)}, "was built without sqlite3"),
    ],
)
def test_what_is_missing_is_said_with_its_remedy(differs: dict[str, object], sentence: str) -> None:
    with pytest.raises(setup.SetupError) as refusal:
        setup.check(replace(DEBIAN_12, **differs), setup.OLDEST_GLIBC)
    assert sentence in str(refusal.value)


def test_all_that_is_missing_is_said_at_once() -> None:
    machine = replace(DEBIAN_12, architecture="ppc64le", absent=("venv", "ssl"))
    with pytest.raises(setup.SetupError) as refusal:
        setup.check(machine, setup.OLDEST_GLIBC)
    for word in ("ppc64le", "python3.11-venv", "built without ssl"):
        assert word in str(refusal.value)


def test_a_python_without_ensurepip_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    copy = tmp_path / "bin" / "setup"
    copy.write_bytes(SETUP.read_bytes())
    hidden = (
        "import importlib.util, runpy, sys\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'ensurepip' else find(name)\n"
        f"sys.argv = [{str(copy)!r}]\n"
        f"runpy.run_path({str(copy)!r}, run_name='__main__')\n"
    )
    ran = subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True)
    assert ran.returncode == 1
    assert "-venv" in ran.stderr
    assert not (tmp_path / ".venv").exists()


def environment_of(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


def test_an_environment_whose_python_has_gone_is_made_anew(tmp_path: Path) -> None:
    venv = environment_of(tmp_path / ".venv")
    (venv / ".requirements.txt.done").write_text("as if packages were there")
    assert setup.works(venv)
    python = venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/usr/bin/python3.2")
    assert not setup.works(venv)

    setup.create_venv(venv)

    assert setup.works(venv)
    assert not (venv / ".requirements.txt.done").exists()


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def make(command: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/usr/bin/make", *command.split()],
        cwd=ROOT,
        env={"PATH": f"{path}"},
        capture_output=True,
        text=True,
    )


def test_make_takes_the_first_python_that_runs_and_is_recent(tmp_path: Path) -> None:
    program(tmp_path, "python3.11", "exit 127")  # pyenv's, where another version is chosen
    program(tmp_path, "python3.12", f'exec {sys.executable} "$@"')
    program(tmp_path, "python3", "exit 1")
    assert f"{tmp_path}/python3.12 bin/setup --dev" in make("-n setup-dev", tmp_path).stdout


def test_make_without_a_recent_python_says_which_to_install(tmp_path: Path) -> None:
    program(tmp_path, "python3", "exit 1")  # 3.9, say
    ran = make("setup", tmp_path)
    assert ran.returncode != 0
    assert "no Python 3.11, 3.12 or 3.13 was found" in ran.stderr
    assert "PYTHON=/path/to/python3" in ran.stderr


def test_the_installation_page_names_what_set_up_asks_for() -> None:
    page = (ROOT / "docs" / "how-to" / "install.md").read_text()
    pythons = setup.tried_pythons("or")
    assert f"| Python | {pythons}, with" in page
    assert f"glibc {setup.dotted(setup.OLDEST_GLIBC)} or newer" in page
    assert f"glibc {setup.dotted(setup.OLDEST_GLIBC_MODELSERVER)} (" in page
    assert f"version {setup.dotted(setup.NODE_AT_LEAST)} or newer" in page
    assert f"from version {setup.dotted(AT_LEAST)}" in page
    assert f"Python {pythons}" in (ROOT / "README.md").read_text()
