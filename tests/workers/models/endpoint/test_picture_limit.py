"""How many pictures a server takes is learnt from its refusals."""

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.workers.models.stand_in import JSON, Reply, StandIn, refuses, says, stand_in
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import ImagePart, Limits, Part, TextPart, ToolCall
from workers.agent.errors import ModelFailed
from workers.agent.protocols import Mockup, Task, ToolOutcome, Transcript, Turn
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.picture_budget import pictures_in
from workers.models.endpoint.request import Endpoint

pytestmark = pytest.mark.asyncio(loop_scope="session")

SENTENCES = [
    ("At most {most} image(s) may be provided in one prompt.", True),
    ("You set image={most} (or defaulted to 1) in `--limit-mm-per-prompt`, but passed {sent} image"
     " items in the same prompt.", True),
    ("messages: too many images and documents: {sent} + 0 > {most}", True),
    ("Request exceeds the maximum of {most} images", True),
    ("The maximum number of images is {most}, got {sent}", True),
    ("This model only supports {most} images per request", True),
    ("Too many images in request", False),
    ("image count exceeds what this model takes", False),
    ("invalid request: number of images is too large", False),
]  # fmt: skip


def png_of(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), (shade, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def task_of(folder: Path, mockups: int) -> Task:
    found = []
    for at in range(mockups):
        path = folder / f"{at}.png"
        path.write_bytes(png_of(at))
        found.append(Mockup("a", "0" * 64, path, 16, 16, 1.0))
    return Task(tuple(found), "html-css", "", Limits())


def turns_of(blobs: FileBlobs, *shades: int) -> tuple[Turn, ...]:
    """Turns that looked at a picture each."""
    made = []
    for shade in shades:
        call = ToolCall(id=f"functions.render:{shade}", name="render", arguments="{}")
        sha256 = blobs.put(png_of(shade))
        parts: tuple[Part, ...] = (
            ImagePart(sha256=sha256, width=16, height=16),
            TextPart(text="{}"),
        )
        made.append(Turn("", "", (call,), (ToolOutcome(call, True, parts),)))
    return tuple(made)


def shades(request: JSON) -> list[str]:
    """The pictures of a request, each by its address's end."""
    return [
        part["image_url"]["url"]
        for message in request["messages"]
        if isinstance(message["content"], list)
        for part in message["content"]
        if part["type"] == "image_url"
    ]


def texts(request: JSON) -> str:
    return "\n".join(
        part["text"]
        for message in request["messages"]
        if isinstance(message["content"], list)
        for part in message["content"]
        if part["type"] == "text"
    )


def taking(server: StandIn, most: int, words: str) -> None:
    """Let the server refuse more pictures than that."""

    def answer(request: JSON) -> Reply:
        sent = len(shades(request))
        return refuses(400, words.format(most=most, sent=sent)) if sent > most else says("Yes.")

    server.answer = answer


async def ask(server: StandIn, blobs: FileBlobs, task: Task, *shown: int) -> ClientModel:
    model = ClientModel(Endpoint(server.url, "kimi-k2.5", idle_timeout=10.0, pauses=(0.0,)))
    await again(model, blobs, task, *shown)
    return model


async def again(model: ClientModel, blobs: FileBlobs, task: Task, *shown: int) -> None:
    transcript = Transcript(task, turns_of(blobs, *shown))
    async for _ in model.turn(transcript, (), blobs):
        pass


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


@pytest.mark.parametrize(("words", "is_told"), SENTENCES)
@pytest.mark.parametrize("most", [1, 4])
async def test_a_server_that_takes_few_pictures_is_sent_so_many(
    tmp_path: Path, blobs: FileBlobs, words: str, is_told: bool, most: int
) -> None:
    with stand_in() as server:
        taking(server, most, words)
        await ask(server, blobs, task_of(tmp_path, 1), *range(100, 107))
    sent = [len(shades(request)) for request in server.requests]
    halves = [8, 4] if most == 4 else [8, 4, 2, 1]
    assert sent == ([8, most] if is_told else halves)


async def test_the_mockup_and_the_newest_pictures_are_kept(
    tmp_path: Path, blobs: FileBlobs
) -> None:
    task = task_of(tmp_path, 1)
    with stand_in() as server:
        taking(server, 4, SENTENCES[0][0])
        await ask(server, blobs, task, *range(100, 107))
    before, after = map(shades, server.requests)
    assert after == [before[0], *before[-3:]]
    assert texts(server.requests[1]).count("(An older image, 16×16, is left out.") == 4


async def test_what_was_learnt_holds_for_the_next_turn(tmp_path: Path, blobs: FileBlobs) -> None:
    task = task_of(tmp_path, 1)
    with stand_in() as server:
        taking(server, 3, SENTENCES[0][0])
        model = await ask(server, blobs, task, *range(100, 105))
        await again(model, blobs, task, *range(100, 106))
    assert [len(shades(request)) for request in server.requests] == [6, 3, 3]


@pytest.mark.parametrize(("most", "mockups"), [(5, 3), (4, 2), (3, 2), (2, 1), (1, 1)])
async def test_mockups_that_are_not_sent_are_named_with_what_shows_them(
    tmp_path: Path, blobs: FileBlobs, most: int, mockups: int
) -> None:
    with stand_in() as server:
        taking(server, most, SENTENCES[0][0])
        await ask(server, blobs, task_of(tmp_path, 6))
    first, last = server.requests[0], server.requests[-1]
    assert shades(last) == shades(first)[:mockups]
    said = texts(last).split("Mockup ")[1:]
    for number, words in enumerate(said[:6]):
        assert ("Call `inspect_mockup`" in words) is (number >= mockups)
        assert (f"no more than {most} images" in words) is (number >= mockups)


@pytest.mark.parametrize("most", [2, 3, 5])
async def test_what_the_model_looks_at_has_room_beside_the_mockups(
    tmp_path: Path, blobs: FileBlobs, most: int
) -> None:
    with stand_in() as server:
        taking(server, most, SENTENCES[0][0])
        await ask(server, blobs, task_of(tmp_path, 6), *range(100, 109))
    before, after = shades(server.requests[0]), shades(server.requests[-1])
    assert len(after) == most
    assert after[-1] == before[-1]


async def test_of_one_picture_it_is_the_mockup_or_what_was_looked_at_in_its_place(
    tmp_path: Path, blobs: FileBlobs
) -> None:
    words = SENTENCES[0][0]
    with stand_in() as server:
        taking(server, 1, words)
        model = await ask(server, blobs, task_of(tmp_path, 1), 100)
        alone = shades(server.requests[-1])
        await again(model, blobs, task_of(tmp_path, 2))
        await again(model, blobs, task_of(tmp_path, 2), 100, 101)
    first = shades(server.requests[0])
    assert alone == first[:1]
    assert shades(server.requests[-2]) == first[:1]
    (looked_at,) = shades(server.requests[-1])
    assert looked_at not in first
    assert texts(server.requests[-1]).count("Call `inspect_mockup`") == 2


@pytest.mark.parametrize(
    "words", ["Too many images", "At most 0 image(s) may be provided in one prompt."]
)
async def test_a_server_that_takes_not_even_one_has_no_sight(
    tmp_path: Path, blobs: FileBlobs, words: str
) -> None:
    with stand_in() as server, pytest.raises(ModelFailed) as raised:
        taking(server, 0, words)
        await ask(server, blobs, task_of(tmp_path, 2))
    assert raised.value.code == "model_no_vision"
    sent = [len(shades(request)) for request in server.requests]
    assert sent == ([2] if "0" in words else [2, 1])


async def test_a_picture_that_is_too_heavy_is_no_matter_of_their_number(
    tmp_path: Path, blobs: FileBlobs
) -> None:
    heavy = refuses(400, "image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes")
    with stand_in(heavy, says("Yes.")) as server:
        await ask(server, blobs, task_of(tmp_path, 2), 100)
    assert [len(shades(request)) for request in server.requests] == [3, 3]


@pytest.mark.parametrize(("words", "is_told"), SENTENCES)
async def test_the_number_is_read_from_the_refusal(words: str, is_told: bool) -> None:
    said = pictures_in(words.format(most=7, sent=12))
    assert said == (7 if is_told else None)
