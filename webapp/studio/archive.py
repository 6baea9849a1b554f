"""A revision as one file to take away."""

import io
import re
import zipfile
from dataclasses import dataclass

from webapp.studio.errors import NotFound
from webapp.studio.models import Revision
from webapp.studio.page_files import PROVENANCE
from webapp.studio.provenance import provenance
from webapp.studio.storage import blobs

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same revision is the same bytes


@dataclass(frozen=True)
class Archive:
    """A zip file and the name to save it under, ASCII."""

    name: str
    data: bytes


def zip_revision(revision: Revision, project_name: str) -> Archive:
    """Every file under its own path, and where they come from. Raises NotFound where one is no
    longer stored."""
    told = provenance(revision.run, revision.number).model_dump_json(indent=2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, digest in sorted(revision.files.items()):
            archive.writestr(_entry(path), _read(digest))
        if PROVENANCE not in revision.files:  # a page's own, of before that name was taken
            archive.writestr(_entry(PROVENANCE), f"{told}\n")
    return Archive(f"{file_stem(project_name)}-v{revision.number}.zip", buffer.getvalue())


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def file_stem(project_name: str) -> str:
    """What a file of this project is called, ASCII and without an ending."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", project_name).strip("-").lower() or "mockup"
    return stem[:60]


def _read(digest: str) -> bytes:
    try:
        return blobs().get(digest)
    except KeyError:
        raise NotFound(detail="A file of this revision is no longer stored.") from None
