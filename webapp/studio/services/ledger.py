"""A worker's side of the record: claim a run, write its events, show that one is alive.

A lease is a fencing token. Each claim makes a newer one, and only its holder can write: a worker
that was thought dead finds LeaseLost at its next word, and cannot put it among another's.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NewType

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from webapp.studio import queries, task_queue
from webapp.studio.errors import LeaseLost, NotFound
from webapp.studio.events import (
    DurableEvent,
    Envelope,
    FilesEdited,
    MessageReceived,
    ResultChosen,
    RevisionSaved,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStarted,
    TurnFinished,
    Value,
)
from webapp.studio.live import broadcast
from webapp.studio.models import Event, Revision, Run, RunBlob, WaitingMessage
from webapp.studio.revisions import follows_words, outranks_score, outscores

MAX_TOLD = 50  # waiting runs that learn at once that they have moved up

Lease = NewType("Lease", int)


def claim_run(run_id: str) -> Lease:
    """Take a queued run; safe to call twice, as Celery may deliver a task twice.

    A run that has events already gets its `run_resumed` here, in the same transaction: the loop
    goes on from there. Raises LeaseLost where the run is not waiting for a worker (another has
    it, or it has ended) and NotFound.
    """
    with transaction.atomic():
        run = lock_run(run_id)
        if run.state != Run.State.QUEUED:
            raise LeaseLost(detail=f"The run is {run.state}.")
        run.state = Run.State.RUNNING
        run.lease += 1
        run.heartbeat_at = timezone.now()
        if run.last_seq:
            reason = "continued" if run.resume_reason == "continued" else "worker_lost"
            write_event(run, RunResumed(attempt=run.lease, reason=reason))
        run.resume_reason = ""
        run.save()
        transaction.on_commit(_tell_waiting)
    return Lease(run.lease)


def append_event(run_id: str, lease: Lease, event: DurableEvent, agent: str = "main") -> Envelope:
    """Write one durable event with the next number, and tell the watchers.

    A terminal event ends the run and with it the lease; a message that came too late for the last
    turn opens it again, unless it failed, was paused or stopped. Raises LeaseLost and NotFound.
    """
    with transaction.atomic():
        run = lock_run(run_id)
        if run.lease != lease or run.state != Run.State.RUNNING:
            raise LeaseLost(detail=f"The run is {run.state} under lease {run.lease}.")
        run.heartbeat_at = timezone.now()
        envelope = write_event(run, event, agent)
        done = isinstance(event, RunFinished) and event.reason not in {"paused", "cancelled"}
        if done and run.waiting_messages.exists():
            reopen(run)
        run.save()
    return envelope


def heartbeat(run_id: str, lease: Lease) -> None:
    """Show that the worker lives, at least every 5 s. Raises LeaseLost."""
    held = Run.objects.filter(id=run_id, lease=lease, state=Run.State.RUNNING)
    if not held.update(heartbeat_at=timezone.now()):
        raise LeaseLost


# what the other services share


def lock_run(run_id: str) -> Run:
    """The run, locked until the transaction ends. Raises NotFound."""
    try:
        return Run.objects.select_for_update(of=("self",)).get(queries.KEPT, id=run_id)
    except (Run.DoesNotExist, ValidationError):
        raise NotFound(detail="No such run.") from None


def requeue(run: Run, reason: str) -> None:
    """Put a run back among the waiting; the sweep enqueues it where nobody else does."""
    run.state = Run.State.QUEUED
    run.resume_reason = reason
    run.queued_at = timezone.now()
    run.enqueued_at = None
    run.heartbeat_at = None


def reopen(run: Run) -> None:
    """Let a locked run that has ended go on with a fresh budget; the caller saves it.

    Once that is stored it is enqueued, which raises QueueUnavailable.
    """
    requeue(run, "continued")
    run.losses = 0
    run.cancel_requested = run.pause_requested = False
    run_id, seq = str(run.id), run.last_seq
    transaction.on_commit(lambda: broadcast.notify(run_id, seq))
    transaction.on_commit(lambda: task_queue.enqueue(run_id))


def write_event(run: Run, event: DurableEvent, agent: str = "main") -> Envelope:
    """Add an event to a locked run, and to its summary; the caller saves the run."""
    now = timezone.now()
    run.last_seq += 1
    Event.objects.create(
        run=run,
        seq=run.last_seq,
        at=now,
        agent=agent,
        type=event.type,
        body=event.model_dump_json(),
    )
    named = (RunBlob(run=run, sha256=digest) for digest in set(blobs_of(event.model_dump())))
    RunBlob.objects.bulk_create(named, ignore_conflicts=True)
    _summarise(run, event, now)
    _count(run, event, now)
    run_id, seq = str(run.id), run.last_seq
    transaction.on_commit(lambda: broadcast.notify(run_id, seq))
    return Envelope(seq=seq, at=now, agent=agent, event=event)


def blobs_of(body: object) -> Iterator[str]:
    """Every blob that an event's body names, wherever in it, by its SHA-256. A recording is named
    by that too, and is no blob: it is kept in parts."""
    if isinstance(body, dict):
        for name in ("sha256", "picture"):
            if isinstance(digest := body.get(name), str):
                yield digest
        body = [part for name, part in body.items() if name != "recording"]
    elif not isinstance(body, list | tuple):
        return
    for part in body:
        yield from blobs_of(part)


def _tell_waiting() -> None:
    """The runs behind one that was claimed have moved up; a long queue's end learns it later."""
    for run in Run.objects.filter(state=Run.State.QUEUED).order_by("queued_at")[:MAX_TOLD]:
        broadcast.notify(str(run.id), run.last_seq)


