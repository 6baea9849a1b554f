"""A page that a person brings, as a zip or a folder, as the first revision of a project."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.webapp.conftest import picture
from tests.webapp.studio.test_api import generate, refused, send, upload
from tests.webapp.studio.test_references import given
from tests.webapp.studio.uploads.test_references import PAGE, within, zipped
from webapp.settings import REFERENCE_LIMITS
from webapp.studio.errors import BadReference
from webapp.studio.models import Reference, Run
from webapp.studio.storage import blobs
from webapp.studio.uploads.site_zip import read_folder

FOLDER = {f"site/{path}": content for path, content in PAGE.items()}
LIMITS = REFERENCE_LIMITS.site


def post_folder(client: Client, files: dict[str, bytes], **more: object) -> Any:
    uploads = [SimpleUploadedFile(path.rpartition("/")[2], data) for path, data in files.items()]
    body = {"files": uploads, "paths": list(files), "name": "site", **more}
    return client.post("/api/references/folder", body)


def test_a_folder_is_taken_as_a_zip_of_it_is(client: Client) -> None:
    response = post_folder(client, {**FOLDER, "site/.git/config": b"", "site/img/a.png": picture()})
    assert response.status_code == 201, response.content
    base = response.json()
    assert (base["kind"], base["name"], base["files"]) == ("base", "site", 3)
    assert base["notes"] == ["Left out: .git."]
    stored = Reference.objects.get(id=base["id"]).files
    found = {one["path"]: blobs().get(one["sha256"]) for one in stored}
    assert found == {**PAGE, "img/a.png": picture()}


def test_a_folder_whose_paths_are_not_as_many_as_its_files_is_refused(client: Client) -> None:
    response = post_folder(client, FOLDER, paths=["site/index.html"])
    assert response.status_code == 400
    assert "2 files and 1 paths" in response.json()["message"]


@pytest.mark.parametrize(
    ("files", "code", "detail"),
    [
        ({}, "base_no_page", ""),
        ({"site/about.html": b"", "site/b.css": b""}, "base_no_page", "It has about.html."),
        ({"../index.html": b""}, "base_bad_name", "leads out"),
        ({"/etc/index.html": b""}, "base_bad_name", "leads out"),
        ({**FOLDER, "site/CON.html": b""}, "base_bad_name", "Windows reserves"),
        ({**FOLDER, "site/Style.css": b""}, "base_bad_name", "Write it the same way"),
        ({**FOLDER, "site/./index.html": b""}, "base_bad_name", "twice"),
        ({"index.html": "<p>für".encode("latin-1")}, "base_not_text", "byte 5"),
        ({**PAGE, "old.js": b"\xff"}, "base_not_text", "'old.js', byte 1"),
        ({**PAGE, "film.mp4": bytes(8 * 2**20 + 1)}, "base_too_large", "at most 8 MB"),
        ({**PAGE, **{f"{n}.txt": b"" for n in range(149)}}, "base_too_many_files", "It has 151"),
    ],
)
def test_a_folder_that_is_no_page_is_refused_by_its_cause(
    files: dict[str, bytes], code: str, detail: str
) -> None:
    with pytest.raises(BadReference) as caught:
        read_folder(files.items(), LIMITS)
    assert caught.value.code == code
    assert detail in caught.value.detail


def test_all_of_a_folder_may_have_so_many_bytes() -> None:
    limits = within(unpacked_bytes=100).site
    assert read_folder({"index.html": bytes(100)}.items(), limits).files
    with pytest.raises(BadReference) as caught:
        read_folder({"index.html": bytes(60), "a.css": bytes(41)}.items(), limits)
    assert caught.value.code == "base_too_large"


def test_text_is_utf_8_or_says_that_it_is_utf_16() -> None:
    for text in ("ü".encode(), "ü".encode("utf-16"), b""):
        assert read_folder({"index.html": text}.items(), LIMITS).files == (("index.html", text),)


def test_a_page_is_imported_without_a_mockup(client: Client) -> None:
    base = given(client, zipped(PAGE), "My site.zip")
    project = generate(client, references=[base["id"]], imports_base=True, model="draft")
    assert (project["name"], project["assets"]) == ("My site", [])
    assert Run.objects.get().imports_base
    (listed,) = send(client, "GET", "/api/projects")
    assert (listed["name"], listed["thumbnail_url"]) == ("My site", None)
    send(client, "POST", f"/api/projects/{project['id']}/runs", {}, 201)
    assert [run.imports_base for run in Run.objects.order_by("created_at")] == [True, False]


def test_a_page_is_imported_with_a_mockup_to_measure_it_by(client: Client) -> None:
    base = given(client, zipped(PAGE), "site.zip")
    mockup = upload(client, picture())
    project = generate(client, mockup, references=[base["id"]], imports_base=True, model="draft")
    assert [one["is_own"] for one in project["assets"]] == [False]


def test_without_a_page_there_is_nothing_to_import(client: Client) -> None:
    rules = given(client, b"Blue.", "DESIGN.md")
    body = {"assets": [], "references": [rules["id"]], "imports_base": True}
    assert refused(client, "POST", "/api/projects", body, 400) == "no_base"
    base = given(client, zipped(PAGE), "site.zip")
    body = {"assets": [], "references": [base["id"]]}
    assert refused(client, "POST", "/api/projects", body, 400) == "no_image"
