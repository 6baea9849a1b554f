"""A database that an earlier version wrote is carried over with what is in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from tests.database import another_database
from tests.webapp.record import revision, started
from webapp.studio.events import TurnFinished
from webapp.studio.services.ledger import blobs_of

pytestmark = pytest.mark.database

OLD = "old"
SCORES = ((1, 0.9), (2, 0.8), (3, 0.8), (4, 0.7))
SECOND, NEWEST = "0002_owners_and_blobs", "0003_result_score"


@pytest.fixture
def old_database(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """An empty database beside the test's own; returns its alias."""
    with another_database(tmp_path) as name, django_db_blocker.unblock():
        connections.databases[OLD] = {**connections["default"].settings_dict, "NAME": name}
        yield OLD
        connections[OLD].close()
    del connections[OLD]
    del connections.databases[OLD]


def migrate(alias: str, name: str) -> Any:
    """Bring the database to a migration; returns the models as they were then."""
    executor = MigrationExecutor(connections[alias])
    executor.migrate([("studio", name)])
    return executor.loader.project_state(("studio", name)).apps


def rows(apps: Any, model: str, alias: str = OLD) -> Any:
    return apps.get_model(*model.split(".")).objects.using(alias)


def write_run(apps: Any, bodies: list[str]) -> Any:
    """A project with one mockup and one run, as 0001 stored them."""
    owner, _ = rows(apps, "auth.User").get_or_create(username="local")
    asset = rows(apps, "studio.Asset").create(
        owner=owner, sha256="a" * 64, name="Sign in", width=1, height=1, scale=1
    )
    project = rows(apps, "studio.Project").create(owner=owner, name="Sign in")
    rows(apps, "studio.ProjectAsset").create(
        owner=owner, project=project, asset=asset, position=0, scale=1
    )
    run = rows(apps, "studio.Run").create(
        owner=owner, project=project, queued_at=timezone.now(), score=0.9
    )
    for seq, body in enumerate(bodies, start=1):
        rows(apps, "studio.Event").create(
            owner=owner, run=run, seq=seq, at=timezone.now(), agent="main", type="", body=body
        )
    rows(apps, "studio.Revision").create(
        owner=owner, run=run, number=1, token="kept", files={"index.html": "b" * 64}, score=0.9
    )
    return run


def test_rows_of_the_first_version_are_carried_over_and_name_their_blobs(
    old_database: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BLOBS = tmp_path / "blobs"
    monkeypatch.setattr(f"webapp.studio.migrations.{SECOND}.BATCH", 2)
    saved = [revision(number, {"index.html": b"v%d" % number}) for number in (1, 2, 3)]
    said = TurnFinished(turn=1, text=f'{{"sha256":"{"f" * 64}"}}')
    events = [started(), said, *saved, saved[0]]
    run = write_run(
        migrate(old_database, "0001_initial"), [one.model_dump_json() for one in events]
    )
    apps = migrate(old_database, SECOND)
    apps = migrate(old_database, NEWEST)

    assert rows(apps, "studio.Run").get().result_score == 0.9
    named = set(rows(apps, "studio.RunBlob").values_list("run_id", "sha256"))
    expected = {digest for one in saved for digest in blobs_of(json.loads(one.model_dump_json()))}
    assert len(expected) == 4  # three files and the picture
    assert named == {(run.id, digest) for digest in expected}
    assert rows(apps, "studio.Run").get().project.owner.username == "local"
    assert rows(apps, "studio.Project").get().mockups.get().asset.sha256 == "a" * 64
    assert [one.body for one in rows(apps, "studio.Event").order_by("seq")] == [
        one.model_dump_json() for one in events
    ]
    kept = rows(apps, "studio.Revision").get()
    assert (kept.token, kept.files) == ("kept", {"index.html": "b" * 64})


def test_the_result_of_a_run_is_found_by_its_score(old_database: str) -> None:
    bodies = [revision(number, {}, score).model_dump_json() for number, score in SCORES]
    apps = migrate(old_database, "0011_hand_edits")
    owner = rows(apps, "auth.User").create(username="local")
    project = rows(apps, "studio.Project").create(owner=owner, name="Sign in")
    for score in (0.8, None, 0.123):
        run = rows(apps, "studio.Run").create(
            project=project, queued_at=timezone.now(), result_score=score
        )
        for seq, body in enumerate(bodies, start=1):
            rows(apps, "studio.Event").create(
                run=run, seq=seq, at=timezone.now(), agent="main", type="revision_saved", body=body
            )
    apps = migrate(old_database, "0012_result_revision")
    found = rows(apps, "studio.Run").values_list("result_score", "result_revision")
    assert set(found) == {(0.8, 3), (None, None), (0.123, None)}
