"""The HTTP API, over Django's test client and a real Redis."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


def upload(client: Client, data: bytes, name: str = "mockup.png") -> dict:
    response = client.post("/api/assets", {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 201, response.content
    return response.json()


def generate(client: Client, asset: dict, **more: object) -> dict:
    body = {"assets": [{"id": asset["id"], "scale": 1}], **more}
    response = client.post("/api/projects", body, content_type="application/json")
    assert response.status_code == 201, response.content
    return response.json()


def test_a_project_is_made_from_an_upload(client: Client, png: bytes) -> None:
    asset = upload(client, png, "Sign in.png")
    project = generate(client, asset, prompt="make it blue")
    assert project["name"] == "Sign in"
    assert project["assets"][0]["sha256"] == asset["sha256"]
    assert [(run["state"], run["prompt"]) for run in project["runs"]] == [
        ("queued", "make it blue")
    ]
