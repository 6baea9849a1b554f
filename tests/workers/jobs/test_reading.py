"""A recording read in this process, from its parts in the store to what the person sees."""

from pathlib import Path

import pytest
from asgiref.sync import sync_to_async

from tests.webapp import recorded
from webapp.studio import services
from webapp.studio.recording_models import Recording
from webapp.studio.storage import blobs
from workers.jobs.reading import read_queued

pytestmark = pytest.mark.usefixtures("installation")


def only() -> Recording:
    return Recording.objects.get()


async def read(data: bytes) -> Recording:
    recording = await sync_to_async(recorded.uploaded)(data)
    await read_queued(str(recording.id))
    return await sync_to_async(only)()


@pytest.mark.parametrize("name", ["shades.webm", "shades.mp4"])
async def test_a_film_becomes_a_storyboard(tmp_path: Path, name: str) -> None:
    recording = await read(recorded.film(tmp_path / name).read_bytes())
    assert (recording.state, recording.error_code) == ("ready", "")
    storyboard = services.storyboard_of(recording)
    assert storyboard is not None
    assert len(storyboard.states) == 3
    assert storyboard.recording.seconds == pytest.approx(3.0, abs=0.2)
    pictures = await sync_to_async(
        lambda: set(recording.pictures.values_list("sha256", flat=True))
    )()
    assert pictures == {state.picture for state in storyboard.states}
    assert blobs().get(storyboard.states[0].picture).startswith(b"\x89PNG")


async def test_what_cannot_be_read_says_why() -> None:
    recording = await read(recorded.FILE)
    assert recording.state == "refused"
    assert recording.error_code.startswith("recording_")


async def test_a_file_that_is_damaged_in_the_store_is_named() -> None:
    recording = await sync_to_async(recorded.uploaded)()
    part = await recording.parts.afirst()
    assert part is not None
    blobs().path(part.sha256).write_bytes(b"other")  # type: ignore[union-attr]  # files, here
    await read_queued(str(recording.id))
    assert (await sync_to_async(only)()).error_code == "file_damaged"


async def test_one_that_was_deleted_or_taken_is_left_alone() -> None:
    recording = await sync_to_async(recorded.uploaded)()
    await sync_to_async(services.claim_recording)(str(recording.id))
    await read_queued(str(recording.id))
    assert (await sync_to_async(only)()).state == "reading"
    await sync_to_async(recording.delete)()
    await read_queued(str(recording.id))
