"""Reads of the record. What belongs to someone else is not found."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TypeVar, cast

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from webapp.studio.catalog import options
from webapp.studio.catalog.circuit import CLOSED, Circuit, Policy
from webapp.studio.catalog.endpoints import FROM_ENVIRONMENT, STORED, ModelEndpoint, Prices
from webapp.studio.catalog.options import ModelOption
from webapp.studio.encryption import Unreadable, decrypt
from webapp.studio.errors import BadRequest, NotFound
from webapp.studio.events import (
    Envelope,
    FilesEdited,
    MessageReceived,
    RevisionSaved,
    event_adapter,
)
from webapp.studio.models import (
    Asset,
    CircuitState,
    Endpoint,
    Event,
    Project,
    ProjectAsset,
    ProjectReference,
    Reference,
    Revision,
    Run,
    RunBlob,
    Share,
    WaitingMessage,
    Worker,
)
from webapp.studio.parameters import Effort, RunParameters, Thinking

Row = TypeVar("Row", bound=Model)

WORKER_ALIVE = timedelta(seconds=30)
KEPT = Q(project__deleted_at=None)  # runs whose project was not deleted


def asset(owner: User, asset_id: str) -> Asset:
    """Raises NotFound."""
    return find_one(Asset.objects.filter(owner=owner), "asset", id=asset_id)


def reference(owner: User, reference_id: str) -> Reference:
    """Raises NotFound."""
    return find_one(Reference.objects.filter(owner=owner), "reference", id=reference_id)


def project(owner: User, project_id: str) -> Project:
    """Raises NotFound."""
    return find_one(Project.objects.filter(owner=owner, deleted_at=None), "project", id=project_id)


def deleted_project(owner: User, project_id: str) -> Project:
    """One that can be restored. Raises NotFound."""
    deleted = Project.objects.filter(owner=owner).exclude(deleted_at=None)
    return find_one(deleted, "deleted project", id=project_id)


def run(owner: User, run_id: str) -> Run:
    """Raises NotFound."""
    return find_one(Run.objects.filter(KEPT, project__owner=owner), "run", id=run_id)


def endpoint(owner: User, endpoint_id: str) -> Endpoint:
    """Raises NotFound."""
    return find_one(Endpoint.objects.filter(owner=owner), "model", id=endpoint_id)


def endpoints(owner: User) -> list[Endpoint]:
    """The newest first."""
    return list(Endpoint.objects.filter(owner=owner))


def model_endpoints(owner: User) -> tuple[ModelEndpoint, ...]:
    """The model servers that a person added, the newest first, with their keys."""
    return tuple(model_endpoint(row) for row in endpoints(owner))


def model_endpoint(row: Endpoint) -> ModelEndpoint:
    """A row as the catalog and the workers know it; without a key where that cannot be read."""
    prices = None
    if row.input_price is not None and row.output_price is not None:
        prices = Prices(row.input_price, row.output_price, row.cached_input_price)
    return ModelEndpoint(
        model_id=model_id_of(row),
        label=row.label,
        url=row.url,
        name=row.name,
        key=key_of(row),
        thinking=row.thinking,
        effort=cast(Effort, row.effort),
        max_tokens=row.max_tokens,
        context_tokens=row.context_tokens,
        sees_pictures=row.sees_pictures,
        calls_tools=row.calls_tools,
        prices=prices,
    )


def model_id_of(row: Endpoint) -> str:
    """What a run names as its model."""
    return f"{STORED}{row.id}"


def key_of(row: Endpoint) -> str | None:
    """Empty where the server wants none, None where it can no longer be read."""
    if not row.encrypted_key:
        return ""
    try:
        return decrypt(row.encrypted_key)
    except Unreadable:
        return None


def endpoint_of_run(run: Run) -> ModelEndpoint | None:
    """The endpoint that a run's model names, a stored one or the environment's, as the run wants it
    to answer; None where the model is no endpoint.

    Raises BadRequest `endpoint_removed` and `endpoint_key_unreadable`.
    """
    how = cast(Thinking, run.thinking), run.temperature
    if run.model == FROM_ENVIRONMENT:
        return next((one.for_run(*how) for one in options.own_endpoint()), None)
    if not run.model.startswith(STORED):
        return None
    row = Endpoint.objects.filter(
        owner_id=run.project.owner_id, id=run.model.removeprefix(STORED)
    ).first()
    if row is None:
        raise BadRequest("endpoint_removed")
    found = model_endpoint(row)
    if found.key is None:
        raise BadRequest("endpoint_key_unreadable", f"It is “{row.label}”.")
    return found.for_run(*how)


def model_options(owner: User, *, with_tests: bool) -> tuple[ModelOption, ...]:
    """The models on offer to a person, and which of them runs wait for."""
    endpoints = model_endpoints(owner)
    circuits = {
        one.model_id: known
        for one in (*options.own_endpoint(), *endpoints)
        if (known := circuit(one, Policy())).is_open
    }
    return tuple(
        options.waited_for(one, circuits[one.id]) if one.id in circuits else one
        for one in options.models(endpoints, with_tests=with_tests)
    )


def circuit(
    endpoint: ModelEndpoint, policy: Policy, rows: QuerySet[CircuitState] | None = None
) -> Circuit:
    """What is known of a model server that fails; closed where nothing is."""
    rows = CircuitState.objects.all() if rows is None else rows
    row = rows.filter(key=circuit_key(endpoint)).first()
    if row is None:
        return CLOSED
    known = Circuit(**{one.name: getattr(row, one.name) for one in fields(Circuit)})
    return known.recalled(timezone.now(), policy)


def circuit_key(endpoint: ModelEndpoint) -> str:
    """Who asks the same server for the same model with the same key shares a circuit. The key is
    told by nothing that is stored."""
    identity = json.dumps([endpoint.url, endpoint.name, endpoint.key])
    return salted_hmac("webapp.studio.circuit", identity, algorithm="sha256").hexdigest()


def revision(run: Run, number: int) -> Revision:
    """Raises NotFound."""
    return find_one(Revision.objects.filter(run=run), "revision", number=number)


def saved_revisions(run: Run) -> Iterator[RevisionSaved]:
    """All that is told of the run's revisions, in order."""
    bodies = Event.objects.filter(run=run, type="revision_saved").order_by("seq")
    yield from map(RevisionSaved.model_validate_json, bodies.values_list("body", flat=True))


