"""Rules, design tokens, pages to start from."""

from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from webapp.studio import bodies, schemas, services
from webapp.studio.api.http import Request
from webapp.studio.errors import BadRequest

router = Router(tags=["references"])


@router.post("/references", response={201: schemas.Reference})
def post_reference(request: Request, file: File[UploadedFile]) -> Status[schemas.Reference]:
    """Upload rules (.md, .txt), design tokens (.json) or a page to start from (.zip)."""
    reference = services.create_reference(request.user, file.name or "", file.read())
    return Status(201, schemas.Reference.of(reference))


@router.post("/references/folder", response={201: schemas.Reference})
def post_folder(
    request: Request,
    files: File[list[UploadedFile]],
    paths: Form[list[bodies.Text]],
    name: Form[bodies.Text] = "",
) -> Status[schemas.Reference]:
    """Upload a folder as a page to start from or to import: its files, and the path of each in the
    same order."""
    if len(files) != len(paths):
        raise BadRequest(detail=f"There are {len(files)} files and {len(paths)} paths.")
    contents = [(path, file.read()) for path, file in zip(paths, files, strict=True)]
    reference = services.create_folder_reference(request.user, name, contents)
    return Status(201, schemas.Reference.of(reference))
