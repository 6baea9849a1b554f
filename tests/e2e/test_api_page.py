"""The example of the page about the API, as a person pastes it into a shell."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES

pytestmark = pytest.mark.e2e

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "api.md"


def test_the_example_makes_a_page_of_a_mockup(stack: Stack, tmp_path: Path) -> None:
    (example,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    shutil.copy(EXAMPLES / "login.png", tmp_path / "mockup.png")
    ran = subprocess.run(
        ["bash", "-euc", example],
        cwd=tmp_path,
        env={**os.environ, "MOCKWRIGHT_API": f"{stack.origin}/api", "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    with zipfile.ZipFile(tmp_path / "page.zip") as archive:
        assert any(name.endswith("index.html") for name in archive.namelist())
