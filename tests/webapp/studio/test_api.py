"""The HTTP API, over Django's test client and a real Redis."""

import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from pytest_django import Settings
from redis import Redis

from tests.own_redis import OwnRedis
from tests.webapp.conftest import HOST, ORIGIN, picture
from tests.webapp.record import claimed_run, digest, queued_run, revision, started
from tests.webapp.studio.uploads.test_decoding import most_decoders
from tests.webapp.studio.uploads.test_images import DATA
from tests.webapp.studio.uploads.test_pdf import pdf
from webapp.studio import queries, services
from webapp.studio.events import (
    FileRef,
    FileWritten,
    MessageReceived,
    RunFinished,
    Selection,
    TurnFinished,
    TurnStarted,
)
from webapp.studio.models import Asset, Project, Revision, Run
from webapp.studio.run_file import RunFile
from webapp.studio.storage import blobs

Json = dict[str, Any]
NOWHERE = "5b0d0a3e-0000-4000-8000-000000000000"


def send(client: Client, method: str, path: str, body: object = None, status: int = 200) -> Any:
    """Call the API with JSON; returns the answer, which must have a status."""
    response = client.generic(method, path, json.dumps(body), content_type="application/json")
    assert response.status_code == status, response.content
    return json.loads(response.content or b"null")


def post_file(client: Client, data: bytes, name: str = "mockup.png") -> Any:
    return client.post("/api/assets", {"file": SimpleUploadedFile(name, data)})


def upload(client: Client, data: bytes, name: str = "mockup.png") -> Json:
    response = post_file(client, data, name)
    assert response.status_code == 201, response.content
    return dict(response.json())


def generate(client: Client, *assets: Json, **more: object) -> Json:
    mockups = [{"id": asset["id"], "scale": 1} for asset in assets]
    return dict(send(client, "POST", "/api/projects", {"assets": mockups, **more}, 201))


def refused(client: Client, method: str, path: str, body: object, status: int) -> str:
    """The code of a refusal, which must read as a sentence and offer a next action."""
    problem = send(client, method, path, body, status)
    assert set(problem) == {"code", "message", "hint"}
    assert problem["message"]
    assert problem["hint"]
    return str(problem["code"])


def test_the_start_screen_learns_what_there_is(client: Client) -> None:
    config = send(client, "GET", "/api/config")
    assert config["limits"] == {
        "max_images": 5,
        "max_bytes": 20 * 2**20,
        "max_side": 8000,
        "formats": ["PNG", "JPEG", "WebP", "GIF", "AVIF", "HEIC", "TIFF", "BMP", "SVG", "PDF"],
    }
    stacks = [stack["id"] for stack in config["stacks"]]
    assert stacks == ["html-css", "html-tailwind", "react", "vue"]
    assert [model["id"] for model in config["models"]] == ["draft", "scripted", "chaos"]
    assert config["default_model"] == "draft"
    assert config["preview_origin"] == "http://127.0.0.1:8001"


def test_the_test_models_are_not_on_offer_to_people(client: Client, settings: Settings) -> None:
    settings.TEST_MODELS = False
    models = send(client, "GET", "/api/config")["models"]
    assert [model["id"] for model in models] == ["draft"]


def test_examples_are_seen_at_the_path_that_is_served(client: Client, settings: Settings) -> None:
    for path in ("", "/mockwright", ""):
        settings.APP_PATH = path
        examples = send(client, "GET", "/api/config")["examples"]
        assert all(one["thumbnail_url"].startswith(f"{path}/api/") for one in examples)


def test_every_example_can_be_seen_and_used(client: Client) -> None:
    examples = send(client, "GET", "/api/config")["examples"]
    assert examples
    for example in examples:
        thumbnail = client.get(example["thumbnail_url"])
        assert (thumbnail.status_code, thumbnail.headers["Content-Type"]) == (200, "image/png")
        asset = send(client, "POST", f"/api/examples/{example['name']}", status=201)
        for field in ("width", "height", "scale"):
            assert asset[field] == example[field]
    assert refused(client, "POST", "/api/examples/none", None, 404) == "not_found"


