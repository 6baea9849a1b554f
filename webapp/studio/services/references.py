"""Take in rules, design tokens, or a page to start from."""

from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from webapp.studio.events import FileRef
from webapp.studio.models import Reference
from webapp.studio.storage import blobs
from webapp.studio.uploads.references import read_reference


def create_reference(owner: User, name: str, data: bytes) -> Reference:
    """Store what was uploaded, file by file; the same file under the same name is one reference.

    Raises BadReference and DiskFull.
    """
    taken = read_reference(data, name, settings.REFERENCE_LIMITS)
    name = name[-200:]  # its end says what it is
    files = taken.files or ((name, taken.text.encode()),)
    refs = [
        FileRef(path=path, sha256=blobs().put(content), size=len(content))
        for path, content in files
    ]
    reference, _ = Reference.objects.update_or_create(
        owner=owner,
        sha256=sha256(data).hexdigest(),
        name=name,
        defaults={
            "kind": taken.kind,
            "size": len(data),
            "files": [one.model_dump() for one in refs],
            "notes": list(taken.notes),
            "created_at": timezone.now(),
        },
    )
    return reference
