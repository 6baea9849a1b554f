"""Reads of the record. What belongs to someone else is not found."""

from datetime import timedelta
from typing import TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone

from webapp.studio.errors import BadRequest, NotFound
from webapp.studio.events import Envelope, MessageReceived, event_adapter
from webapp.studio.models import (
    Asset,
    Event,
    Project,
    ProjectAsset,
    Revision,
    Run,
    RunBlob,
    WaitingMessage,
    Worker,
)
from webapp.studio.parameters import RunParameters

Row = TypeVar("Row", bound=Model)

WORKER_ALIVE = timedelta(seconds=30)


def asset(owner: User, asset_id: str) -> Asset:
    """Raises NotFound."""
    return _one(Asset.objects.filter(owner=owner), "asset", id=asset_id)


def project(owner: User, project_id: str) -> Project:
    """Raises NotFound."""
    return _one(Project.objects.filter(owner=owner), "project", id=project_id)


def run(owner: User, run_id: str) -> Run:
    """Raises NotFound."""
    return _one(Run.objects.filter(project__owner=owner), "run", id=run_id)


def revision(run: Run, number: int) -> Revision:
    """Raises NotFound."""
    return _one(Revision.objects.filter(run=run), "revision", number=number)


def blob(run: Run, sha256: str) -> RunBlob:
    """A blob that an event of the run names. Raises NotFound."""
    return _one(RunBlob.objects.filter(run=run), "file in this run", sha256=sha256)


def revision_by_token(token: str) -> Revision | None:
    """The revision at a preview address."""
    return Revision.objects.filter(token=token).first()


def projects(owner: User, *, search: str = "", limit: int = 50) -> list[Project]:
    """The newest first, by part of a name."""
    found = Project.objects.filter(owner=owner, name__icontains=search)
    return list(found.prefetch_related("runs", "mockups__asset")[:limit])


def mockups(project_id: str) -> list[ProjectAsset]:
    """A project's mockups in order."""
    return list(ProjectAsset.objects.filter(project_id=project_id).select_related("asset"))


def run_by_id(run_id: str) -> Run:
    """A run whoever it belongs to, for the workers. Raises NotFound."""
    return _one(Run.objects.all(), "run", id=run_id)


def events_after(run_id: str, seq: int = 0, limit: int | None = None) -> list[Envelope]:
    """Durable events of a run in order, those after `seq`."""
    rows = Event.objects.filter(run_id=run_id, seq__gt=seq).order_by("seq")[:limit]
    return [
        Envelope(
            seq=row.seq,
            at=row.at,
            agent=row.agent,
            event=event_adapter.validate_json(row.body),
        )
        for row in rows
    ]


def waiting_messages(run_id: str) -> tuple[MessageReceived, ...]:
    """What the person has said and the run has not taken yet, in order."""
    return tuple(
        MessageReceived(message_id=one.id, text=one.text, revision=one.revision)
        for one in WaitingMessage.objects.filter(run_id=run_id)
    )


def queue_position(run_id: str) -> int | None:
    """How many runs start before this one, plus one; None where it does not wait.

    Raises NotFound.
    """
    run = run_by_id(run_id)
    if run.state != Run.State.QUEUED:
        return None
    earlier = Run.objects.filter(state=Run.State.QUEUED, queued_at__lt=run.queued_at)
    return earlier.count() + 1


def newest_worker() -> Worker | None:
    """The worker that reported itself last, perhaps long ago."""
    return Worker.objects.order_by("-seen_at").first()


def has_living_worker() -> bool:
    """Whether a worker was heard of lately; a busy one is heard of through its run."""
    lately = timezone.now() - WORKER_ALIVE
    at_work = Run.objects.filter(state=Run.State.RUNNING, heartbeat_at__gte=lately)
    return Worker.objects.filter(seen_at__gte=lately).exists() or at_work.exists()


def newest_parameters(project: Project) -> RunParameters:
    """What was asked for last. Raises NotFound where nothing was."""
    run = project.runs.first()
    if run is None:
        raise NotFound(detail="The project has no run.")
    return RunParameters(prompt=run.prompt, stack=run.stack, model=run.model)


def parse_after(text: str) -> int:
    """The number of the event to go on from. Raises BadRequest."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise BadRequest("bad_after")
    return int(text)


def _one(rows: QuerySet[Row], kind: str, **key: object) -> Row:
    try:
        return rows.get(**key)
    except (ObjectDoesNotExist, ValidationError, ValueError):
        raise NotFound(detail=f"No such {kind}.") from None
