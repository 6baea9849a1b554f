"""Whole runs on the seeing simulator: client, loop, tools, browser and reports as they are."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.seeing import NAME, serve_seeing
from tests.workers.agent.kit import Bench, MakeBench, recorded, revisions
from tests.workers.management.kit import run_command
from webapp.studio.events import (
    Event,
    FileRef,
    FileWritten,
    MessageReceived,
    RunFailed,
    RunFinished,
    ToolFinished,
    TurnFinished,
)
from workers.agent.transcript import Progress
from workers.imaging import encode_png, read_image
from workers.management.local_run import mockup_of
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint

in_session = pytest.mark.asyncio(loop_scope="session")

LOGIN = Path(__file__).resolve().parents[4] / "data" / "pages" / "login.png"


@pytest.fixture(scope="module")
def clumsy() -> Iterator[str]:
    with serve_seeing("--mistakes", "8") as url:
        yield url


@pytest.fixture(scope="module")
def careful() -> Iterator[str]:
    with serve_seeing() as url:
        yield url


def card() -> bytes:
    """Half of a page, for the time that a whole one takes."""
    return encode_png(read_image(LOGIN)[60:740, 660:1280])


@pytest.fixture
def login(bench: Bench) -> Bench:
    sha256 = bench.blobs.put(card())
    mockup = mockup_of(bench.blobs.path(sha256), sha256)
    bench.task = bench.context.task = replace(bench.task, mockups=(mockup,))
    return bench


def model_at(url: str) -> ClientModel:
    return ClientModel(Endpoint(url, NAME, pauses=()))


def calls_of(events: list[Event]) -> list[str]:
    turns = [event for event in events if isinstance(event, TurnFinished)]
    return [call.name for turn in turns for call in turn.calls]


def failures_of(events: list[Event]) -> list[str]:
    done = [event for event in events if isinstance(event, ToolFinished)]
    return [event.for_ui for event in done if not event.ok]


@in_session
async def test_what_the_reports_say_mends_a_page_with_mistakes(login: Bench, clumsy: str) -> None:
    events = await login.play(model_at(clumsy))
    scores = [one.score.total for one in revisions(events)]
    ending = events[-1]
    assert isinstance(ending, RunFinished) and ending.reason == "finished"
    assert scores[0] < 0.85 and max(scores) > scores[0] + 0.1
    assert failures_of(events) == []
    assert calls_of(events)[-1] == "finish" and calls_of(events).count("compare") <= 10
    turns = [event for event in events if isinstance(event, TurnFinished)]
    assert turns[1].reasoning.startswith("To be mended")


@in_session
async def test_a_page_is_talked_about_until_it_is_as_the_person_wants_it(
    login: Bench, careful: str
) -> None:
    model = model_at(careful)
    events = await login.play(model)
    before = {name: login.workspace.read_text(name) for name in ("index.html", "style.css")}
    assert isinstance(events[-1], RunFinished)

    async def say(words: str, revision: int | None = None) -> list[Event]:
        said = MessageReceived(message_id=len(events), text=words, revision=revision)
        events.append(said)
        more = await login.play(model, Progress.replay(recorded(events)))
        events.extend(more)
        assert isinstance(more[-1], RunFinished), more[-1]
        assert failures_of(more) == []
        return more

    more = await say("Make the button green")
    assert calls_of(more) == ["edit_file", "compare", "finish"]
    sheet = before["style.css"]
    assert login.workspace.read_text("style.css") == sheet.replace(
        "background: var(--color-accent)", "background: #2e7d32"
    )
    assert login.workspace.read_text("index.html") == before["index.html"]

    more = await say("Change “Welcome back” to “Hello again”")
    assert ">Hello again<" in login.workspace.read_text("index.html")
    assert "#2e7d32" in login.workspace.read_text("style.css")

    more = await say("Make it dark", revision=1)  # which it knows by the number it was told
    assert calls_of(more) == ["edit_file", "compare", "finish"]
    assert ">Welcome back<" in login.workspace.read_text("index.html")
    assert "#2e7d32" not in login.workspace.read_text("style.css")
    assert "--color-surface: #eef1f6" not in login.workspace.read_text("style.css")

    more = await say("Give it more character")
    assert calls_of(more) == ["ask"]
    more = await say("You decide.")
    assert calls_of(more) == ["finish"]


@in_session
async def test_a_window_that_the_reports_outgrow_is_lived_in(login: Bench) -> None:
    with serve_seeing("--mistakes", "8", "--context", "14000") as url:
        events = await login.play(model_at(url))
    assert isinstance(events[-1], RunFinished), events[-1]
    scores = [one.score.total for one in revisions(events)]
    assert max(scores) > scores[0]
    # what was told in short was not forgotten
    written = [one.file.path for one in events if isinstance(one, FileWritten)]
    assert written.count("index.html") == 1
    assert min(scores[1:]) > scores[0]


@in_session
async def test_a_window_that_not_even_the_mockup_fits_in_ends_the_run_and_says_why(
    make_bench: MakeBench,
) -> None:
    with serve_seeing("--context", "2000") as url:
        events = await make_bench().play(model_at(url))
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "model_context_exceeded"
    assert "maximum context length is 2000 tokens" in events[-1].detail


def test_the_command_draft_runs_on_it(
    careful: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", careful)
    monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", NAME)
    out, mockup = tmp_path / "out", tmp_path / "card.png"
    mockup.write_bytes(card())
    code, stdout, stderr = run_command(
        "draft", mockup, "--out", out, "--model", "endpoint", "--json"
    )
    assert code == 0, stderr
    report = json.loads(stdout)
    assert report["model"]["settings"]["model"] == NAME
    assert report["score"] > 0.9 and report["stop_reason"] == "finished"


@in_session
async def test_a_page_to_start_from_is_read_and_mended_not_written_anew(
    login: Bench, careful: str
) -> None:
    first = await login.play(model_at(careful))
    saved = revisions(first)[0].files
    other = login.blobs.put(b"<!doctype html><p>About")
    base = (FileRef(path="about.html", sha256=other, size=23), *saved)
    login.task = login.context.task = replace(login.task, base=base, prompt="Make the button green")

    events = await login.play(model_at(careful))

    assert isinstance(events[-1], RunFinished), events[-1]
    assert failures_of(events) == []
    assert calls_of(events)[:4] == ["read_file", "read_file", "edit_file", "compare"]
    assert "write_file" not in calls_of(events)
    last = revisions(events)[-1].files
    assert [one.path for one in last] == [one.path for one in sorted(base, key=lambda f: f.path)]
    assert "#2e7d32" in login.workspace.read_text("style.css")


@in_session
async def test_of_two_widths_of_a_page_one_page_is_written(bench: Bench, careful: str) -> None:
    mockup = bench.task.mockups[0]
    mockups = (mockup, replace(mockup, role="width"), replace(mockup, role="page"))
    bench.task = bench.context.task = replace(bench.task, mockups=mockups)
    events = await bench.play(model_at(careful))
    assert isinstance(events[-1], RunFinished), events[-1]
    assert failures_of(events) == []
    pages = [one.page for one in revisions(events)[0].pages]
    assert pages == ["index.html", "index.html", "page-3.html"]
    written = {one.file.path for one in events if isinstance(one, FileWritten)}
    assert {path for path in written if path.endswith(".html")} == {"index.html", "page-3.html"}
