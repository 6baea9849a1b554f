"""Uploaded mockups and the examples."""

from io import BytesIO

from django.http import HttpResponse
from ninja import File, Router, Status
from ninja.files import UploadedFile

from webapp.studio import queries, schemas, services
from webapp.studio.api.http import Request, blob, immutable
from webapp.studio.uploads.examples import example, example_thumbnail

router = Router(tags=["pictures"])


@router.post("/assets", response={201: schemas.UploadedAsset})
def post_asset(request: Request, file: File[UploadedFile]) -> Status[schemas.UploadedAsset]:
    """Upload a picture, or a PDF, of which each page is a mockup. The same picture twice is one
    asset."""
    assets = services.create_assets(request.user, file.name or "", file)
    return Status(201, schemas.UploadedAsset.of_all(assets))


@router.post("/examples/{name}", response={201: schemas.Asset})
def post_example(request: Request, name: str) -> Status[schemas.Asset]:
    """Use an example mockup as if it had been uploaded."""
    chosen, data = example(name)
    asset = services.create_asset(request.user, chosen.title, BytesIO(data))
    return Status(201, schemas.Asset.of(asset, chosen.scale))


@router.get("/examples/{name}/thumbnail")
def get_example_thumbnail(request: Request, name: str) -> HttpResponse:
    """A small picture of an example."""
    return immutable(example_thumbnail(name))


@router.get("/assets/{asset_id}/content")
def get_asset_content(request: Request, asset_id: str) -> HttpResponse:
    """The picture as it is worked on: upright, sRGB, PNG."""
    return blob(queries.asset(request.user, asset_id).sha256)


@router.get("/assets/{asset_id}/thumbnail")
def get_asset_thumbnail(request: Request, asset_id: str) -> HttpResponse:
    """At most 480 pixels a side; of a long page, its top."""
    return blob(queries.asset(request.user, asset_id).thumbnail_sha256)
