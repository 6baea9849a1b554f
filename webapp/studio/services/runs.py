"""What happens to a run from outside its worker: cancelled, paused, continued, picked up."""

import logging
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from webapp.studio import queries, revision_files, task_queue
from webapp.studio.catalog import options
from webapp.studio.errors import BadRequest, Conflict, QueueUnavailable
from webapp.studio.events import RunFailed, RunFinished
from webapp.studio.live import broadcast
from webapp.studio.models import Run, WaitingMessage, Worker
from webapp.studio.parameters import MessageParameters, check_words
from webapp.studio.services import circuits
from webapp.studio.services.ledger import lock_run, reopen, requeue, write_event

logger = logging.getLogger(__name__)

ENQUEUED_WITHIN = timedelta(seconds=1)  # of its creation, by whoever asked for the run
LOST_AFTER = timedelta(seconds=15)  # without a heartbeat
FORGOTTEN_AFTER = timedelta(seconds=10)  # a run that waits while the queue is empty
MAX_LOSSES = 3  # workers that one run may take down


def cancel_run(run_id: str) -> Run:
    """Ask for a run's end. One that waits, or whose worker is gone, ends at once; a running one
    within a second.

    Cancelling a run that has ended changes nothing. Raises NotFound.
    """
    with transaction.atomic():
        run = lock_run(run_id)
        if run.state == Run.State.QUEUED or Run.objects.filter(_silent(), id=run_id).exists():
            _end(run, RunFinished(reason="cancelled", best_revision=run.best_revision))
        elif run.state == Run.State.RUNNING:
            run.cancel_requested = True
        run.save()
    return run


def pause_run(run_id: str) -> Run:
    """Ask a run to wait after the step or turn under way. One that has not begun waits at once.

    Pausing a run that has ended changes nothing. Raises NotFound.
    """
    with transaction.atomic():
        run = lock_run(run_id)
        if run.state == Run.State.QUEUED:
            _end(run, RunFinished(reason="paused", best_revision=run.best_revision))
        elif run.state == Run.State.RUNNING:
            run.pause_requested = True
        run.save()
        transaction.on_commit(lambda: broadcast.notify_changed(run_id))
    return run


def continue_run(run_id: str) -> Run:
    """Open an ended run again, with a fresh budget. Raises Conflict, NotFound, QueueUnavailable."""
    with transaction.atomic():
        run = lock_run(run_id)
        if not run.ended:
            raise Conflict("run_active")
        reopen_for_person(run)
        run.save()
    return run


def send_message(run_id: str, message: MessageParameters) -> Run:
    """Tell a run what to do next. One at work reads it before its next turn; one that has ended
    goes on with a fresh budget, with another model where the message names one.

    Raises BadRequest, Conflict, NotFound and QueueUnavailable; with the last, it is stored and the
    run begins when the queue is back.
    """
    if not message.text.strip():
        raise BadRequest("message_empty")
    check_words(message.text)
    with transaction.atomic():
        run = lock_run(run_id)
        endpoints = queries.model_endpoints(run.project.owner)
        with_tests = settings.TEST_MODELS
        if message.revision is not None:
            queries.revision(run, message.revision)
        selection = None
        if message.selection is not None:
            revision = queries.revision(run, message.selection.revision)
            selection = revision_files.selection(
                revision, message.selection.page, message.selection.selector
            ).model_dump()
        if message.model not in {None, run.model}:
            if not run.ended:
                raise Conflict("run_active", "Its model can change once it has ended.")
            options.check_available(message.model, run.stack, endpoints, with_tests=with_tests)
            run.model = message.model
            limits = options.budget_of(run.model, endpoints, with_tests=with_tests)
            run.limits = limits.model_dump()
        if message.thinking not in {None, run.thinking}:
            if not run.ended:
                raise Conflict("run_active", "How it thinks can change once it has ended.")
            run.thinking = message.thinking
        options.check_reads_words(run.model, endpoints, with_tests=with_tests)
        WaitingMessage.objects.create(
            run=run, text=message.text, revision=message.revision, selection=selection
        )
        if run.ended:
            reopen_for_person(run)
        run.save()
        run.project.save(update_fields=["updated_at"])
        transaction.on_commit(lambda: broadcast.notify_changed(run_id))
    return run


