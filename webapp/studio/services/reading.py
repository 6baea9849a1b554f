"""A worker's side of a recording: claim it, show that one is alive, say what was read.

As with runs, a lease is a fencing token: who was thought dead finds LeaseLost at its next word.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from webapp.studio import queries, task_queue
from webapp.studio.errors import LeaseLost, QueueUnavailable
from webapp.studio.recording_models import Recording, RecordingPicture
from webapp.studio.services.ledger import Lease
from webapp.studio.services.recordings import ask_to_read, lock_recording
from webapp.studio.services.runs import ENQUEUED_WITHIN, FORGOTTEN_AFTER, LOST_AFTER, MAX_LOSSES
from webapp.studio.storyboard import Storyboard

SENT_AGAIN_AFTER = timedelta(minutes=2)  # in the queue, however many wait before it

logger = logging.getLogger(__name__)


def claim_recording(recording_id: str) -> Lease:
    """Take a recording that waits; safe to call twice. Raises LeaseLost where another has it, or it
    has been read, and NotFound."""
    with transaction.atomic():
        recording = lock_recording(recording_id)
        if recording.state != Recording.State.WAITING:
            raise LeaseLost(detail=f"The recording is {recording.state}.")
        recording.state = Recording.State.READING
        recording.lease += 1
        recording.heartbeat_at = timezone.now()
        recording.save()
    return Lease(recording.lease)


def report_reading(recording_id: str, lease: Lease, progress: float) -> None:
    """Show that the worker lives, and how far it is, 0 to 1. Raises LeaseLost."""
    held = Recording.objects.filter(id=recording_id, lease=lease, state=Recording.State.READING)
    if not held.update(heartbeat_at=timezone.now(), progress=min(1.0, max(0.0, progress))):
        raise LeaseLost


def finish_reading(recording_id: str, lease: Lease, storyboard: Storyboard) -> None:
    """Keep what was read; its pictures are stored. Raises LeaseLost and NotFound."""
    with transaction.atomic():
        recording = _held(recording_id, lease)
        recording.pictures.all().delete()
        sizes = {one.picture: (one.width, one.height) for one in storyboard.states}
        RecordingPicture.objects.bulk_create(
            RecordingPicture(recording=recording, sha256=digest, width=width, height=height)
            for digest, (width, height) in sizes.items()
        )
        recording.storyboard = storyboard.model_dump(mode="json")
        recording.version += 1
        recording.state, recording.progress = Recording.State.READY, 1.0
        recording.save()


def refuse_recording(recording_id: str, lease: Lease, code: str, detail: str) -> None:
    """Say why it cannot be read. Raises LeaseLost and NotFound."""
    with transaction.atomic():
        _refuse(_held(recording_id, lease), code, detail)


def sweep_recordings() -> tuple[str, ...]:
    """Pick up recordings whose worker died, and those whose task was lost; those that were enqueued
    again. Any worker may call it, every few seconds."""
    for recording in Recording.objects.filter(_silent()):
        _recover(str(recording.id))
    enqueued = []
    try:
        for recording in Recording.objects.filter(_without_task()).order_by("queued_at"):
            task_queue.enqueue_reading(str(recording.id))
            enqueued.append(str(recording.id))
    except QueueUnavailable as error:
        logger.warning("Recordings stay waiting: %s", error)
    return tuple(enqueued)


def _silent() -> Q:
    silent = queries.longer_ago("heartbeat_at", LOST_AFTER)
    return silent & Q(state=Recording.State.READING)


def _without_task() -> Q:
    """Raises QueueUnavailable."""
    lost = Q(enqueued_at=None) & queries.longer_ago("queued_at", ENQUEUED_WITHIN)
    after = FORGOTTEN_AFTER if task_queue.is_empty() else SENT_AGAIN_AFTER
    lost |= queries.longer_ago("enqueued_at", after)
    return lost & Q(state=Recording.State.WAITING)


def _recover(recording_id: str) -> None:
    """Have a recording read by another worker; refuse it where that has failed too often."""
    with transaction.atomic():
        # looked up again under a lock: its worker may have come back, or another sweep been here
        found = Recording.objects.select_for_update().filter(_silent(), id=recording_id)
        recording = found.first()
        if recording is None:
            return
        recording.losses += 1
        recording.lease += 1
        if recording.losses >= MAX_LOSSES:
            lost = f"{recording.losses} workers were lost on it."
            _refuse(recording, "recording_reader_lost", lost)
        else:
            ask_to_read(recording)
            recording.save()


def _held(recording_id: str, lease: Lease) -> Recording:
    recording = lock_recording(recording_id)
    if recording.lease != lease or recording.state != Recording.State.READING:
        raise LeaseLost(detail=f"The recording is {recording.state} under {recording.lease}.")
    return recording


def _refuse(recording: Recording, code: str, detail: str) -> None:
    recording.state = Recording.State.REFUSED
    recording.error_code, recording.error_detail = code, detail[:1000]
    recording.save()
