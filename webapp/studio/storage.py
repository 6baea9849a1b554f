"""The blob store of this installation."""

from django.conf import settings

from webapp.studio.blobs import FileBlobs
from webapp.studio.s3_blobs import CopiedBlobs, S3Blobs

Store = FileBlobs | CopiedBlobs  # as work has it: its blobs lie as files too


def blobs() -> FileBlobs | S3Blobs:
    """Cheap to call: connections are kept by process."""
    return S3Blobs(settings.S3) if settings.S3 else FileBlobs(settings.BLOBS)
