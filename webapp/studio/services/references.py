"""Take in rules, design tokens, or a page to start from."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from webapp.studio.events import FileRef
from webapp.studio.models import Reference
from webapp.studio.storage import blobs
from webapp.studio.uploads.references import read_reference
from webapp.studio.uploads.site_zip import read_folder


def create_reference(owner: User, name: str, data: bytes) -> Reference:
    """Store what was uploaded, file by file; the same file under the same name is one reference.

    Raises BadReference and DiskFull.
    """
    taken = read_reference(data, name, settings.REFERENCE_LIMITS)
    name = name[-200:]  # its end says what it is
    files = taken.files or ((name, taken.text.encode()),)
    refs = _stored(files)
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


def create_folder_reference(
    owner: User, name: str, files: Sequence[tuple[str, bytes]]
) -> Reference:
    """Store a folder of a page's files, by their paths, to start from or to import.

    Raises BadReference and DiskFull.
    """
    site = read_folder(files, settings.REFERENCE_LIMITS.site)
    refs = _stored(site.files)
    listing = "".join(f"{one.path} {one.sha256}\n" for one in refs)
    reference, _ = Reference.objects.update_or_create(
        owner=owner,
        sha256=sha256(listing.encode()).hexdigest(),
        name=name[:200] or "Folder",
        defaults={
            "kind": "base",
            "size": sum(one.size for one in refs),
            "files": [one.model_dump() for one in refs],
            "notes": list(site.notes),
            "created_at": timezone.now(),
        },
    )
    return reference


def _stored(files: Iterable[tuple[str, bytes]]) -> list[FileRef]:
    return [
        FileRef(path=path, sha256=blobs().put(content), size=len(content))
        for path, content in files
    ]
