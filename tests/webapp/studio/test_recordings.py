"""Screen recordings over the API: uploaded in parts, played, corrected, made a project of."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import Settings

from tests.webapp import recorded
from tests.webapp.conftest import picture
from tests.webapp.recorded import FILE
from tests.webapp.studio.test_api import Json, refused, send
from webapp.studio import services
from webapp.studio.models import Project
from webapp.studio.recording_models import Recording
from webapp.studio.storage import blobs
from webapp.studio.uploads.recordings import RecordingLimits

PART = 1000  # bytes


@pytest.fixture(autouse=True)
def small_parts(settings: Settings) -> None:
    settings.RECORDING_LIMITS = RecordingLimits(bytes=20_000, part_bytes=PART, seconds=180)


def announce(client: Client, size: int = len(FILE), name: str = "Menu.webm") -> Json:
    return dict(send(client, "POST", "/api/recordings", {"name": name, "size": size}, 201))


def put(client: Client, recording: Json, offset: int, data: bytes, status: int = 200) -> Any:
    path = f"/api/recordings/{recording['id']}/content?offset={offset}"
    response = client.put(path, data, content_type="application/octet-stream")
    assert response.status_code == status, response.content
    return response.json()


def upload(client: Client, data: bytes = FILE) -> Json:
    recording = announce(client, len(data))
    while recording["received"] < len(data):
        offset = recording["received"]
        recording = put(client, recording, offset, data[offset : offset + PART])
    return recording


def play(client: Client, recording: Json, asked: str = "") -> tuple[StreamingHttpResponse, bytes]:
    headers = {"range": asked} if asked else {}
    response = client.get(recording["content_url"], headers=headers)
    answer = cast(StreamingHttpResponse, response)
    if not answer.streaming:
        return answer, b""

    async def whole() -> bytes:
        return b"".join([one async for one in cast(AsyncIterator[bytes], answer.streaming_content)])

    return answer, async_to_sync(whole)()


def test_it_comes_in_parts_and_waits_for_a_worker_after_the_last(client: Client) -> None:
    recording = announce(client)
    assert (recording["state"], recording["received"]) == ("uploading", 0)
    begun = put(client, recording, 0, FILE[:PART])
    assert (begun["state"], begun["received"]) == ("uploading", PART)
    assert upload(client)["state"] == "waiting"
    assert Recording.objects.exclude(enqueued_at=None).count() == 1


def test_an_upload_goes_on_from_where_the_record_says_that_it_stands(client: Client) -> None:
    recording = announce(client)
    put(client, recording, 0, FILE[:PART])
    refusal = put(client, recording, 0, FILE[:PART], 409)  # of which the answer was lost
    assert refusal["code"] == "part_misplaced"
    assert put(client, recording, 2 * PART, FILE[:PART], 409)["code"] == "part_misplaced"
    received = send(client, "GET", f"/api/recordings/{recording['id']}")["received"]
    assert received == PART
    put(client, recording, received, FILE[received : received + PART])
    assert Recording.objects.get().parts.count() == 2


@pytest.mark.parametrize(
    ("size", "code"), [(0, "recording_empty"), (20_001, "recording_too_heavy")]
)
def test_a_size_that_cannot_be_taken_is_refused_before_a_byte_of_it(
    client: Client, size: int, code: str
) -> None:
    body = {"name": "a.mp4", "size": size}
    assert refused(client, "POST", "/api/recordings", body, 422) == code


def test_more_at_a_time_or_in_all_than_was_said_is_refused(client: Client) -> None:
    recording = announce(client, 10)
    assert put(client, recording, 0, FILE[: PART + 1], 413)["code"] == "body_too_large"
    assert put(client, recording, 0, FILE[:11], 400)["code"] == "bad_request"
    assert put(client, recording, 0, b"", 400)["code"] == "bad_request"
    assert blobs_stored() == 0


@pytest.mark.parametrize(
    ("data", "says"),
    [(picture(), ""), (b"PK\x03\x04....", "archive"), (b"fLaC....", "sound"), (b"notes", "")],
)
def test_what_is_no_recording_is_refused_by_its_first_bytes(
    client: Client, data: bytes, says: str
) -> None:
    refusal = put(client, announce(client, len(data)), 0, data, 422)
    assert refusal["code"] == "recording_unknown"
    assert says in refusal["message"]
    assert "MP4" in refusal["hint"]


@pytest.mark.parametrize(
    ("beginning", "plays_as", "kind"),
    [
        (b"\x00\x00\x00\x20ftypisom", "video", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video", "video/quicktime"),
        (b"\x00\x00\x00\x08wide", "video", "video/quicktime"),
        (b"\x1aE\xdf\xa3....B\x82\x84webm", "video", "video/webm"),
        (b"\x1aE\xdf\xa3....B\x82\x88matroska", "video", "video/x-matroska"),
        (b"GIF89a....", "image", "image/gif"),
        (b"RIFF....WEBPVP8X", "image", "image/webp"),
    ],
)
def test_it_is_played_as_what_it_begins_like(
    client: Client, beginning: bytes, plays_as: str, kind: str
) -> None:
    recording = upload(client, beginning)
    assert recording["plays_as"] == plays_as
    answer, data = play(client, recording)
    assert (answer.headers["content-type"], data) == (kind, beginning)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, len(FILE) - 1),
        ("bytes=10-19", 10, 19),
        ("bytes=990-2010", 990, 2010),
        (f"bytes={PART}-{PART}", PART, PART),
        ("bytes=-5", len(FILE) - 5, len(FILE) - 1),
        ("bytes=4000-999999", 4000, len(FILE) - 1),
    ],
)
def test_a_player_gets_the_range_that_it_asks_for(
    client: Client, asked: str, first: int, last: int
) -> None:
    answer, data = play(client, upload(client), asked)
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(FILE)}"
    assert answer.headers["content-length"] == str(len(data))
    assert data == FILE[first : last + 1]


def test_another_range_is_the_whole_and_one_past_the_end_is_refused(client: Client) -> None:
    recording = upload(client)
    for asked in ("", "lines=1-2", "bytes=1-2,4-5", "bytes=-", "bytes=a-b"):
        answer, data = play(client, recording, asked)
        assert (answer.status_code, data) == (200, FILE)
    for asked in (f"bytes={len(FILE)}-", "bytes=9-3", "bytes=-0"):
        answer, _ = play(client, recording, asked)
        assert answer.status_code == 416
        assert answer.headers["content-range"] == f"bytes */{len(FILE)}"


def test_half_of_one_is_not_played(client: Client) -> None:
    recording = announce(client)
    put(client, recording, 0, FILE[:PART])
    refused(client, "GET", recording["content_url"], None, 400)


def ready(client: Client) -> Json:
    return dict(send(client, "GET", f"/api/recordings/{recorded.read().id}"))


def test_what_was_read_is_told_with_pictures_that_its_owner_may_see(client: Client) -> None:
    recording = ready(client)
    assert (recording["state"], recording["version"], recording["problem"]) == ("ready", 1, None)
    digest = recording["storyboard"]["states"][0]["picture"]
    path = f"/api/recordings/{recording['id']}/pictures"
    assert client.get(f"{path}/{digest}").content == blobs().get(digest)
    other = blobs().put(b"somebody else's")
    assert refused(client, "GET", f"{path}/{other}", None, 404) == "not_found"


def test_of_anothers_recording_there_is_nothing(client: Client) -> None:
    recording = ready(client)
    Recording.objects.update(owner=User.objects.create(username="another"))
    path = f"/api/recordings/{recording['id']}"
    digest = recording["storyboard"]["states"][0]["picture"]
    for place in (path, f"{path}/content", f"{path}/pictures/{digest}"):
        assert refused(client, "GET", place, None, 404) == "not_found"
    for method, place in (("DELETE", path), ("POST", f"{path}/read")):
        assert refused(client, method, place, None, 404) == "not_found"
    assert refused(client, "POST", "/api/projects", made_of(recording), 404) == "not_found"
    assert send(client, "GET", "/api/recordings") == []


def change(client: Client, recording: Json, status: int = 200, **changes: object) -> Any:
    body = {"version": recording["version"], "storyboard": recording["storyboard"], **changes}
    return send(client, "PUT", f"/api/recordings/{recording['id']}/storyboard", body, status)


def test_a_correction_is_kept_and_of_two_at_once_the_second_is_told(client: Client) -> None:
    recording = ready(client)
    mine = {**recording["storyboard"], "actions": []}
    changed = change(client, recording, storyboard=mine)
    assert (changed["version"], changed["storyboard"]["actions"]) == (2, [])
    refusal = change(client, recording, 409)
    assert refusal["code"] == "storyboard_changed"
    assert send(client, "GET", f"/api/recordings/{recording['id']}") == changed
    assert change(client, {**recording, "version": 2})["storyboard"] == recording["storyboard"]


def test_a_state_has_no_picture_but_the_recordings_and_of_its_own_size(client: Client) -> None:
    recording = ready(client)
    state, *others = recording["storyboard"]["states"]
    foreign = {"picture": blobs().put(picture(colour="red"))}
    for wrong in (foreign, {"width": 65}, {"height": 480}):
        states = [{**state, **wrong}, *others]
        change(client, recording, 400, storyboard={**recording["storyboard"], "states": states})
    facts = {**recording["storyboard"]["recording"], "seconds": 60}
    change(client, recording, 400, storyboard={**recording["storyboard"], "recording": facts})
    response = client.put(
        f"/api/recordings/{recording['id']}/storyboard",
        b'{"version": 1, "storyboard": {"scale": Infinity}}',
        content_type="application/json",
    )
    assert response.status_code == 400
    assert Recording.objects.get().version == 1


def test_a_frame_that_a_person_chose_can_be_a_states_picture(client: Client) -> None:
    recording = ready(client)
    path = f"/api/recordings/{recording['id']}/pictures"
    frame = SimpleUploadedFile("frame.png", picture(32, 24, "olive"))
    added = client.post(path, {"file": frame}).json()
    assert (added["width"], added["height"]) == (32, 24)
    first, *others = recording["storyboard"]["states"]
    split = {**first, "id": "s9", "picture": added["sha256"], "width": 32, "height": 24}
    board = {**recording["storyboard"], "states": [first, split, *others]}
    assert len(change(client, recording, storyboard=board)["storyboard"]["states"]) == 4
    assert client.get(f"{path}/{added['sha256']}").status_code == 200


def made_of(recording: Json) -> Json:
    return {"assets": [], "recording": recording["id"], "model": "draft"}


def test_a_project_of_it_begins_at_its_first_state_and_knows_all_of_them(client: Client) -> None:
    recording = ready(client)
    project = send(client, "POST", "/api/projects", made_of(recording), 201)
    assert (project["name"], project["recording_id"]) == ("Menu", recording["id"])
    (mockup,) = project["assets"]
    assert (mockup["width"], mockup["height"], mockup["scale"]) == (64, 48, 1.0)
    run = Project.objects.get().runs.get()
    assert run.storyboard == recording["storyboard"]
    change(client, recording, storyboard={**recording["storyboard"], "actions": []})
    run.refresh_from_db()
    assert run.storyboard == recording["storyboard"]  # as it was when it was asked for
    again = send(client, "POST", f"/api/projects/{project['id']}/runs", {}, 201)
    newer = Project.objects.get().runs.get(id=again["id"]).storyboard
    assert newer is not None
    assert newer["actions"] == []


def test_of_one_that_is_not_read_yet_no_project_is_made(client: Client) -> None:
    code = refused(client, "POST", "/api/projects", made_of(upload(client)), 409)
    assert code == "recording_not_ready"


def test_it_is_listed_until_a_project_is_made_of_it_and_then_stays_with_that(
    client: Client,
) -> None:
    recording = ready(client)
    listed = send(client, "GET", "/api/recordings")
    assert [(one["id"], one["state"]) for one in listed] == [(recording["id"], "ready")]
    send(client, "POST", "/api/projects", made_of(recording), 201)
    assert send(client, "GET", "/api/recordings") == []
    path = f"/api/recordings/{recording['id']}"
    assert refused(client, "DELETE", path, None, 409) == "recording_used"
    Project.objects.all().delete()
    assert client.delete(path).status_code == 204
    assert refused(client, "GET", path, None, 404) == "not_found"


def test_a_refused_one_says_why_and_can_be_read_again(client: Client) -> None:
    recording_id = str(recorded.uploaded(FILE[:PART]).id)
    path = f"/api/recordings/{recording_id}"
    assert refused(client, "POST", f"{path}/read", None, 409) == "recording_not_refused"
    lease = services.claim_recording(recording_id)
    services.refuse_recording(recording_id, lease, "recording_unreadable", "It ends early.")
    told = send(client, "GET", path)
    assert told["state"] == "refused"
    assert told["problem"]["code"] == "recording_unreadable"
    assert "It ends early." in told["problem"]["message"]
    assert send(client, "POST", f"{path}/read", None, 202)["state"] == "waiting"


def blobs_stored() -> int:
    return len(list(blobs().stored()))