def test_an_upload_is_described_and_can_be_seen(client: Client) -> None:
    asset = upload(client, picture(100, 80), "Sign in.png")
    assert (asset["name"], asset["width"], asset["height"]) == ("Sign in.png", 100, 80)
    assert (asset["format"], asset["scale"], asset["notes"]) == ("PNG", 1, [])
    content = client.get(asset["content_url"])
    assert digest(content.content) == asset["sha256"]
    assert "immutable" in content.headers["Cache-Control"]
    assert client.get(asset["thumbnail_url"]).headers["Content-Type"] == "image/png"


def test_each_page_of_a_pdf_is_a_mockup(client: Client) -> None:
    uploaded = upload(client, pdf("red", "blue"), "brochure.pdf")
    (second,) = uploaded.pop("pages")
    assert (uploaded["name"], second["name"]) == ("brochure.pdf", "brochure.pdf, page 2")
    for asset in (uploaded, second):
        assert (asset["format"], asset["width"], asset["scale"]) == ("PDF", 600, 2)
        assert client.get(asset["content_url"]).headers["Content-Type"] == "image/png"
    project = generate(client, uploaded, second)
    assert project["name"] == "brochure"
    assert [one["id"] for one in project["assets"]] == [uploaded["id"], second["id"]]


@pytest.mark.parametrize("name", ["turned.heic", "two.heic"])
def test_what_a_phone_keeps_is_taken(client: Client, name: str) -> None:
    asset = upload(client, (DATA / name).read_bytes(), name)
    assert (asset["format"], asset["pages"]) == ("HEIC", [])
    assert client.get(asset["content_url"]).content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "This SVG drawing cannot be drawn. It has neither width and height nor a viewBox.",
        ),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00", "This is a video."),
        (b"8BPS\x00\x01", "This is a Photoshop file."),
        ((DATA / "locked.pdf").read_bytes(), "This PDF is protected with a password."),
    ],
)
def test_what_is_not_taken_is_called_by_its_name(client: Client, data: bytes, message: str) -> None:
    response = post_file(client, data, "mockup.png")
    assert (response.status_code, response.json()["message"]) == (422, message)


def test_the_same_picture_twice_is_one_asset(client: Client) -> None:
    first, second = upload(client, picture(), "a.png"), upload(client, picture(), "b.png")
    assert first == {**second, "name": "a.png"}
    assert second["name"] == "b.png"  # as the person calls it now
    assert Asset.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "image_empty"), (b"hello", "bad_image"), (picture()[:100], "image_truncated")],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(
    client: Client, data: bytes, code: str
) -> None:
    response = post_file(client, data)
    assert response.status_code == 422
    assert response.json()["code"] == code
    assert response.json()["hint"]
    assert Asset.objects.count() == 0


def test_an_upload_without_a_file_is_refused(client: Client) -> None:
    response = client.post("/api/assets", {})
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_a_project_is_made_from_mockups_and_queues_its_run(
    client: Client, redis_server: OwnRedis
) -> None:
    first = upload(client, picture(colour="red"), "Sign in.png")
    second = upload(client, picture(colour="blue"))
    project = generate(client, second, first, prompt="make it blue")
    assert project["name"] == "mockup"
    assert [asset["id"] for asset in project["assets"]] == [second["id"], first["id"]]
    (run,) = project["runs"]
    assert (run["state"], run["prompt"], run["model"]) == ("queued", "make it blue", "draft")
    with Redis.from_url(redis_server.url) as redis:
        (message,) = redis.lrange("mockwright", 0, -1)
    assert json.loads(message)["headers"]["task"] == "workers.jobs.tasks.run_agent"
    assert run["id"] in json.loads(message)["headers"]["argsrepr"]


def test_the_chosen_scale_is_kept_with_the_project(client: Client) -> None:
    asset = upload(client, picture())
    body = {"assets": [{"id": asset["id"], "scale": 3}]}
    project = send(client, "POST", "/api/projects", body, 201)
    assert project["assets"][0]["scale"] == 3
    assert Asset.objects.get().scale == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"stack": "cobol"}, 400, "unknown_stack"),
        ({"model": "hal"}, 400, "unknown_model"),
        ({"assets": []}, 400, "no_image"),
        ({"assets": [{"id": NOWHERE, "scale": 1}]}, 404, "not_found"),
        ({"assets": [{"id": "garbage", "scale": 1}]}, 404, "not_found"),
        ({"prompt": "a" * 20_001}, 400, "prompt_too_long"),
        ({"promt": "misspelt"}, 400, "bad_request"),
        ({"assets": "no list"}, 400, "bad_request"),
    ],
)
def test_a_project_that_cannot_be_made_is_refused_whole(
    client: Client, change: Json, status: int, code: str
) -> None:
    asset = upload(client, picture())
    body = {"assets": [{"id": asset["id"], "scale": 1}], **change}
    assert refused(client, "POST", "/api/projects", body, status) == code
    assert (Project.objects.count(), Run.objects.count()) == (0, 0)


