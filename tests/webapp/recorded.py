"""Recordings for tests: a real film of a few colours, and what a worker reads of one."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from django.conf import settings

from bench.recordings.film import Film
from bench.recordings.scripts import Camera
from tests.webapp.conftest import picture
from webapp.serving.local_user import local_user
from webapp.studio import services
from webapp.studio.recording_models import Recording
from webapp.studio.storage import blobs
from webapp.studio.storyboard import Action, RecordingFacts, State, Storyboard
from webapp.studio.values import Rect

COLOURS = ("navy", "teal", "maroon")
FILE = b"\x1aE\xdf\xa3....B\x82\x84webm" + bytes(range(256)) * 16  # begins as one, and is none


def film(path: Path, shades: tuple[int, ...] = (40, 120, 200), seconds: float = 1.0) -> Path:
    """A film of 64 × 48 pixels, each grey for so long."""
    camera = Camera(fps=10, suffix=path.suffix)
    made = Film(path, camera)
    for shade in shades:
        for _ in range(int(seconds * camera.fps)):
            made.write(np.full((48, 64, 3), shade, np.uint8))
    made.close()
    return path


def uploaded(data: bytes = FILE, name: str = "Menu.webm") -> Recording:
    """A recording that waits for a worker."""
    recording = services.create_recording(local_user(), name, len(data))
    most = settings.RECORDING_LIMITS.part_bytes
    for offset in range(0, len(data), most):
        recording = services.add_part(recording, offset, data[offset : offset + most])
    return recording


def storyboard(colours: tuple[str, ...] = COLOURS) -> Storyboard:
    """One state a colour, and a click from each to the next; the pictures are stored."""
    states = tuple(
        State(
            id=f"s{number}",
            name=f"State {number}",
            picture=blobs().put(picture(colour=colour)),
            width=64,
            height=48,
            first_seen=number - 1.0,
            settled=number - 0.5,
        )
        for number, colour in enumerate(colours, start=1)
    )
    actions = tuple(
        Action(
            id=f"a{number}",
            from_state=before.id,
            to_state=after.id,
            kind="click",
            target=Rect(x=8, y=8, width=16, height=8),
            words="Next",
            begins=after.first_seen,
            seconds=0.2,
            confidence=0.8,
        )
        for number, (before, after) in enumerate(pairwise(states), start=1)
    )
    facts = RecordingFacts(sha256="0" * 64, seconds=3.0, width=64, height=48, fps=10.0)
    return Storyboard(recording=facts, scale=1.0, states=states, actions=actions)


def read() -> Recording:
    """A recording with its storyboard."""
    recording_id = str(uploaded().id)
    lease = services.claim_recording(recording_id)
    services.finish_reading(recording_id, lease, storyboard())
    return Recording.objects.get(id=recording_id)
