"""Kimi mini against a stand-in for its server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.workers.models.stand_in import JSON, Reply, StandIn, calls, stand_in
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import Limits, ToolCall
from workers.agent.errors import UnknownModel, UnknownStack
from workers.agent.protocols import (
    CallChunk,
    Chunk,
    FileChunk,
    Mockup,
    ReasoningChunk,
    RequestChunk,
    Task,
    TextChunk,
    ToolOutcome,
    ToolSpec,
    Transcript,
    Turn,
)
from workers.models import make_model
from workers.models.endpoint.request import Endpoint
from workers.models.mini import model as mini
from workers.models.mini.dialogue import Reading
from workers.models.mini.model import MiniModel, MiniUnreachable, MiniWroteNoPage
from workers.models.mini.read_lines import read_lines

NAMES = ("compare", "finish", "read_text", "write_file")
TOOLS = tuple(ToolSpec(name, f"It is {name}.", {"type": "object"}) for name in NAMES)
PAGE = {"path": "index.html", "content": "<title>{{0}}</title>\n<h1>{{0}}</h1><p>{{1}}{{9}}</p>"}
SHEET = {"path": "style.css", "content": "h1 { color: #800 }"}
ANSWER = (("write_file", PAGE), ("write_file", SHEET), ("finish", {"summary": "Wrote it."}))


def draw(path: Path, width: int = 448, height: int = 616) -> Mockup:
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)
    pen.text((30, 40), "Green", fill="black", font_size=40)
    pen.text((30, 200), "Harvest", fill="black", font_size=24)
    image.save(path)
    return Mockup("a", "0" * 64, path, width, height, 1.0)


@pytest.fixture
def transcript(tmp_path: Path) -> Transcript:
    mockup = draw(tmp_path / "mockup.png")
    return Transcript(Task((mockup,), "html-css", "", Limits()))


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that asks for its server again at once."""
    monkeypatch.setattr(mini, "ASK_EVERY", 0.01)


def model_of(server: StandIn, *, thinking: bool = True) -> MiniModel:
    return MiniModel(Endpoint(server.url, "", "", thinking, greedy=True, pauses=(0.0,)))


async def take(
    transcript: Transcript, blobs: FileBlobs, *replies: Reply, thinking: bool = True
) -> tuple[list[Chunk], StandIn]:
    with stand_in(*replies, models=[{"id": "kimi-mini"}]) as server:
        model = model_of(server, thinking=thinking)
        chunks = [chunk async for chunk in model.turn(transcript, TOOLS, blobs)]
        return [one for one in chunks if not isinstance(one, RequestChunk)], server


def called(chunks: list[Chunk]) -> list[tuple[str, JSON]]:
    found = [chunk.call for chunk in chunks if isinstance(chunk, CallChunk)]
    return [(call.name, json.loads(call.arguments)) for call in found]


def shown(chunks: list[Chunk], path: str) -> str:
    return "".join(
        chunk.text for chunk in chunks if isinstance(chunk, FileChunk) and chunk.path == path
    )


def spoken(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, TextChunk))


def turn(*given: tuple[str, JSON], ok: bool = True) -> Turn:
    made = tuple(
        ToolCall(id=f"functions.{name}:{at}", name=name, arguments=json.dumps(arguments))
        for at, (name, arguments) in enumerate(given)
    )
    return Turn("", "", made, tuple(ToolOutcome(call, ok, ()) for call in made))


# what is asked


