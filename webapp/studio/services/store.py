"""The bytes of the record: whether they are all there, and those that nothing refers to."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db.models import Exists, OuterRef
from django.utils import timezone

from webapp.studio.models import (
    Arena,
    Asset,
    Project,
    ProjectAsset,
    ProjectReference,
    Reference,
    RunBlob,
    RunGroup,
)
from webapp.studio.recording_models import Recording, RecordingPart, RecordingPicture
from webapp.studio.storage import blobs

DELETED_KEPT = timedelta(hours=1)  # projects that can be restored
UPLOADS_KEPT = timedelta(days=7)  # that no project has
GRACE = timedelta(days=1)  # from when a blob that nothing refers to may be deleted


@dataclass(frozen=True)
class Files:
    """How many they are, and their bytes."""

    count: int
    size: int


@dataclass(frozen=True)
class StoreReport:
    """What is in the store. `damaged` and `missing` are SHA-256s that the record refers to."""

    count: int
    size: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    unreferenced: Files
    half_written: Files


def collect_unreferenced(grace: timedelta = GRACE) -> Files:
    """Forget deleted projects and old uploads of no project, and delete blobs that nothing refers
    to or that were never whole, older than `grace`."""
    now = timezone.now()
    deleted = Project.objects.filter(deleted_at__lt=now - DELETED_KEPT)
    of_deleted = set(deleted.values_list("recording", flat=True))
    deleted.delete()
    Recording.objects.filter(id__in=of_deleted, projects=None).delete()
    Arena.objects.filter(deleted_at__lt=now - DELETED_KEPT).delete()
    RunGroup.objects.filter(runs=None, created_at__lt=now - DELETED_KEPT).delete()
    kept_since = now - UPLOADS_KEPT
    in_projects = ProjectAsset.objects.filter(asset=OuterRef("pk"))
    Asset.objects.filter(~Exists(in_projects), created_at__lt=kept_since).delete()
    given = ProjectReference.objects.filter(reference=OuterRef("pk"))
    Reference.objects.filter(~Exists(given), created_at__lt=kept_since).delete()
    Recording.objects.filter(projects=None, created_at__lt=kept_since).delete()
    store, referenced = blobs(), set(_referenced())
    old = (now - grace).timestamp()
    freed = [
        blob.size
        for blob in store.stored()
        if blob.digest not in referenced and store.discard(blob.digest, old)
    ]
    sizes = (_remove_older(path, old) for path in store.half_written())
    freed += [size for size in sizes if size is not None]
    return Files(len(freed), sum(freed))


def check_store() -> StoreReport:
    """Read every blob. Takes as long as that does."""
    store, referenced = blobs(), set(_referenced())
    stored = {blob.digest: blob for blob in store.stored()}
    others = [blob.size for digest, blob in stored.items() if digest not in referenced]
    return StoreReport(
        count=len(stored),
        size=sum(blob.size for blob in stored.values()),
        damaged=tuple(sorted(one for one in referenced & set(stored) if not _is_whole(one))),
        missing=tuple(sorted(referenced - set(stored))),
        unreferenced=Files(len(others), sum(others)),
        half_written=_sizes(store.half_written()),
    )


def _sizes(paths: Iterator[Path]) -> Files:
    sizes = []
    for path in paths:
        with suppress(FileNotFoundError):
            sizes.append(path.stat().st_size)
    return Files(len(sizes), sum(sizes))


def _referenced() -> Iterator[str]:
    for name in ("sha256", "thumbnail_sha256"):
        yield from Asset.objects.values_list(name, flat=True)
    for files in Reference.objects.values_list("files", flat=True):
        yield from (file["sha256"] for file in files)
    for rows in (RecordingPart, RecordingPicture):
        yield from rows.objects.values_list("sha256", flat=True)
    yield from RunBlob.objects.values_list("sha256", flat=True).distinct()


def _remove_older(path: Path, than: float) -> int | None:
    """Bytes that were freed; None where it was not removed."""
    try:
        status = path.stat()
        if status.st_mtime >= than:
            return None
        path.unlink()
    except FileNotFoundError:  # whole, and named as such
        return None
    return status.st_size


def _is_whole(digest: str) -> bool:
    try:
        blobs().get(digest)
    except KeyError:
        return False
    return True
