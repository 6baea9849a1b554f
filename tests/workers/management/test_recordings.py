"""A storyboard at a shell: drafted to a page that does what was recorded, and replayed."""

import hashlib
import json
from io import StringIO
from pathlib import Path

import av
import pytest
from django.core.management import CommandError, call_command
from playwright.sync_api import Page, sync_playwright

from webapp.studio.storyboard import Action, RecordingFacts, State, Storyboard
from webapp.studio.values import Rect
from workers.browser.chromium import FLAGS
from workers.browser.find import find_browser
from workers.imaging import read_image

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Notes</title><style>
*{box-sizing:border-box}body{margin:0;font:16px/1.5 "DejaVu Sans",sans-serif;color:#1d2733}
button{position:absolute;left:20px;top:70px;font:inherit;border:1px solid #889;background:#fff;
border-radius:6px;padding:8px 16px}h1{position:absolute;left:20px;top:10px;margin:0;font-size:26px}
ul{position:absolute;left:20px;top:120px;width:200px;margin:0;padding:10px 16px;list-style:none;
background:#234;color:#fff;border-radius:6px}p{position:absolute;left:20px;top:230px;margin:0}
</style><h1>Notes</h1><button id=b>Sort</button><ul id=m hidden><li>By date<li>By name</ul>
<p>Nothing is written yet.</p><script>b.onclick = () => { m.hidden = !m.hidden }</script></html>"""
WIDTH, HEIGHT = 480, 320


def box_of(page: Page, selector: str) -> Rect:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return Rect(**found)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`states.json` of a menu that is opened and closed, its pictures beside it."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "states").mkdir()
    (folder / "page.html").write_text(PAGE)
    states: list[State] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*FLAGS, "--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto((folder / "page.html").as_uri())
        target = box_of(page, "#b")
        for name in ("closed", "open"):
            png = page.screenshot(path=folder / "states" / f"{name}.png")
            digest = hashlib.sha256(png).hexdigest()
            states.append(
                State(
                    id=name, name=f"Menu {name}", picture=digest, width=WIDTH, height=HEIGHT,
                    first_seen=0, settled=0,
                )
            )  # fmt: skip
            page.click("#b")
        browser.close()
    actions = tuple(
        Action(
            id=f"click-{goes}", from_state=comes, to_state=goes, kind="click", target=target,
            words="Sort", begins=1, seconds=0, confidence=1,
        )
        for comes, goes in (("closed", "open"), ("open", "closed"))
    )  # fmt: skip
    facts = RecordingFacts(sha256="0" * 64, seconds=3, width=WIDTH, height=HEIGHT, fps=30)
    board = Storyboard(recording=facts, scale=1, states=tuple(states), actions=actions)
    (folder / "states.json").write_text(board.model_dump_json())
    return folder


@pytest.fixture(scope="module")
def made(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "page"
    call_command("draft", recorded / "states.json", out=folder, stdout=StringIO())
    return folder


def test_the_page_does_what_was_recorded(made: Path) -> None:
    replay = json.loads((made / "replay.json").read_text())
    assert [step["action_id"] for step in replay["steps"]] == ["click-open", "click-closed"]
    assert all(step["after"] >= 0.9 for step in replay["steps"]), replay
    assert (made / "replay.png").stat().st_size > 1000
    told = json.loads((made / "states.json").read_text())
    assert [state["name"] for state in told["states"]] == ["Menu closed", "Menu open"]
    assert sorted(path.name for path in (made / "states").iterdir()) == ["closed.png", "open.png"]


def test_what_stays_is_written_once_and_the_script_is_short(made: Path) -> None:
    html = (made / "index.html").read_text()
    assert html.count("Nothing is written yet.") == 1
    assert html.count("By date") == 1
    assert 'aria-expanded="false"' in html
    assert len((made / "script.js").read_text().splitlines()) <= 150


def test_replay_tells_of_each_step_and_ends_well_where_all_match(
    recorded: Path, made: Path
) -> None:
    out = StringIO()
    call_command("replay", recorded / "states.json", made, stdout=out)
    first, second = out.getvalue().strip().splitlines()
    assert first.startswith("click “Sort”: ") and "of “Menu open”" in first
    assert "of “Menu closed”" in second


def test_replay_on_the_recorded_page_itself_is_perfect_and_on_another_fails(
    recorded: Path, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(PAGE)
    out = StringIO()
    call_command("replay", recorded / "states.json", tmp_path, json=True, stdout=out)
    assert [step["after"] for step in json.loads(out.getvalue())["steps"]] == [1.0, 1.0]
    (tmp_path / "index.html").write_text(PAGE.replace("m.hidden = !m.hidden", ""))
    with pytest.raises(CommandError, match="does not do what was recorded") as caught:
        call_command("replay", recorded / "states.json", tmp_path, json=True, stdout=out)
    assert caught.value.returncode == 1


def test_a_picture_that_is_not_there_or_another_is_named(recorded: Path, tmp_path: Path) -> None:
    states = tmp_path / "states.json"
    states.write_text((recorded / "states.json").read_text())
    with pytest.raises(CommandError, match=r"no .*closed\.png"):
        call_command("draft", states, out=tmp_path / "page")
    (tmp_path / "states").mkdir()
    for name in ("closed", "open"):
        other = (recorded / "states" / "open.png").read_bytes()
        (tmp_path / "states" / f"{name}.png").write_bytes(other)
    with pytest.raises(CommandError, match=r"closed\.png is not the picture"):
        call_command("draft", states, out=tmp_path / "page")


def test_what_is_no_storyboard_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(CommandError, match="has no states"):
        call_command("draft", tmp_path / "run.json", out=tmp_path / "page")
    with pytest.raises(CommandError, match="nothing to draft"):
        call_command("draft", out=tmp_path / "page")


def test_a_screen_recording_is_read_drafted_and_replayed(recorded: Path, tmp_path: Path) -> None:
    film = tmp_path / "recording.webm"
    pictures = [read_image(recorded / "states" / f"{name}.png") for name in ("closed", "open")]
    with av.open(str(film), "w") as container:
        stream = container.add_stream("libvpx-vp9", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": "20", "deadline": "realtime", "cpu-used": "8"}
        for picture in (pictures[0], pictures[1], pictures[0]):
            for _ in range(14):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    folder = tmp_path / "page"
    call_command("draft", film, out=folder, stdout=StringIO())
    board = Storyboard.model_validate_json((folder / "states.json").read_text())
    assert len(board.states) == 2 and [one.kind for one in board.actions] == ["click", "click"]
    steps = json.loads((folder / "replay.json").read_text())["steps"]
    assert [step["action_id"] for step in steps] == [one.id for one in board.actions]
    assert "By date" in (folder / "index.html").read_text()
    with av.open(str(folder / "replay.webm")) as replayed:
        seconds = (replayed.duration or 0) / 1_000_000
        assert 3.5 <= seconds <= 4.5 and replayed.streams.video[0].width >= 2 * 480
