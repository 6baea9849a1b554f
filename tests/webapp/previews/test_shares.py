"""Links that a person hands on: what they show, to whom, and for how long."""

import json

import pytest
from django.test import Client

from tests.webapp.previews.test_previews import FILES, HOST, fetch, policy
from tests.webapp.record import claimed_run, revision
from webapp.studio import queries, services
from webapp.studio.models import Run

pytestmark = pytest.mark.usefixtures("installation")
SECOND = {"index.html": b"<!doctype html><p>Second"}


@pytest.fixture
def run() -> Run:
    """With two revisions, of which the first matches better."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, revision(1, FILES, 0.9))
    services.append_event(run_id, lease, revision(2, SECOND, 0.5))
    return queries.run_by_id(run_id)


def path_of(url: str) -> str:
    assert url.startswith(f"http://{HOST}/s/")
    return url.removeprefix(f"http://{HOST}")


def share(client: Client, run: Run, **body: object) -> dict[str, str]:
    path = f"/api/runs/{run.id}/shares"
    response = client.post(path, json.dumps(body), content_type="application/json")
    assert response.status_code == 201, response.content
    return dict(response.json())


def test_a_link_shows_one_revision_with_its_files_and_no_other(client: Client, run: Run) -> None:
    path = path_of(share(client, run, revision=2)["url"])
    assert fetch(path).body == SECOND["index.html"]
    for other in ("page-2.html", "style.css", "../index.html"):
        assert fetch(path + other).status == 404
    first = path_of(share(client, run, revision=1)["url"])
    assert first != path
    assert fetch(f"{first}style.css").body == FILES["style.css"]


def test_a_link_is_no_address_of_a_revision_nor_the_other_way_round(
    client: Client, run: Run
) -> None:
    shared = path_of(share(client, run, revision=1)["url"])
    assert fetch(shared.replace("/s/", "/r/")).status == 404
    assert fetch(f"/s/{run.revisions.first().token}/").status == 404  # type: ignore[union-attr]
    assert fetch(f"/s/{share(client, run, revision=1)['id']}/").status == 404


def test_a_shared_page_is_kept_in_as_the_preview_is_and_framed_by_nobody(
    client: Client, run: Run
) -> None:
    path = path_of(share(client, run, revision=1)["url"])
    rules = policy(fetch(path))
    own = f"http://{HOST}{path}"
    assert rules["sandbox"] == ""
    assert rules["script-src"] == "'none'"
    assert rules["img-src"] == f"{own} data: blob:"
    assert rules["connect-src"] == rules["form-action"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"


def test_who_shares_says_whether_scripts_run_and_who_looks_does_not(
    client: Client, run: Run
) -> None:
    path = path_of(share(client, run, revision=1)["url"])
    for query in ("?scripts=1", f"?select={'w' * 22}"):
        answer = fetch(path + query)
        assert policy(answer)["script-src"] == "'none'"
        assert answer.body == FILES["index.html"]
    live = path_of(share(client, run, revision=1, scripts=True)["url"])
    assert live != path
    for page in ("", "page-2.html"):
        rules = policy(fetch(live + page))
        assert rules["sandbox"] == "allow-scripts"
        assert rules["script-src"] == f"http://{HOST}{live} 'unsafe-inline'"


def test_a_link_to_the_result_follows_it(client: Client, run: Run) -> None:
    path = path_of(share(client, run)["url"])
    assert fetch(path).body == FILES["index.html"]
    services.append_event(str(run.id), services.Lease(run.lease), revision(3, SECOND, 0.95))
    assert fetch(path).body == SECOND["index.html"]
    assert fetch(f"{path}style.css").status == 404


def test_a_browser_asks_again_whether_a_page_is_still_shared(client: Client, run: Run) -> None:
    answer = fetch(path_of(share(client, run, revision=1)["url"]))
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"


def test_a_link_that_was_taken_back_says_so_for_good(client: Client, run: Run) -> None:
    link = share(client, run, revision=1)
    path = path_of(link["url"])
    etag = fetch(path).headers["etag"]
    assert client.delete(f"/api/shares/{link['id']}").status_code == 204
    for file in ("", "style.css", "unknown.html"):
        answer = fetch(path + file, if_none_match=etag)
        assert answer.status == 404
        assert b"no longer shared" in answer.body
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'; sandbox" in answer.headers["content-security-policy"]
    assert client.delete(f"/api/shares/{link['id']}").status_code == 404
    again = share(client, run, revision=1)
    assert again["url"] != link["url"]


def test_the_links_of_a_deleted_project_are_gone_until_it_is_restored(
    client: Client, run: Run
) -> None:
    link = share(client, run, revision=1)
    path = path_of(link["url"])
    Run.objects.update(state=Run.State.FINISHED)
    services.delete_project(run.project)
    assert b"no longer shared" in fetch(path).body
    assert client.delete(f"/api/shares/{link['id']}").status_code == 404
    services.restore_project(run.project)
    assert fetch(path).status == 200


def test_the_open_links_of_a_project_are_listed_once_each(client: Client, run: Run) -> None:
    first, second = share(client, run, revision=1), share(client, run)
    assert share(client, run, revision=1) == first
    closed = share(client, run, revision=2)
    client.delete(f"/api/shares/{closed['id']}")
    listed = client.get(f"/api/projects/{run.project_id}/shares").json()
    assert [one["id"] for one in listed["links"]] == [second["id"], first["id"]]
    assert [one["revision"] for one in listed["links"]] == [None, 1]
    assert listed["only_here"] is True


def test_a_link_that_others_can_open_is_not_said_to_be_for_this_machine_alone(
    client: Client, run: Run, settings: object
) -> None:
    settings.PREVIEW_ORIGIN = "https://preview.example"  # type: ignore[attr-defined]
    assert client.get(f"/api/projects/{run.project_id}/shares").json()["only_here"] is False
    assert share(client, run)["url"].startswith("https://preview.example/s/")


@pytest.mark.parametrize("number", [0, 3])
def test_what_is_not_there_is_not_shared(client: Client, run: Run, number: int) -> None:
    body = json.dumps({"revision": number})
    path = f"/api/runs/{run.id}/shares"
    assert client.post(path, body, content_type="application/json").status_code == 404


def test_a_run_without_a_result_is_not_shared(client: Client) -> None:
    run_id, _ = claimed_run()
    response = client.post(f"/api/runs/{run_id}/shares", "{}", content_type="application/json")
    assert response.status_code == 404


def test_a_shared_page_can_only_be_read(client: Client, run: Run) -> None:
    path = path_of(share(client, run, revision=1)["url"])
    assert fetch(path, "POST").status == 405
    assert fetch(path, "DELETE").status == 405
    assert fetch(path, "HEAD").body == b""
