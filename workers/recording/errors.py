"""What can be wrong with a recording. The texts are in `webapp/studio/messages.py`, by code."""

from webapp.studio.errors import BadRequest


class RecordingRefused(BadRequest):
    """recording_unreadable, recording_truncated, recording_too_long, …: of this file nothing can
    be read, for the reason that its code names."""

    code = "recording_unreadable"
    status = 422
