"""A project as a git repository, as git itself reads it."""

import io
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from tests.webapp.record import MODEL, claimed_run, queued_run, revision, started
from webapp.studio import queries, services
from webapp.studio.events import FilesEdited, MessageReceived, RunFinished
from webapp.studio.models import Event, Project, Run
from webapp.studio.parameters import RunParameters

pytestmark = pytest.mark.usefixtures("installation")
LONG = "Make the header as dark as the sky is at midnight in the middle of a long winter, please"


def begin(run: Run, *events: object) -> None:
    lease = services.claim_run(str(run.id))
    for event in events:
        services.append_event(str(run.id), lease, event)  # type: ignore[arg-type]


def edited(**more: object) -> FilesEdited:
    files = revision(1, {"style.css": b"h1 {}"}).files
    return FilesEdited.model_validate({"edit_id": 1, "revision": 1, "files": files, **more})


def person(number: int, files: dict[str, bytes]) -> object:
    return revision(number, files, 0.7).model_copy(update={"author": "person"})


@pytest.fixture
def project() -> Project:
    """Of one run, with a version of the model's, one by words and one by hand."""
    run = queued_run()
    begin(
        run,
        started().model_copy(update={"prompt": "A sign in"}),
        revision(1, {"index.html": b"<h1>1</h1>\r\n", "img/a.png": b"\x89PNG"}, 0.9123),
        MessageReceived(message_id=1, text=f"{LONG}\n\nand the footer too"),
        revision(2, {"index.html": b"<h1>2</h1>"}, 0.8),
        edited(),
        person(3, {"index.html": b"<h1>2</h1>", "style.css": b"h1 {}"}),
        edited(command="button green"),
        person(4, {"index.html": b"<h1>3</h1>"}),
        revision(5, {"index.html": b"<h1>4</h1>"}, 0.6),
        RunFinished(reason="finished", best_revision=1),
    )
    return run.project


def unpacked(client: Client, project: Project, folder: Path) -> Path:
    response = client.get(f"/api/projects/{project.id}/repository")
    assert response.status_code == 200, response.content
    assert response["Content-Disposition"] == 'attachment; filename="sign-in-git.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        archive.extractall(folder)
    return folder / "sign-in"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_git_clones_it_and_finds_nothing_wrong(
    client: Client, project: Project, tmp_path: Path
) -> None:
    folder = unpacked(client, project, tmp_path)
    assert git(folder, "status", "--porcelain", "--branch").strip() == "## main"
    git(folder, "fsck", "--strict", "--full")
    git(tmp_path, "clone", "--quiet", str(folder), "clone")
    assert (tmp_path / "clone" / "index.html").read_bytes() == b"<h1>4</h1>"
    assert git(tmp_path / "clone", "rev-list", "--count", "HEAD").strip() == "5"


def test_each_version_is_a_commit_by_who_made_it_with_the_words_that_led_to_it(
    client: Client, project: Project, tmp_path: Path
) -> None:
    folder = unpacked(client, project, tmp_path)
    log = git(folder, "log", "--reverse", "--format=%s|%an")
    assert log.splitlines() == [
        "A sign in|scripted",
        "Make the header as dark as the sky is at midnight in the middle of a lo…|scripted",
        "Change style.css by hand|Mockwright user",
        "button green|Mockwright user",
        "Revision 5|scripted",
    ]
    first = git(folder, "log", "-1", "--format=%B", "main~4")
    facts = f"Revision: 1\nScore: 91.2%\nModel: {MODEL.id}\nPrompt-Version: 1"
    assert first.strip() == f"A sign in\n\n{facts}"
    second = git(folder, "log", "-1", "--format=%b", "main~3")
    assert f"{LONG}\n\nand the footer too" in second
    assert "Model:" not in git(folder, "log", "-1", "--format=%B", "main~1")
    git(folder, "checkout", "--quiet", "main~4")
    assert (folder / "index.html").read_bytes() == b"<h1>1</h1>\r\n"
    assert git(folder, "ls-tree", "-r", "--name-only", "main~4").split() == [
        "img/a.png",
        "index.html",
    ]


def test_a_commit_is_as_old_as_its_version(
    client: Client, project: Project, tmp_path: Path
) -> None:
    long_ago = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
    Event.objects.filter(type="revision_saved").update(at=long_ago)
    folder = unpacked(client, project, tmp_path)
    dates = git(folder, "log", "--format=%aI %cI").split()
    assert set(dates) == {"2021-03-04T05:06:07Z"} or set(dates) == {"2021-03-04T05:06:07+00:00"}


def test_the_result_is_tagged(client: Client, project: Project, tmp_path: Path) -> None:
    Run.objects.update(result_revision=3)
    folder = unpacked(client, project, tmp_path)
    assert git(folder, "rev-parse", "result") == git(folder, "rev-parse", "main~2")


def test_each_of_several_tries_is_a_branch_and_main_is_the_one_at_work_last(
    client: Client, project: Project, tmp_path: Path
) -> None:
    parameters = RunParameters(prompt="", stack="html-css", model="draft")
    empty = services.create_run(project, parameters)
    begin(empty, started(), RunFinished(reason="cancelled"))
    second = services.create_run(project, parameters)
    begin(second, started(), revision(1, {"index.html": b"other"}))
    folder = unpacked(client, project, tmp_path)
    branches = git(folder, "branch", "--format=%(refname:short) %(contents:subject)")
    assert branches.splitlines() == ["main Revision 1", "try-1 Revision 5", "try-2 Revision 1"]
    assert (folder / "index.html").read_bytes() == b"other"
    assert git(folder, "rev-list", "--count", "try-2").strip() == "1"  # each began anew


def test_a_project_without_a_version_has_no_repository(client: Client) -> None:
    run_id, _ = claimed_run()
    project = queries.run_by_id(run_id).project
    response = client.get(f"/api/projects/{project.id}/repository")
    assert response.status_code == 404
    assert "no version yet" in response.json()["message"]
