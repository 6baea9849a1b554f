"""Take in a picture."""

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from webapp.studio.models import Asset
from webapp.studio.storage import blobs
from webapp.studio.uploads.decoding import Upload, decode


def create_asset(owner: User, name: str, file: Upload) -> Asset:
    """Store an uploaded picture, upright in sRGB; the same picture twice is one asset, called as it
    was the last time.

    Raises BadImage and DiskFull.
    """
    picture = decode(file, name, settings.LIMITS)
    asset, _ = Asset.objects.update_or_create(
        owner=owner,
        sha256=blobs().put(picture.png),
        defaults={
            "thumbnail_sha256": blobs().put(picture.thumbnail),
            "name": name[:200] or "mockup",
            "format": picture.format,
            "width": picture.width,
            "height": picture.height,
            "scale": picture.scale,
            "notes": list(picture.notes),
            "created_at": timezone.now(),
        },
    )
    return asset