@pytest.mark.parametrize("scale", [0, -1, 99])
def test_an_impossible_scale_is_refused(client: Client, scale: float) -> None:
    asset = upload(client, picture())
    body = {"assets": [{"id": asset["id"], "scale": scale}]}
    assert refused(client, "POST", "/api/projects", body, 400) == "bad_request"
    assert Project.objects.count() == 0


def test_six_images_are_too_many(client: Client) -> None:
    assets = [upload(client, picture(colour=f"#0000{n:02x}")) for n in range(6)]
    body = {"assets": [{"id": asset["id"], "scale": 1} for asset in assets]}
    assert refused(client, "POST", "/api/projects", body, 400) == "too_many_images"


def test_an_address_that_nothing_answers_is_an_error_like_any_other(client: Client) -> None:
    assert refused(client, "GET", "/api/nothing", None, 404) == "not_found"


@pytest.mark.parametrize("path", ["/api/config", "/healthz", "/projects"])
def test_a_method_that_an_address_does_not_take_is_an_error_like_any_other(
    client: Client, path: str
) -> None:
    answer = client.put(path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_a_huge_text_is_refused(client: Client) -> None:
    body = {"assets": [], "prompt": "a" * 3 * 2**20}
    assert refused(client, "POST", "/api/projects", body, 413) == "text_too_large"


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    response = client.generic("POST", "/api/projects", "{", content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_projects_are_listed_newest_first_and_found_by_name(client: Client) -> None:
    asset = upload(client, picture())
    for name in ("Sign in", "Dashboard"):
        generate(client, asset, name=name)
    listed = send(client, "GET", "/api/projects")
    assert [project["name"] for project in listed] == ["Dashboard", "Sign in"]
    assert (listed[0]["state"], listed[0]["score"]) == ("queued", None)
    assert client.get(listed[0]["thumbnail_url"]).status_code == 200
    found = send(client, "GET", "/api/projects?search=SIGN&limit=1")
    assert [project["name"] for project in found] == ["Sign in"]


def test_a_project_is_renamed(client: Client) -> None:
    path = f"/api/projects/{generate(client, upload(client, picture()))['id']}"
    assert send(client, "PATCH", path, {"name": " New  name "})["name"] == "New name"
    assert refused(client, "PATCH", path, {"name": " "}, 400) == "bad_request"


def test_a_project_is_deleted_and_restored_but_not_while_its_run_works(client: Client) -> None:
    run_id, lease = claimed_run()
    path = f"/api/projects/{queries.run_by_id(run_id).project_id}"
    assert refused(client, "DELETE", path, None, 409) == "run_active"
    assert refused(client, "POST", f"{path}/restore", None, 404) == "not_found"
    services.append_event(run_id, lease, revision(1, {"index.html": b"<p>Hello"}))
    services.append_event(run_id, lease, RunFinished(reason="finished"))
    token = Revision.objects.get().token
    send(client, "DELETE", path, status=204)
    for gone in (path, f"/api/runs/{run_id}", f"/api/runs/{run_id}/revisions/1"):
        assert refused(client, "GET", gone, None, 404) == "not_found"
    assert send(client, "GET", "/api/projects") == []
    assert queries.revision_by_token(token) is None
    assert refused(client, "DELETE", path, None, 404) == "not_found"
    assert send(client, "POST", f"{path}/restore")["runs"][0]["id"] == run_id
    (listed,) = send(client, "GET", "/api/projects")
    assert path.endswith(listed["id"])
    assert queries.revision_by_token(token) is not None


def test_another_try_asks_for_the_same_unless_told_otherwise(client: Client) -> None:
    project = generate(client, upload(client, picture()), prompt="blue", model="scripted")
    path = f"/api/projects/{project['id']}/runs"
    again = send(client, "POST", path, {}, 201)
    assert (again["prompt"], again["model"]) == ("blue", "scripted")
    other = send(client, "POST", path, {"prompt": "red"}, 201)
    assert (other["prompt"], other["model"]) == ("red", "scripted")
    runs = send(client, "GET", f"/api/projects/{project['id']}")["runs"]
    assert [run["id"] for run in runs[:2]] == [other["id"], again["id"]]


def test_another_try_may_say_what_mockups_show_and_the_others_stay(client: Client) -> None:
    shown = upload(client, picture())
    project = generate(client, *[shown] * 3)
    assert [one["role"] for one in project["assets"]] == ["auto"] * 3
    path = f"/api/projects/{project['id']}"
    send(client, "POST", f"{path}/runs", {"roles": {"1": "state", "2": "width"}}, 201)
    send(client, "POST", f"{path}/runs", {"roles": {"2": "page"}}, 201)
    send(client, "POST", f"{path}/runs", {}, 201)
    assets = send(client, "GET", path)["assets"]
    assert [one["role"] for one in assets] == ["auto", "state", "page"]


@pytest.mark.parametrize(
    "roles", [{"2": "page"}, {"0": "width"}, {"1": "menu"}, {"one": "page"}, {"9" * 30: "page"}]
)
def test_a_role_is_one_of_few_and_of_a_mockup_after_the_first(client: Client, roles: Json) -> None:
    shown = upload(client, picture())
    path = f"/api/projects/{generate(client, shown, shown)['id']}"
    given = {"roles": {"1": "state", **roles}}
    assert refused(client, "POST", f"{path}/runs", given, 400) == "bad_request"
    told = send(client, "GET", path)
    assert len(told["runs"]) == 1
    assert [one["role"] for one in told["assets"]] == ["auto", "auto"]


def test_a_project_tells_what_was_said_to_its_runs_and_which_was_last_at_work(
    client: Client,
) -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, {"index.html": b"<p>"}))
    heard = MessageReceived(message_id=1, text="make it dark", revision=1)
    services.append_event(run_id, lease, heard)
    services.append_event(run_id, lease, RunFinished(reason="finished"))
    project_id = str(queries.run_by_id(run_id).project_id)
    path = f"/api/projects/{project_id}"
    newer = send(client, "POST", f"{path}/runs", {}, 201)
    told = {run["id"]: run for run in send(client, "GET", path)["runs"]}
    assert (told[run_id]["messages"], told[run_id]["revisions"]) == (["make it dark"], 1)
    assert (told[newer["id"]]["messages"], told[newer["id"]]["revisions"]) == ([], 0)
    assert send(client, "GET", "/api/projects")[0]["run_id"] == newer["id"]
    send(client, "POST", f"/api/runs/{run_id}/continue", None, 202)
    assert send(client, "GET", "/api/projects")[0]["run_id"] == run_id


