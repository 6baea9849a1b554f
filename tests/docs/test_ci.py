"""The jobs for continuous integration: their scripts, run as they stand in the document."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.test_docs import ROOT

SET_UP = "make -C mockwright setup"  # which has run where this runs
PAGES = ROOT / "tests" / "data" / "pages"


def jobs() -> list[dict[str, Any]]:
    text = (ROOT / "docs" / "how-to" / "ci.md").read_text()
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


def scripts() -> dict[str, list[str]]:
    """What each of the two services runs, in its order."""
    github, gitlab = jobs()
    steps = github["jobs"]["mockup"]["steps"]
    mockup = gitlab["mockup"]
    return {
        "github": [step["run"] for step in steps if "run" in step],
        "gitlab": [*mockup["before_script"], *mockup["script"]],
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "mockwright").symlink_to(ROOT)
    (tmp_path / "design").mkdir()
    (tmp_path / "site").mkdir()
    page = sorted(PAGES.glob("*.html"))[0]
    shutil.copy(page, tmp_path / "site" / "index.html")
    shutil.copy(page.with_suffix(".png"), tmp_path / "design" / "home.png")
    return tmp_path


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_the_job_passes_with_the_page_and_fails_without_it(checkout: Path, service: str) -> None:
    set_up, hold = scripts()[service]
    assert set_up == SET_UP
    held = subprocess.run(["bash", "-euc", hold], cwd=checkout, capture_output=True, text=True)
    assert held.returncode == 0, held.stdout + held.stderr
    kept = jobs()[0]["jobs"]["mockup"]["steps"][-1]["with"]["path"]
    assert [kept] == jobs()[1]["mockup"]["artifacts"]["paths"]
    assert (checkout / kept).is_file()
    (checkout / "site" / "index.html").write_text("<!doctype html><title>Other</title><p>Other")
    missed = subprocess.run(["bash", "-euc", hold], cwd=checkout, capture_output=True, text=True)
    assert missed.returncode == 1
