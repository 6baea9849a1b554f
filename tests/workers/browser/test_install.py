"""Setting up a browser: once, and never twice."""

from pathlib import Path

import pytest

from workers.browser import find, install
from workers.browser.errors import BrowserFailed, NoBrowser


@pytest.fixture
def stamp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    stamp = tmp_path / "data" / "proved"
    monkeypatch.setattr(install, "STAMP", stamp)
    return stamp


def test_a_browser_proves_itself_once(stamp: Path, capsys: pytest.CaptureFixture[str]) -> None:
    browser = find.find_browser()
    install.prove(browser)
    assert "renders, isolation level" in capsys.readouterr().out
    before = stamp.stat().st_mtime_ns
    install.prove(browser)
    assert capsys.readouterr().out == ""
    assert stamp.stat().st_mtime_ns == before


def test_another_browser_has_to_prove_itself_again(stamp: Path, tmp_path: Path) -> None:
    install.prove(find.find_browser())
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(BrowserFailed):
        install.prove(broken)


def test_a_wrong_choice_is_an_error_and_installs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_CHROMIUM", "/no/such/chrome")
    monkeypatch.setattr(install, "_run", pytest.fail)
    with pytest.raises(NoBrowser, match="/no/such/chrome"):
        install.install()


def test_without_root_and_without_npm_the_way_out_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PLAYWRIGHT_CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(find, "IN_PLACE", (tmp_path / "none",))
    monkeypatch.setattr(find, "UNPACKED", tmp_path / "browser" / "chromium")
    monkeypatch.setattr(install, "UNPACKED", tmp_path / "browser" / "chromium")
    assert install.main() == 1
    assert "needs npm, which is not here" in capsys.readouterr().err
