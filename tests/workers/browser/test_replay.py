"""A storyboard's actions, done on pages by a real browser."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from tests.workers.browser.conftest import WritePage
from webapp.studio.storyboard import Action, RecordingFacts, State, Storyboard
from webapp.studio.values import Rect
from workers.browser.errors import PageMissing
from workers.browser.renderer import Renderer
from workers.browser.watchdog import Limits
from workers.imaging import png_size
from workers.shot import Performed

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = Rect(x=0, y=0, width=100, height=30)


def board(*actions: Mapping[str, object], scale: float = 1.0) -> Storyboard:
    """States a, b, c … with an action from each to the next, on a window of 300 × 200."""
    width, height = round(300 * scale), round(200 * scale)
    states = tuple(
        State(
            id=name, name=name, picture="0" * 64, width=width, height=height, first_seen=0,
            settled=0,
        )
        for name in "abcdefgh"[: len(actions) + 1]
    )  # fmt: skip
    steps = tuple(
        Action.model_validate(
            {
                "id": f"do-{index}", "from_state": states[index].id,
                "to_state": states[index + 1].id, "begins": index, "seconds": 0, "confidence": 1,
                **one,
            }
        )
        for index, one in enumerate(actions)
    )  # fmt: skip
    facts = RecordingFacts(sha256="0" * 64, seconds=9, width=width, height=height, fps=30)
    return Storyboard(recording=facts, scale=scale, states=states, actions=steps)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def renderer() -> AsyncIterator[Renderer]:
    made = Renderer(limits=Limits(seconds=8))
    yield made
    await made.close()


def texts(step: Performed) -> list[str]:
    assert step.after is not None, step.problem
    return [text.text for text in step.after.texts]


BUTTON = "<button id=b>Open</button><p id=out>closed</p>"
SAY = "<script>b.onclick = () => { out.textContent = 'open' }</script>"


async def test_what_is_clicked_is_found_by_its_words_wherever_it_is(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(f"<div style='height:120px'></div>{BUTTON}{SAY}")
    (step,) = await renderer.replay(
        folder, board({"kind": "click", "target": HERE, "words": "open"})
    )
    assert step.problem == ""
    assert texts(step) == ["Open", "open"]
    assert step.before is not None
    assert [text.text for text in step.before.texts] == ["Open", "closed"]


async def test_without_words_it_is_what_is_at_the_place(
    renderer: Renderer, write_page: WritePage
) -> None:
    page = "<div id=d style='width:100px;height:30px'></div><p id=out>-</p>"
    folder = write_page(f"{page}<script>d.onclick = () => {{ out.textContent = 'hit' }}</script>")
    (step,) = await renderer.replay(folder, board({"kind": "click", "target": HERE}))
    assert texts(step) == ["hit"]


async def test_the_steps_follow_one_another_on_one_page(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(
        "<input id=i placeholder=Name><select id=s><option>One<option>Two</select>"
        "<label><input type=checkbox id=c>Agree</label><p id=out>-</p>"
        "<script>const tell = () => { out.textContent = [i.value, s.value, c.checked].join('/') };"
        "i.oninput = s.onchange = c.onchange = tell;"
        "onkeydown = (e) => { if (e.key === 'Escape') out.textContent = 'away' }</script>"
    )
    performed = await renderer.replay(
        folder,
        board(
            {"kind": "type", "target": HERE, "words": "Name", "text": "Ada"},
            {"kind": "select", "target": Rect(x=160, y=5, width=50, height=20), "text": "two"},
            {"kind": "check", "target": HERE, "words": "Agree"},
            {"kind": "key", "text": "Escape"},
            scale=2,
        ),
    )
    assert [texts(step)[-1] for step in performed] == [
        "Ada/One/false", "Ada/Two/false", "Ada/Two/true", "away",
    ]  # fmt: skip
    assert performed[0].after is not None
    assert png_size(performed[0].after.png) == (600, 400)


async def test_hover_drag_scroll_back_and_what_happens_alone(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(
        "<style>#h:hover + p { color: red }</style>"
        "<div id=h style='width:100px;height:30px'>Look</div><p id=out>-</p>"
        "<div id=d style='width:40px;height:40px;background:red'></div>"
        "<a href='two.html'>Next</a><div style='height:900px'></div>"
        "<script>let from = 0; d.onpointerdown = (e) => { from = e.clientX };"
        "onpointerup = (e) => { if (!from) return; out.textContent = e.clientX - from; from = 0;"
        "setTimeout(() => { out.textContent = 'later' }, 900) }</script>",
        two__html="<p>Second page</p>",
    )
    square = Rect(x=0, y=62, width=40, height=40)
    performed = await renderer.replay(
        folder,
        board(
            {"kind": "hover", "target": HERE, "words": "Look"},
            {"kind": "drag", "target": square, "to": Rect(x=119, y=80, width=2, height=2)},
            {"kind": "wait"},
            {"kind": "click", "target": HERE, "words": "Next"},
            {"kind": "back"},
            {"kind": "scroll", "scroll_by": 150},
        ),
    )
    assert [step.problem for step in performed] == [""] * 6
    hovered = performed[0].after
    assert hovered is not None and hovered.texts[1].colour == (255, 0, 0)
    assert texts(performed[1])[1] == "100"
    assert texts(performed[2])[1] == "later"
    assert texts(performed[3]) == ["Second page"]
    assert "Look" in texts(performed[4])
    assert texts(performed[5]) == []


async def test_how_long_it_took_is_measured(renderer: Renderer, write_page: WritePage) -> None:
    fade = "<style>#out { transition: opacity .5s } .gone { opacity: .2 }</style>"
    act = "<script>b.onclick = () => { out.className = 'gone' }</script>"
    folder = write_page(f"{fade}{BUTTON}{act}")
    (step,) = await renderer.replay(
        folder, board({"kind": "click", "target": HERE, "words": "Open"})
    )
    assert step.seconds is not None and 0.35 <= step.seconds < 1.2


async def test_what_cannot_be_done_says_why_and_the_next_is_tried(
    renderer: Renderer, write_page: WritePage
) -> None:
    folder = write_page(f"{BUTTON}{SAY}")
    performed = await renderer.replay(
        folder,
        board(
            {"kind": "select", "target": HERE, "words": "Open", "text": "Three"},
            {"kind": "click", "words": "Open"},
            {"kind": "key", "text": "NoSuchKey"},
            {"kind": "click", "target": HERE, "words": "Open"},
        ),
    )
    problems = [step.problem for step in performed]
    assert "Nobody said on what" in problems[1]
    assert "NoSuchKey" in problems[2]
    assert problems[3] == ""
    assert texts(performed[3])[-1] == "open"


@pytest.mark.parametrize(
    "act", ["for (;;);", "setInterval(() => { out.textContent = Math.random() }, 5); for (;;);"]
)
async def test_a_page_that_hangs_is_ended_and_the_rest_not_tried(
    write_page: WritePage, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.browser.replay.ONE_SECONDS", 3.0)
    folder = write_page(f"{BUTTON}<script>b.onclick = () => {{ {act} }}</script>")
    short = Renderer(limits=Limits(seconds=2))
    click = {"kind": "click", "target": HERE, "words": "Open"}
    key = {"kind": "key", "text": "Escape"}
    try:
        performed = await short.replay(folder, board(key, click, click))
    finally:
        await short.close()
    assert performed[0].problem == ""
    assert "come to rest" in performed[1].problem
    assert performed[2].problem == "An earlier step never ended, so this one was not tried."


async def test_a_folder_without_a_page_is_refused(renderer: Renderer, tmp_path: Path) -> None:
    with pytest.raises(PageMissing, match=r"index\.html"):
        await renderer.replay(tmp_path, board({"kind": "key", "text": "a"}))
