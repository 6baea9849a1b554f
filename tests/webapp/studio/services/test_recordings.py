"""Recordings in the hands of workers: claimed once, picked up when one is lost, forgotten last."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from redis import Redis

from tests.own_redis import OwnRedis
from tests.webapp import recorded
from tests.webapp.record import claimed_run
from tests.webapp.studio.services.test_store import age_all, stored
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.errors import Conflict, LeaseLost, NotFound
from webapp.studio.events import Limits, ModelRef, RunStarted
from webapp.studio.models import Asset, Project, RunBlob
from webapp.studio.parameters import RunParameters
from webapp.studio.recording_models import Recording
from webapp.studio.services.reading import SENT_AGAIN_AFTER
from webapp.studio.services.runs import FORGOTTEN_AFTER, LOST_AFTER, MAX_LOSSES
from webapp.studio.services.store import DELETED_KEPT, GRACE, UPLOADS_KEPT
from webapp.studio.storage import blobs

pytestmark = pytest.mark.usefixtures("installation")


def only() -> Recording:
    return Recording.objects.get()


def fall_silent() -> None:
    Recording.objects.update(heartbeat_at=timezone.now() - 2 * LOST_AFTER)


def project_of(recording: Recording) -> Project:
    mockup = services.first_mockup(recording)
    choice = RunParameters("", "html-css", "draft")
    return services.create_project(local_user(), [mockup], choice, recording=recording)


def test_a_recording_is_claimed_once() -> None:
    recording_id = str(recorded.uploaded().id)
    lease = services.claim_recording(recording_id)
    with pytest.raises(LeaseLost):
        services.claim_recording(recording_id)
    services.report_reading(recording_id, lease, 0.4)
    assert only().progress == 0.4
    services.finish_reading(recording_id, lease, recorded.storyboard())
    with pytest.raises(LeaseLost):
        services.claim_recording(recording_id)


def test_who_was_lost_writes_nothing_over_who_took_it_up() -> None:
    recording_id = str(recorded.uploaded().id)
    lost = services.claim_recording(recording_id)
    fall_silent()
    assert services.sweep_recordings() == ()  # it was enqueued at once
    taken = services.claim_recording(recording_id)
    writes: tuple[Callable[[], None], ...] = (
        lambda: services.report_reading(recording_id, lost, 0.9),
        lambda: services.refuse_recording(recording_id, lost, "recording_unreadable", ""),
        lambda: services.finish_reading(recording_id, lost, recorded.storyboard()),
    )
    for write in writes:
        with pytest.raises(LeaseLost):
            write()
    services.finish_reading(recording_id, taken, recorded.storyboard())
    assert (only().state, only().losses) == ("ready", 1)


def test_one_that_takes_down_every_worker_is_refused() -> None:
    recording_id = str(recorded.uploaded().id)
    for _ in range(MAX_LOSSES):
        services.claim_recording(recording_id)
        fall_silent()
        services.sweep_recordings()
    assert (only().state, only().error_code) == ("refused", "recording_reader_lost")
    services.read_again(only())
    assert (only().state, only().losses, only().error_code) == ("waiting", 0, "")


def test_one_whose_task_was_lost_is_enqueued_again(own_redis: OwnRedis) -> None:
    own_redis.kill()
    recording_id = str(recorded.uploaded().id)
    assert (only().state, only().enqueued_at) == ("waiting", None)
    own_redis.start()
    Recording.objects.update(queued_at=timezone.now() - timedelta(seconds=3))
    assert services.sweep_recordings() == (recording_id,)
    assert services.sweep_recordings() == ()
    old = timezone.now() - 2 * FORGOTTEN_AFTER
    Recording.objects.update(enqueued_at=old)
    assert services.sweep_recordings() == ()  # its task is in the queue
    with Redis.from_url(own_redis.url) as redis:
        redis.flushall()  # which has forgotten it
    Recording.objects.update(enqueued_at=old)
    assert services.sweep_recordings() == (recording_id,)
    Recording.objects.update(enqueued_at=timezone.now() - SENT_AGAIN_AFTER / 2)
    assert services.sweep_recordings() == ()
    Recording.objects.update(enqueued_at=timezone.now() - SENT_AGAIN_AFTER * 2)
    assert services.sweep_recordings() == (recording_id,)


def test_one_that_is_deleted_while_it_is_read_is_gone() -> None:
    recording_id = str(recorded.uploaded().id)
    lease = services.claim_recording(recording_id)
    services.delete_recording(only())
    with pytest.raises(LeaseLost):
        services.report_reading(recording_id, lease, 0.5)
    with pytest.raises(NotFound):
        services.finish_reading(recording_id, lease, recorded.storyboard())


def test_its_bytes_are_kept_with_its_project_and_go_with_it() -> None:
    recording = recorded.read()
    project = project_of(recording)
    Recording.objects.update(created_at=timezone.now() - 2 * UPLOADS_KEPT)
    age_all(2 * GRACE)
    before = stored()
    assert services.collect_unreferenced().count == 0
    copy_id = _duplicate(project)
    services.delete_project(project)
    Project.objects.filter(id=project.id).update(deleted_at=timezone.now() - 2 * DELETED_KEPT)
    assert services.collect_unreferenced().count == 0
    assert stored() == before
    services.delete_project(Project.objects.get(id=copy_id))
    Project.objects.update(deleted_at=timezone.now() - 2 * DELETED_KEPT)
    assert services.collect_unreferenced().count > 0
    asset = Asset.objects.get()
    assert stored() <= {asset.sha256, asset.thumbnail_sha256}
    assert Recording.objects.count() == 0


def _duplicate(project: Project) -> str:
    services.cancel_runs(list(project.runs.all()))
    return str(services.duplicate_project(project).id)


def test_one_of_no_project_is_kept_for_a_while() -> None:
    recorded.read()
    age_all(2 * GRACE)
    assert services.collect_unreferenced().count == 0
    Recording.objects.update(created_at=timezone.now() - 2 * UPLOADS_KEPT)
    services.collect_unreferenced()
    assert stored() == set()


def test_who_may_see_a_run_may_see_its_states() -> None:
    run_id, lease = claimed_run()
    board = recorded.storyboard()
    started = RunStarted(
        model=ModelRef(id="draft", prompt_version="1"),
        stack="html-css",
        prompt="",
        mockups=(),
        limits=Limits(),
        storyboard=board,
    )
    services.append_event(run_id, lease, started)
    seen = set(RunBlob.objects.values_list("sha256", flat=True))
    assert seen == {state.picture for state in board.states}
    assert services.check_store().missing == ()  # the recording itself is no blob
    digest = board.states[1].picture
    assert queries.blob(queries.run_by_id(run_id), digest).sha256 == digest


def test_a_project_has_the_recording_that_it_was_made_of() -> None:
    recording = recorded.read()
    project_of(recording)
    with pytest.raises(Conflict):
        services.delete_recording(recording)
    assert blobs().get(recorded.storyboard().states[0].picture)
