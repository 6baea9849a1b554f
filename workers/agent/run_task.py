"""One run's work, put together: model, tools and workspace around the loop. Knows no Django."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.studio.events import Event
from workers.agent.loop import run
from workers.agent.protocols import Blobs, Model, Person, Task
from workers.agent.roles import with_inferred_roles
from workers.agent.tools.context import ToolContext
from workers.agent.tools.registry import build_toolbox
from workers.agent.transcript import Progress
from workers.agent.workspace import Workspace
from workers.drafting.perceive.text.reader import find_text
from workers.shot import PageRenderer, SiteBuilder

NARROW_WIDTHS = (390, 768)  # CSS pixels, at which a model that can mend it is told of overflow


@dataclass(frozen=True)
class RunEnvironment:
    """What a process has ready for every run."""

    blobs: Blobs
    renderer: PageRenderer
    builder: SiteBuilder | None = None  # of stacks that have a build


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
        task = await _begun(task, model, progress)
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
            builder=environment.builder,
        )
        tools = build_toolbox(context, can_ask=person is not None)
        events = run(task, model, tools, workspace, environment.blobs, progress, person)
        async with aclosing(events):
            async for event in events:
                yield event


async def _begun(task: Task, model: Model, progress: Progress) -> Task:
    """The task as the run began; of a new one, with what each mockup is to the first inferred for a
    model that can make one page of several."""
    if progress.started:
        return progress.as_begun(task)
    if not model.ref.reads_words:
        return task
    return await asyncio.to_thread(with_inferred_roles, task, find_text)


def preload() -> None:
    """Load the networks that read text, which the first run would wait for. Takes seconds."""
    find_text(np.full((64, 64, 3), 255, np.uint8))
