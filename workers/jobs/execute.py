"""One attempt at a run: claimed, worked on, watched over, and ended in the record.

The task boundary: whatever goes wrong here becomes the run's last event.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal, cast

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

from webapp.studio import queries, services
from webapp.studio.error_handlers import recognise
from webapp.studio.errors import DatabaseUnavailable, LeaseLost, MockwrightError, NotFound
from webapp.studio.events import (
    FileRef,
    FilesEdited,
    Limits,
    MessageReceived,
    MockupChoice,
    RunFailed,
    RunFinished,
)
from webapp.studio.models import Run
from webapp.studio.services import Lease
from webapp.studio.storage import Store, blobs
from webapp.studio.storyboard import Storyboard
from workers.agent.errors import code_of
from workers.agent.protocols import Guideline, Mockup, Task
from workers.agent.run_task import RunEnvironment, run_task
from workers.agent.transcript import Progress
from workers.building import Builder
from workers.jobs.breaker import RecordedBreaker
from workers.jobs.imported import ensure_mockup, with_imported_pages
from workers.jobs.process import this_process
from workers.jobs.publish import Publisher
from workers.models import make_model

HEARTBEAT = 2.0  # seconds
CANCEL_POLL = 0.3  # seconds
CANCEL_WITHIN = 0.5  # seconds that cancelled work gets to end before the run is ended without it

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RecordedPerson:
    """The person of a run, as the record knows what they want."""

    run_id: str

    async def messages(self) -> tuple[MessageReceived, ...]:
        return await sync_to_async(queries.waiting_messages)(self.run_id)

    async def edits(self) -> tuple[FilesEdited, ...]:
        return await sync_to_async(queries.waiting_edits)(self.run_id)

    async def wants_pause(self) -> bool:
        run = await sync_to_async(queries.run_by_id)(self.run_id)
        return run.pause_requested


async def execute_run(run_id: str) -> None:
    """Work on a queued run until it ends. Where it is not there for the taking, do nothing."""
    await sync_to_async(close_old_connections)()
    try:
        await _execute(run_id)
    except (LeaseLost, NotFound) as error:
        logger.info("Run %s is not this worker's: %s", run_id, error)
    except DatabaseError as error:
        logger.warning("Run %s is left to the sweep: %s", run_id, error)
    finally:
        await sync_to_async(close_old_connections)()


async def _execute(run_id: str) -> None:
    """Raises LeaseLost where another has the run, NotFound where it was deleted, DatabaseError
    where its end could not be written."""
    lease = await sync_to_async(services.claim_run)(run_id)
    publisher = Publisher(run_id, lease)
    try:
        run, progress = await sync_to_async(_load)(run_id)
        publisher = Publisher(run_id, lease, progress.best())
        with blobs().at_hand() as store:
            work = _publish_all(run, store, progress, publisher)
            await _until_cancelled(run_id, work, publisher, lease)
    except (LeaseLost, NotFound):
        raise
    except Exception as error:
        known = recognise(error) if isinstance(error, DatabaseError) else error
        if isinstance(known, DatabaseUnavailable):  # for longer than it is waited for
            raise
        logger.exception("Run %s failed", run_id)
        await publisher.publish(_failure(known, publisher.best_revision))


def _failure(known: Exception, best_revision: int | None) -> RunFailed:
    detail = known.detail if isinstance(known, MockwrightError) else str(known)
    return RunFailed(code=code_of(known), detail=detail[:1000], best_revision=best_revision)


async def _until_cancelled(
    run_id: str, work: Coroutine[None, None, None], publisher: Publisher, lease: Lease
) -> None:
    """Work and watch side by side; whichever ends first ends the other."""
    working = asyncio.create_task(work)
    watching = asyncio.create_task(_watch(run_id, lease))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return
        working.cancel()
        await asyncio.wait({working}, timeout=CANCEL_WITHIN)
        watching.result()
        await publisher.publish(
            RunFinished(reason="cancelled", best_revision=publisher.best_revision)
        )
    finally:
        working.cancel()
        watching.cancel()


async def _publish_all(
    run: Run,
    store: Store,
    progress: Progress,
    publisher: Publisher,
) -> None:
    environment = RunEnvironment(store, this_process().renderer, Builder(this_process().renderer))
    if run.imports_base and not progress.started:
        await ensure_mockup(run, environment.renderer)
    task = await sync_to_async(_task_of)(run, store)
    person = RecordedPerson(str(run.id))
    connected = await sync_to_async(queries.endpoint_of_run)(run)
    breaker = None if connected is None else RecordedBreaker(connected)
    model = make_model(run.model, connected, breaker)
    task = task.heeded_by(model.ref)
    async with aclosing(run_task(task, model, environment, progress, person)) as events:
        async for event in events:
            await publisher.publish(event)


async def _watch(run_id: str, lease: Lease) -> None:
    """Show that this worker lives. Returns when the run shall be cancelled; raises LeaseLost."""
    beat_at = 0.0
    while True:
        try:
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + HEARTBEAT
                await sync_to_async(services.heartbeat)(run_id, lease)
            run = await sync_to_async(queries.run_by_id)(run_id)
        except DatabaseError as error:
            logger.warning("Run %s could not be looked up: %s", run_id, error)
        else:
            if run.cancel_requested:
                return
        await asyncio.sleep(CANCEL_POLL)


def _load(run_id: str) -> tuple[Run, Progress]:
    return queries.run_by_id(run_id), Progress.replay(queries.events_after(run_id))


def _task_of(run: Run, store: Store) -> Task:
    """Raises FileDamaged."""
    given = queries.mockups(str(run.project_id))
    for mockup in given:
        store.get(mockup.asset.sha256)  # whoever reads it later takes it for whole
    mockups = tuple(
        Mockup(
            asset_id=str(mockup.asset.id),
            sha256=mockup.asset.sha256,
            path=store.path(mockup.asset.sha256),
            width=mockup.asset.width,
            height=mockup.asset.height,
            scale=mockup.scale,
            role=cast(MockupChoice, mockup.role),
        )
        for mockup in given
    )
    limits = Limits.model_validate(run.limits)
    guidelines, base = _given_with(run, store)
    task = Task(
        mockups=mockups,
        stack=run.stack,
        prompt=run.prompt,
        limits=limits,
        earlier_words=queries.earlier_words(run),
        guidelines=guidelines,
        base=base,
        imports_base=run.imports_base,
        storyboard=_storyboard_of(run, store),
    )
    return with_imported_pages(task) if run.imports_base else task


def _storyboard_of(run: Run, store: Store) -> Storyboard | None:
    """What the page shall do, its pictures at hand. Raises FileDamaged."""
    if run.storyboard is None:
        return None
    storyboard = Storyboard.model_validate(run.storyboard)
    for state in storyboard.states:
        store.get(state.picture)
    return storyboard


def _given_with(run: Run, store: Store) -> tuple[tuple[Guideline, ...], tuple[FileRef, ...]]:
    """The project's rules and tokens with their texts, and the files of its base."""
    guidelines: list[Guideline] = []
    base: tuple[FileRef, ...] = ()
    for one in queries.references(str(run.project_id)):
        files = tuple(FileRef.model_validate(file) for file in one.files)
        if one.kind == "base":
            base = files
        else:
            text = store.get(files[0].sha256).decode()
            kind: Literal["rules", "tokens"] = "tokens" if one.kind == "tokens" else "rules"
            guidelines.append(Guideline(kind, files[0], text))
    return tuple(guidelines), base
