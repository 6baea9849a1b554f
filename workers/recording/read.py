"""A file, read."""

from collections.abc import Callable
from pathlib import Path

from webapp.studio.storyboard import Storyboard
from workers.recording.errors import RecordingRefused


def read_recording(
    file: Path,
    store: Callable[[bytes], str],
    on_progress: Callable[[float], None] | None = None,
) -> Storyboard:
    """The states and actions of a screen recording. `store` keeps a PNG and returns its sha256;
    `on_progress` is told the part that is done, 0–1. Raises RecordingRefused."""
    raise RecordingRefused("recording_unreadable", f"{file.name} cannot be read yet.")
