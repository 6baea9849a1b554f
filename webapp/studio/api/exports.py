"""A project taken home, besides as the zip of a revision."""

from django.http import HttpResponse
from ninja import Router

from webapp.studio import bodies, queries, revision_files
from webapp.studio.api.http import Request, attachment
from webapp.studio.archive import file_stem
from webapp.studio.errors import NotFound
from webapp.studio.exports.repository import zip_repository
from webapp.studio.exports.single_file import SingleFile, single_file
from webapp.studio.models import Revision
from webapp.studio.sharing_schemas import Exports

router = Router(tags=["exports"])


@router.get("/runs/{run_id}/revisions/{number}/exports", response=Exports)
def get_exports(request: Request, run_id: str, number: int) -> Exports:
    """Which files a revision and its project can be taken home as, and what one cannot hold."""
    revision = queries.revision(queries.run(request.user, run_id), number)
    return Exports.of(revision, _single(revision, "index.html"))


@router.get("/runs/{run_id}/revisions/{number}/single")
def get_single_file(
    request: Request, run_id: str, number: int, page: bodies.Text = "index.html"
) -> HttpResponse:
    """A page of a revision as one HTML file, with its styles, scripts, pictures and fonts in it."""
    run = queries.run(request.user, run_id)
    made = _single(queries.revision(run, number), page)
    name = f"{file_stem(run.project.name)}-v{number}.html"
    return attachment(made.html.encode(), name, "text/html; charset=utf-8")


@router.get("/projects/{project_id}/repository")
def get_repository(request: Request, project_id: str) -> HttpResponse:
    """A zip of a git repository: each version is a commit, each run a branch."""
    archive = zip_repository(queries.project(request.user, project_id))
    return attachment(archive.data, archive.name, "application/zip")


def _single(revision: Revision, page: str) -> SingleFile:
    """Raises NotFound."""
    if page not in revision.shown or not page.lower().endswith((".html", ".htm")):
        raise NotFound(detail=f"There is no page {page!r} in this revision.")
    return single_file(revision_files.contents(revision), page)
