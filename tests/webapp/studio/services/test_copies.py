"""A project once more, which shares nothing that a delete could break."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.forms.models import model_to_dict
from django.test import Client
from django.utils import timezone

from tests.webapp.record import digest, queued_run, revision, started
from tests.webapp.studio.test_api import refused, send
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.events import MessageReceived, RunFinished
from webapp.studio.models import Project, ProjectReference, Revision, Run, WaitingMessage
from webapp.studio.storage import blobs

pytestmark = pytest.mark.usefixtures("installation")
OWN = {"id", "project", "run", "token", "name"}  # of a copy
PAGES = [{"index.html": b"<p>1"}, {"index.html": b"<p>2", "a.css": b"p {}"}]


@pytest.fixture
def project() -> Project:
    """With a reference, and two runs that have ended, one of them with words that wait."""
    run = queued_run()
    project = run.project
    rules = services.create_reference(local_user(), "DESIGN.md", b"Blue.")
    ProjectReference.objects.create(project=project, reference=rules, position=0)
    lease = services.claim_run(str(run.id))
    for event in (
        started(),
        revision(1, PAGES[0]),
        MessageReceived(message_id=1, text="Darker"),
        revision(2, PAGES[1], 0.4),
        RunFinished(reason="paused", best_revision=1),
    ):
        services.append_event(str(run.id), lease, event)
    WaitingMessage.objects.create(run=run, text="And larger", revision=2)
    services.create_run(project, queries.newest_parameters(project))
    services.cancel_run(str(project.runs.latest("created_at").id))
    services.share_revision(run, 1, scripts=False)
    long_ago = timezone.now() - timedelta(days=9)
    Run.objects.filter(id=run.id).update(created_at=long_ago, pause_requested=False)
    Revision.objects.update(created_at=long_ago)
    return queries.project(local_user(), str(project.id))


def rows(project: Project) -> dict[str, list[dict[str, Any]]]:
    """All that hangs on a project, but for what makes a row its own."""

    def told(one: Model) -> dict[str, Any]:
        fields = {field.name: getattr(one, field.name) for field in one._meta.concrete_fields}
        return {name: value for name, value in fields.items() if name not in OWN}

    found = {
        name: [told(one) for one in getattr(project, name).all()]
        for name in ("mockups", "references")
    }
    runs = list(project.runs.order_by("created_at"))
    found["runs"] = [told(run) for run in runs]
    for name in ("events", "blobs", "revisions", "waiting_messages"):
        found[name] = [told(one) for run in runs for one in getattr(run, name).order_by("id")]
    return found


def without_sent(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    for one in found["waiting_messages"]:
        del one["sent_at"]
    return found


def test_a_copy_has_all_that_happened(project: Project) -> None:
    before = without_sent(rows(project))
    copy = services.duplicate_project(project)
    assert copy.name == "Sign in (copy)"
    assert without_sent(rows(copy)) == before == without_sent(rows(project))
    assert [len(before[name]) for name in ("runs", "revisions", "events")] == [2, 2, 6]
    assert model_to_dict(copy, ["archived_at", "deleted_at"]) == {
        "archived_at": None,
        "deleted_at": None,
    }


def test_a_copy_shares_no_row_and_no_address(project: Project) -> None:
    copy = services.duplicate_project(project)
    for name in ("events", "revisions", "blobs", "waiting_messages"):
        ids = [
            {one.pk for run in each.runs.all() for one in getattr(run, name).all()}
            for each in (project, copy)
        ]
        assert len(ids[0]) == len(ids[1])
        assert not ids[0] & ids[1]
    tokens = Revision.objects.values_list("token", flat=True)
    assert len(set(tokens)) == 4
    assert queries.shares(copy) == []
    assert len(queries.shares(project)) == 1


@pytest.mark.parametrize("which", ["original", "copy"])
def test_either_outlives_the_other(client: Client, project: Project, which: str) -> None:
    copy = services.duplicate_project(project)
    gone, stays = (project, copy) if which == "original" else (copy, project)
    services.delete_project(gone)
    Project.objects.filter(id=gone.id).update(deleted_at=timezone.now() - timedelta(days=1))
    services.collect_unreferenced(grace=timedelta(0))
    assert not Project.objects.filter(id=gone.id).exists()
    run = stays.runs.order_by("created_at")[0]
    for page in PAGES:
        assert all(blobs().get(digest(data)) == data for data in page.values())
    archive = client.get(f"/api/runs/{run.id}/revisions/2/zip")
    assert archive.status_code == 200
    shown = send(client, "GET", f"/api/projects/{stays.id}")
    assert client.get(shown["assets"][0]["content_url"]).status_code == 200


def test_a_copy_goes_on_by_itself(project: Project) -> None:
    copy = services.duplicate_project(project)
    run = copy.runs.order_by("created_at")[0]
    services.continue_run(str(run.id))
    lease = services.claim_run(str(run.id))
    services.append_event(str(run.id), lease, revision(3, PAGES[0]))
    seqs = [one.seq for one in queries.events_after(str(run.id))]
    assert seqs == list(range(1, len(seqs) + 1))
    assert [one.revisions.count() for one in project.runs.order_by("created_at")] == [2, 0]


def test_while_a_run_waits_or_works_there_is_no_copy(client: Client, project: Project) -> None:
    path = f"/api/projects/{project.id}/duplicate"
    for state in (Run.State.QUEUED, Run.State.RUNNING):
        project.runs.update(state=state)
        assert refused(client, "POST", path, None, 409) == "run_active"
    assert Project.objects.count() == 1
    project.runs.update(state=Run.State.FAILED)
    assert send(client, "POST", path, None, 201)["name"] == "Sign in (copy)"


def test_the_longest_name_is_cut_so_that_the_copy_says_what_it_is() -> None:
    run = queued_run()
    services.cancel_run(str(run.id))
    services.rename_project(run.project, "n" * 200)
    copy = services.duplicate_project(run.project)
    assert copy.name == "n" * 193 + " (copy)"


def test_an_archived_project_is_found_where_it_is_sought(client: Client) -> None:
    ids = [str(queued_run().project_id) for _ in range(2)]
    services.rename_project(Project.objects.get(id=ids[1]), "Pricing")
    for _ in range(2):
        send(client, "POST", f"/api/projects/{ids[0]}/archive")

    def listed(query: str = "") -> list[tuple[str, bool]]:
        found = send(client, "GET", f"/api/projects{query}")
        return [(one["id"], one["archived"]) for one in found]

    assert listed() == [(ids[1], False)]
    assert listed("?archived=true") == [(ids[0], True)]
    assert listed("?search=sign") == [(ids[0], True)]
    assert listed("?search=pric&archived=true") == []
    send(client, "GET", f"/api/projects/{ids[0]}")
    send(client, "POST", f"/api/projects/{ids[0]}/unarchive")
    assert sorted(listed()) == sorted((one, False) for one in ids)


def test_archiving_changes_neither_the_order_nor_the_links(
    client: Client, project: Project
) -> None:
    other = queued_run().project
    services.archive_project(project)
    services.unarchive_project(project)
    assert [one.id for one in queries.projects(local_user())] == [other.id, project.id]
    services.archive_project(project)
    assert queries.shared_revision(queries.shares(project)[0]) is not None
