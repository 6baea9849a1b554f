"""What a person does with the revisions that there are: nothing here needs a worker, as nothing
has to be made or measured."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

import webapp
from webapp.studio import queries
from webapp.studio.errors import Conflict
from webapp.studio.events import (
    ChoiceWay,
    Deviation,
    DeviationsDeclared,
    Envelope,
    ResultChosen,
    RevisionRef,
    RevisionSaved,
    RunFinished,
    RunStarted,
)
from webapp.studio.models import Run
from webapp.studio.services.ledger import lock_run, write_event

T = TypeVar("T")


def restore_revision(run_id: str, number: int) -> Run:
    """Make a revision anew: the next one has its files, renders and score, is the person's, and the
    result. Nothing that is newer is lost. Raises Conflict while the run is at work, and NotFound.
    """
    with transaction.atomic():
        run = _ended(run_id)
        queries.revision(run, number)
        events = queries.events_after(run_id)
        revisions = [*_of(RevisionSaved, events)]
        source = next(one for one in revisions if one.number == number)
        meant, now = _deviations(events, number), _deviations(events)
        if meant != now:  # what is not measured goes with the files
            write_event(run, DeviationsDeclared(deviations=meant))
        write_event(run, _again(source, len(revisions) + 1))
        _save(run)
    return run


def choose_result(run_id: str, number: int, way: ChoiceWay = "choice") -> Run:
    """Say which revision is the result; that it is already changes nothing. A newer one takes its
    place by the rules of `revisions`. Raises Conflict while the run is at work, and NotFound."""
    with transaction.atomic():
        run = _ended(run_id)
        queries.revision(run, number)
        if run.result_revision != number:
            write_event(run, ResultChosen(revision=number, way=way))
            _save(run)
    return run


def branch_revision(run_id: str, number: int) -> Run:
    """Begin another run of the project, whose first revision is this one. It has ended: a person
    says, or changes, what comes next. Raises NotFound."""
    with transaction.atomic():
        source = lock_run(run_id)
        queries.revision(source, number)
        events = queries.events_after(run_id)
        saved = next(one for one in _of(RevisionSaved, events) if one.number == number)
        started = next(iter(_of(RunStarted, events)))
        now = timezone.now()
        branch = Run.objects.create(
            project=source.project,
            model=source.model,
            stack=source.stack,
            thinking=source.thinking,
            temperature=source.temperature,
            limits=source.limits,
            queued_at=now,
            enqueued_at=now,
            lease=1,  # as if a worker had had it: the next claim is another attempt
        )
        begun = started.model_copy(
            update={
                "model": saved.model,
                "prompt": "",
                "earlier_words": queries.earlier_words(branch),
                "files": saved.files,
                "branched_from": RevisionRef(run_id=run_id, number=number),
            }
        )
        write_event(branch, begun)
        if meant := _deviations(events, number):
            write_event(branch, DeviationsDeclared(deviations=meant))
        first = {"made_from": None}
        write_event(branch, _again(saved, 1).model_copy(update=first))
        write_event(branch, RunFinished(reason="finished", best_revision=1))
        _save(branch)
    return branch


def _ended(run_id: str) -> Run:
    """The run, locked. Raises Conflict and NotFound."""
    run = lock_run(run_id)
    if not run.ended:
        raise Conflict("run_active")
    return run


def _save(run: Run) -> None:
    run.save()
    run.project.save(update_fields=["updated_at"])


def _again(saved: RevisionSaved, number: int) -> RevisionSaved:
    return saved.model_copy(
        update={
            "number": number,
            "author": "person",
            "made_from": saved.number,
            "restored": True,
            "product_version": webapp.__version__,
        }
    )


def _of(kind: type[T], events: Iterable[Envelope]) -> list[T]:
    return [one.event for one in events if isinstance(one.event, kind)]


def _deviations(events: Iterable[Envelope], number: int | None = None) -> tuple[Deviation, ...]:
    """Those that a revision was not measured by; without a number, those declared last."""
    meant: tuple[Deviation, ...] = ()
    for one in events:
        if isinstance(one.event, DeviationsDeclared):
            meant = one.event.deviations
        if isinstance(one.event, RevisionSaved) and one.event.number == number:
            break
    return meant
