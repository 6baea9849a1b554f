"""Links by which others see a page, and nothing else."""

from ninja import Router, Status

from webapp.studio import bodies, queries, services
from webapp.studio.api.http import Request
from webapp.studio.sharing_schemas import Share, ShareList

router = Router(tags=["shares"])


@router.get("/projects/{project_id}/shares", response=ShareList)
def list_shares(request: Request, project_id: str) -> ShareList:
    """The links of a project that are open, the newest first."""
    return ShareList.of(queries.shares(queries.project(request.user, project_id)))


@router.post("/runs/{run_id}/shares", response={201: Share})
def post_share(request: Request, run_id: str, body: bodies.NewShare) -> Status[Share]:
    """Open a link that shows a revision, or the run's result as it changes, to whoever has it."""
    run = queries.run(request.user, run_id)
    share = services.share_revision(run, body.revision, scripts=body.scripts)
    return Status(201, Share.of(share))


@router.delete("/shares/{share_id}", response={204: None})
def delete_share(request: Request, share_id: str) -> Status[None]:
    """Close a link for good: its address says that the page is no longer shared."""
    services.revoke_share(queries.share(request.user, share_id))
    return Status(204, None)
