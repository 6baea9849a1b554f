"""The HTTP API. Interactive documentation is at /api/docs.

Every error is {"code", "message", "hint"}. There are no cookies; a write is refused unless the
browser says that it is from this origin, or a program on this machine sends it. Live progress is at
the websocket /ws/runs/<id>?after=N.
"""

from io import BytesIO
from typing import Annotated

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from ninja import File, NinjaAPI, Query, Status
from ninja.files import UploadedFile

import webapp
from webapp.studio import bodies, messages, queries, run_file, schemas, services
from webapp.studio.archive import file_stem, zip_revision
from webapp.studio.catalog import options
from webapp.studio.catalog.check_results import ConnectionReport
from webapp.studio.catalog.presets import PRESETS
from webapp.studio.commands import EXAMPLES
from webapp.studio.error_handlers import add_exception_handlers
from webapp.studio.errors import NotFound
from webapp.studio.events import Selection
from webapp.studio.messages import Problem
from webapp.studio.parameters import MockupParameters, RunParameters, SelectionParameters
from webapp.studio.storage import blobs
from webapp.studio.uploads.examples import example, example_thumbnail, examples
from webapp.studio.uploads.images import FORMATS
from webapp.studio.uploads.references import KINDS

api = NinjaAPI(title="Mockwright", version=webapp.__version__, description=__doc__ or "")
add_exception_handlers(api)

EVENT_PAGE = 500  # events


class Request(HttpRequest):
    """A request after the middleware that says who asks."""

    user: User


@api.get("/config", response=schemas.Config, tags=["start"])
def get_config(request: Request) -> schemas.Config:
    """Limits, stacks, models, examples, and the text of every error code."""
    limits, references = settings.LIMITS, settings.REFERENCE_LIMITS
    endpoints = queries.model_endpoints(request.user)
    return schemas.Config(
        version=webapp.__version__,
        limits=schemas.UploadLimits(
            max_images=limits.count,
            max_bytes=limits.bytes,
            max_side=limits.side,
            formats=FORMATS,
        ),
        references=schemas.ReferenceLimits(
            max_texts=references.count,
            max_text_bytes=references.text_bytes,
            max_base_bytes=references.site.packed_bytes,
            kinds=KINDS,
        ),
        stacks=options.STACKS,
        models=queries.model_options(request.user, with_tests=settings.TEST_MODELS),
        default_model=options.default_model(endpoints),
        commands=EXAMPLES,
        presets=PRESETS,
        examples=examples(),
        preview_origin=settings.PREVIEW_ORIGIN,
        messages={
            code: Problem(code=code, message=message.text, hint=message.hint)
            for code, message in messages.MESSAGES.items()
        },
    )


# model servers


@api.get("/endpoints", response=list[schemas.Endpoint], tags=["models"])
def list_endpoints(request: Request) -> list[schemas.Endpoint]:
    """The model servers that the person added, the newest first, without their keys."""
    return [schemas.Endpoint.of(row) for row in queries.endpoints(request.user)]


@api.post("/endpoints", response={201: schemas.Endpoint}, tags=["models"])
def post_endpoint(request: Request, body: bodies.NewEndpoint) -> Status[schemas.Endpoint]:
    """Add a model server; it is on offer at once."""
    row = services.create_endpoint(request.user, body.parameters())
    return Status(201, schemas.Endpoint.of(row))


@api.post("/endpoints/test", response=ConnectionReport, tags=["models"])
def post_endpoint_test(request: Request, body: bodies.EndpointTest) -> ConnectionReport:
    """Ask a model server small real questions, for up to half a minute, and tell what it can do."""
    row = queries.endpoint(request.user, body.id) if body.id is not None else None
    return services.check_endpoint(request.user, body.parameters(), row)


@api.post("/endpoints/environment/test", response=ConnectionReport, tags=["models"])
def post_own_endpoint_test(request: Request) -> ConnectionReport:
    """The same of the model server that the environment names, with its key."""
    return services.check_own_endpoint(request.user)


@api.put("/endpoints/{endpoint_id}", response=schemas.Endpoint, tags=["models"])
def put_endpoint(request: Request, endpoint_id: str, body: bodies.NewEndpoint) -> schemas.Endpoint:
    """Change a model server."""
    row = queries.endpoint(request.user, endpoint_id)
    return schemas.Endpoint.of(services.change_endpoint(row, body.parameters()))


@api.delete("/endpoints/{endpoint_id}", response={204: None}, tags=["models"])
def delete_endpoint(request: Request, endpoint_id: str) -> Status[None]:
    """Forget a model server and its key. What runs made with it stays."""
    services.delete_endpoint(queries.endpoint(request.user, endpoint_id))
    return Status(204, None)


# pictures


@api.post("/assets", response={201: schemas.UploadedAsset}, tags=["pictures"])
def post_asset(request: Request, file: File[UploadedFile]) -> Status[schemas.UploadedAsset]:
    """Upload a picture, or a PDF, of which each page is a mockup. The same picture twice is one
    asset."""
    assets = services.create_assets(request.user, file.name or "", file)
    return Status(201, schemas.UploadedAsset.of_all(assets))