def test_a_run_tells_its_choice_its_limits_and_how_far_it_is(client: Client) -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, {"index.html": b"<p>"}))
    at_work = send(client, "GET", f"/api/runs/{run_id}")
    assert (at_work["state"], at_work["model"], at_work["ended_at"]) == ("running", "draft", None)
    assert at_work["limits"] == {"steps": 40, "seconds": 600, "tokens": 2_000_000, "cost": None}
    assert (at_work["last_seq"], at_work["best_revision"], at_work["score"]) == (2, 1, 0.9)
    assert [one["number"] for one in at_work["revisions"]] == [1]
    services.append_event(run_id, lease, RunFinished(reason="budget"))
    ended = send(client, "GET", f"/api/runs/{run_id}")
    assert (ended["state"], ended["stop_reason"]) == ("finished", "budget")
    assert ended["queued_at"] < ended["ended_at"]


def test_the_events_of_a_run_come_page_by_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.studio.api.runs.EVENT_PAGE", 2)
    run_id, lease = claimed_run()
    written = [services.append_event(run_id, lease, TurnStarted(turn=turn)) for turn in range(5)]
    read: list[Json] = []
    for after, expected in ((0, 2), (2, 2), (4, 1), (5, 0)):
        page = send(client, "GET", f"/api/runs/{run_id}/events?after={after}")
        assert (len(page["events"]), page["last_seq"]) == (expected, 5)
        read += page["events"]
    assert read == [one.model_dump(mode="json") for one in written]


