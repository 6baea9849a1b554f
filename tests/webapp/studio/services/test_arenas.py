"""Rounds of an arena: what is queued, what goes on, what the table says of it."""

from io import BytesIO

import pytest

from tests.webapp.conftest import picture
from tests.webapp.record import revision, started
from tests.webapp.studio.services.test_variants import ended, endpoint
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.arenas import ArenaTable, arena_summary, arena_table, arenas, deleted_arena
from webapp.studio.errors import BadRequest, Conflict, NotFound
from webapp.studio.events import RunFailed, RunFinished, TurnFinished, Usage
from webapp.studio.models import Arena, Run, RunGroup
from webapp.studio.parameters import MockupParameters, VariantParameters

pytestmark = pytest.mark.usefixtures("installation")

DRAFT = VariantParameters("draft", "html-css")


def mockup(colour: str) -> MockupParameters:
    asset = services.create_asset(local_user(), f"{colour}.png", BytesIO(picture(colour=colour)))
    return MockupParameters(str(asset.id), 1.0)


def kimi(prompt: str = "", label: str = "") -> VariantParameters:
    return VariantParameters(endpoint(), "html-css", prompt=prompt, label=label)


def round_of(*colours: str, variants: list[VariantParameters], name: str = "Shop") -> RunGroup:
    return services.start_round(local_user(), name, [mockup(one) for one in colours], variants)


def runs_of(group: RunGroup) -> list[Run]:
    """A mockup after the other, each by its models in order."""
    return list(group.runs.order_by("created_at"))


def table(number: int | None = None) -> ArenaTable:
    return arena_table(Arena.objects.get(deleted_at=None), number)


def scores(number: int | None = None) -> list[list[float | None]]:
    return [[cell.score if cell else None for cell in row.cells] for row in table(number).rows]


def test_every_mockup_is_a_project_with_a_run_for_every_model() -> None:
    group = round_of("navy", "teal", variants=[DRAFT, kimi()])
    names = [(run.project.name, run.variant) for run in runs_of(group)]
    assert names == [("navy", "Draft"), ("navy", "Kimi"), ("teal", "Draft"), ("teal", "Kimi")]
    assert queries.projects(local_user()) == []  # they are listed with their arena


def test_a_model_that_reads_words_gets_every_prompt_and_another_is_asked_once() -> None:
    prompts = [("short.md", "Be brief."), ("long.md", "Be thorough.")]
    asked = services.contestants(local_user(), [DRAFT, kimi()], prompts)
    runs = runs_of(round_of("navy", variants=asked))
    assert [(run.variant, run.prompt) for run in runs] == [
        ("Draft", "Be brief."),
        ("Kimi · short.md", "Be brief."),
        ("Kimi · long.md", "Be thorough."),
    ]
    assert queries.earlier_words(runs[2]) == ()
    for run in runs:
        ended(run, 0.5)
    again = runs_of(services.start_again(Arena.objects.get()))
    assert [(run.variant, run.prompt) for run in again] == [
        (run.variant, run.prompt) for run in runs
    ]
    assert queries.earlier_words(again[2]) == ()  # no round knows another
    (one,) = services.contestants(local_user(), [kimi()], prompts[:1])
    assert (one.prompt, one.label) == ("Be brief.", "")


def test_a_round_under_way_goes_on_and_another_begins_once_it_has_ended() -> None:
    first = round_of("navy", "teal", variants=[DRAFT])
    ended(runs_of(first)[0], 0.8)
    assert round_of("navy", "teal", variants=[DRAFT]) == first
    other = round_of("navy", "teal", variants=[DRAFT, kimi()])
    assert other != first
    for run in [*runs_of(first)[1:], *runs_of(other)]:
        ended(run, 0.8)
    third = round_of("navy", "teal", variants=[DRAFT])
    assert third not in (first, other)
    assert Arena.objects.get().projects.count() == 2


def test_a_mockup_is_added_to_an_arena_and_other_mockups_are_refused() -> None:
    for run in runs_of(round_of("navy", variants=[DRAFT])):
        ended(run, 0.8)
    round_of("navy", "teal", "teal", variants=[DRAFT])
    assert [row.name for row in table().rows] == ["navy.png", "teal.png"]
    for run in runs_of(Arena.objects.get().rounds.all()[1]):
        ended(run, 0.9)
    assert table().means[0].before is None  # the former mean was of other mockups
    with pytest.raises(BadRequest) as refused:
        round_of("olive", variants=[DRAFT])
    assert refused.value.code == "arena_other_mockups"
    round_of("olive", variants=[DRAFT], name="Olive")
    assert Arena.objects.count() == 2


def test_an_arena_that_there_is_needs_no_mockups_for_a_round_with_other_words() -> None:
    for run in runs_of(round_of("navy", "teal", variants=[kimi("Be brief.")])):
        ended(run, 0.8)
    for run in runs_of(round_of(variants=[kimi("Be thorough.")])):
        ended(run, 0.9)
    assert [row.name for row in table().rows] == ["navy.png", "teal.png"]
    assert (table(1).prompts, table(2).prompts) == (["Be brief."], ["Be thorough."])
    assert table().means[0].before == pytest.approx(0.8)


