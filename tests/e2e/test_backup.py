"""The document's backup of a service at work, and its restoration into a new folder."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.stack import ROOT, Stack
from tests.e2e.conftest import paced_script, start_run
from tests.e2e.test_selecting import preview, status

pytestmark = pytest.mark.e2e

PAGE = ROOT / "docs" / "how-to" / "upgrade-and-backup.md"
KEY = "sk-the-key-of-a-server"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which the document's commands find what they name."""
    for name in (".venv", "manage.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.fixture
def service(checkout: Path) -> Iterator[Stack]:
    stack = Stack(checkout / "var").start()
    yield stack
    stack.stop()


def commands() -> tuple[str, str]:
    backup, restoration = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return backup, restoration


def follow(checkout: Path, lines: str) -> str:
    environment = {key: value for key, value in os.environ.items() if "MOCKWRIGHT" not in key}
    ran = subprocess.run(
        ["bash", "-euc", lines],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_what_was_backed_up_under_a_run_is_restored_whole(
    page: Page, checkout: Path, service: Stack
) -> None:
    endpoint = {"url": "http://127.0.0.1:9/v1", "name": "m", "key": KEY}
    service.post("/api/endpoints", endpoint)
    address = start_run(service, prompt=paced_script(turns=4, pause=2.0))
    page.goto(address)
    expect(preview(page).get_by_text("Version 1")).to_be_visible()
    backup, restoration = commands()
    follow(checkout, backup)
    expect(status(page)).not_to_contain_text("Done", timeout=1_000)  # it was made under a run
    service.stop()

    told = follow(checkout, restoration)
    assert "damaged" not in told
    assert "missing" not in told
    restored = Stack(checkout / "restored").start()
    try:
        page.goto(address.replace(service.origin, restored.origin))
        expect(preview(page).get_by_text("Version 1")).to_be_visible()
        expect(status(page)).to_contain_text("Done", timeout=120_000)
        expect(page.get_by_role("button", name="Revision 4")).to_be_visible()
        assert read_key(checkout / "restored") == KEY
    finally:
        restored.stop()


def read_key(data: Path) -> str:
    """The key of the one model server, as a worker would read it."""
    script = (
        "import django; django.setup()\n"
        "from webapp.studio.encryption import decrypt\n"
        "from webapp.studio.models import Endpoint\n"
        "print(decrypt(Endpoint.objects.get().encrypted_key))"
    )
    ran = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "-c", script],
        cwd=ROOT,
        env={
            **os.environ,
            "MOCKWRIGHT_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "webapp.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()