@pytest.mark.parametrize("after", ["garbage", "-1", "1.5", ""])
def test_events_after_garbage_are_refused(client: Client, after: str) -> None:
    run_id, _ = claimed_run()
    path = f"/api/runs/{run_id}/events?after={after}"
    assert refused(client, "GET", path, None, 400) == "bad_after"


def test_a_waiting_run_knows_its_place(client: Client) -> None:
    queued_run("red")
    second = queued_run("blue")
    assert send(client, "GET", f"/api/runs/{second.id}")["queue_position"] == 2


def test_a_run_is_cancelled_and_continued(client: Client) -> None:
    run_id = str(queued_run().id)
    cancelled = send(client, "POST", f"/api/runs/{run_id}/cancel", status=202)
    assert (cancelled["state"], cancelled["stop_reason"]) == ("finished", "cancelled")
    assert send(client, "POST", f"/api/runs/{run_id}/continue", status=202)["state"] == "queued"
    path = f"/api/runs/{run_id}/continue"
    assert refused(client, "POST", path, None, 409) == "run_active"


def test_a_run_is_taken_away_as_one_file(client: Client) -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    answer = client.get(f"/api/runs/{run_id}/file")
    assert answer.headers["Content-Disposition"].endswith('-run.json"')
    file = RunFile.model_validate_json(answer.content)
    assert [envelope.event.type for envelope in file.events] == ["run_started"]
    (mockup,) = file.mockups
    assert digest(mockup.png) == Run.objects.get().project.mockups.get().asset.sha256
    assert refused(client, "GET", "/api/runs/none/file", None, 404) == "not_found"


def test_a_run_is_paused_and_continued(client: Client) -> None:
    run_id, _ = claimed_run()
    assert send(client, "GET", f"/api/runs/{run_id}")["pause_requested"] is False
    paused = send(client, "POST", f"/api/runs/{run_id}/pause", status=202)
    assert (paused["state"], paused["pause_requested"]) == ("running", True)
    waiting = str(queued_run("blue").id)
    assert send(client, "POST", f"/api/runs/{waiting}/pause", status=202)["stop_reason"] == "paused"
    assert send(client, "POST", f"/api/runs/{waiting}/continue", status=202)["state"] == "queued"


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> str:
    """A model that reads words."""
    monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", "kimi-k2.5")
    return "endpoint"


