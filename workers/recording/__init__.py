"""A screen recording as states and actions: pure, with neither the record nor the agent."""

from workers.recording.errors import RecordingRefused
from workers.recording.read import read_recording

__all__ = ["RecordingRefused", "read_recording"]
