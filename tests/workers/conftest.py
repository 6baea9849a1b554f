"""One real browser for all tests of the workers in this process."""

from collections.abc import AsyncIterator

import pytest_asyncio

from workers.browser.renderer import Renderer


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def renderer() -> AsyncIterator[Renderer]:
    renderer = Renderer()
    yield renderer
    await renderer.close()
