"""One run's work, put together: model, tools and workspace around the loop. Knows no Django."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from webapp.studio.events import Event
from workers.agent.loop import run
from workers.agent.protocols import Blobs, Mockup, Model, Person, Task
from workers.agent.roles import with_inferred_roles
from workers.agent.tools.context import ToolContext
from workers.agent.tools.registry import build_toolbox
from workers.agent.transcript import Progress
from workers.agent.workspace import Workspace
from workers.drafting.interactions.scrolling import stitched
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import decode_png, encode_png
from workers.shot import PageRenderer

NARROW_WIDTHS = (390, 768)  # CSS pixels, at which a model that can mend it is told of overflow


@dataclass(frozen=True)
class RunEnvironment:
    """What a process has ready for every run."""

    blobs: Blobs
    renderer: PageRenderer


async def run_task(
    task: Task,
    model: Model,
    environment: RunEnvironment,
    progress: Progress | None = None,
    person: Person | None = None,
) -> AsyncGenerator[Event, None]:
    """The events of the run, from `progress` on, in a workspace that is deleted afterwards.

    Without a `person` there is nobody to ask.

    Raises what the loop cannot put into an event: see `workers.agent.errors.code_of`.
    """
    mends = model.ref.reads_words  # what is wrong whatever the mockup shows
    progress = progress if progress is not None else Progress()
    with tempfile.TemporaryDirectory(prefix="mockwright-", ignore_cleanup_errors=True) as folder:
        task = await _begun(task, model, progress, environment.blobs, Path(folder))
        workspace = Workspace(Path(folder) / "page")
        context = ToolContext(
            task,
            workspace,
            environment.blobs,
            environment.renderer,
            find_text,
            progress,
            widths=NARROW_WIDTHS if mends else (),
            accessibility=mends,
        )
        tools = build_toolbox(context, can_ask=person is not None)
        events = run(task, model, tools, workspace, environment.blobs, progress, person)
        async with aclosing(events):
            async for event in events:
                yield event


async def _begun(task: Task, model: Model, progress: Progress, blobs: Blobs, folder: Path) -> Task:
    """The task as the run began; of a new one, with what each mockup is to the first inferred for a
    model that can make one page of several. Of a recording the first mockup is all of its first
    page, as far as that was scrolled."""
    task = await asyncio.to_thread(_with_whole_page, task, blobs, folder)
    if progress.started:
        return progress.as_begun(task)
    if not model.ref.reads_words:
        return task
    return await asyncio.to_thread(with_inferred_roles, task, find_text)


def _with_whole_page(task: Task, blobs: Blobs, folder: Path) -> Task:
    if task.storyboard is None:
        return task
    board = task.storyboard
    pictures = {one.id: decode_png(blobs.get(one.picture)) for one in board.states}
    page, _ = stitched(board, pictures)
    png = encode_png(page)
    path = folder / "first-page.png"
    path.write_bytes(png)
    height, width = page.shape[:2]
    known = task.mockups[0].asset_id if task.mockups else board.states[0].id
    first = Mockup(known, blobs.put(png), path, width, height, board.scale)
    return replace(task, mockups=(first, *task.mockups[1:]))


def preload() -> None:
    """Load the networks that read text, which the first run would wait for. Takes seconds."""
    find_text(np.full((64, 64, 3), 255, np.uint8))
