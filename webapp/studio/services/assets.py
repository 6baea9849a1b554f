"""Take in a picture, or the pages of a PDF."""

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from webapp.studio.models import Asset
from webapp.studio.storage import blobs
from webapp.studio.uploads.decoding import Upload, decode
from webapp.studio.uploads.images import Picture


def create_assets(owner: User, name: str, file: Upload) -> list[Asset]:
    """Store an uploaded picture, upright in sRGB, or each of a PDF's first pages; the same picture
    twice is one asset, called as it was the last time.

    Raises BadImage and DiskFull.
    """
    name = name[:200] or "mockup"
    return [
        _store(owner, name if number == 1 else f"{name[:180]}, page {number}", picture)
        for number, picture in enumerate(decode(file, name, settings.LIMITS), start=1)
    ]


def create_asset(owner: User, name: str, file: Upload) -> Asset:
    """The same of a file that is one picture."""
    (asset,) = create_assets(owner, name, file)
    return asset


def _store(owner: User, name: str, picture: Picture) -> Asset:
    asset, _ = Asset.objects.update_or_create(
        owner=owner,
        sha256=blobs().put(picture.png),
        defaults={
            "thumbnail_sha256": blobs().put(picture.thumbnail),
            "name": name,
            "format": picture.format,
            "width": picture.width,
            "height": picture.height,
            "scale": picture.scale,
            "notes": list(picture.notes),
            "created_at": timezone.now(),
        },
    )
    return asset