@api.post("/examples/{name}", response={201: schemas.Asset}, tags=["pictures"])
def post_example(request: Request, name: str) -> Status[schemas.Asset]:
    """Use an example mockup as if it had been uploaded."""
    chosen, data = example(name)
    asset = services.create_asset(request.user, chosen.title, BytesIO(data))
    return Status(201, schemas.Asset.of(asset, chosen.scale))


@api.get("/examples/{name}/thumbnail", tags=["pictures"])
def get_example_thumbnail(request: Request, name: str) -> HttpResponse:
    """A small picture of an example."""
    return _immutable(example_thumbnail(name))


@api.get("/assets/{asset_id}/content", tags=["pictures"])
def get_asset_content(request: Request, asset_id: str) -> HttpResponse:
    """The picture as it is worked on: upright, sRGB, PNG."""
    return _blob(queries.asset(request.user, asset_id).sha256)


@api.get("/assets/{asset_id}/thumbnail", tags=["pictures"])
def get_asset_thumbnail(request: Request, asset_id: str) -> HttpResponse:
    """At most 480 pixels a side; of a long page, its top."""
    return _blob(queries.asset(request.user, asset_id).thumbnail_sha256)


# rules, design tokens, pages to start from


@api.post("/references", response={201: schemas.Reference}, tags=["references"])
def post_reference(request: Request, file: File[UploadedFile]) -> Status[schemas.Reference]:
    """Upload rules (.md, .txt), design tokens (.json) or a page to start from (.zip)."""
    reference = services.create_reference(request.user, file.name or "", file.read())
    return Status(201, schemas.Reference.of(reference))


# projects


@api.post("/projects", response={201: schemas.Project}, tags=["projects"])
def post_project(request: Request, body: bodies.NewProject) -> Status[schemas.Project]:
    """Make a project from one to five mockups and queue its first run."""
    model = body.model or options.default_model(queries.model_endpoints(request.user))
    project = services.create_project(
        request.user,
        [MockupParameters(mockup.id, mockup.scale, mockup.role) for mockup in body.assets],
        RunParameters(body.prompt, body.stack, model, body.thinking),
        body.name,
        body.references,
    )
    return Status(201, schemas.Project.of(project))


@api.get("/projects", response=list[schemas.ProjectSummary], tags=["projects"])
def list_projects(
    request: Request, search: bodies.Text = "", limit: Annotated[int, Query(ge=1, le=500)] = 50
) -> list[schemas.ProjectSummary]:
    """The last worked on first."""
    found = queries.projects(request.user, search=search, limit=limit)
    return [schemas.ProjectSummary.of(project) for project in found]


@api.get("/projects/{project_id}", response=schemas.Project, tags=["projects"])
def get_project(request: Request, project_id: str) -> schemas.Project:
    """A project with its mockups and runs, the newest run first."""
    return schemas.Project.of(queries.project(request.user, project_id))


@api.patch("/projects/{project_id}", response=schemas.Project, tags=["projects"])
def patch_project(request: Request, project_id: str, body: bodies.ProjectName) -> schemas.Project:
    """Rename a project."""
    project = queries.project(request.user, project_id)
    return schemas.Project.of(services.rename_project(project, body.name))


@api.delete("/projects/{project_id}", response={204: None}, tags=["projects"])
def delete_project(request: Request, project_id: str) -> Status[None]:
    """Forget a project and its runs; not while one is at work. It can be restored for an hour."""
    services.delete_project(queries.project(request.user, project_id))
    return Status(204, None)


@api.post("/projects/{project_id}/restore", response=schemas.Project, tags=["projects"])
def restore_project(request: Request, project_id: str) -> schemas.Project:
    """Take a delete back."""
    project = queries.deleted_project(request.user, project_id)
    return schemas.Project.of(services.restore_project(project))


# runs


@api.post("/projects/{project_id}/runs", response={201: schemas.RunSummary}, tags=["runs"])
def post_run(request: Request, project_id: str, body: bodies.NewRun) -> Status[schemas.RunSummary]:
    """Another try on the same mockups."""
    project = queries.project(request.user, project_id)
    parameters = _parameters(body, queries.newest_parameters(project))
    run = services.create_run(project, parameters, body.roles)
    return Status(201, schemas.RunSummary.of(run))


@api.get("/runs/{run_id}", response=schemas.Run, tags=["runs"])
def get_run(request: Request, run_id: str) -> schemas.Run:
    """Its status, its choice, its limits and its revisions; what happened is under /events."""
    return schemas.Run.of(queries.run(request.user, run_id))


@api.get("/runs/{run_id}/events", response=schemas.EventPage, tags=["runs"])
def get_events(request: Request, run_id: str, after: str = "0") -> HttpResponse:
    """The events after a number, a page at a time."""
    seq = queries.parse_after(after)
    run = queries.run(request.user, run_id)
    events = queries.events_after(str(run.id), seq, EVENT_PAGE)
    page = schemas.EventPage(events=events, last_seq=run.last_seq)
    # to the microsecond, as the websocket sends them; ninja would encode milliseconds, and slowly
    return HttpResponse(page.model_dump_json(), content_type="application/json")


