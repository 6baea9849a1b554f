"""The blob store of this installation."""

from django.conf import settings

from webapp.studio.blobs import FileBlobs


def blobs() -> FileBlobs:
    """Cheap to call: the store keeps nothing open."""
    return FileBlobs(settings.BLOBS)
