"""The first event of a run: what it is to do, as it is recorded."""

from webapp.studio.events import MockupRef, ModelRef, RunStarted
from workers.agent.protocols import Task


def run_started(task: Task, model: ModelRef) -> RunStarted:
    """A mockup whose role nobody told and nobody inferred is a page of its own."""
    mockups = tuple(
        MockupRef(
            asset_id=mockup.asset_id,
            sha256=mockup.sha256,
            width=mockup.width,
            height=mockup.height,
            scale=mockup.scale,
            role="page" if mockup.role == "auto" else mockup.role,
            page=page,
        )
        for mockup, page in zip(task.mockups, task.pages(), strict=True)
    )
    return RunStarted(
        model=model,
        stack=task.stack,
        prompt=task.prompt,
        earlier_words=task.earlier_words,
        mockups=mockups,
        limits=task.limits,
        guidelines=tuple(one.file for one in task.guidelines),
        files=task.base,
        imported=task.imports_base,
        storyboard=task.storyboard,
    )