def blob(run: Run, sha256: str) -> RunBlob:
    """A blob that an event of the run names. Raises NotFound."""
    return find_one(RunBlob.objects.filter(run=run), "file in this run", sha256=sha256)


def revision_by_token(token: str) -> Revision | None:
    """The revision at a preview address."""
    return Revision.objects.filter(token=token, run__project__deleted_at=None).first()


def share(owner: User, share_id: str) -> Share:
    """Raises NotFound."""
    kept = Share.objects.filter(run__project__owner=owner, run__project__deleted_at=None)
    return find_one(kept.filter(revoked_at=None), "link", id=share_id)


def shares(project: Project) -> list[Share]:
    """A project's links that are open, the newest first."""
    return list(Share.objects.filter(run__project=project, revoked_at=None))


def share_by_token(token: str) -> Share | None:
    """The link at a shared address, open or not."""
    return Share.objects.filter(token=token).select_related("run__project").first()


def shared_revision(share: Share) -> Revision | None:
    """What a link shows. Raises NotFound where it was taken back, or its project deleted."""
    if share.revoked_at or share.run.project.deleted_at:
        raise NotFound("share_ended")
    number = share.run.result_revision if share.revision is None else share.revision
    return share.run.revisions.filter(number=number or 0).first()


def projects(
    owner: User, *, search: str = "", limit: int = 50, archived: bool = False
) -> list[Project]:
    """The newest first, by part of a name; archived ones alone, or only where they are sought.
    Those of an arena are listed there."""
    mine = Project.objects.filter(owner=owner, deleted_at=None, arena=None)
    found = mine.filter(name__icontains=search)
    if archived or not search:
        found = found.filter(archived_at__isnull=not archived)
    return list(found.prefetch_related("runs", "mockups__asset")[:limit])


def mockups(project_id: str) -> list[ProjectAsset]:
    """A project's mockups in order."""
    return list(ProjectAsset.objects.filter(project_id=project_id).select_related("asset"))


def references(project_id: str) -> list[Reference]:
    """A project's rules, tokens and base in order."""
    rows = ProjectReference.objects.filter(project_id=project_id).select_related("reference")
    return [row.reference for row in rows]


def run_by_id(run_id: str) -> Run:
    """A run whoever it belongs to, for the workers. Raises NotFound."""
    return find_one(Run.objects.filter(KEPT), "run", id=run_id)


def events_after(run_id: str, seq: int = 0, limit: int | None = None) -> list[Envelope]:
    """Durable events of a run in order, those after `seq`."""
    rows = Event.objects.filter(run_id=run_id, seq__gt=seq).order_by("seq")[:limit]
    return [_envelope(row) for row in rows]


def events_of(run: Run, types: Iterable[str]) -> Iterator[Envelope]:
    """Durable events of these types in order."""
    rows = Event.objects.filter(run=run, type__in=types).order_by("seq")
    yield from (_envelope(row) for row in rows)


def _envelope(row: Event) -> Envelope:
    event = event_adapter.validate_json(row.body)
    return Envelope(seq=row.seq, at=row.at, agent=row.agent, event=event)


