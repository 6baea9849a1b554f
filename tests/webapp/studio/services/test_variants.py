"""Several takes on one brief: what they may be, what they know of each other, which is opened."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from tests.webapp.conftest import picture
from tests.webapp.record import revision, started
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.errors import BadRequest
from webapp.studio.events import RunFailed, RunFinished, TurnFinished, Usage
from webapp.studio.models import Project, Run, RunGroup
from webapp.studio.parameters import (
    EndpointParameters,
    MockupParameters,
    RunParameters,
    VariantParameters,
)

pytestmark = pytest.mark.usefixtures("installation")


def draft(prompt: str = "") -> VariantParameters:
    return VariantParameters("draft", "html-css", prompt=prompt)


def endpoint(label: str = "Kimi") -> str:
    """The model id of a new endpoint; nothing is asked of it here."""
    url = "http://127.0.0.1:9/v1"
    parameters = EndpointParameters(label=label, url=url, name=label.lower())
    return queries.model_id_of(services.create_endpoint(local_user(), parameters))


def made(*variants: VariantParameters) -> Project:
    owner = local_user()
    asset = services.create_asset(owner, "Sign in.png", BytesIO(picture()))
    mockups = [MockupParameters(str(asset.id), 1.0)]
    return services.create_project_with_variants(owner, mockups, variants)


def runs_of(project: Project) -> list[Run]:
    return list(project.runs.order_by("created_at"))


def ended(run: Run, score: float | None = None) -> Run:
    """A worker takes the run and ends it, with one revision or with a failure."""
    lease = services.claim_run(str(run.id))
    services.append_event(str(run.id), lease, started())
    if score is None:
        services.append_event(str(run.id), lease, RunFailed(code="model_unreachable"))
    else:
        services.append_event(str(run.id), lease, revision(1, {"index.html": b"<p>"}, score))
        services.append_event(str(run.id), lease, RunFinished(reason="finished"))
    return queries.run_by_id(str(run.id))


def opened(project: Project) -> Run | None:
    return queries.opened_run(runs_of(project))


def test_variants_are_runs_of_one_group_and_each_is_named() -> None:
    kimi = endpoint()
    runs = runs_of(
        made(
            draft(),
            VariantParameters(kimi, "html-css"),
            VariantParameters(kimi, "html-css"),
            VariantParameters(kimi, "html-css", "high"),
        )
    )
    assert len({run.group_id for run in runs}) == 1
    assert [run.variant for run in runs] == ["Draft", "Kimi", "Kimi (2)", "Kimi · thinking high"]
    assert [run.thinking for run in runs] == ["", "", "", "high"]


@pytest.mark.parametrize("count", [1, 5])
def test_fewer_than_two_or_more_than_four_are_refused_and_nothing_is_stored(count: int) -> None:
    kimi = endpoint()
    with pytest.raises(BadRequest) as refused:
        made(*[VariantParameters(kimi, "html-css")] * count)
    assert refused.value.code == "variants_number"
    assert not Project.objects.exists()


def test_a_temperature_is_of_endpoints_alone_and_tells_variants_apart() -> None:
    kimi = endpoint()
    runs = runs_of(
        made(
            VariantParameters("draft", "html-css", "high", 0.3),
            VariantParameters(kimi, "html-css", temperature=0.0),
            VariantParameters(kimi, "html-css", temperature=0.6),
        )
    )
    names = ["Draft", "Kimi · temperature 0", "Kimi · temperature 0.6"]
    assert [run.variant for run in runs] == names
    assert [run.temperature for run in runs] == [None, 0.0, 0.6]
    asked = [queries.endpoint_of_run(run) for run in runs]
    assert [one and one.temperature for one in asked] == [None, 0.0, 0.6]


def test_a_model_that_makes_one_page_is_not_asked_for_it_twice() -> None:
    with pytest.raises(BadRequest) as refused:
        made(draft("dark"), draft("light"))
    assert refused.value.code == "variants_same"
    assert "Draft" in refused.value.detail
    assert not RunGroup.objects.exists()


def test_where_one_variant_is_not_on_offer_none_is_begun() -> None:
    with pytest.raises(BadRequest):
        made(draft(), VariantParameters("nobody", "html-css"))
    assert not Run.objects.exists()


def test_variants_know_what_was_written_before_them_and_nothing_of_each_other() -> None:
    project = made(draft("A dark page"), VariantParameters(endpoint(), "html-css", prompt="Calm"))
    dark, calm = runs_of(project)
    assert queries.earlier_words(dark) == queries.earlier_words(calm) == ()
    again = services.create_run(project, RunParameters("", "html-css", "draft"))
    assert queries.earlier_words(again) == ("A dark page", "Calm")


def test_of_variants_the_project_opens_one_at_work_then_the_best_then_the_chosen() -> None:
    kimi = endpoint()
    project = made(draft(), *[VariantParameters(kimi, "html-css")] * 2)
    first, second, third = runs_of(project)
    ended(first, 0.8)
    ended(third)
    assert opened(project) == second
    ended(second, 0.9)
    assert opened(project) == second
    services.choose_run(first)
    assert opened(project) == first
    services.choose_run(third)
    assert opened(project) == third
    newest = services.create_run(project, RunParameters("", "html-css", "draft"))
    assert opened(project) == newest


def test_a_run_that_is_worked_on_after_a_choice_is_opened() -> None:
    project = made(draft(), VariantParameters(endpoint(), "html-css"))
    first, second = runs_of(project)
    services.choose_run(first)
    Run.objects.filter(id=second.id).update(queued_at=timezone.now() + timedelta(seconds=1))
    assert opened(project) == second


def test_all_are_stopped_at_once_and_those_that_ended_stay_as_they_are() -> None:
    kimi = endpoint()
    project = made(draft(), *[VariantParameters(kimi, "html-css")] * 2)
    first, second, third = runs_of(project)
    ended(first, 0.8)
    services.claim_run(str(second.id))
    services.cancel_runs(runs_of(project))
    first, second, third = runs_of(project)
    assert (first.stop_reason, third.stop_reason) == ("finished", "cancelled")
    assert second.cancel_requested
    assert not first.cancel_requested


def test_a_run_counts_what_it_takes_in_all_its_stretches() -> None:
    run = runs_of(made(draft(), VariantParameters(endpoint(), "html-css")))[1]
    run_id = str(run.id)
    for cost in (0.25, None):
        lease = services.claim_run(run_id)
        if cost is not None:
            services.append_event(run_id, lease, started())
        usage = Usage(input_tokens=1000, output_tokens=50, cost=cost)
        services.append_event(run_id, lease, TurnFinished(turn=1, usage=usage))
        Run.objects.filter(id=run_id).update(started_at=timezone.now() - timedelta(seconds=60))
        services.append_event(run_id, lease, RunFinished(reason="paused"))
        Run.objects.filter(id=run_id).update(ended_at=timezone.now() - timedelta(days=1))
        services.continue_run(run_id)
    run = queries.run_by_id(run_id)
    assert (run.input_tokens, run.output_tokens, run.cost) == (2000, 100, 0.25)
    assert run.seconds == pytest.approx(120, abs=5)
    assert run.started_at is None


def test_a_run_shows_the_screenshot_of_its_result() -> None:
    run = runs_of(made(draft(), VariantParameters(endpoint(), "html-css")))[0]
    run_id, lease = str(run.id), services.claim_run(str(run.id))
    for number, score, letter in ((1, 0.9, "a"), (2, 0.5, "b")):
        saved = revision(number, {"index.html": b"<p>"}, score)
        shot = saved.pages[0].screenshot.model_copy(update={"sha256": letter * 64})
        page = saved.pages[0].model_copy(update={"screenshot": shot})
        services.append_event(run_id, lease, saved.model_copy(update={"pages": (page,)}))
    assert queries.run_by_id(run_id).screenshot_sha256 == "a" * 64
    finish = RunFinished(reason="finished", declared_revision=2)
    services.append_event(run_id, lease, finish)
    assert queries.run_by_id(run_id).screenshot_sha256 == "b" * 64