@api.get("/runs/{run_id}/file", response=run_file.RunFile, tags=["runs"])
def get_run_file(request: Request, run_id: str) -> HttpResponse:
    """The whole run as JSON, with its mockups: `manage.py replay` does it over again."""
    run = queries.run(request.user, run_id)
    body = run_file.run_file(run).model_dump_json()
    response = HttpResponse(body, content_type="application/json")
    name = f"{file_stem(run.project.name)}-run.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@api.post("/runs/{run_id}/cancel", response={202: schemas.RunSummary}, tags=["runs"])
def cancel_run(request: Request, run_id: str) -> Status[schemas.RunSummary]:
    """Stop a run; what it made stays."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.RunSummary.of(services.cancel_run(str(run.id))))


@api.post("/runs/{run_id}/pause", response={202: schemas.Run}, tags=["runs"])
def pause_run(request: Request, run_id: str) -> Status[schemas.Run]:
    """Let a run wait after the step or turn under way; continued, it goes on from there."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.Run.of(services.pause_run(str(run.id))))


@api.post("/runs/{run_id}/continue", response={202: schemas.RunSummary}, tags=["runs"])
def continue_run(request: Request, run_id: str) -> Status[schemas.RunSummary]:
    """Open an ended run again with a fresh budget."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.RunSummary.of(services.continue_run(str(run.id))))


@api.post("/runs/{run_id}/messages", response={202: schemas.Run}, tags=["runs"])
def post_message(request: Request, run_id: str, body: bodies.NewMessage) -> Status[schemas.Run]:
    """Say what to do next: read before the next turn, or the run goes on with it."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.Run.of(services.send_message(str(run.id), body.parameters())))


@api.get("/runs/{run_id}/blobs/{sha256}", tags=["runs"])
def get_blob(request: Request, run_id: str, sha256: str) -> HttpResponse:
    """A file or picture that an event of the run refers to."""
    run = queries.run(request.user, run_id)
    return _blob(queries.blob(run, sha256).sha256)


@api.get("/runs/{run_id}/revisions/{number}", response=schemas.RevisionLinks, tags=["runs"])
def get_revision(request: Request, run_id: str, number: int) -> schemas.RevisionLinks:
    """Where a revision can be seen and downloaded."""
    run = queries.run(request.user, run_id)
    return schemas.RevisionLinks.of(queries.revision(run, number))


@api.get("/runs/{run_id}/revisions/{number}/element", response=Selection, tags=["runs"])
def get_element(
    request: Request, run_id: str, number: int, page: bodies.Text, selector: bodies.Selector
) -> Selection:
    """Where the file `page` of a revision writes the element that a CSS selector names."""
    run = queries.run(request.user, run_id)
    return queries.selected_element(run, SelectionParameters(number, page, selector))


@api.post("/runs/{run_id}/revisions/{number}/edits", response={202: schemas.Run}, tags=["runs"])
def post_edit(
    request: Request, run_id: str, number: int, body: bodies.NewEdit
) -> Status[schemas.Run]:
    """Change the files of a revision yourself: the page is measured and becomes a new revision."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.Run.of(services.edit_revision(str(run.id), number, body.files)))


@api.post("/runs/{run_id}/revisions/{number}/commands", response={202: schemas.Run}, tags=["runs"])
def post_command(
    request: Request, run_id: str, number: int, body: bodies.NewCommand
) -> Status[schemas.Run]:
    """Change a revision by a plain command, without a model: it becomes a new one, measured."""
    run = queries.run(request.user, run_id)
    changed = services.command_revision(str(run.id), number, body.parameters())
    return Status(202, schemas.Run.of(changed))


@api.get("/runs/{run_id}/revisions/{number}/zip", tags=["runs"])
def get_zip(request: Request, run_id: str, number: int) -> HttpResponse:
    """All files of a revision; index.html runs without a server."""
    run = queries.run(request.user, run_id)
    archive = zip_revision(queries.revision(run, number), run.project.name)
    response = HttpResponse(archive.data, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{archive.name}"'
    return response


def _parameters(body: bodies.NewRun, before: RunParameters) -> RunParameters:
    return RunParameters(
        prompt=before.prompt if body.prompt is None else body.prompt,
        stack=before.stack if body.stack is None else body.stack,
        model=before.model if body.model is None else body.model,
        thinking=before.thinking if body.thinking is None else body.thinking,
    )


def _blob(sha256: str) -> HttpResponse:
    try:
        return _immutable(blobs().get(sha256))
    except KeyError:
        raise NotFound(detail="The file is no longer stored.") from None


def _immutable(data: bytes) -> HttpResponse:
    """Bytes under a name that never changes meaning. Only pictures are more than text here."""
    is_png = data.startswith(b"\x89PNG\r\n\x1a\n")
    kind = "image/png" if is_png else "text/plain; charset=utf-8"
    response = HttpResponse(data, content_type=kind)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