def waiting_messages(run_id: str) -> tuple[MessageReceived, ...]:
    """What the person has said and the run has not taken yet, in order."""
    return tuple(
        MessageReceived(
            message_id=one.id, text=one.text, revision=one.revision, selection=one.selection
        )
        for one in WaitingMessage.objects.filter(run_id=run_id, files__isnull=True)
    )


def waiting_edits(run_id: str) -> tuple[FilesEdited, ...]:
    """What the person has changed themselves and the run has not taken yet, in order."""
    return tuple(
        FilesEdited(
            edit_id=one.id,
            revision=one.revision,
            files=one.files,
            command=one.text,
            inspected=one.inspected,
        )
        for one in WaitingMessage.objects.filter(run_id=run_id, files__isnull=False)
    )


def earlier_words(run: Run) -> tuple[str, ...]:
    """What the person wrote in the project's earlier runs until they asked for this one, the oldest
    first; what they wrote more than once, or now again, is told once. The other variants of its
    group are not earlier, and of an arena no run knows another."""
    asked_at = run.created_at
    said: list[tuple[datetime, str]] = []
    earlier = Run.objects.filter(project_id=run.project_id, created_at__lt=asked_at)
    if run.group is not None:
        others = earlier.filter(Q(group=None) | ~Q(group=run.group))
        earlier = earlier.none() if run.group.arena_id else others
    for one in earlier:
        said.append((one.created_at, one.prompt.strip()))
        said += [(read.at, read.text.strip()) for read in messages_read(one) if read.at < asked_at]
    words = dict.fromkeys(text for _, text in sorted(said))
    return tuple(text for text in words if text not in {"", run.prompt.strip()})


@dataclass(frozen=True)
class MessageRead:
    """What the person said to a run after its prompt, and when it took it."""

    at: datetime
    text: str


def messages_read(run: Run) -> list[MessageRead]:
    """In order."""
    rows = Event.objects.filter(run=run, type="message_received").order_by("seq")
    return [MessageRead(row.at, MessageReceived.model_validate_json(row.body).text) for row in rows]


def queue_position(run_id: str) -> int | None:
    """How many runs start before this one, plus one; None where it does not wait.

    Raises NotFound.
    """
    run = run_by_id(run_id)
    if run.state != Run.State.QUEUED:
        return None
    earlier = Run.objects.filter(KEPT, state=Run.State.QUEUED, queued_at__lt=run.queued_at)
    return earlier.count() + 1


def longer_ago(field: str, age: timedelta) -> Q:
    """Rows with a moment longer ago than `age`. One in the future was written before the clock was
    set back, nobody knows how long ago."""
    now = timezone.now()
    return Q(**{f"{field}__lt": now - age}) | Q(**{f"{field}__gt": now + age})


def opened_run(runs: Sequence[Run]) -> Run | None:
    """The one of a project's runs that it opens with: that which was last put to work or chosen.
    Where it is one of several variants, of which none is chosen: one at work, else the best."""
    newest = max(
        runs, key=lambda one: max(one.queued_at, one.chosen_at or one.queued_at), default=None
    )
    if newest is None or newest.group_id is None:
        return newest
    group = [one for one in runs if one.group_id == newest.group_id]
    if any(one.chosen_at for one in group):
        return newest
    at_work = next((one for one in group if not one.ended), None)
    return at_work or max(
        group, key=lambda one: -1.0 if one.result_score is None else one.result_score
    )


def newest_worker() -> Worker | None:
    """The worker that reported itself last, perhaps long ago."""
    return Worker.objects.order_by("-seen_at").first()


def has_living_worker() -> bool:
    """Whether a worker was heard of lately; a busy one is heard of through its run."""
    at_work = Run.objects.filter(~longer_ago("heartbeat_at", WORKER_ALIVE), state=Run.State.RUNNING)
    return Worker.objects.exclude(longer_ago("seen_at", WORKER_ALIVE)).exists() or at_work.exists()


def newest_parameters(project: Project) -> RunParameters:
    """What was asked for last. Raises NotFound where nothing was."""
    run = project.runs.first()
    if run is None:
        raise NotFound(detail="The project has no run.")
    thinking = cast(Thinking, run.thinking)
    return RunParameters(run.prompt, run.stack, run.model, thinking, run.temperature)


def parse_after(text: str) -> int:
    """The number of the event to go on from. Raises BadRequest."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise BadRequest("bad_after")
    return int(text)


def find_one(rows: QuerySet[Row], kind: str, **key: object) -> Row:
    """Raises NotFound."""
    try:
        return rows.get(**key)
    except (ObjectDoesNotExist, ValidationError, ValueError):
        raise NotFound(detail=f"No such {kind}.") from None
