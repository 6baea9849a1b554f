"""Rules, design tokens, pages to start from."""

from ninja import File, Router, Status
from ninja.files import UploadedFile

from webapp.studio import schemas, services
from webapp.studio.api.http import Request

router = Router(tags=["references"])


@router.post("/references", response={201: schemas.Reference})
def post_reference(request: Request, file: File[UploadedFile]) -> Status[schemas.Reference]:
    """Upload rules (.md, .txt), design tokens (.json) or a page to start from (.zip)."""
    reference = services.create_reference(request.user, file.name or "", file.read())
    return Status(201, schemas.Reference.of(reference))
