"""Which browser is used, and what is said where there is none."""

from pathlib import Path

import pytest

from workers.browser import find
from workers.browser.errors import BrowserFailed, NoBrowser
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any browser, with an empty home."""
    monkeypatch.delenv("PLAYWRIGHT_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(find, "IN_PLACE", (tmp_path / "none",))
    monkeypatch.setattr(find, "UNPACKED", tmp_path / "unpacked" / "chromium")
    return tmp_path


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho this is no browser >&2\nexit 3\n")
    path.chmod(0o755)
    return path


def test_a_machine_without_a_browser_is_told_what_to_do(bare_machine: Path) -> None:
    with pytest.raises(NoBrowser, match="make setup"):
        find.find_browser()


async def test_rendering_without_a_browser_ends_with_its_code(bare_machine: Path) -> None:
    (bare_machine / "index.html").write_text("hello")
    with pytest.raises(NoBrowser) as caught:
        await Renderer().render(bare_machine, RenderRequest(width=100, height=100))
    assert caught.value.code == "no_browser"


def test_the_environment_chooses_first(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare_machine / "chromium")
    chosen = program(bare_machine / "mine" / "chrome")
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", str(chosen))
    assert find.find_browser() == chosen


def test_a_wrong_choice_is_named_and_not_passed_over(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare_machine / "chromium")
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "/no/such/chrome")
    with pytest.raises(NoBrowser, match="/no/such/chrome"):
        find.find_browser()


def test_playwrights_own_browser_comes_before_the_systems(bare_machine: Path) -> None:
    program(bare_machine / "chromium")
    own = program(bare_machine / "playwright/chromium-1200/chrome-linux/chrome")
    assert find.find_browser() == own


def test_the_headless_shell_comes_before_the_whole_browser(bare_machine: Path) -> None:
    program(bare_machine / "chromium")
    shell = program(bare_machine / "chromium-headless-shell")
    assert find.find_browser() == shell


def test_the_unpacked_browser_is_the_last_resort(bare_machine: Path) -> None:
    unpacked = program(bare_machine / "unpacked" / "chromium")
    assert find.find_browser() == unpacked
    chrome = program(bare_machine / "google-chrome")
    assert find.find_browser() == chrome


async def test_a_browser_that_does_not_start_is_named_with_what_it_said(tmp_path: Path) -> None:
    broken = program(tmp_path / "broken")
    (tmp_path / "index.html").write_text("hello")
    with pytest.raises(BrowserFailed, match="this is no browser") as caught:
        await Renderer(broken).render(tmp_path, RenderRequest(width=100, height=100))
    assert str(broken) in str(caught.value)
