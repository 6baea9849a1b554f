"""What a model declares: its plan, and what is meant to be otherwise than on the mockup."""

from dataclasses import replace

import pytest

from tests.workers.agent.kit import Bench, MakeBench, recorded, revisions
from tests.workers.agent.tools.test_without_browser import painted, text_of, use
from webapp.studio.events import (
    ComparisonFinished,
    Deviation,
    DeviationsDeclared,
    FileRef,
    ModelRef,
    PlanStep,
    PlanUpdated,
    Rect,
    RevisionSaved,
)
from workers.agent.protocols import Guideline, PersonMessage
from workers.agent.transcript import Progress
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn

pytestmark = pytest.mark.asyncio(loop_scope="session")

DARK = {"reason": "Dark theme", "aspect": "colours"}


def asked(bench: Bench, words: str) -> Bench:
    bench.context.task = replace(bench.task, prompt=words)
    return bench


async def test_a_plan_is_told_with_how_far_it_is(bench: Bench) -> None:
    steps = [{"text": "Hero", "state": "done"}, {"text": "Cards"}]
    result = await use(bench, "plan", steps=steps)
    assert result.ok
    assert result.for_ui == "Plan: 1 of 2 done"
    first, second = PlanStep(text="Hero", state="done"), PlanStep(text="Cards")
    assert result.events == (PlanUpdated(steps=(first, second)),)
    assert not (await use(bench, "plan", steps=[])).ok


async def test_a_deviation_is_only_what_a_person_asked_for(bench: Bench) -> None:
    refused = await use(asked(bench, "  "), "deviate", deviations=[DARK])
    assert not refused.ok
    assert "Nobody asked" in text_of(refused)
    rules = Guideline("rules", FileRef(path="DESIGN.md", sha256="0" * 64, size=1), "Dark.")
    bench.context.task = replace(bench.context.task, guidelines=(rules,))
    assert (await use(bench, "deviate", deviations=[DARK])).ok
    bench.context.progress.said.append(PersonMessage(1, "Make it dark"))
    assert (await use(bench, "deviate", deviations=[DARK])).ok


async def test_deviations_are_declared_whole_and_can_be_taken_back(bench: Bench) -> None:
    asked(bench, "A dark page")
    result = await use(bench, "deviate", deviations=[DARK])
    assert result.for_ui == "Not measured: Dark theme"
    declared = DeviationsDeclared(deviations=(Deviation(reason="Dark theme", aspect="colours"),))
    assert result.events == (declared,)
    back = await use(bench, "deviate", deviations=[])
    assert back.for_ui == "All is measured again"
    assert back.events == (DeviationsDeclared(deviations=()),)


async def test_a_deviation_leaves_something_to_measure(bench: Bench) -> None:
    asked(bench, "No footer")
    mockup = bench.task.mockups[0]
    width, height = mockup.width / mockup.scale, mockup.height / mockup.scale
    part = {"x": 0, "y": 0, "width": width, "height": height * 0.55}
    whole = {**part, "height": height * 0.65}
    assert (await use(bench, "deviate", deviations=[{"reason": "a", "region": part}])).ok
    refused = await use(bench, "deviate", deviations=[{"reason": "a", "region": whole}])
    assert "65% of the page" in text_of(refused)
    assert not refused.ok
    everywhere = {"reason": "a", "region": whole, "aspect": "words"}
    assert (await use(bench, "deviate", deviations=[everywhere])).ok
    assert "needs an aspect" in text_of(await use(bench, "deviate", deviations=[{"reason": "a"}]))
    nowhere = {**DARK, "mockup_index": 7}
    assert "no mockup 7" in text_of(await use(bench, "deviate", deviations=[nowhere]))


async def test_a_comparison_leaves_out_what_was_declared_for_its_page(
    make_bench: MakeBench,
) -> None:
    bench = make_bench(mockups=2)
    painted(bench, "index.html", "page-2.html")
    mockup = bench.task.mockups[0]
    region = Rect(x=0, y=0, width=mockup.width, height=mockup.height)

    async def totals() -> list[float]:
        result = await use(bench, "compare")
        (event,) = result.events
        assert isinstance(event, ComparisonFinished)
        return [page.score.total for page in event.pages]

    before = await totals()
    assert max(before) < 0.9
    deviation = Deviation(reason="Rebuilt", region=region, mockup_index=1)
    bench.context.progress.note(DeviationsDeclared(deviations=(deviation,)))
    after = await totals()
    assert after[0] == before[0]
    assert after[1] > 0.9
    assert '"not_measured": ["Rebuilt"]' in text_of(await use(bench, "compare"))


async def test_a_saved_revision_is_looked_at_again(bench: Bench) -> None:
    painted(bench)
    assert "none is saved yet" in text_of(await use(bench, "show_revision", number=1))
    (event,) = (await use(bench, "compare")).events
    assert isinstance(event, ComparisonFinished)
    progress = bench.context.progress
    progress.note(
        RevisionSaved(
            number=1,
            files=bench.workspace.files(),
            pages=event.pages,
            score=event.score,
            model=ModelRef(id="x", prompt_version="1"),
        )
    )
    result = await use(bench, "show_revision", number=1)
    page = event.pages[0]
    assert result.for_model[:2] == (page.screenshot, page.heat_map)
    assert f"{event.score.total:.4f}" in text_of(result)
    assert "index.html" in text_of(result)
    assert "there are 1 to 1" in text_of(await use(bench, "show_revision", number=2))


def scripted(*turns: tuple[tuple[str, dict[str, object]], ...]) -> ScriptedModel:
    return ScriptedModel(
        tuple(
            ScriptedTurn(calls=tuple(ScriptedCall(name=n, arguments=a) for n, a in calls))
            for calls in turns
        )
    )


async def test_what_is_declared_after_a_comparison_is_left_out_of_the_next(bench: Bench) -> None:
    page = "<!doctype html><style>body{margin:0;background:#111;color:#fff}</style><p>Hello"
    bench = replace(asked(bench, "A dark page"), task=bench.context.task)
    model = scripted(
        (
            ("write_file", {"path": "index.html", "content": page}),
            ("compare", {}),
            ("compare", {}),
            ("deviate", {"deviations": [DARK]}),
            ("compare", {}),
            ("compare", {}),
            ("finish", {}),
        ),
    )
    events = await bench.play(model)
    first, second = revisions(events)  # the very same files, measured otherwise
    assert first.files == second.files
    assert first.score.parts["colour"] != 1
    assert (second.score.parts["colour"], second.score.parts["structure"]) == (1, None)
    again = Progress.replay(recorded(events))
    assert again.deviations == (Deviation(reason="Dark theme", aspect="colours"),)
    assert not again.is_unsaved()
    outcomes = [one for one in again.outcomes.values() if one.call.name == "compare"]
    assert [one.revision for one in outcomes] == [1, None, 2, None]
    assert [one.summary.startswith("Match ") for one in outcomes] == [True] * 4
