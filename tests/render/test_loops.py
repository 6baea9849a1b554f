"""A renderer whose event loop ended without close(): the next loop starts anew, nothing stays."""

import asyncio
import gc
from pathlib import Path

import pytest

from tests.render.conftest import browser_processes
from workers.render.browser import Renderer


# the loop that ends takes pipes to the driver with it, unclosed
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_renderer_serves_one_event_loop_after_another(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("hello")
    before = {process.pid for process in browser_processes()}
    renderer = Renderer()

    async def once(last: bool) -> str:
        shot = await renderer.render(tmp_path, width=100, height=100)
        if last:
            await renderer.close()
        return shot.texts[0].text

    assert [asyncio.run(once(last)) for last in (False, True)] == ["hello", "hello"]
    assert {process.pid for process in browser_processes()} <= before
    gc.collect()
