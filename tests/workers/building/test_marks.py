"""A built page says which place of the sources wrote each element, and shows nothing of it.

UPDATE_SNAPSHOTS=1 records anew what was built: `tests/data/editing/built`.
"""

import base64
import os

import pytest

from tests.webapp.studio.projects import FOLDER, PICTURES, STACKS, sources
from webapp.studio.sources import marked_page
from webapp.studio.sources.marks import ATTRIBUTE
from workers.browser.renderer import Renderer
from workers.building import Builder

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize("stack", STACKS)
async def test_what_is_built_is_as_it_is_recorded(stack: str, renderer: Renderer) -> None:
    files = {path: text.encode() for path, text in sources(stack).items()}
    site = await Builder(renderer).build({**files, PICTURES[stack]: DOT})
    kept = {path: data for path, data in site.items() if path.endswith((".map", ".css"))}
    folder = FOLDER / "built" / stack
    if "UPDATE_SNAPSHOTS" in os.environ:
        for path, data in kept.items():
            (folder / path).write_bytes(data)
    assert kept == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert ATTRIBUTE.encode() not in b"".join(
        data for path, data in site.items() if path.endswith(".html")
    )
    assert (marked_page("index.html") in site) == (stack != "html-tailwind")
