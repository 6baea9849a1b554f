"""Projects, and what is done with a whole one."""

from collections.abc import Sequence
from typing import Annotated

from ninja import Query, Router, Status

from webapp.studio import bodies, queries, recordings, schemas, services
from webapp.studio.api.http import Request
from webapp.studio.catalog import options
from webapp.studio.parameters import MockupParameters, RunParameters, VariantParameters

router = Router(tags=["projects"])


def variants_of(body: Sequence[bodies.NewVariant], prompt: str) -> list[VariantParameters]:
    return [
        VariantParameters(one.model, one.stack, one.thinking, one.temperature, prompt)
        for one in body
    ]


@router.post("/projects", response={201: schemas.Project})
def post_project(request: Request, body: bodies.NewProject) -> Status[schemas.Project]:
    """Make a project from one to five mockups, of a recording, or of a page that is imported, and
    queue its first run, or its variants."""
    mockups = [MockupParameters(mockup.id, mockup.scale, mockup.role) for mockup in body.assets]
    recording = None
    if body.recording is not None:
        recording = recordings.recording(request.user, body.recording)
        mockups = [services.first_mockup(recording)]
    if body.variants:
        variants = variants_of(body.variants, body.prompt)
        project = services.create_project_with_variants(
            request.user, mockups, variants, body.name, body.references, recording=recording
        )
    else:
        model = body.model or options.default_model(queries.model_endpoints(request.user))
        asked = RunParameters(body.prompt, body.stack, model, body.thinking)
        project = services.create_project(
            request.user,
            mockups,
            asked,
            body.name,
            body.references,
            imports_base=body.imports_base,
            recording=recording,
        )
    return Status(201, schemas.Project.of(project))


@router.post("/projects/{project_id}/variants", response={201: schemas.Project})
def post_variants(
    request: Request, project_id: str, body: bodies.NewVariants
) -> Status[schemas.Project]:
    """Try again, two to four times at once, to choose from."""
    project = queries.project(request.user, project_id)
    words = body.prompt if body.prompt is not None else queries.newest_parameters(project).prompt
    services.create_variants(project, variants_of(body.variants, words), body.roles)
    return Status(201, schemas.Project.of(project))


@router.post("/projects/{project_id}/cancel", response={202: schemas.Project})
def cancel_project(request: Request, project_id: str) -> Status[schemas.Project]:
    """Stop all its runs; what they made stays."""
    project = queries.project(request.user, project_id)
    services.cancel_runs(list(project.runs.all()))
    return Status(202, schemas.Project.of(project))


@router.get("/projects", response=list[schemas.ProjectSummary])
def list_projects(
    request: Request,
    search: bodies.Text = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    archived: bool = False,
) -> list[schemas.ProjectSummary]:
    """The last worked on first. Archived ones are found by `search`, and listed alone by
    `archived`."""
    found = queries.projects(request.user, search=search, limit=limit, archived=archived)
    return [schemas.ProjectSummary.of(project) for project in found]


@router.get("/projects/{project_id}", response=schemas.Project)
def get_project(request: Request, project_id: str) -> schemas.Project:
    """A project with its mockups and runs, the newest run first."""
    return schemas.Project.of(queries.project(request.user, project_id))


@router.patch("/projects/{project_id}", response=schemas.Project)
def patch_project(request: Request, project_id: str, body: bodies.ProjectName) -> schemas.Project:
    """Rename a project."""
    project = queries.project(request.user, project_id)
    return schemas.Project.of(services.rename_project(project, body.name))


@router.post("/projects/{project_id}/duplicate", response={201: schemas.Project})
def duplicate_project(request: Request, project_id: str) -> Status[schemas.Project]:
    """Copy a project with all its runs; not while one is at work."""
    project = queries.project(request.user, project_id)
    return Status(201, schemas.Project.of(services.duplicate_project(project)))


@router.post("/projects/{project_id}/archive", response=schemas.Project)
def archive_project(request: Request, project_id: str) -> schemas.Project:
    """Set a project aside. It works as before, and its links do."""
    project = queries.project(request.user, project_id)
    return schemas.Project.of(services.archive_project(project))


@router.post("/projects/{project_id}/unarchive", response=schemas.Project)
def unarchive_project(request: Request, project_id: str) -> schemas.Project:
    """Put a project back among the others."""
    project = queries.project(request.user, project_id)
    return schemas.Project.of(services.unarchive_project(project))


@router.delete("/projects/{project_id}", response={204: None})
def delete_project(request: Request, project_id: str) -> Status[None]:
    """Forget a project and its runs; not while one is at work. It can be restored for an hour."""
    services.delete_project(queries.project(request.user, project_id))
    return Status(204, None)


@router.post("/projects/{project_id}/restore", response=schemas.Project)
def restore_project(request: Request, project_id: str) -> schemas.Project:
    """Take a delete back."""
    project = queries.deleted_project(request.user, project_id)
    return schemas.Project.of(services.restore_project(project))
