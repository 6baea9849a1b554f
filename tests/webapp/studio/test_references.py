"""Rules, design tokens and a base over the HTTP API: uploaded, given to a project, kept for it."""

from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.webapp.conftest import picture
from tests.webapp.record import claimed_run, revision, started
from tests.webapp.studio.test_api import NOWHERE, generate, refused, send, upload
from tests.webapp.studio.uploads.test_references import PAGE, zipped
from webapp.studio import queries, services
from webapp.studio.models import ProjectAsset, Reference, Revision
from webapp.studio.storage import blobs


def give(client: Client, data: bytes, name: str) -> Any:
    return client.post("/api/references", {"file": SimpleUploadedFile(name, data)})


def given(client: Client, data: bytes, name: str) -> dict[str, Any]:
    response = give(client, data, name)
    assert response.status_code == 201, response.content
    return dict(response.json())


def test_the_start_screen_learns_what_else_it_may_send(client: Client) -> None:
    assert send(client, "GET", "/api/config")["references"] == {
        "max_texts": 5,
        "max_text_bytes": 102_400,
        "max_base_bytes": 10 * 2**20,
        "kinds": {".md": "rules", ".txt": "rules", ".json": "tokens", ".zip": "base"},
    }


def test_each_kind_is_described_as_what_it_is_for(client: Client) -> None:
    rules = given(client, b"Buttons are blue.", "DESIGN.md")
    assert {**rules, "id": ""} == {
        "id": "",
        "kind": "rules",
        "name": "DESIGN.md",
        "size": 17,
        "files": 1,
        "notes": [],
    }
    base = given(client, zipped({**PAGE, ".git/config": b""}), "site.zip")
    assert (base["kind"], base["files"], base["notes"]) == ("base", 2, ["Left out: .git."])
    stored = Reference.objects.get(id=base["id"]).files
    assert {one["path"]: blobs().get(one["sha256"]) for one in stored} == PAGE
    assert given(client, b"[]", "tokens.json")["kind"] == "tokens"


def test_the_same_file_twice_is_one_reference(client: Client) -> None:
    first, second = (given(client, b"Blue.", "DESIGN.md") for _ in range(2))
    assert first == second
    assert given(client, b"Blue.", "RULES.md")["name"] == "RULES.md"


def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(client: Client) -> None:
    response = give(client, b'{"a": }', "tokens.json")
    assert response.status_code == 422
    assert response.json() == {
        "code": "tokens_not_json",
        "message": "This is not valid JSON. Line 1, column 7: Expecting value.",
        "hint": "Correct it and choose it anew.",
    }
    assert not Reference.objects.exists()


def test_a_project_keeps_what_it_was_given_for_every_try(client: Client) -> None:
    rules = given(client, b"Blue.", "DESIGN.md")
    base = given(client, zipped(PAGE), "site.zip")
    mockup = upload(client, picture())
    project = generate(client, mockup, references=[rules["id"], base["id"]])
    assert project["references"] == [rules, base]
    send(client, "POST", f"/api/projects/{project['id']}/runs", {}, 201)
    assert send(client, "GET", f"/api/projects/{project['id']}")["references"] == [rules, base]


def test_more_than_a_run_can_heed_is_refused(client: Client) -> None:
    mockup = {"id": upload(client, picture())["id"]}
    texts = [given(client, b"%d" % number, f"{number}.md")["id"] for number in range(6)]
    bases = [
        given(client, zipped({"index.html": b"%d" % number}), "s.zip")["id"] for number in range(2)
    ]

    def ask(references: list[str], status: int) -> Any:
        body = {"assets": [mockup], "references": references}
        if status == 201:
            return send(client, "POST", "/api/projects", body, 201)
        return refused(client, "POST", "/api/projects", body, status)

    assert ask([*texts[:5], bases[0]], 201)
    assert ask(texts, 400) == "too_many_references"
    assert ask(bases, 400) == "too_many_references"
    assert ask([NOWHERE], 404) == "not_found"


def test_another_persons_reference_is_not_found(client: Client) -> None:
    other = User.objects.create(username="other")
    theirs = services.create_reference(other, "DESIGN.md", b"Blue.")
    body = {"assets": [{"id": upload(client, picture())["id"]}], "references": [str(theirs.id)]}
    assert refused(client, "POST", "/api/projects", body, 404) == "not_found"


@pytest.mark.usefixtures("installation")
def test_a_page_that_mockwright_wrote_comes_back_as_a_base(client: Client) -> None:
    run_id, lease = claimed_run()
    files = {**PAGE, "assets/logo.png": picture()}
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, files))
    run = queries.run_by_id(run_id)
    number = Revision.objects.get(run=run).number
    archive = client.get(f"/api/runs/{run_id}/revisions/{number}/zip").content

    base = given(client, archive, "sign-in-v1.zip")

    assert base["notes"] == []
    stored = Reference.objects.get(id=base["id"]).files
    assert {one["path"]: one["sha256"] for one in stored} == {
        path: sha256(content).hexdigest() for path, content in files.items()
    }


def test_what_a_mockup_shows_is_kept_as_the_person_said(client: Client) -> None:
    one = upload(client, picture())["id"]
    body = {"assets": [{"id": one}, {"id": one, "role": "width"}, {"id": one, "role": "state"}]}
    project = send(client, "POST", "/api/projects", body, 201)
    kept = ProjectAsset.objects.filter(project_id=project["id"])
    assert [mockup.role for mockup in kept] == ["auto", "width", "state"]
    body = {"assets": [{"id": one, "role": "tablet"}]}
    assert refused(client, "POST", "/api/projects", body, 400) == "bad_request"
