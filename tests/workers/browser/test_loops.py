"""A renderer whose event loop or process ended without close(): nothing stays behind."""

import asyncio
import gc
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.workers.browser.conftest import browser_processes
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest


# the loop that ends takes pipes to the driver with it, unclosed
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_renderer_serves_one_event_loop_after_another(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("hello")
    before = {process.pid for process in browser_processes()}
    renderer = Renderer()

    async def once(last: bool) -> str:
        shot = await renderer.render(tmp_path, RenderRequest(width=100, height=100))
        if last:
            await renderer.close()
        return shot.texts[0].text

    assert [asyncio.run(once(last)) for last in (False, True)] == ["hello", "hello"]
    assert {process.pid for process in browser_processes()} <= before
    gc.collect()


def test_a_worker_killed_in_the_middle_of_a_render_leaves_no_browser(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<script>for (;;);</script>")
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)], cwd=REPOSITORY)
    try:
        family = wait_for_family(worker.pid)
    finally:
        worker.kill()
        worker.wait()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive


REPOSITORY = Path(__file__).parents[3]
WORKER = """
import asyncio, pathlib, sys
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest
asyncio.run(Renderer().render(pathlib.Path(sys.argv[1]), RenderRequest(width=100, height=100)))
"""


def wait_for_family(pid: int) -> list[psutil.Process]:
    """The descendants of `pid`, once there is a page that runs among them."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        family = psutil.Process(pid).children(recursive=True)
        with suppress(psutil.NoSuchProcess):  # one that ended meanwhile, or is a zombie
            if any("--type=renderer" in process.cmdline() for process in family):
                return family
        time.sleep(0.1)
    pytest.fail("no browser came up")
