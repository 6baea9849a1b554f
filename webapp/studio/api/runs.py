"""Runs: begun, watched, spoken to, ended."""

from django.http import HttpResponse
from ninja import Router, Status

from webapp.studio import bodies, queries, run_file, schemas, services
from webapp.studio.api.http import Request, blob
from webapp.studio.archive import file_stem
from webapp.studio.parameters import RunParameters

router = Router(tags=["runs"])

EVENT_PAGE = 500  # events


@router.post("/projects/{project_id}/runs", response={201: schemas.RunSummary})
def post_run(request: Request, project_id: str, body: bodies.NewRun) -> Status[schemas.RunSummary]:
    """Another try on the same mockups."""
    project = queries.project(request.user, project_id)
    parameters = _parameters(body, queries.newest_parameters(project))
    run = services.create_run(project, parameters, body.roles)
    return Status(201, schemas.RunSummary.of(run))


@router.get("/runs/{run_id}", response=schemas.Run)
def get_run(request: Request, run_id: str) -> schemas.Run:
    """Its status, its choice, its limits and its revisions; what happened is under /events."""
    return schemas.Run.of(queries.run(request.user, run_id))


@router.get("/runs/{run_id}/events", response=schemas.EventPage)
def get_events(request: Request, run_id: str, after: str = "0") -> HttpResponse:
    """The events after a number, a page at a time."""
    seq = queries.parse_after(after)
    run = queries.run(request.user, run_id)
    events = queries.events_after(str(run.id), seq, EVENT_PAGE)
    page = schemas.EventPage(events=events, last_seq=run.last_seq)
    # to the microsecond, as the websocket sends them; ninja would encode milliseconds, and slowly
    return HttpResponse(page.model_dump_json(), content_type="application/json")


@router.get("/runs/{run_id}/file", response=run_file.RunFile)
def get_run_file(request: Request, run_id: str) -> HttpResponse:
    """The whole run as JSON, with its mockups: `manage.py replay` does it over again."""
    run = queries.run(request.user, run_id)
    body = run_file.run_file(run).model_dump_json()
    response = HttpResponse(body, content_type="application/json")
    name = f"{file_stem(run.project.name)}-run.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.post("/runs/{run_id}/cancel", response={202: schemas.RunSummary})
def cancel_run(request: Request, run_id: str) -> Status[schemas.RunSummary]:
    """Stop a run; what it made stays."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.RunSummary.of(services.cancel_run(str(run.id))))


@router.post("/runs/{run_id}/choose", response=schemas.RunSummary)
def choose_run(request: Request, run_id: str) -> schemas.RunSummary:
    """Continue with this one of several variants: the project opens with it. The others stay."""
    return schemas.RunSummary.of(services.choose_run(queries.run(request.user, run_id)))


@router.post("/runs/{run_id}/pause", response={202: schemas.Run})
def pause_run(request: Request, run_id: str) -> Status[schemas.Run]:
    """Let a run wait after the step or turn under way; continued, it goes on from there."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.Run.of(services.pause_run(str(run.id))))


@router.post("/runs/{run_id}/continue", response={202: schemas.RunSummary})
def continue_run(request: Request, run_id: str) -> Status[schemas.RunSummary]:
    """Open an ended run again with a fresh budget."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.RunSummary.of(services.continue_run(str(run.id))))


@router.post("/runs/{run_id}/messages", response={202: schemas.Run})
def post_message(request: Request, run_id: str, body: bodies.NewMessage) -> Status[schemas.Run]:
    """Say what to do next: read before the next turn, or the run goes on with it."""
    run = queries.run(request.user, run_id)
    return Status(202, schemas.Run.of(services.send_message(str(run.id), body.parameters())))


@router.get("/runs/{run_id}/blobs/{sha256}")
def getblob(request: Request, run_id: str, sha256: str) -> HttpResponse:
    """A file or picture that an event of the run refers to."""
    run = queries.run(request.user, run_id)
    return blob(queries.blob(run, sha256).sha256)


def _parameters(body: bodies.NewRun, before: RunParameters) -> RunParameters:
    return RunParameters(
        prompt=before.prompt if body.prompt is None else body.prompt,
        stack=before.stack if body.stack is None else body.stack,
        model=before.model if body.model is None else body.model,
        thinking=before.thinking if body.thinking is None else body.thinking,
    )
