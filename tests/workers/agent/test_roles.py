"""What a further mockup is to the first: told from its words and pixels, and then held to."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.workers.agent.kit import Bench, recorded, revisions
from tests.workers.models.stand_in import calls, stand_in
from webapp.studio.events import Limits, ModelRef, RunFinished, RunStarted
from workers.agent.protocols import Mockup, Task
from workers.agent.roles import Seen, role_of, with_inferred_roles
from workers.agent.run_task import RunEnvironment, run_task
from workers.agent.started import run_started
from workers.agent.transcript import Progress
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import Image
from workers.management.local_run import mockup_of
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn
from workers.shot import RenderRequest

TEN = tuple(f"word{number}" for number in range(10))


def blank(width: int, height: int, changed: float = 0.0) -> Image:
    """White, with a share of its rows grey."""
    image = np.full((height, width, 3), 255, np.uint8)
    image[: round(changed * height)] = 128
    return image


def seen(width: int, height: int, shared: int = 10, changed: float = 0.0) -> Seen:
    """A mockup with ten words, so many of them those of TEN."""
    others = tuple(f"other{number}" for number in range(10 - shared))
    return Seen(blank(width, height, changed), (*TEN[:shared], *others))


def wordless(width: int, height: int, changed: float = 0.0, words: Sequence[str] = ()) -> Seen:
    return Seen(blank(width, height, changed), tuple(words))


@pytest.mark.parametrize(
    ("first", "other", "role"),
    [
        # of another width: 1.5 times, and six of ten words
        (seen(1200, 400), seen(800, 900), "width"),
        (seen(390, 800), seen(1280, 800), "width"),
        (seen(1200, 400), seen(820, 900), "page"),
        (seen(1200, 400), seen(390, 900, shared=6), "width"),
        (seen(1200, 400), seen(390, 900, shared=5), "page"),
        (seen(1200, 400), wordless(390, 900), "page"),
        # of the same size, within a tenth: seven of ten words
        (seen(400, 400), seen(400, 400, shared=7, changed=1), "state"),
        (seen(400, 400), seen(400, 400, shared=6), "page"),
        (seen(400, 400), seen(440, 440), "state"),
        (seen(400, 400), seen(448, 400), "page"),
        (seen(400, 400), seen(400, 448), "page"),
        # too few words to tell: nine of ten pixels
        (seen(400, 400), wordless(400, 400, changed=0.1), "state"),
        (seen(400, 400), wordless(400, 400, changed=0.12), "page"),
        (seen(400, 400), wordless(400, 400, words=["a"] * 4), "state"),
        (seen(400, 400), wordless(400, 400, words=["a"] * 5), "page"),
    ],
)
def test_a_role_is_told_from_size_words_and_pixels(first: Seen, other: Seen, role: str) -> None:
    assert role_of(first, other) == role


def test_a_channel_may_differ_by_twelve() -> None:
    first = wordless(100, 100)
    for apart, role in ((12, "state"), (13, "page")):
        other = Seen(first.image - np.uint8(apart), ())
        assert role_of(first, other) == role


def test_a_word_counts_as_often_as_it_is_there() -> None:
    first = Seen(blank(400, 400), ("buy",) * 3 + TEN)
    other = Seen(blank(400, 400), ("buy",) * 10)
    assert role_of(first, other) == "page"


SITE = {
    "index.html": """<!doctype html><html lang=en><meta charset=utf-8><title>Farm</title>
