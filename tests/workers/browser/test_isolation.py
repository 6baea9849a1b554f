"""Which level is reached, and that each level that is there holds a browser."""

from pathlib import Path

import psutil
import pytest

from tests.workers.browser.conftest import WritePage, available_levels, browser_processes
from workers.browser import isolation
from workers.browser.isolation import IsolationLevel, obstacle, probe
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest


def test_the_level_reached_has_no_obstacle_and_better_ones_have_a_reason() -> None:
    level = probe()
    assert obstacle(IsolationLevel(level.name, level.sandbox)) is None
    assert all(missed.reason for missed in level.missed)
    assert level.missed or (level.name, level.sandbox) == ("bwrap", True)


def test_without_any_tool_the_flags_are_left_with_the_reasons(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    level = isolation.probe.__wrapped__()
    assert (level.name, level.sandbox) == ("flags", False)
    assert "bwrap is not installed" in [missed.reason for missed in level.missed]
    assert "unshare is not installed" in [missed.reason for missed in level.missed]


@pytest.mark.parametrize("level", available_levels(), ids=lambda level: level.name)
async def test_a_page_renders_at(level: IsolationLevel, write_page: WritePage) -> None:
    others = set(browser_processes())
    renderer = Renderer(level=level)
    try:
        shot = await renderer.render(
            write_page("<p>hello</p>"), RenderRequest(width=200, height=100)
        )
        assert [text.text for text in shot.texts] == ["hello"]
        assert shot.png.startswith(b"\x89PNG")
        assert _own_network(others) == (level.name != "flags")
    finally:
        await renderer.close()
    assert set(browser_processes()) <= others


def _own_network(others: set[psutil.Process]) -> bool:
    """Whether each Chromium process but `others` sees another network than this process."""
    here = Path("/proc/self/ns/net").stat().st_ino
    programs = [
        process
        for process in set(browser_processes()) - others
        if Path(process.cmdline()[0]).name not in ("bwrap", "unshare")
    ]
    assert programs
    return all(Path(f"/proc/{p.pid}/ns/net").stat().st_ino != here for p in programs)
