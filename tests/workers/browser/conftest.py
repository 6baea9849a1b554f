"""One real browser for all tests of this folder, and a way to write pages for it."""

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from workers.browser.isolation import LEVELS, IsolationLevel, obstacle

WritePage = Callable[..., Path]


@pytest.fixture
def write_page(tmp_path: Path) -> WritePage:
    """Write a body as index.html, and other files by name; returns the folder."""

    def write(body: str, **files: str) -> Path:
        folder = tmp_path / "site"
        folder.mkdir(exist_ok=True)
        text = f"<!doctype html><html><body style='margin:0'>{body}</body></html>"
        (folder / "index.html").write_text(text)
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_text(content)
        return folder

    return write


def browser_processes() -> list[psutil.Process]:
    """The live processes of browsers that this process started, wrappers included."""
    return [child for child in psutil.Process().children(recursive=True) if _is_browser(child)]


def _is_browser(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and "--headless" in process.cmdline()
    except psutil.NoSuchProcess:  # it ended while it was looked at
        return False


def available_levels() -> list[IsolationLevel]:
    """The best form of each level that this machine allows."""
    best: dict[str, IsolationLevel] = {}
    for level in LEVELS:
        if level.name not in best and obstacle(level) is None:
            best[level.name] = level
    return list(best.values())
