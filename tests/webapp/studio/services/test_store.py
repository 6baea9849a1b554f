"""What the record's bytes are held to, and when those that nothing refers to are deleted."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.webapp.conftest import picture
from tests.webapp.record import claimed_run, digest, revision, started
from tests.webapp.studio.uploads.test_references import PAGE, zipped
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import RunFinished
from webapp.studio.models import Asset, Project, Reference
from webapp.studio.parameters import MockupParameters, RunParameters
from webapp.studio.services.store import DELETED_KEPT, GRACE, UPLOADS_KEPT
from webapp.studio.storage import blobs

pytestmark = pytest.mark.usefixtures("installation")


def path_of(sha256: str) -> Path:
    store = blobs()
    assert isinstance(store, FileBlobs)
    return store.path(sha256)


def age(sha256: str, by: timedelta) -> None:
    then = time.time() - by.total_seconds()
    os.utime(path_of(sha256), (then, then))


def age_all(by: timedelta) -> None:
    for blob in blobs().stored():
        age(blob.digest, by)


def stored() -> set[str]:
    return {blob.digest for blob in blobs().stored()}


def check(*arguments: str) -> str:
    told = io.StringIO()
    call_command("check_store", *arguments, stdout=told)
    return told.getvalue()


def test_what_a_deleted_project_leaves_behind_is_deleted_after_a_while() -> None:
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, started())
    services.append_event(run_id, lease, revision(1, {"index.html": b"<p>Hello"}))
    services.append_event(run_id, lease, RunFinished(reason="finished"))
    project = queries.run_by_id(run_id).project
    age_all(2 * GRACE)
    before = stored()
    assert services.collect_unreferenced().count == 0
    assert stored() == before
    services.delete_project(project)
    assert services.collect_unreferenced().count == 0
    services.restore_project(queries.deleted_project(project.owner, str(project.id)))
    services.delete_project(project)
    Project.objects.update(deleted_at=timezone.now() - 2 * DELETED_KEPT)
    assert services.collect_unreferenced().count > 0
    assert Project.objects.count() == 0
    assert digest(b"<p>Hello") not in stored()
    asset = Asset.objects.get()  # for another project, for a while
    assert {asset.sha256, asset.thumbnail_sha256} <= stored()
    Asset.objects.update(created_at=timezone.now() - 2 * UPLOADS_KEPT)
    services.collect_unreferenced()
    assert stored() == set()
    assert Asset.objects.count() == 0


def test_a_blob_is_kept_for_a_day_since_it_was_last_stored() -> None:
    kept = blobs().put(b"stored again")
    lost = blobs().put(b"stored once")
    for one in (kept, lost):
        age(one, 2 * GRACE)
    blobs().put(b"stored again")
    freed = services.collect_unreferenced()
    assert (freed.count, freed.size) == (1, len(b"stored once"))
    assert stored() == {kept}
    age(kept, GRACE / 2)
    assert services.collect_unreferenced().count == 0


def test_a_picture_of_a_project_that_waits_is_never_deleted() -> None:
    run_id, _ = claimed_run()
    Asset.objects.update(created_at=timezone.now() - 2 * UPLOADS_KEPT)
    age_all(2 * GRACE)
    assert services.collect_unreferenced().count == 0
    assert queries.mockups(str(queries.run_by_id(run_id).project_id))


def test_the_files_of_a_projects_rules_and_base_are_kept_and_those_of_none_go() -> None:
    owner = local_user()
    asset = services.create_asset(owner, "a.png", io.BytesIO(picture()))
    base = services.create_reference(owner, "site.zip", zipped(PAGE))
    rules = services.create_reference(owner, "DESIGN.md", b"Blue.")
    services.create_reference(owner, "unused.md", b"Green.")
    services.create_project(
        owner,
        [MockupParameters(str(asset.id), 1.0)],
        RunParameters("", "html-css", "draft"),
        reference_ids=[str(base.id), str(rules.id)],
    )
    age_all(2 * GRACE)
    assert services.collect_unreferenced().count == 0
    Reference.objects.update(created_at=timezone.now() - 2 * UPLOADS_KEPT)
    assert services.collect_unreferenced().count == 1
    assert {digest(b"Blue."), *map(digest, PAGE.values())} <= stored()
    assert digest(b"Green.") not in stored()
    assert {one.name for one in Reference.objects.all()} == {"site.zip", "DESIGN.md"}


def test_rules_that_come_again_are_kept_as_long_as_new_ones() -> None:
    services.create_reference(local_user(), "DESIGN.md", b"Blue.")
    Reference.objects.update(created_at=timezone.now() - 2 * UPLOADS_KEPT)
    services.create_reference(local_user(), "DESIGN.md", b"Blue.")
    services.collect_unreferenced()
    assert Reference.objects.count() == 1


def test_a_damaged_picture_is_named_and_repaired_by_uploading_it_again() -> None:
    asset = services.create_asset(local_user(), "a.png", io.BytesIO(picture(1000, 800)))
    assert "damaged" not in check()
    path_of(asset.sha256).write_bytes(b"")
    path_of(asset.thumbnail_sha256).unlink()
    with pytest.raises(KeyError):
        blobs().get(asset.sha256)
    told = io.StringIO()
    with pytest.raises(CommandError, match="uploaded again"):
        call_command("check_store", stdout=told)
    assert f"damaged: {asset.sha256}" in told.getvalue()
    assert f"missing: {asset.thumbnail_sha256}" in told.getvalue()
    services.create_asset(local_user(), "a.png", io.BytesIO(picture(1000, 800)))
    assert "damaged" not in check()


def test_the_command_deletes_only_when_it_is_told_to() -> None:
    blobs().put(b"nobody's")
    age_all(2 * GRACE)
    assert "referred to by nothing: 1 files" in check()
    assert len(stored()) == 1
    assert "deleted: 1 files" in check("--collect")
    assert stored() == set()


def test_a_picture_that_comes_again_has_its_new_name_and_scale() -> None:
    first = services.create_asset(local_user(), "first.png", io.BytesIO(picture()))
    again = services.create_asset(local_user(), "second@2x.png", io.BytesIO(picture()))
    assert again.id == first.id
    assert (again.name, again.scale) == ("second@2x.png", 2.0)


def test_what_was_never_whole_is_told_and_deleted_after_a_while() -> None:
    store = blobs()
    assert isinstance(store, FileBlobs)
    folder = store.path(store.put(b"kept")).parent
    young, old = folder / ".young", folder / ".old"
    for path in (young, old):
        path.write_bytes(b"half of a file")
    then = time.time() - 2 * GRACE.total_seconds()
    os.utime(old, (then, then))
    assert "never whole: 2 files" in check()
    assert "deleted: 1 files, 14" in check("--collect")
    assert young.exists()
    assert not old.exists()