@pytest.mark.parametrize(("mockups", "models"), [(0, 1), (1, 0), (51, 1), (1, 7)])
def test_an_arena_has_bounds(mockups: int, models: int) -> None:
    given = [mockup("navy")] * mockups
    with pytest.raises(BadRequest) as refused:
        services.start_round(local_user(), "Shop", given, [DRAFT] * models)
    assert refused.value.code == "arena_size"
    with pytest.raises(BadRequest):
        services.start_round(local_user(), "  ", [mockup("navy")], [DRAFT])


def test_the_table_tells_scores_means_and_who_is_best() -> None:
    runs = runs_of(round_of("navy", "teal", variants=[DRAFT, kimi()]))
    for run, score in zip(runs, [0.8, 0.9, 0.7, None], strict=True):
        ended(run, score)
    told = table()
    assert scores() == [[0.8, 0.9], [0.7, None]]
    assert [row.best for row in told.rows] == [[1], []]
    assert [mean.pages for mean in told.means] == [2, 1]
    assert [mean.score for mean in told.means] == pytest.approx([0.75, 0.9])
    assert told.best == []  # the other's mean is of fewer mockups
    failed = told.rows[1].cells[1]
    assert failed is not None
    assert failed.problem is not None
    assert failed.problem.code == "model_unreachable"
    assert failed.render_url is None
    shown = told.rows[0].cells[0]
    assert shown is not None
    assert shown.render_url is not None


def test_equal_scores_are_both_best() -> None:
    for run in runs_of(round_of("navy", variants=[DRAFT, kimi()])):
        ended(run, 0.8)
    assert table().rows[0].best == [0, 1]
    assert table().best == [0, 1]


def test_a_later_round_is_held_against_the_last_score_before_it() -> None:
    first = runs_of(round_of("navy", "teal", variants=[DRAFT]))
    for run, reached in zip(first, [0.6, 0.8], strict=True):
        ended(run, reached)
    arena = Arena.objects.get()
    for run, score in zip(runs_of(services.start_again(arena)), [0.7, None], strict=True):
        ended(run, score)
    for run, last in zip(runs_of(services.start_again(arena)), [0.9, 0.5], strict=True):
        ended(run, last)
    before = [[cell and cell.before for cell in row.cells] for row in table().rows]
    assert before == [[0.7], [0.8]]
    assert table().means[0].before == pytest.approx(0.75)
    assert scores(1) == [[0.6], [0.8]]
    assert table(1).means[0].before is None
    assert [(one.number, one.runs, one.ended) for one in table().rounds] == [
        (1, 2, 2),
        (2, 2, 2),
        (3, 2, 2),
    ]
    newest = arena_summary(arena).newest
    assert newest is not None
    assert newest.means == table().means
    with pytest.raises(NotFound):
        table(4)


def test_what_the_runs_took_is_told_for_each_page_and_its_cost_for_all() -> None:
    for run, tokens, cost in zip(
        runs_of(round_of("navy", "teal", variants=[kimi()])), (100, 300), (0.5, 0.25), strict=True
    ):
        lease = services.claim_run(str(run.id))
        services.append_event(str(run.id), lease, started())
        usage = Usage(input_tokens=tokens, output_tokens=10, cost=cost)
        services.append_event(str(run.id), lease, TurnFinished(turn=1, usage=usage))
        services.append_event(str(run.id), lease, revision(1, {"index.html": b"<p>"}, 0.9))
        services.append_event(str(run.id), lease, RunFinished(reason="finished"))
    (mean,) = table().means
    assert mean.tokens == 210
    assert mean.total_cost == 0.75
    assert mean.seconds is not None


def test_no_round_begins_and_nothing_is_deleted_while_one_is_under_way() -> None:
    runs = runs_of(round_of("navy", variants=[DRAFT]))
    arena = Arena.objects.get()
    for refused in (services.start_again, services.delete_arena):
        with pytest.raises(Conflict) as conflict:
            refused(arena)
        assert conflict.value.code == "arena_active"
    services.cancel_arena(arena)
    services.delete_arena(arena)
    assert list(arenas(local_user())) == []
    with pytest.raises(NotFound):
        queries.run(local_user(), str(runs[0].id))
    other = round_of("navy", variants=[DRAFT])  # the name is free
    deleted = deleted_arena(local_user(), str(arena.id))
    with pytest.raises(Conflict):
        services.restore_arena(deleted)
    services.cancel_arena(other.arena or arena)
    services.delete_arena(other.arena or arena)
    services.restore_arena(deleted)
    assert list(arenas(local_user())) == [arena]
    assert queries.run(local_user(), str(runs[0].id)) == runs[0]
    assert table().rows[0].cells[0] is not None


def test_a_run_that_failed_and_was_continued_has_no_problem_any_more() -> None:
    (run,) = runs_of(round_of("navy", variants=[kimi()]))
    run_id, lease = str(run.id), services.claim_run(str(run.id))
    services.append_event(run_id, lease, RunFailed(code="model_unreachable"))
    services.continue_run(run_id)
    cell = table().rows[0].cells[0]
    assert cell is not None
    assert (cell.state, cell.problem) == ("queued", None)
