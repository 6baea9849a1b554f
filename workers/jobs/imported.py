"""A page that a person imported: what it is measured against, and which of its files."""

import asyncio
import tempfile
from pathlib import Path

from asgiref.sync import sync_to_async

from webapp.studio import queries, services
from webapp.studio.events import FileRef, MockupChoice
from webapp.studio.models import Run
from webapp.studio.storage import blobs
from workers.agent.protocols import Task
from workers.agent.workspace import Workspace
from workers.imaging import decode_png, encode_png
from workers.shot import PageRenderer, RenderRequest

WIDTH, HEIGHT = 1440, 900  # CSS pixels of the window in which a page is pictured
TALLEST = 8000  # pixels, as of any mockup


async def ensure_mockup(run: Run, renderer: PageRenderer) -> None:
    """Where a project has no mockup, the page's own first picture becomes it: what is changed is
    then measured against what was imported. Raises RenderError."""
    project_id = str(run.project_id)
    if await sync_to_async(queries.mockups)(project_id):
        return
    base = await sync_to_async(_base)(project_id)
    with tempfile.TemporaryDirectory(prefix="mockwright-") as folder:
        workspace = Workspace(Path(folder) / "page")
        with blobs().at_hand() as store:
            await asyncio.to_thread(workspace.restore, base, store)
        shot = await renderer.render(workspace.root, RenderRequest(WIDTH, HEIGHT))
    png = await asyncio.to_thread(_cut, shot.png)
    await sync_to_async(services.add_first_picture)(project_id, png)


def with_imported_pages(task: Task) -> Task:
    """The task with each mockup measured against a page that there is: the first one at another
    width, where nobody has said otherwise and there is no page of its own."""
    paths = {file.path for file in task.base}
    roles: list[MockupChoice] = []
    for index, mockup in enumerate(task.mockups):
        page = f"page-{index + 1}.html"
        has_page = index == 0 or page in paths
        roles.append(("page" if mockup.role == "auto" else mockup.role) if has_page else "width")
    return task.with_roles(roles)


def _base(project_id: str) -> tuple[FileRef, ...]:
    references = queries.references(project_id)
    files = next(one.files for one in references if one.kind == "base")
    return tuple(FileRef.model_validate(file) for file in files)


def _cut(png: bytes) -> bytes:
    """The picture of a page that is too tall for a mockup, down to where one ends."""
    image = decode_png(png)
    return png if image.shape[0] <= TALLEST else encode_png(image[:TALLEST])
