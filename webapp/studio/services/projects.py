"""Projects, and the runs made from them."""

from collections.abc import Mapping, Sequence
from io import BytesIO

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from webapp.studio import queries, task_queue
from webapp.studio.catalog import options
from webapp.studio.catalog.endpoints import is_endpoint
from webapp.studio.errors import BadRequest, Conflict
from webapp.studio.events import MockupChoice
from webapp.studio.models import Project, ProjectAsset, ProjectReference, Reference, Run
from webapp.studio.parameters import MockupParameters, RunParameters, check_words
from webapp.studio.recording_models import Recording
from webapp.studio.services.assets import create_asset

MAX_SCALE = 4.0


def create_project(
    owner: User,
    mockups: Sequence[MockupParameters],
    parameters: RunParameters,
    name: str = "",
    reference_ids: Sequence[str] = (),
    *,
    imports_base: bool = False,
    recording: Recording | None = None,
) -> Project:
    """Make a project and its first run, and enqueue that once both are stored. Where the base is
    imported, it is the first revision as it is, and there may be no mockup. Of a recording, the
    mockup is `first_mockup`, and each run has its storyboard as it is then.

    Raises BadRequest, NotFound and QueueUnavailable; with the last, the project is stored and its
    run starts when the queue is back.
    """
    with transaction.atomic():
        project = store_project(
            owner, mockups, name, reference_ids, imports_base=imports_base, recording=recording
        )
        create_run(project, parameters, imports_base=imports_base)
    return project


def store_project(
    owner: User,
    mockups: Sequence[MockupParameters],
    name: str = "",
    reference_ids: Sequence[str] = (),
    *,
    imports_base: bool = False,
    recording: Recording | None = None,
) -> Project:
    """A project without a run yet. Raises BadRequest and NotFound."""
    limits = settings.LIMITS
    if len(mockups) > limits.count:
        raise BadRequest("too_many_images", f"You chose {len(mockups)}.")
    if not mockups and not imports_base:
        raise BadRequest("no_image")
    for mockup in mockups:
        if not 0.5 <= mockup.scale <= MAX_SCALE:
            raise BadRequest(detail=f"A scale is 0.5 to {MAX_SCALE:g}, not {mockup.scale:g}.")
    with transaction.atomic():
        assets = [queries.asset(owner, mockup.asset_id) for mockup in mockups]
        references = [queries.reference(owner, reference_id) for reference_id in reference_ids]
        _check_number(references)
        bases = [one for one in references if one.kind == "base"]
        if imports_base and not bases:
            raise BadRequest("no_base")
        first = recording or (bases[0] if imports_base else assets[0])
        project = Project.objects.create(
            owner=owner, name=_name(name or _stem(first.name)), recording=recording
        )
        for position, (asset, mockup) in enumerate(zip(assets, mockups, strict=True)):
            ProjectAsset.objects.create(
                project=project,
                asset=asset,
                position=position,
                scale=mockup.scale,
                role=mockup.role,
            )
        for position, reference in enumerate(references):
            ProjectReference.objects.create(project=project, reference=reference, position=position)
    return project


def add_first_picture(project_id: str, png: bytes) -> None:
    """Make the first picture of an imported page its mockup, where it was given none."""
    project = Project.objects.get(id=project_id)
    asset = create_asset(project.owner, f"First picture of {project.name}", BytesIO(png))
    ProjectAsset.objects.get_or_create(
        project=project, position=0, defaults={"asset": asset, "scale": 1.0, "is_own": True}
    )


def create_run(
    project: Project,
    parameters: RunParameters,
    roles: Mapping[int, MockupChoice] | None = None,
    *,
    imports_base: bool = False,
) -> Run:
    """Queue another try on a project's mockups; `roles` are what some of them are to the first one
    from now on, by their positions. Raises BadRequest and QueueUnavailable."""
    endpoints = queries.model_endpoints(project.owner)
    model, stack = parameters.model, parameters.stack
    options.check_available(model, stack, endpoints, with_tests=settings.TEST_MODELS)
    check_words(parameters.prompt)
    limits = options.budget_of(model, endpoints, with_tests=settings.TEST_MODELS)
    with transaction.atomic():
        _set_roles(project, roles or {})
        run = Run.objects.create(
            project=project,
            model=model,
            stack=stack,
            prompt=parameters.prompt,
            thinking=parameters.thinking if is_endpoint(model) else "",
            temperature=parameters.temperature if is_endpoint(model) else None,
            limits=limits.model_dump(),
            imports_base=imports_base,
            storyboard=project.recording.storyboard if project.recording else None,
            queued_at=timezone.now(),
        )
        project.save(update_fields=["updated_at"])
        run_id = str(run.id)
        transaction.on_commit(lambda: task_queue.enqueue(run_id))
    return run


def rename_project(project: Project, name: str) -> Project:
    """Raises BadRequest where nothing is left of the name."""
    if not name.strip():
        raise BadRequest(detail="A project needs a name.")
    project.name = _name(name)
    project.save(update_fields=["name", "updated_at"])
    return project


def archive_project(project: Project) -> Project:
    """Set a project aside: a list shows it only where it is asked for. All of it works as before,
    its links too."""
    project.archived_at = project.archived_at or timezone.now()
    project.save(update_fields=["archived_at"])
    return project


def unarchive_project(project: Project) -> Project:
    """Put a project back among the others."""
    project.archived_at = None
    project.save(update_fields=["archived_at"])
    return project


def delete_project(project: Project) -> None:
    """Put a project out of everybody's reach; `collect_unreferenced` forgets it with its runs.
    Pictures stay for other projects. Raises Conflict."""
    with transaction.atomic():
        runs = Run.objects.select_for_update().filter(project=project)
        if any(run.state == Run.State.RUNNING for run in runs):
            raise Conflict("run_active", "Stop its run before you delete the project.")
        project.deleted_at = timezone.now()
        project.save(update_fields=["deleted_at"])


def restore_project(project: Project) -> Project:
    """Take a delete back. A run that waited waits again; the sweep enqueues it."""
    with transaction.atomic():
        project.deleted_at = None
        project.save(update_fields=["deleted_at"])
        project.runs.filter(state=Run.State.QUEUED).update(enqueued_at=None)
    return project


def _set_roles(project: Project, roles: Mapping[int, MockupChoice]) -> None:
    """Raises BadRequest where there is no such mockup."""
    for position, role in roles.items():
        if not project.mockups.filter(position=position).update(role=role):
            raise BadRequest(detail=f"The project has no mockup {position}, counted from 0.")


def _check_number(references: Sequence[Reference]) -> None:
    """Raises BadRequest where there are more than one run can heed."""
    most = settings.REFERENCE_LIMITS.count
    bases = sum(reference.kind == "base" for reference in references)
    if bases > 1 or len(references) - bases > most:
        said = f"A project takes {most} files of rules and tokens, and one base."
        raise BadRequest("too_many_references", said)


def _stem(name: str) -> str:
    head, dot, _ = name.rpartition(".")
    return head if dot and head else name


def _name(text: str) -> str:
    return " ".join(text.split())[:200] or "Untitled"
