"""Reads of screen recordings. What belongs to someone else is not found."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db.models import F

from webapp.studio.blobs import FileDamaged
from webapp.studio.errors import BadRequest, NotFound
from webapp.studio.queries import find_one
from webapp.studio.recording_models import Recording, RecordingPicture
from webapp.studio.storage import blobs


@dataclass(frozen=True)
class ByteRange:
    """Bytes of a file from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1


def recording(owner: User, recording_id: str) -> Recording:
    """Raises NotFound."""
    return find_one(Recording.objects.filter(owner=owner), "recording", id=recording_id)


def unused_recordings(owner: User) -> list[Recording]:
    """Those of which no project was made, the newest first."""
    return list(Recording.objects.filter(owner=owner, projects=None)[:20])


def picture(recording: Recording, sha256: str) -> RecordingPicture:
    """A blob that a state may have as its picture. Raises NotFound."""
    return find_one(recording.pictures.all(), "picture of this recording", sha256=sha256)


def parse_range(header: str, size: int) -> ByteRange | None:
    """The one range that a Range header asks for; None where it asks for another thing, which then
    is the whole. Raises BadRequest where nothing of it is there."""
    unit, _, asked = header.partition("=")
    first, dash, last = asked.partition("-")
    if unit.strip() != "bytes" or not dash or not _are_numbers(first, last):
        return None
    if not first:  # so many at the end
        found = ByteRange(max(0, size - int(last)), size - 1) if int(last) else None
    else:
        found = ByteRange(int(first), min(int(last) if last else size - 1, size - 1))
    if found is None or found.first > found.last:
        raise BadRequest(detail=f"The file has {size} bytes.")
    return found


def _are_numbers(first: str, last: str) -> bool:
    given = [one for one in (first.strip(), last.strip()) if one]
    return bool(given) and all(one.isascii() and one.isdecimal() for one in given)


async def content(recording: Recording, wanted: ByteRange) -> AsyncIterator[bytes]:
    """The bytes of its file, part by part: one is in memory at a time. Raises NotFound."""
    ends = F("offset") + F("size")
    parts = recording.parts.annotate(end=ends).filter(offset__lte=wanted.last, end__gt=wanted.first)
    async for part in parts:
        try:
            data = await sync_to_async(blobs().get)(part.sha256)
        except FileDamaged:
            raise NotFound(detail="The file is no longer stored.") from None
        first = max(0, wanted.first - part.offset)
        yield data[first : wanted.last + 1 - part.offset]
