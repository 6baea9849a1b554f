"""The tables of screen recordings, beside `models.py`."""

import uuid

from django.db import models

from webapp.studio.owned import Owned


class Recording(Owned):
    """An uploaded screen recording and the storyboard that was read from it. `lease` counts claims,
    as a run's does. `version` counts storyboards: who changes one says which they saw."""

    class State(models.TextChoices):
        UPLOADING = "uploading"
        WAITING = "waiting"
        READING = "reading"
        READY = "ready"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=10, blank=True)  # of `uploads.recordings`, as it begins
    size = models.PositiveIntegerField()  # bytes of the file, as they were announced
    received = models.PositiveIntegerField(default=0)  # bytes of it that are stored
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADING)
    progress = models.FloatField(default=0.0)  # of the reading, 0 to 1
    queued_at = models.DateTimeField(null=True)
    enqueued_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    lease = models.PositiveIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=50, blank=True)
    error_detail = models.CharField(max_length=1000, blank=True)
    storyboard = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.name


class RecordingPart(models.Model):
    """Some of the file's bytes, a blob, in the order of `offset`. The file is nowhere as one blob:
    that would have to be in memory as a whole."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("offset",)
        constraints = (
            models.UniqueConstraint(fields=["recording", "offset"], name="recording_offset"),
        )

    def __str__(self) -> str:
        return f"{self.recording_id} {self.offset}"


class RecordingPicture(models.Model):
    """A blob that a state may have as its picture: whoever may see the recording may see it."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="pictures")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["recording", "sha256"], name="recording_picture"),
        )

    def __str__(self) -> str:
        return f"{self.recording_id} {self.sha256}"