def ended_run() -> str:
    """A run of the built-in model, with one revision."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, {"index.html": b"<p>Hello"}))
    services.append_event(run_id, lease, RunFinished(reason="finished", best_revision=1))
    return run_id


def test_words_open_an_ended_run_again_with_a_model_that_reads_them(
    client: Client, endpoint: str
) -> None:
    run_id = ended_run()
    body = {"text": "Make it dark", "revision": 1, "model": endpoint}
    told = send(client, "POST", f"/api/runs/{run_id}/messages", body, 202)
    assert (told["state"], told["model"]) == ("queued", "endpoint")
    assert told["limits"] == {"steps": 300, "seconds": 3600, "tokens": 60_000_000, "cost": None}
    assert [one["text"] for one in told["waiting_messages"]] == ["Make it dark"]
    assert told["queue_position"] == 1
    assert send(client, "GET", f"/api/runs/{run_id}")["waiting_messages"] != []


def test_a_project_that_is_talked_to_is_the_last_that_was_worked_on(
    client: Client, endpoint: str
) -> None:
    run_id = ended_run()
    project_id = send(client, "GET", f"/api/runs/{run_id}")["project_id"]
    queued_run("red")
    assert send(client, "GET", "/api/projects")[0]["id"] != project_id
    body = {"text": "Make it dark", "model": endpoint}
    send(client, "POST", f"/api/runs/{run_id}/messages", body, 202)
    assert send(client, "GET", "/api/projects")[0]["id"] == project_id


def test_words_to_a_run_at_work_wait_and_leave_it_as_it_is(client: Client, endpoint: str) -> None:
    run_id, _ = claimed_run()
    Run.objects.filter(id=run_id).update(model=endpoint)
    told = send(client, "POST", f"/api/runs/{run_id}/messages", {"text": "Also this"}, 202)
    assert told["state"] == "running"
    send(client, "POST", f"/api/runs/{run_id}/messages", {"text": "And that"}, 202)
    waiting = send(client, "GET", f"/api/runs/{run_id}")["waiting_messages"]
    assert [one["text"] for one in waiting] == ["Also this", "And that"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": " \n"}, 400, "message_empty"),
        ({"text": "a" * 20_001}, 400, "prompt_too_long"),
        ({"text": "bigger"}, 400, "model_reads_no_words"),
        ({"text": "bigger", "model": "gpt"}, 400, "unknown_model"),
        ({"text": "bigger", "model": "endpoint", "revision": 2}, 404, "not_found"),
        ({"txt": "bigger"}, 400, "bad_request"),
    ],
)
def test_words_that_nobody_could_follow_are_refused_and_change_nothing(
    client: Client, endpoint: str, body: Json, status: int, code: str
) -> None:
    run_id = ended_run()
    path = f"/api/runs/{run_id}/messages"
    assert refused(client, "POST", path, body, status) == code
    told = send(client, "GET", f"/api/runs/{run_id}")
    assert (told["state"], told["model"]) == ("finished", "draft")
    assert told["waiting_messages"] == []


SELECTED = {"revision": 1, "page": "index.html", "selector": "p"}


def test_words_about_an_element_carry_its_source(client: Client, endpoint: str) -> None:
    run_id = ended_run()
    body = {"text": "Make it dark", "revision": 1, "model": endpoint, "selection": SELECTED}
    send(client, "POST", f"/api/runs/{run_id}/messages", body, 202)
    (waiting,) = queries.waiting_messages(run_id)
    told = {"page": "index.html", "path": "index.html", "selector": "p", "source": "<p>Hello"}
    assert waiting.selection == Selection(**told, first_line=1, last_line=1)
    query = "page=index.html&selector=p"
    found = send(client, "GET", f"/api/runs/{run_id}/revisions/1/element?{query}")
    assert found == {**told, "first_line": 1, "last_line": 1}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"selector": "h1"}, 404, "element_unknown"),
        ({"selector": "p:("}, 404, "element_unknown"),
        ({"selector": "p" * 2001}, 400, "bad_request"),
        ({"page": "index.htm"}, 404, "not_found"),
        ({"revision": 2}, 404, "not_found"),
        ({"at": 1}, 400, "bad_request"),
    ],
)
def test_words_about_no_element_are_refused(
    client: Client, endpoint: str, changes: Json, status: int, code: str
) -> None:
    run_id = ended_run()
    body = {"text": "Dark", "model": endpoint, "selection": {**SELECTED, **changes}}
    assert refused(client, "POST", f"/api/runs/{run_id}/messages", body, status) == code
    assert queries.waiting_messages(run_id) == ()


def test_the_source_of_a_large_element_is_cut(client: Client) -> None:
    run_id, lease = claimed_run()
    page = b"<main>" + b"<p>Hello</p>\n" * 1000 + b"</main>"
    services.append_event(run_id, lease, revision(1, {"index.html": page}))
    query = "page=index.html&selector=main"
    found = send(client, "GET", f"/api/runs/{run_id}/revisions/1/element?{query}")
    assert (len(found["source"]), found["last_line"]) == (4000, 1001)


def test_a_run_at_work_keeps_its_model(client: Client, endpoint: str) -> None:
    run_id, _ = claimed_run()
    body = {"text": "bigger", "model": endpoint}
    assert refused(client, "POST", f"/api/runs/{run_id}/messages", body, 409) == "run_active"


def test_words_are_kept_while_redis_is_down(
    client: Client, own_redis: OwnRedis, endpoint: str
) -> None:
    run_id = ended_run()
    own_redis.kill()
    body = {"text": "Make it dark", "model": endpoint}
    path = f"/api/runs/{run_id}/messages"
    assert refused(client, "POST", path, body, 503) == "queue_unavailable"
    waiting = send(client, "GET", f"/api/runs/{run_id}")["waiting_messages"]
    assert [one["text"] for one in waiting] == ["Make it dark"]


def test_files_of_a_run_are_served_as_text_and_pictures_as_pictures(client: Client) -> None:
    run_id, lease = claimed_run()
    page = b"<script>alert(1)</script>"
    services.append_event(run_id, lease, revision(1, {"index.html": page}))
    text = client.get(f"/api/runs/{run_id}/blobs/{digest(page)}")
    assert text.content == page
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert text.headers["X-Content-Type-Options"] == "nosniff"
    shot = client.get(f"/api/runs/{run_id}/blobs/{digest(picture())}")
    assert shot.headers["Content-Type"] == "image/png"


def test_a_run_serves_only_what_its_events_refer_to(client: Client) -> None:
    other_run, other_lease = claimed_run()
    secret = blobs().put(b"another's file")
    ref = FileRef(path="a.txt", sha256=secret, size=14)
    services.append_event(other_run, other_lease, FileWritten(file=ref))
    run_id, lease = claimed_run()
    claim = f'{{"sha256":"{secret}"}}'
    services.append_event(run_id, lease, TurnFinished(turn=1, text=claim))
    assert refused(client, "GET", f"/api/runs/{run_id}/blobs/{secret}", None, 404) == "not_found"
    assert client.get(f"/api/runs/{other_run}/blobs/{secret}").status_code == 200


def test_a_revision_comes_as_a_zip_with_its_own_paths(client: Client) -> None:
    run_id, lease = claimed_run()
    files = {"index.html": b"<img src='assets/a.png'>", "assets/a.png": picture()}
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, files))
    answer = send(client, "GET", f"/api/runs/{run_id}/revisions/1")
    assert answer["preview_url"].startswith("http://127.0.0.1:8001/r/")
    download = client.get(answer["zip_url"])
    assert download.headers["Content-Disposition"] == 'attachment; filename="sign-in-v1.zip"'
    with zipfile.ZipFile(io.BytesIO(download.content)) as archive:
        taken = {name: archive.read(name) for name in archive.namelist()}
    assert json.loads(taken.pop("PROVENANCE.json"))["revision"] == 1
    assert taken == files
    path = f"/api/runs/{run_id}/revisions/2/zip"
    assert refused(client, "GET", path, None, 404) == "not_found"


@pytest.mark.parametrize("kind", ["assets/{}/content", "projects/{}", "runs/{}", "runs/{}/events"])
@pytest.mark.parametrize("key", [NOWHERE, "garbage"])
def test_what_does_not_exist_is_not_found(client: Client, kind: str, key: str) -> None:
    assert refused(client, "GET", f"/api/{kind.format(key)}", None, 404) == "not_found"


ANOTHERS = (
    "assets/{asset}/content",
    "assets/{asset}/thumbnail",
    "projects/{project}",
    "runs/{run}",
    "runs/{run}/events",
    "runs/{run}/blobs/{blob}",
    "runs/{run}/revisions/1",
    "runs/{run}/revisions/1/zip",
    "runs/{run}/revisions/1/provenance",
)


@pytest.mark.parametrize("path", ANOTHERS)
def test_what_belongs_to_someone_else_is_not_found(client: Client, path: str) -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, {"index.html": b"<p>"}))
    project = queries.run_by_id(run_id).project
    asset = project.mockups.get().asset
    names = {"asset": asset.id, "project": project.id, "run": run_id, "blob": digest(b"<p>")}
    address = f"/api/{path.format(**names)}"
    assert client.get(address).status_code == 200
    someone = User.objects.create(username="someone else")
    Project.objects.update(owner=someone)
    Asset.objects.update(owner=someone)
    assert refused(client, "GET", address, None, 404) == "not_found"
    assert send(client, "GET", "/api/projects") == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example", "sec-fetch-site": "same-origin"},
    ],
)
def test_a_write_from_elsewhere_is_refused(installation: None, headers: dict[str, str]) -> None:
    stranger = Client(headers={"host": HOST, **headers})
    for path in ("/api/assets", "/api/examples/login"):
        assert refused(stranger, "POST", path, None, 403) == "wrong_origin"
    assert Asset.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 201),
        ("::1", {}, 201),
        ("127.0.0.1", {"referer": "http://evil.example/"}, 403),
        ("127.0.0.1", {"cookie": "a=b"}, 403),
        ("127.0.0.1", {"sec-fetch-mode": "no-cors"}, 403),
        ("192.168.1.7", {}, 403),
        ("192.168.1.7", {"origin": ORIGIN}, 201),
        ("", {}, 403),
    ],
)
def test_a_program_on_this_machine_may_write_and_no_page_of_another_site(
    installation: None, address: str, headers: dict[str, str], status: int
) -> None:
    program = Client(headers={"host": HOST, **headers}, REMOTE_ADDR=address)
    assert post_file(program, picture()).status_code == status


@pytest.mark.parametrize("headers", [{"origin": ORIGIN}, {"sec-fetch-site": "same-origin"}])
def test_a_write_from_our_own_page_is_taken(installation: None, headers: dict[str, str]) -> None:
    assert post_file(Client(headers={"host": HOST, **headers}), picture()).status_code == 201


def test_no_answer_sets_a_cookie(client: Client) -> None:
    asset = upload(client, picture())
    for path in ("/", "/api/config", "/api/projects", asset["content_url"], "/healthz"):
        assert "Set-Cookie" not in client.get(path).headers


def test_when_redis_is_down_the_work_is_kept_and_starts_later(
    client: Client, own_redis: OwnRedis
) -> None:
    asset = upload(client, picture())
    own_redis.kill()
    body = {"assets": [{"id": asset["id"], "scale": 1}]}
    assert refused(client, "POST", "/api/projects", body, 503) == "queue_unavailable"
    (project,) = send(client, "GET", "/api/projects")
    assert project["state"] == "queued"
    assert services.sweep() == ()
    own_redis.start()
    Run.objects.update(queued_at="2026-01-01T00:00Z")
    assert services.sweep() == (project["run_id"],)


@pytest.mark.sqlite
def test_a_full_disk_is_named_and_nothing_made_is_lost(client: Client) -> None:
    project = generate(client, upload(client, picture()), prompt="kept")
    body = {"prompt": "a" * 20_000}
    path = f"/api/projects/{project['id']}/runs"
    with full_disk():
        assert refused(client, "POST", path, body, 507) == "disk_full"
        runs = send(client, "GET", f"/api/projects/{project['id']}")["runs"]
    assert [run["prompt"] for run in runs] == ["kept"]


@pytest.mark.sqlite
def test_a_run_that_is_stored_is_answered_as_stored_when_the_disk_fills_up_behind_it(
    client: Client, redis_server: OwnRedis
) -> None:
    project = generate(client, upload(client, picture()))
    path = f"/api/projects/{project['id']}/runs"
    with no_room_for("enqueued_at"):
        run = send(client, "POST", path, {"prompt": "stored"}, 201)
    assert queries.run_by_id(run["id"]).prompt == "stored"
    with Redis.from_url(f"unix://{redis_server.socket}") as redis:
        assert redis.llen("mockwright") == 2
    Run.objects.filter(id=run["id"]).update(queued_at="2026-01-01T00:00Z")
    assert services.sweep() == (run["id"],)


@contextmanager
def no_room_for(column: str) -> Iterator[None]:
    """The disk is full for writes to one column of the runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TRIGGER full_disk BEFORE UPDATE OF {column} ON studio_run "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER full_disk")


@contextmanager
def full_disk() -> Iterator[None]:
    """No page more fits into the database file, and none within it is free."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that earlier tests left free are room too
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def test_the_api_documents_itself(client: Client) -> None:
    assert client.get("/api/docs").status_code == 200
    paths = send(client, "GET", "/api/openapi.json")["paths"]
    assert "/api/runs/{run_id}" in paths


def test_pictures_that_come_at_once_are_taken_in_one_after_another(client: Client) -> None:
    """However many come, two are decoded; the others wait and are not refused."""
    colours = ("red", "green", "blue", "white", "black")

    def post(colour: str) -> int:
        own = Client(headers={"host": HOST, "origin": ORIGIN})
        try:
            return int(post_file(own, picture(3000, 3000, colour)).status_code)
        finally:
            connections.close_all()

    with most_decoders() as seen, ThreadPoolExecutor(len(colours)) as pool:
        assert list(pool.map(post, colours)) == [201] * len(colours)
    assert seen[0] == 2
    assert Asset.objects.count() == len(colours)
