"""What a person does with a screen recording: upload it in parts, correct what was read, delete."""

import logging
from contextlib import suppress
from io import BytesIO

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from webapp.studio import task_queue
from webapp.studio.errors import (
    BadRecording,
    BadRequest,
    BodyTooLarge,
    Conflict,
    NotFound,
    QueueUnavailable,
)
from webapp.studio.parameters import MockupParameters
from webapp.studio.recording_models import Recording, RecordingPart, RecordingPicture
from webapp.studio.services.assets import create_asset
from webapp.studio.storage import blobs
from webapp.studio.storyboard import Storyboard
from webapp.studio.uploads.decoding import Upload, decode
from webapp.studio.uploads.recordings import format_of

logger = logging.getLogger(__name__)


def create_recording(owner: User, name: str, size: int) -> Recording:
    """Announce a file of `size` bytes, which then comes in parts. Raises BadRecording."""
    if size == 0:
        raise BadRecording("recording_empty")
    if size > settings.RECORDING_LIMITS.bytes:
        raise BadRecording("recording_too_heavy", f"It has {size / 2**20:,.0f} MB.")
    return Recording.objects.create(owner=owner, name=name[:200] or "Recording", size=size)


def add_part(recording: Recording, offset: int, data: bytes) -> Recording:
    """Store the file's next bytes, from `offset`; after the last ones it is read.

    Raises Conflict where others are to come next, which `received` says, BadRecording, BodyTooLarge
    and DiskFull.
    """
    if len(data) > settings.RECORDING_LIMITS.part_bytes:
        most = settings.RECORDING_LIMITS.part_bytes
        raise BodyTooLarge(detail=f"Of a recording, up to {most:,} bytes are sent at a time.")
    _check_next(recording, offset, data)
    kind = format_of(data) if offset == 0 else recording.format
    digest = blobs().put(data)
    with transaction.atomic():
        recording = lock_recording(str(recording.id))
        _check_next(recording, offset, data)  # another tab may have sent it meanwhile
        RecordingPart.objects.create(
            recording=recording, offset=offset, size=len(data), sha256=digest
        )
        recording.format = kind
        recording.received += len(data)
        if recording.received == recording.size:
            ask_to_read(recording)
        recording.save()
    return recording


def read_again(recording: Recording) -> Recording:
    """Have a refused recording read once more. Raises Conflict where it is not refused."""
    with transaction.atomic():
        recording = lock_recording(str(recording.id))
        if recording.state != Recording.State.REFUSED:
            raise Conflict("recording_not_refused")
        recording.losses = 0
        ask_to_read(recording)
        recording.save()
    return recording


def change_storyboard(recording: Recording, version: int, storyboard: Storyboard) -> Recording:
    """Replace what was read by what a person made of it, who saw `version`.

    Raises Conflict where another version is the newest, and BadRequest for pictures that are not
    the recording's.
    """
    with transaction.atomic():
        recording = lock_recording(str(recording.id))
        if recording.state != Recording.State.READY:
            raise Conflict("recording_not_ready")
        if recording.version != version:
            raise Conflict("storyboard_changed")
        _check_own(recording, storyboard)
        recording.storyboard = storyboard.model_dump(mode="json")
        recording.version += 1
        recording.save()
    return recording


def add_picture(recording: Recording, file: Upload) -> RecordingPicture:
    """Store a frame that a person chose, for a state to have as its picture.

    Raises BadImage and DiskFull.
    """
    picture, *_ = decode(file, "", settings.LIMITS)
    added, _ = RecordingPicture.objects.get_or_create(
        recording=recording,
        sha256=blobs().put(picture.png),
        defaults={"width": picture.width, "height": picture.height},
    )
    return added


def first_mockup(recording: Recording) -> MockupParameters:
    """The picture of its first state, as if it had been uploaded. Raises Conflict where it has not
    been read, BadImage and FileDamaged."""
    storyboard = storyboard_of(recording)
    if storyboard is None:
        raise Conflict("recording_not_ready")
    first = storyboard.states[0]
    png = BytesIO(blobs().get(first.picture))
    asset = create_asset(recording.owner, f"{recording.name[:110]}, {first.name}", png)
    return MockupParameters(str(asset.id), storyboard.scale)


def storyboard_of(recording: Recording) -> Storyboard | None:
    """What was read, as the person has it; None until then."""
    kept = recording.storyboard
    return None if kept is None else Storyboard.model_validate(kept)


def delete_recording(recording: Recording) -> None:
    """Forget a recording; who reads it finds it gone. Raises Conflict while a project has it."""
    with transaction.atomic():
        recording = lock_recording(str(recording.id))
        if recording.projects.exists():
            raise Conflict("recording_used")
        recording.delete()


# what the other services share


def lock_recording(recording_id: str) -> Recording:
    """The recording, locked until the transaction ends. Raises NotFound."""
    try:
        return Recording.objects.select_for_update(of=("self",)).get(id=recording_id)
    except (Recording.DoesNotExist, ValidationError):
        raise NotFound(detail="No such recording.") from None


def ask_to_read(recording: Recording) -> None:
    """Put a locked recording among those that wait for a worker; the caller saves it. Without a
    queue the sweep enqueues it later."""
    recording.state = Recording.State.WAITING
    recording.progress = 0.0
    recording.error_code = recording.error_detail = ""
    recording.queued_at = timezone.now()
    recording.enqueued_at = recording.heartbeat_at = None
    recording_id = str(recording.id)

    def enqueue() -> None:
        with suppress(QueueUnavailable):
            task_queue.enqueue_reading(recording_id)

    transaction.on_commit(enqueue)


def _check_next(recording: Recording, offset: int, data: bytes) -> None:
    """Raises Conflict and BadRequest where these bytes are not what comes next."""
    if recording.state != Recording.State.UPLOADING or offset != recording.received:
        raise Conflict("part_misplaced", f"{recording.received} bytes of it are stored.")
    if not data or offset + len(data) > recording.size:
        left = recording.size - recording.received
        raise BadRequest(detail=f"1 to {left} bytes are to come, not {len(data)}.")


def _check_own(recording: Recording, storyboard: Storyboard) -> None:
    """Raises BadRequest where it is of another recording, or has its pictures."""
    before = storyboard_of(recording)
    if before is None or storyboard.recording != before.recording:
        raise BadRequest(detail="It is the storyboard of another recording.")
    sizes = {one.sha256: (one.width, one.height) for one in recording.pictures.all()}
    for state in storyboard.states:
        if sizes.get(state.picture) != (state.width, state.height):
            raise BadRequest(detail=f"“{state.name}” has a picture that is not the recording's.")
