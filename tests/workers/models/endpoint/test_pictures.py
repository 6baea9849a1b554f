"""What pictures weigh in a request, and the parts that long ones are sent in."""

import base64
import io
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from webapp.studio.blobs import FileBlobs
from webapp.studio.events import ImagePart, Limits, Part, ToolCall
from workers.agent.protocols import Mockup, Task, ToolOutcome, Transcript, Turn
from workers.imaging import decode_png
from workers.models.endpoint.chat import Message
from workers.models.endpoint.compaction import size_before_turns
from workers.models.endpoint.messages import write_messages
from workers.models.endpoint.picture_budget import budget_of
from workers.models.endpoint.pictures import as_picture, as_shown
from workers.models.endpoint.style import Style

MB = 1_000_000


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    """No file of it is light."""
    levels = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(levels)


def numbered(width: int, height: int, step: int = 100) -> Image.Image:
    """A picture whose every `step` rows have a shade of their own."""
    rows = (np.arange(height) // step).astype(np.uint8)
    return Image.fromarray(np.broadcast_to(rows[:, None, None], (height, width, 3)).copy())


def png_of(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def mockup_of(folder: Path, picture: Image.Image, scale: float = 1.0) -> Mockup:
    path = folder / f"{len(list(folder.iterdir()))}.png"
    path.write_bytes(png_of(picture))
    return Mockup("a", "0" * 64, path, *picture.size, scale)


def parts(messages: list[Message]) -> list[str | Image.Image]:
    """Texts and pictures of messages, in their order."""
    found: list[str | Image.Image] = []
    for message in messages:
        content = message["content"]
        for part in content if isinstance(content, list) else []:
            if part["type"] == "image_url":
                coded = part["image_url"]["url"].partition(",")[2]
                found.append(Image.open(io.BytesIO(base64.b64decode(coded))))
            elif part["type"] == "text":
                found.append(part["text"])
    return found


def sizes(messages: list[Message]) -> list[tuple[int, int]]:
    return [part.size for part in parts(messages) if isinstance(part, Image.Image)]


def urls(messages: list[Message]) -> list[str]:
    contents = (message["content"] for message in messages)
    return [
        part["image_url"]["url"]
        for content in contents
        if isinstance(content, list)
        for part in content
        if part["type"] == "image_url"
    ]


def shows(blobs: FileBlobs, number: int, *pictures: Image.Image) -> Turn:
    """A turn whose only call shows pictures."""
    shown: list[Part] = [
        ImagePart(sha256=blobs.put(png_of(one)), width=one.width, height=one.height)
        for one in pictures
    ]
    call = ToolCall(id=f"functions.compare:{number}", name="compare", arguments="{}")
    return Turn("", "", (call,), (ToolOutcome(call, True, tuple(shown)),))


def messages_of(
    blobs: FileBlobs, mockups: tuple[Mockup, ...], *turns: Turn, style: Style | None = None
) -> list[Message]:
    task = Task(mockups, "html-css", "", Limits())
    return write_messages(Transcript(task, turns), blobs, style or Style())


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


@pytest.mark.parametrize("most", [4 * MB, MB, 60_000])
def test_a_picture_takes_no_more_bytes_than_it_may(most: int) -> None:
    picture = as_picture(png_of(noise(1600, 1200)), most_bytes=most)
    assert 0.2 * most < len(picture.url) <= most
    data = base64.b64decode(picture.url.partition(",")[2])
    assert decode_png(data).shape[:2] == (picture.height, picture.width)


def test_quality_goes_before_size() -> None:
    png = png_of(noise(1600, 1200))
    heavy, light = as_picture(png), as_picture(png, most_bytes=3 * MB)
    assert (heavy.width, heavy.height) == (light.width, light.height) == (1600, 1200)
    assert len(light.url) < len(heavy.url)
    assert as_picture(png, most_bytes=400_000).width < 1600


def test_a_drawing_is_sent_to_the_byte(blobs: FileBlobs) -> None:
    png = png_of(numbered(900, 600))
    assert base64.b64decode(as_picture(png).url.partition(",")[2]) == png


def test_five_photos_and_all_that_is_shown_later_fit_a_request(
    tmp_path: Path, blobs: FileBlobs
) -> None:
    (tmp_path / "m").mkdir()
    mockups = tuple(mockup_of(tmp_path / "m", noise(4000, 3000, seed)) for seed in range(2))
    mockups += (mockups[0], mockups[1], mockups[0])
    photo = noise(1600, 1200, 9)
    turns = [shows(blobs, at, *[photo] * 11) for at in range(3)]
    for written in (messages_of(blobs, mockups), messages_of(blobs, mockups, *turns)):
        sent = urls(written)
        assert max(map(len, sent)) <= 4 * MB
        assert sum(map(len, sent)) <= 15 * MB
        assert len(json.dumps(written)) <= 15.2 * MB
        assert min(min(size) for size in sizes(written)[:5]) > 500  # and can still be seen
    assert len(sent) > 5


def test_one_result_of_many_photos_fits_too(tmp_path: Path, blobs: FileBlobs) -> None:
    mockups = (mockup_of(tmp_path, Image.new("RGB", (20, 20))),)
    turn = shows(blobs, 0, *[noise(1600, 1200)] * 30)
    for style in (Style(), Style(no_old_pictures=True)):
        assert sum(map(len, urls(messages_of(blobs, mockups, turn, style=style)))) <= 15 * MB


def test_a_long_mockup_is_an_overview_and_tiles_that_say_where_they_are(
    tmp_path: Path, blobs: FileBlobs
) -> None:
    mockup = mockup_of(tmp_path, numbered(1440, 9000))
    words, overview, *rest = parts(messages_of(blobs, (mockup,)))
    assert isinstance(words, str) and isinstance(overview, Image.Image)
    assert overview.size == (438, 2738)
    assert "shown here at 438×2738" in words and words.endswith("Parts of it follow, larger.")
    captions, tiles = rest[:10:2], rest[1:10:2]
    assert captions[0] == "Mockup 0, rows 0–1851 of 9000, image pixels:"
    assert captions[-1] == "Mockup 0, rows 7149–9000 of 9000, image pixels:"
    for caption, tile in zip(captions, tiles, strict=True):
        assert isinstance(caption, str) and isinstance(tile, Image.Image)
        first, last = map(int, caption.split("rows ")[1].split(" of")[0].split("–"))
        assert tile.size == (1440, last - first)
        for row in (first, last - 1):
            assert tile.convert("L").getpixel((5, row - first)) == row // 100


def test_tiles_that_had_to_shrink_say_so(tmp_path: Path, blobs: FileBlobs) -> None:
    mockup = mockup_of(tmp_path, numbered(2880, 12_000), 2.0)
    words = [part for part in parts(messages_of(blobs, (mockup,))) if isinstance(part, str)]
    assert words[1] == "Mockup 0, rows 0–1612 of 12000, image pixels, shown at 2395×1340:"


LONG, SHORT = 9000, 900  # pixels of 1440 across; the long one has five tiles where it may


@pytest.mark.parametrize(
    ("heights", "tiles", "window"),
    [
        ((LONG, LONG), (4, 4), None),
        ((LONG, LONG, LONG), (2, 2, 2), None),
        ((LONG, LONG, LONG, LONG, LONG), (2, 2, 2, 2, 0), None),  # the first before the others
        ((SHORT, LONG, SHORT, SHORT, SHORT), (0, 5, 0, 0, 0), None),  # who needs none takes none
        ((LONG, SHORT, LONG), (4, 0, 4), None),
        ((LONG, LONG), (4, 4), 262_144),
        ((SHORT, LONG, LONG), (0, 2, 0), 49_152),  # room for three
        ((LONG, LONG), (0, 0), 16_384),
    ],
)
def test_several_long_mockups_share_the_tiles(
    tmp_path: Path,
    blobs: FileBlobs,
    heights: tuple[int, ...],
    tiles: tuple[int, ...],
    window: int | None,
) -> None:
    mockups = tuple(mockup_of(tmp_path, numbered(1440, height)) for height in heights)
    told = parts(messages_of(blobs, mockups, style=Style(window=window)))
    captions = [part for part in told if isinstance(part, str) and ", rows " in part]
    found = [sum(one.startswith(f"Mockup {at},") for one in captions) for at in range(len(heights))]
    assert tuple(found) == tiles


@pytest.mark.parametrize(
    ("style", "pictures"),
    [
        (Style(), 6),
        (Style(window=262_144), 6),
        (Style(window=65_536), 5),
        (Style(window=16_384), 1),
        (Style(most_pictures=100), 1),
        (Style(light=True), 1),
    ],
)
def test_who_reads_little_gets_the_whole_alone(
    tmp_path: Path, blobs: FileBlobs, style: Style, pictures: int
) -> None:
    mockup = mockup_of(tmp_path, numbered(1440, 9000))
    sent = sizes(messages_of(blobs, (mockup,), style=style))
    assert len(sent) == pictures
    if pictures == 1 and not style.light:
        assert sent == [(716, 4480)]  # as large as a model reads


def test_a_long_page_of_the_newest_result_is_shown_in_parts(
    tmp_path: Path, blobs: FileBlobs
) -> None:
    mockup = mockup_of(tmp_path, Image.new("RGB", (1440, 900)))
    page, heat = numbered(1440, 9000), Image.new("RGB", (1440, 9001))
    written = messages_of(blobs, (mockup,), *(shows(blobs, at, page, heat) for at in range(2)))
    _, older, newest = (parts([one]) for one in written if one["role"] == "user")
    assert [part.size for part in older if isinstance(part, Image.Image)] == [(716, 4480)] * 2
    caption = "Of the image above rows 0–2298 of 9000, image pixels, shown at"
    assert isinstance(newest[2], str) and newest[2].startswith(caption)
    pictures = [part.size for part in newest if isinstance(part, Image.Image)]
    assert pictures[0] == (438, 2738) and len(pictures) == 1 + 4 + 1
    assert pictures[-1] == (716, 4480)  # the heat map is a whole


def test_a_conversation_of_long_pages_begins_as_it_did(tmp_path: Path, blobs: FileBlobs) -> None:
    mockup = mockup_of(tmp_path, numbered(1440, 9000))
    turns = [shows(blobs, at, numbered(1440, 9000)) for at in range(4)]
    written = [messages_of(blobs, (mockup,), *turns[:count]) for count in range(5)]
    for at, (earlier, later) in enumerate(pairwise(written)):
        same = len(earlier) - 1 if at else len(earlier)  # but for the tiles of the newest
        assert later[:same] == earlier[:same]


def test_what_tiles_take_is_counted(tmp_path: Path) -> None:
    mockup = mockup_of(tmp_path, numbered(1440, 9000))
    transcript = Transcript(Task((mockup,), "html-css", "", Limits()), ())
    sizes = [
        size_before_turns(transcript, (), budget_of(style, (mockup,)))
        for style in (Style(), Style(light=True))
    ]
    shown = as_shown(png_of(numbered(1440, 9000)), 1.0, 8)
    tiles = sum(tile.width * tile.height for tile, _ in shown.tiles)
    assert sizes[0] - sizes[1] == pytest.approx((tiles + 1_200_000 - 3_211_264) / 784, abs=2)