def _summarise(run: Run, event: Value, now: datetime) -> None:
    """Keep the columns that lists show in step with the events."""
    if isinstance(event, RunResumed):
        run.stop_reason = run.error_code = ""
        run.ended_at = None
    elif isinstance(event, RevisionSaved):
        Revision.objects.create(
            run=run,
            number=event.number,
            files={file.path: file.sha256 for file in event.files},
            site={file.path: file.sha256 for file in event.site},
        )
        if outscores(event.score.total, run.score):
            run.score, run.best_revision = event.score.total, event.number
        said = Event.objects.filter(run=run, type="message_received")
        spoken_to = said.exists() or bool(queries.earlier_words(run))
        guided = run.project.references.exclude(reference__kind="base").exists()
        follows = follows_words(event.model, run.prompt, spoken_to=spoken_to, guided=guided)
        chosen = outranks_score(event.author, follows_words=follows)
        if chosen:
            run.result_score, run.result_revision = event.score.total, event.number
        else:
            run.result_score, run.result_revision = run.score, run.best_revision
        if run.result_revision == event.number:
            run.screenshot_sha256 = _screenshot_of(event)
    elif isinstance(event, ResultChosen):
        _make_result(run, event.revision)
    elif isinstance(event, FilesEdited):
        WaitingMessage.objects.filter(run=run, id=event.edit_id).delete()
    elif isinstance(event, MessageReceived):
        WaitingMessage.objects.filter(run=run, id=event.message_id).delete()
        if event.revision is not None:
            _make_result(run, event.revision)
    elif isinstance(event, RunFinished):
        if event.declared_revision is not None:
            _make_result(run, event.declared_revision)
        run.state, run.stop_reason, run.ended_at = Run.State.FINISHED, event.reason, now
    elif isinstance(event, RunFailed):
        run.state, run.error_code, run.ended_at = Run.State.FAILED, event.code, now


def _count(run: Run, event: Value, now: datetime) -> None:
    """Keep what a run has taken. Where a worker was lost, the time until another came counts."""
    if isinstance(event, RunStarted | RunResumed):
        run.started_at = run.started_at or now
    elif isinstance(event, TurnFinished):
        run.input_tokens += event.usage.input_tokens
        run.output_tokens += event.usage.output_tokens
        if event.usage.cost is not None:
            run.cost = (run.cost or 0.0) + event.usage.cost
    elif isinstance(event, RunFinished | RunFailed) and run.started_at is not None:
        run.seconds += (now - run.started_at).total_seconds()
        run.started_at = None


def _make_result(run: Run, number: int) -> None:
    """Its score stands in the event that saved it alone."""
    found = next((one for one in queries.saved_revisions(run) if one.number == number), None)
    run.result_revision = found.number if found else None
    run.result_score = found.score.total if found else None
    run.screenshot_sha256 = _screenshot_of(found) if found else ""


def _screenshot_of(saved: RevisionSaved) -> str:
    return saved.pages[0].screenshot.sha256 if saved.pages else ""
