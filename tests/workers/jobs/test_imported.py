"""A page that is imported without a mockup, by a worker in this process."""

import io
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from PIL import Image

from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.events import RevisionSaved
from webapp.studio.models import Project, Run
from webapp.studio.parameters import RunParameters
from webapp.studio.storage import blobs
from workers.jobs.execute import execute_run
from workers.jobs.imported import TALLEST, WIDTH
from workers.jobs.process import this_process

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture(autouse=True)
async def browser_ends() -> AsyncIterator[None]:
    yield
    await this_process().renderer.close()


def imported(page: str) -> Project:
    owner = local_user()
    files = [("site/index.html", page.encode()), ("site/a.css", b"body { margin: 0 }")]
    base = services.create_folder_reference(owner, "My site", files)
    choice = RunParameters("", "html-css", "draft")
    return services.create_project(owner, [], choice, "", [str(base.id)], imports_base=True)


async def done(page: str) -> tuple[Run, list[RevisionSaved]]:
    project = await sync_to_async(imported)(page)
    run = await Run.objects.select_related("project").aget(project=project)
    await execute_run(str(run.id))
    events = await sync_to_async(queries.events_after)(str(run.id))
    run = await Run.objects.select_related("project").aget(project=project)
    return run, [one.event for one in events if isinstance(one.event, RevisionSaved)]


async def test_it_is_measured_against_its_own_first_picture() -> None:
    run, (saved,) = await done("<!doctype html><link rel=stylesheet href=a.css><h1>Hello</h1>")
    assert run.project.name == "My site"
    assert (run.state, run.result_revision) == (Run.State.FINISHED, 1)
    assert [file.path for file in saved.files] == ["a.css", "index.html"]
    assert saved.score.total > 0.99
    (mockup,) = await sync_to_async(queries.mockups)(str(run.project_id))
    assert mockup.is_own
    assert (mockup.asset.width, mockup.asset.name) == (WIDTH, "First picture of My site")


async def test_a_page_taller_than_a_mockup_is_measured_down_to_where_one_ends() -> None:
    run, (saved,) = await done("<!doctype html><h1>Tall</h1><div style='height: 9000px'></div>")
    (mockup,) = await sync_to_async(queries.mockups)(str(run.project_id))
    assert mockup.asset.height == TALLEST
    shown = Image.open(io.BytesIO(blobs().get(saved.pages[0].screenshot.sha256)))
    assert shown.width == WIDTH