async def test_the_model_is_shown_the_mockup_and_where_its_lines_stand(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    _, server = await take(transcript, blobs, calls(*ANSWER))
    (request,) = server.requests
    assert request["model"] == "kimi-mini"
    (message,) = request["messages"]
    picture, text = message["content"]
    assert (message["role"], picture["type"]) == ("user", "image_url")
    assert picture["image_url"]["url"].startswith("data:image/png;base64,")
    first, second = text["text"].splitlines()
    assert first.startswith("{{0}} x2 y3 w")
    assert second.startswith("{{1}} x2 y14 w")
    assert text["text"].endswith("\n")


async def test_only_the_tools_that_it_knows_are_offered_in_their_order(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    _, server = await take(transcript, blobs, calls(*ANSWER))
    tools = server.requests[0]["tools"]
    assert [tool["function"]["name"] for tool in tools] == ["write_file", "finish"]


async def test_it_is_asked_for_its_likeliest_answer(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    _, thoughtful = await take(transcript, blobs, calls(*ANSWER))
    assert thoughtful.requests[0]["temperature"] == 0.0
    assert "chat_template_kwargs" not in thoughtful.requests[0]
    _, instant = await take(transcript, blobs, calls(*ANSWER), thinking=False)
    assert instant.requests[0]["chat_template_kwargs"] == {"thinking": False}


def test_a_mockup_at_twice_the_pixels_is_told_alike(tmp_path: Path) -> None:
    mockup = draw(tmp_path / "once.png")
    with Image.open(mockup.path) as image:
        image.resize((896, 1232), Image.Resampling.BICUBIC).save(tmp_path / "twice.png")
    twice = Mockup("b", "0" * 64, tmp_path / "twice.png", 896, 1232, 2.0)
    for line, larger in zip(read_lines(mockup), read_lines(twice), strict=True):
        assert larger.words == line.words
        assert (larger.x, larger.y) == pytest.approx((line.x, line.y), abs=1.5)
        assert (larger.width, larger.height) == pytest.approx((line.width, line.height), abs=2)


# what its answer becomes


async def test_words_stand_where_the_model_wrote_marks(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    chunks, _ = await take(transcript, blobs, calls(*ANSWER, thought=" header"))
    content = "<title>Green</title>\n<h1>Green</h1><p>Harvest</p>"
    assert called(chunks) == [
        ("write_file", {"path": "index.html", "content": content}),
        ("write_file", SHEET),
        ("finish", {"summary": "Wrote it."}),
    ]
    assert chunks[0] == ReasoningChunk(" header")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
async def test_a_file_is_shown_with_its_words_as_it_streams(
    size: int, transcript: Transcript, blobs: FileBlobs
) -> None:
    chunks, _ = await take(transcript, blobs, calls(*ANSWER, size=size))
    for name, arguments in called(chunks)[:2]:
        assert name == "write_file"
        assert shown(chunks, arguments["path"]) == arguments["content"]


def test_words_are_escaped_for_html_and_for_json() -> None:
    call = ToolCall(id="a", name="write_file", arguments=json.dumps({"content": "<p>{{0}}</p>"}))
    reading = Reading(['Q&A "<b>" \\ é'], {}, is_last=True)
    (chunk,) = reading.revise(iter([CallChunk(call)]))
    assert isinstance(chunk, CallChunk)
    content = json.loads(chunk.call.arguments)["content"]
    assert content == '<p>Q&amp;A "&lt;b&gt;" \\ é</p>'


def test_a_call_that_is_no_json_is_passed_on_for_the_loop_to_refuse() -> None:
    call = ToolCall(id="a", name="write_file", arguments='{"content":"{{0}')
    assert list(Reading(["x"], {}, is_last=True).revise(iter([CallChunk(call)]))) == [
        CallChunk(call)
    ]


# how a run goes on


async def test_the_turn_after_the_last_page_finishes_without_asking(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    after = Transcript(transcript.task, (turn(("write_file", PAGE)),))
    chunks, server = await take(after, blobs)
    assert called(chunks) == [("finish", {})]
    assert server.requests == []


@pytest.mark.parametrize(
    "before",
    [turn(("write_file", PAGE), ok=False), turn(("write_file", SHEET)), turn()],
    ids=["a call that failed", "another file", "no call"],
)
async def test_without_a_page_the_run_fails(
    before: Turn, transcript: Transcript, blobs: FileBlobs
) -> None:
    with pytest.raises(MiniWroteNoPage, match=r"index\.html"):
        await take(Transcript(transcript.task, (before,)), blobs)


async def test_a_mockup_of_another_size_is_called_a_demonstration(
    tmp_path: Path, transcript: Transcript, blobs: FileBlobs
) -> None:
    strange = Task((draw(tmp_path / "wide.png", 700, 400),), "html-css", "", Limits())
    chunks, _ = await take(Transcript(strange), blobs, calls(*ANSWER))
    assert "700×400" in spoken(chunks)
    assert "demonstration" in spoken(chunks)
    known, _ = await take(transcript, blobs, calls(*ANSWER))
    assert spoken(known) == ""


async def test_another_stack_is_refused(transcript: Transcript, blobs: FileBlobs) -> None:
    task = Task(transcript.task.mockups, "react", "", Limits())
    with pytest.raises(UnknownStack, match="react"):
        await take(Transcript(task), blobs)


# the server


@pytest.mark.usefixtures("quick")
async def test_a_run_waits_for_a_server_that_is_starting(
    transcript: Transcript, blobs: FileBlobs
) -> None:
    with stand_in(calls(*ANSWER), models=[]) as server:
        chunks: list[Chunk] = []
        async for chunk in model_of(server).turn(transcript, TOOLS, blobs):
            chunks.append(chunk)
            if isinstance(chunk, TextChunk):
                server.models = [{"id": "kimi-mini"}]
    assert "does not answer yet" in spoken(chunks)
    assert called(chunks)[-1][0] == "finish"


@pytest.mark.usefixtures("quick")
async def test_a_server_that_never_starts_is_named(
    transcript: Transcript, blobs: FileBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mini, "STARTS_WITHIN", 0.05)
    with stand_in() as server:
        model = model_of(server)
    with pytest.raises(MiniUnreachable, match=r"127\.0\.0\.1"):
        [chunk async for chunk in model.turn(transcript, TOOLS, blobs)]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("MOCKWRIGHT_MINI_URL", "http://127.0.0.1:30000/v1")
    yield monkeypatch


def test_its_address_is_read_from_the_environment(address: pytest.MonkeyPatch) -> None:
    address.setenv("MOCKWRIGHT_MODEL_THINKING", "false")
    model = make_model("mini")
    assert isinstance(model, MiniModel)
    assert model.ref.settings == {"thinking": False, "temperature": 0.0}


def test_without_an_address_it_says_how_to_start_one(address: pytest.MonkeyPatch) -> None:
    address.delenv("MOCKWRIGHT_MINI_URL")
    with pytest.raises(UnknownModel, match="make up MODEL=mini"):
        make_model("mini")
