"""The revisions of a run: seen, changed, taken home."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router, Status

from webapp.studio import bodies, queries, revision_files, schemas, services
from webapp.studio.api.http import Request
from webapp.studio.archive import zip_revision
from webapp.studio.events import Selection
from webapp.studio.inspector import Inspection
from webapp.studio.provenance import Provenance, provenance

router = Router(tags=["runs"])


@router.get("/runs/{run_id}/revisions/{number}", response=schemas.RevisionLinks)
def get_revision(request: Request, run_id: str, number: int) -> schemas.RevisionLinks:
    """Where a revision can be seen and downloaded."""
    run = queries.run(request.user, run_id)
    return schemas.RevisionLinks.of(queries.revision(run, number))


@router.get("/runs/{run_id}/revisions/{number}/element", response=Selection)
def get_element(
    request: Request, run_id: str, number: int, page: bodies.Text, selector: bodies.Selector
) -> Selection:
    """Where the file `page` of a revision writes the element that a CSS selector names."""
    run = queries.run(request.user, run_id)
    return revision_files.selection(queries.revision(run, number), page, selector)


@router.get("/runs/{run_id}/revisions/{number}/element-at", response=schemas.ElementPlace)
def get_element_at(
    request: Request,
    run_id: str,
    number: int,
    page: bodies.Text,
    path: bodies.Text,
    line: Annotated[int, Query(ge=1)],
) -> schemas.ElementPlace:
    """Which element of the file `page` a line of the file `path`, the page or a sheet, is about."""
    revision = queries.revision(queries.run(request.user, run_id), number)
    selector = revision_files.selector_at(revision, page, path, line)
    return schemas.ElementPlace(page=page, selector=selector)


@router.get("/runs/{run_id}/revisions/{number}/inspection", response=Inspection)
def get_inspection(
    request: Request, run_id: str, number: int, page: bodies.Text, selector: bodies.Selector
) -> Inspection:
    """What that element looks like, and the rules of the files that say so."""
    run = queries.run(request.user, run_id)
    return revision_files.inspection(queries.revision(run, number), page, selector)


@router.patch("/runs/{run_id}/revisions/{number}/element", response={202: schemas.Run})
def patch_element(
    request: Request, run_id: str, number: int, body: bodies.NewElementChange
) -> Status[schemas.Run]:
    """Change an element's words, attributes and properties, where its files say them: it becomes
    a new revision, measured."""
    run = queries.run(request.user, run_id)
    picture = None if body.picture is None else queries.asset(request.user, body.picture)
    changed = services.change_element(str(run.id), number, body.parameters(), picture)
    return Status(202, schemas.Run.of(changed))


@router.post("/runs/{run_id}/revisions/{number}/edits", response={202: schemas.Run})
def post_edit(
    request: Request, run_id: str, number: int, body: bodies.NewEdit
) -> Status[schemas.Run]:
    """Change the files of a revision yourself: the page is measured and becomes a new revision."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.Run.of(services.edit_revision(str(run.id), number, body.files)))


@router.post("/runs/{run_id}/revisions/{number}/commands", response={202: schemas.Run})
def post_command(
    request: Request, run_id: str, number: int, body: bodies.NewCommand
) -> Status[schemas.Run]:
    """Change a revision by a plain command, without a model: it becomes a new one, measured."""
    run = queries.run(request.user, run_id)
    changed = services.command_revision(str(run.id), number, body.parameters())
    return Status(202, schemas.Run.of(changed))


@router.post("/runs/{run_id}/revisions/{number}/restore", response={201: schemas.Run})
def restore_revision(request: Request, run_id: str, number: int) -> Status[schemas.Run]:
    """Make a revision anew, as the newest: what came after it stays."""
    run = queries.run(request.user, run_id)
    return Status(201, schemas.Run.of(services.restore_revision(str(run.id), number)))


@router.post("/runs/{run_id}/revisions/{number}/choose", response=schemas.Run)
def choose_result(
    request: Request, run_id: str, number: int, body: bodies.ResultChoice
) -> schemas.Run:
    """Say that this revision is the result."""
    run = queries.run(request.user, run_id)
    return schemas.Run.of(services.choose_result(str(run.id), number, body.way))


@router.post("/runs/{run_id}/revisions/{number}/branch", response={201: schemas.RunSummary})
def branch_revision(request: Request, run_id: str, number: int) -> Status[schemas.RunSummary]:
    """Begin another run of the project, whose first revision is this one."""
    run = queries.run(request.user, run_id)
    return Status(201, schemas.RunSummary.of(services.branch_revision(str(run.id), number)))


@router.get("/runs/{run_id}/revisions/{number}/provenance", response=Provenance)
def get_provenance(request: Request, run_id: str, number: int) -> Provenance:
    """Where a revision comes from, as it is in the zip."""
    return provenance(queries.run(request.user, run_id), number)


@router.get("/runs/{run_id}/revisions/{number}/zip")
def get_zip(request: Request, run_id: str, number: int) -> HttpResponse:
    """All files of a revision; index.html runs without a server."""
    run = queries.run(request.user, run_id)
    archive = zip_revision(queries.revision(run, number), run.project.name)
    response = HttpResponse(archive.data, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{archive.name}"'
    return response