def sweep() -> tuple[str, ...]:
    """Pick up what was left lying: runs whose worker died, and runs whose task was lost.

    Any worker may call it, every few seconds. Returns the runs that were enqueued again.
    """
    for run in Run.objects.filter(_silent()):
        _recover(str(run.id))
    enqueued = []
    try:
        for run in _without_task():
            task_queue.enqueue(str(run.id))
            enqueued.append(str(run.id))
    except QueueUnavailable as error:
        logger.warning("Runs stay waiting: %s", error)
    return tuple(enqueued)


def end_if_stopped(run_id: str) -> None:
    """End a run that the person has stopped and whose worker is gone. Whoever watches it may ask:
    there may be no worker left that sweeps."""
    if Run.objects.filter(_silent(), id=run_id, cancel_requested=True).exists():
        _recover(run_id)


def report_worker(name: str, *, isolation: str = "", browser: str = "") -> None:
    """Say that a worker process lives, at each maintenance pass, and how it renders."""
    known = {key: value for key, value in (("isolation", isolation), ("browser", browser)) if value}
    Worker.objects.update_or_create(name=name, defaults={"seen_at": timezone.now(), **known})
    Worker.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()


def reopen_for_person(run: Run) -> None:
    """At a person's word, who may have just mended the model's endpoint: it is asked at once."""
    reopen(run)
    with suppress(BadRequest):  # the worker tells why there is no endpoint
        if endpoint := queries.endpoint_of_run(run):
            circuits.try_now(endpoint)


def _silent() -> Q:
    """Runs whose worker has shown no life for too long."""
    return queries.longer_ago("heartbeat_at", LOST_AFTER) & Q(state=Run.State.RUNNING)


def _without_task() -> QuerySet[Run]:
    """Waiting runs that nothing would start: never enqueued, or enqueued in a queue that is gone.

    Raises QueueUnavailable.
    """
    lost = Q(enqueued_at=None) & queries.longer_ago("queued_at", ENQUEUED_WITHIN)
    lost |= Q(enqueued_at=None, last_seq__gt=0)  # the sweep itself has just put it back
    forgotten = queries.longer_ago("enqueued_at", FORGOTTEN_AFTER)
    if not task_queue.is_empty():  # then only one that others, sent later, have overtaken
        later = Run.objects.filter(enqueued_at__gt=OuterRef("enqueued_at"))
        forgotten &= Q(Exists(later.exclude(state=Run.State.QUEUED)))
    lost |= forgotten
    return Run.objects.filter(lost, queries.KEPT, state=Run.State.QUEUED).order_by("queued_at")


def _recover(run_id: str) -> None:
    """Requeue a run whose worker fell silent; end it where that has happened too often."""
    with transaction.atomic():
        # looked up again under a lock: its worker may have come back, or another sweep been here
        run = Run.objects.select_for_update().filter(_silent(), id=run_id).first()
        if run is None:
            return
        run.losses += 1
        if run.cancel_requested:
            _end(run, RunFinished(reason="cancelled", best_revision=run.best_revision))
        elif run.losses >= MAX_LOSSES:
            detail = f"{run.losses} workers were lost on it."
            ending = RunFailed(code="worker_lost", detail=detail, best_revision=run.best_revision)
            _end(run, ending)
        else:
            requeue(run, "worker_lost")
        run.save()


def _end(run: Run, event: RunFinished | RunFailed) -> None:
    """End a run that no worker holds: the lease moves on, so that none can come back to it."""
    run.lease += 1
    write_event(run, event)
