"""The tutorial, step by step, as a person follows it."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.stack import ROOT, Stack

pytestmark = pytest.mark.e2e

TEXT = (ROOT / "docs" / "tutorial" / "first-page.md").read_text()
RUN_MS = 180_000  # a draft on a busy machine


def test_each_step_leads_to_the_next(page: Page, stack: Stack, tmp_path: Path) -> None:
    names = iter(re.findall(r"\*\*([^*]+)\*\*", TEXT))
    page.goto(stack.origin)
    page.get_by_role("button", name=next(names)).click()
    page.get_by_role("button", name=next(names)).click()
    page.wait_for_url("**/p/**")
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text(next(names), timeout=RUN_MS)
    for _ in range(2):
        page.get_by_role("tab", name=next(names)).click()
    expect(page.get_by_role("navigation", name="Files")).to_contain_text("index.html")
    field = page.get_by_label(next(names))
    field.fill("Harvest sign-in")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        field.press("Enter")
    with page.expect_download() as download:
        page.get_by_role("link", name=next(names), exact=True).click()
    download.value.save_as(tmp_path / download.value.suggested_filename)
    page.get_by_role("link", name=next(names)).first.click()
    expect(page.get_by_text("Harvest sign-in").first).to_be_visible()
    assert list(names) == []

    unpack, measure = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    assert "index.html" in follow(tmp_path, unpack)
    for name in (".venv", "manage.py", "webapp"):
        (tmp_path / name).symlink_to(ROOT / name)
    assert "score" in follow(tmp_path, measure).lower()


def follow(folder: Path, lines: str) -> str:
    ran = subprocess.run(
        ["bash", "-euc", lines], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
