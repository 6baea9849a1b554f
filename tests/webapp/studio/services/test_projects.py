"""What a project may be made of, each limit at its very value."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from tests.webapp.conftest import picture
from tests.webapp.record import queued_run, revision, started
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.errors import BadRequest, NotFound, QueueUnavailable
from webapp.studio.events import MessageReceived, RunFinished
from webapp.studio.models import Project, Run
from webapp.studio.parameters import MockupParameters, RunParameters

MOST_MOCKUPS = 5
LONGEST_PROMPT = 20_000  # characters
LONGEST_NAME = 200  # characters

pytestmark = pytest.mark.usefixtures("installation")


def choice(prompt: str = "") -> RunParameters:
    return RunParameters(prompt=prompt, stack="html-css", model="draft")


def made(
    name: str = "", file: str = "Sign in.png", scale: float = 1.0, count: int = 1, prompt: str = ""
) -> Project:
    owner = local_user()
    asset = services.create_asset(owner, file, BytesIO(picture()))
    mockups = [MockupParameters(str(asset.id), scale)] * count
    return services.create_project(owner, mockups, choice(prompt), name)


@pytest.mark.parametrize("scale", [0.5, 4.0])
def test_the_smallest_and_the_largest_scale_are_taken(scale: float) -> None:
    assert made(scale=scale).mockups.get().scale == scale


@pytest.mark.parametrize("scale", [0.49, 4.01])
def test_a_scale_beyond_them_is_refused_and_said(scale: float) -> None:
    with pytest.raises(BadRequest, match=r"0\.5 to 4") as refused:
        made(scale=scale)
    assert f"{scale:g}" in str(refused.value)


def test_a_project_has_so_many_mockups() -> None:
    assert made(count=MOST_MOCKUPS).mockups.count() == MOST_MOCKUPS
    with pytest.raises(BadRequest) as refused:
        made(count=MOST_MOCKUPS + 1)
    assert refused.value.code == "too_many_images"


def test_mockups_keep_the_order_they_were_chosen_in() -> None:
    project = made(count=3)
    assert list(project.mockups.values_list("position", flat=True)) == [0, 1, 2]


def test_a_prompt_may_be_so_long() -> None:
    assert len(made(prompt="a" * LONGEST_PROMPT).runs.get().prompt) == LONGEST_PROMPT
    with pytest.raises(BadRequest) as refused:
        made(prompt="a" * (LONGEST_PROMPT + 1))
    assert refused.value.code == "prompt_too_long"


@pytest.mark.parametrize(
    ("name", "file", "expected"),
    [
        ("Given", "Sign in.png", "Given"),
        ("", "Sign in.png", "Sign in"),
        ("", "sign.in.v2.png", "sign.in.v2"),
        ("", "no ending", "no ending"),
        ("", ".png", ".png"),
        ("  many \n blanks ", "a.png", "many blanks"),
        ("   ", "a.png", "Untitled"),
        ("n" * 2 * LONGEST_NAME, "a.png", "n" * LONGEST_NAME),
    ],
)
def test_a_project_is_called_as_told_else_as_its_first_file(
    name: str, file: str, expected: str
) -> None:
    assert made(name, file).name == expected


def test_a_project_that_is_renamed_or_tried_again_is_the_newest() -> None:
    first, second = made("first"), made("second")
    assert Project.objects.first() == second
    services.create_run(first, choice())
    assert Project.objects.first() == first
    services.rename_project(second, "n" * 2 * LONGEST_NAME)
    newest = Project.objects.first()
    assert newest is not None and newest.name == "n" * LONGEST_NAME


def test_the_runs_of_a_deleted_project_wait_for_nothing_until_it_is_restored() -> None:
    run, other = queued_run(), queued_run()
    run_id = str(run.id)
    assert queries.queue_position(str(other.id)) == 2
    services.delete_project(run.project)
    assert queries.queue_position(str(other.id)) == 1
    with pytest.raises(NotFound):
        services.claim_run(run_id)
    Run.objects.update(queued_at=timezone.now() - timedelta(minutes=1), enqueued_at=None)
    assert services.sweep() == (str(other.id),)
    services.restore_project(queries.deleted_project(local_user(), str(run.project_id)))
    assert services.sweep() == (run_id,)
    assert services.claim_run(run_id)


def test_where_the_queue_is_away_the_project_is_stored_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(run_id: str) -> None:
        raise QueueUnavailable

    monkeypatch.setattr("webapp.studio.task_queue.enqueue", away)
    with pytest.raises(QueueUnavailable):
        made("kept")
    assert Run.objects.get().project.name == "kept"


def said_to(run: Run, *texts: str) -> None:
    """A worker takes the run, hears these words and ends it."""
    lease = services.claim_run(str(run.id))
    services.append_event(str(run.id), lease, started())
    for number, text in enumerate(texts, 1):
        heard = MessageReceived(message_id=number, text=text, revision=None)
        services.append_event(str(run.id), lease, heard)
    services.append_event(str(run.id), lease, RunFinished(reason="finished"))


def test_a_run_knows_what_the_person_wrote_in_the_project_before_it() -> None:
    project = made(prompt="A dark page")
    first = project.runs.get()
    assert queries.earlier_words(first) == ()
    said_to(first, "Larger type", "  A dark page ")
    second = services.create_run(project, choice(" "))
    assert queries.earlier_words(second) == ("A dark page", "Larger type")
    third = services.create_run(project, choice("Larger type"))
    assert queries.earlier_words(third) == ("A dark page",)
    said_to(second, "Said to the second after the third was asked for")
    assert queries.earlier_words(third) == ("A dark page",)
    assert queries.earlier_words(made(prompt="Another project").runs.get()) == ()


def test_where_words_were_said_before_it_the_last_revision_of_a_run_is_its_result() -> None:
    project = made(prompt="A dark page")
    again = services.create_run(project, choice())
    lease = services.claim_run(str(again.id))
    for number, score in ((1, 0.9), (2, 0.5)):
        saved = revision(number, {"index.html": b"<p>"}, score)
        reader = saved.model.model_copy(update={"reads_words": True})
        services.append_event(str(again.id), lease, saved.model_copy(update={"model": reader}))
    assert queries.run_by_id(str(again.id)).result_score == 0.5
