"""Whole runs of the agent loop with Kimi mini, its server played by a stand-in."""

import pytest

from tests.workers.agent.kit import MakeBench, kinds
from tests.workers.models.mini.test_model import ANSWER, PAGE, model_of
from tests.workers.models.stand_in import calls, says, stand_in
from webapp.studio.events import Event, RunFailed, RunFinished

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINI = [{"id": "kimi-mini"}]
LINK = '<link rel="stylesheet" href="style.css">'


async def test_a_page_is_measured_though_the_model_never_looks(make_bench: MakeBench) -> None:
    with stand_in(calls(*ANSWER), models=MINI) as server:
        events: list[Event] = await make_bench().play(model_of(server))
    assert events[-1] == RunFinished(reason="finished", best_revision=1)
    assert kinds(events).count("turn_started") == 1
    assert "comparison_finished" in kinds(events)


async def test_a_second_mockup_gets_its_own_page_and_style_sheet(
    make_bench: MakeBench,
) -> None:
    page = {**PAGE, "content": f"{LINK}<h1>{{{{0}}}}</h1>"}
    answer = calls(("write_file", page), *ANSWER[1:], size=4)
    bench = make_bench(mockups=2)
    with stand_in(answer, answer, models=MINI) as server:
        events = await bench.play(model_of(server))
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "finished"
    assert [file.path for file in bench.workspace.files()] == [
        "index.html", "page-2.html", "style-2.css", "style.css",
    ]  # fmt: skip
    assert bench.workspace.read_text("page-2.html") == (
        '<link rel="stylesheet" href="style-2.css"><h1>Hello</h1>'
    )
    assert LINK in bench.workspace.read_text("index.html")


async def test_an_answer_in_words_fails_the_run_with_what_to_do(make_bench: MakeBench) -> None:
    silence = says("")
    with stand_in(silence, silence, models=MINI) as server:
        events = await make_bench().play(model_of(server))
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "mini_no_page"
