"""Links by which others see a page, and nothing else."""

from ninja import Router, Status

from webapp.studio import bodies, queries, services, sharing_schemas
from webapp.studio.api.http import Request

router = Router(tags=["shares"])


@router.get("/projects/{project_id}/shares", response=sharing_schemas.ShareList)
def list_shares(request: Request, project_id: str) -> sharing_schemas.ShareList:
    """The links of a project that are open, the newest first."""
    return sharing_schemas.ShareList.of(queries.shares(queries.project(request.user, project_id)))


@router.post("/runs/{run_id}/shares", response={201: sharing_schemas.Share})
def post_share(
    request: Request, run_id: str, body: bodies.NewShare
) -> Status[sharing_schemas.Share]:
    """Open a link that shows a revision, or the run's result as it changes, to whoever has it."""
    run = queries.run(request.user, run_id)
    share = services.share_revision(run, body.revision, scripts=body.scripts)
    return Status(201, sharing_schemas.Share.of(share))


@router.delete("/shares/{share_id}", response={204: None})
def delete_share(request: Request, share_id: str) -> Status[None]:
    """Close a link for good: its address says that the page is no longer shared."""
    services.revoke_share(queries.share(request.user, share_id))
    return Status(204, None)
