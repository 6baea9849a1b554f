"""A file, read."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from webapp.studio.storyboard import RecordingFacts, Storyboard
from workers.recording.actions import actions_of
from workers.recording.chain import chain
from workers.recording.process import watch_recording
from workers.recording.scale import scale_of
from workers.recording.states import states_of
from workers.recording.steps import moments_of

_WATCHING = 0.7  # of the work


def read_recording(
    file: Path,
    store: Callable[[bytes], str],
    on_progress: Callable[[float], None] | None = None,
) -> Storyboard:
    """The states and actions of a screen recording. `store` keeps a PNG and returns its sha256;
    `on_progress` is told the part that is done, 0–1. Raises RecordingRefused."""
    tell = on_progress or (lambda _: None)
    watched = watch_recording(
        file, lambda first: scale_of(first, file.name), lambda done: tell(_WATCHING * done)
    )
    scale = watched.scale
    moments = moments_of(watched.snapshots, scale)
    links = chain(moments, scale)
    tell(_WATCHING + 0.1)
    states, visits = states_of(moments, links, store)
    facts = RecordingFacts(
        sha256=_digest(file),
        seconds=max(watched.seconds, 0.001),
        width=watched.width,
        height=watched.height,
        fps=max(watched.frames / max(watched.seconds, 0.001), 0.001),
    )
    actions = actions_of(moments, links, visits, scale)
    tell(1.0)
    return Storyboard(recording=facts, scale=scale, states=states, actions=actions)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
