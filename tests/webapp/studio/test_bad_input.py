"""Input that no honest client sends: each piece is answered with a sentence, and nothing breaks."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.webapp.conftest import HOST, ORIGIN, picture, talk_to_service
from tests.webapp.studio.test_api import generate, send, upload
from webapp.studio.models import Asset

# as JSON writes them: half of a pair, which is no character, and the one that databases refuse
STRANGE = {"half": r"\ud800", "nul": r"\u0000"}


def strange(body: object, kind: str) -> str:
    """The JSON of `body`, with every @ the character of this kind."""
    return json.dumps(body).replace("@", STRANGE[kind])


def told(client: Client, method: str, path: str, body: str, kind: str = "application/json") -> str:
    """The code of a refusal, which is the asker's fault and says so in words."""
    response = client.generic(method, path, body, content_type=kind)
    problem = json.loads(response.content)
    assert response.status_code in {400, 404, 413}, response.content
    assert problem["message"]
    assert problem["hint"]
    return str(problem["code"])


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"],
)
def test_a_form_that_is_none_is_refused(client: Client, kind: str) -> None:
    assert told(client, "POST", "/api/assets", "what is this", kind) == "bad_request"


@pytest.mark.parametrize("length", [200, 201, 255])
def test_a_file_may_have_any_name_that_a_disk_holds(client: Client, length: int) -> None:
    name = "ä" * (length - 4) + ".png"
    response = client.post("/api/assets", {"file": SimpleUploadedFile(name, picture())})
    assert response.status_code == 201, response.content
    assert len(Asset.objects.get().name) <= 200


def test_a_longer_name_is_refused_with_the_reason(client: Client) -> None:
    disposition = f'Content-Disposition: form-data; name="file"; filename="{"a" * 5000}.png"'
    response = client.generic(
        "POST",
        "/api/assets",
        b"--x\r\n" + disposition.encode() + b"\r\n\r\n" + picture() + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert response.status_code == 400
    assert "header size exceeded" in response.json()["message"]


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("field", ["prompt", "name", "stack", "model"])
def test_text_that_is_none_is_refused_wherever_it_stands(
    client: Client, field: str, kind: str
) -> None:
    asset = upload(client, picture())
    body = {"assets": [{"id": asset["id"]}], "model": "draft", field: "a@b"}
    assert told(client, "POST", "/api/projects", strange(body, kind)) == "bad_request"
    body = {"assets": [{"id": "@"}]}
    assert told(client, "POST", "/api/projects", strange(body, kind)) == "bad_request"


@pytest.mark.parametrize("kind", STRANGE)
def test_it_is_refused_of_a_project_a_run_and_a_model_too(client: Client, kind: str) -> None:
    project = generate(client, upload(client, picture()))
    path, text = f"/api/projects/{project['id']}", "a@b"
    run_id = project["runs"][0]["id"]
    for method, where, body in (
        ("PATCH", path, {"name": text}),
        ("POST", f"{path}/runs", {"prompt": text}),
        ("POST", f"/api/runs/{run_id}/messages", {"text": text}),
        ("POST", "/api/endpoints", {"url": "http://127.0.0.1:9/v1", "name": text}),
        ("POST", "/api/endpoints", {"url": "http://127.0.0.1:9/v1", "name": "m", "key": text}),
        ("PATCH", path, {text: "name"}),
    ):
        assert told(client, method, where, strange(body, kind)) == "bad_request"


@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "%FF", "%F0%9F%8E%A8", "'\"<", "9" * 400])
@pytest.mark.parametrize(
    "path",
    [
        "/api/projects/{}",
        "/api/runs/{}",
        "/api/runs/{}/events",
        "/api/assets/{}/content",
        "/api/examples/{}/thumbnail",
        "/api/projects?search={}",
        "/api/projects?limit={}",
        "/api/nowhere/{}",
    ],
)
def test_an_address_with_strange_characters_is_never_our_fault(
    client: Client, path: str, text: str
) -> None:
    response = client.get(path.format(text))
    assert response.status_code in {200, 400, 404}, response.content


@pytest.mark.parametrize("number", ["-1", "99999999999999999999", "1e3", "%00", "²"])
def test_a_strange_number_is_never_our_fault(client: Client, number: str) -> None:
    project = generate(client, upload(client, picture()))
    run_id = project["runs"][0]["id"]
    for path in (f"revisions/{number}", f"revisions/{number}/zip", f"events?after={number}"):
        assert client.get(f"/api/runs/{run_id}/{path}").status_code in {400, 404}


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "{", '{"assets": 7}', '{"assets": [' * 5000, "\ufeff{}", "NaN", '"x"'],
)
def test_json_of_another_shape_is_refused(client: Client, body: str) -> None:
    assert told(client, "POST", "/api/projects", body) in {"bad_request", "no_image"}


async def test_a_websocket_to_nowhere_is_turned_away(installation: None) -> None:
    for path in ("/ws/nowhere", "/ws/", "/ws/runs/", "/elsewhere"):
        headers = [(b"host", HOST.encode()), (b"origin", ORIGIN.encode())]
        line = talk_to_service(
            {"type": "websocket", "path": path, "query_string": b"", "headers": headers}
        )
        await line.send_input({"type": "websocket.connect"})
        answer = await line.receive_output(timeout=5)
        assert answer["type"] == "websocket.close", path


def test_a_question_for_the_sake_of_the_searched(client: Client) -> None:
    assert send(client, "GET", "/api/projects?search=%E2%80%9Cx%E2%80%9D") == []