<link rel=stylesheet href=style.css>
<header>Green valley farm</header>
<main><section><h2>Plan the season</h2><p>Crops and crews in one place</p></section>
<section><h2>Watch the weather</h2><p>Rain is told an hour before</p></section></main>""",
    "style.css": """body { margin: 0; font: 18px/1.5 sans-serif; color: #1b2a4a; background: #fff }
header { padding: 20px; background: #1b2a4a; color: #fff; font-weight: 700 }
main { display: flex; gap: 20px; padding: 20px }
section { flex: 1; padding: 16px; background: #eef1f6 }
h2 { margin: 0; font-size: 24px }
p { margin: 8px 0 0 }
@media (max-width: 600px) { main { flex-direction: column } }
""",
}


async def mockups_of(bench: Bench, folder: Path, *widths: int) -> tuple[Mockup, ...]:
    """What the page of SITE looks like at these widths."""
    for path, content in SITE.items():
        (folder / path).write_text(content)
    found = []
    for width in widths:
        request = RenderRequest(page="index.html", width=width, height=300)
        shot = await bench.context.renderer.render(folder, request)
        sha256 = bench.blobs.put(shot.png)
        found.append(mockup_of(bench.blobs.path(sha256), sha256))
    return tuple(found)


@pytest.mark.asyncio(loop_scope="session")
async def test_two_widths_of_a_page_are_found_and_measured_on_it(
    bench: Bench, tmp_path: Path
) -> None:
    mockups = await mockups_of(bench, tmp_path, 1280, 390)
    task = replace(bench.task, mockups=mockups)
    writes = [("write_file", {"path": path, "content": content}) for path, content in SITE.items()]
    with stand_in(
        calls(*writes), calls(("compare", {}), first=2), calls(("finish", {}), first=3)
    ) as server:
        model = ClientModel(Endpoint(server.url, "kimi-k2.5", pauses=()))
        environment = RunEnvironment(bench.blobs, bench.context.renderer)
        events = [event async for event in run_task(task, model, environment)]

    started = next(one for one in events if isinstance(one, RunStarted))
    assert [(one.role, one.page) for one in started.mockups] == [
        ("page", "index.html"),
        ("width", "index.html"),
    ]
    told = repr(server.requests[0]["messages"][1])
    assert "its page index.html is 390×" in told
    assert "at 390 CSS pixels: one responsive page for both" in told
    (saved,) = revisions(events)
    assert [(one.mockup_index, one.page) for one in saved.pages] == [
        (0, "index.html"),
        (1, "index.html"),
    ]
    assert [one.screenshot.width for one in saved.pages] == [1280, 390]
    assert min(one.score.total for one in saved.pages) > 0.99
    assert {file.path for file in saved.files} == set(SITE)
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_what_a_person_chose_stays_and_a_state_has_a_page_of_its_own(bench: Bench) -> None:
    mockup = bench.task.mockups[0]
    chosen = replace(
        bench.task,
        mockups=(
            replace(mockup, role="width"),  # of the first there is no other
            replace(mockup, role="page"),
            mockup,
            replace(mockup, role="width"),
        ),
    )
    task = await asyncio.to_thread(with_inferred_roles, chosen, find_text)
    assert [one.role for one in task.mockups] == ["page", "page", "state", "width"]
    assert task.pages() == ("index.html", "page-2.html", "page-3.html", "index.html")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_run_that_goes_on_keeps_the_roles_that_it_began_with(bench: Bench) -> None:
    mockup = bench.task.mockups[0]
    task = replace(bench.task, mockups=(mockup, replace(mockup, role="width")))
    began = run_started(task, ModelRef(id="m", reads_words=True, prompt_version="1"))
    progress = Progress.replay(recorded([began]))
    page = {"path": "index.html", "content": "<!doctype html><p>Hello"}
    model = ScriptedModel(
        (
            ScriptedTurn(
                calls=(
                    ScriptedCall(name="write_file", arguments=page),
                    ScriptedCall(name="render", arguments={"page": "index.html"}),
                    ScriptedCall(name="finish"),
                )
            ),
        )
    )
    environment = RunEnvironment(bench.blobs, bench.context.renderer)
    again = replace(task, mockups=(mockup, replace(mockup, role="auto")))
    events = [event async for event in run_task(again, model, environment, progress)]
    (saved,) = revisions(events)
    assert [one.page for one in saved.pages] == ["index.html", "index.html"]


def test_a_model_that_reads_no_words_makes_a_page_of_each(bench: Bench) -> None:
    task = Task((replace(bench.task.mockups[0], role="width"),) * 2, "html-css", "", Limits())
    draft = task.heeded_by(ModelRef(id="draft", prompt_version="1"))
    assert draft.pages() == ("index.html", "page-2.html")
