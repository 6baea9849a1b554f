"""What the seeing model takes from a request as the client writes it."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from webapp.studio.blobs import FileBlobs
from webapp.studio.events import ImagePart, Limits, Selection, ToolCall
from workers.agent.protocols import Mockup, PersonMessage, Task, ToolOutcome, Transcript, Turn
from workers.imaging import decode_png, read_image
from workers.models.endpoint.messages import write_messages
from workers.models.endpoint.style import Style
from workers.models.simulated.seeing.conversation import (
    Conversation,
    Done,
    Selected,
    SetBack,
    Words,
    read_conversation,
)


def striped(path: Path, width: int, height: int) -> Path:
    rows = (np.arange(height) // 40 % 256).astype(np.uint8)
    shades = np.broadcast_to(rows[:, None, None], (height, width, 3))
    Image.fromarray(shades.copy()).save(path)
    return path


def read(
    tmp_path: Path, mockups: tuple[Mockup, ...], *turns: Turn, style: Style | None = None
) -> Conversation:
    blobs = FileBlobs(tmp_path / "blobs")
    task = Task(mockups, "html-css", "", Limits())
    written = write_messages(Transcript(task, turns), blobs, style or Style())
    return read_conversation({"messages": written})


@pytest.mark.parametrize("is_wide", [False, True])
def test_a_long_mockup_is_seen_in_one_piece_at_its_own_size(tmp_path: Path, is_wide: bool) -> None:
    path = striped(tmp_path / "a.png", 1440, 9000)
    if is_wide:
        with Image.open(path) as picture:
            picture.transpose(Image.Transpose.ROTATE_90).save(path)
    image = read_image(path)
    mockup = Mockup("a", "0" * 64, path, image.shape[1], image.shape[0], 1.0)
    (seen,) = read(tmp_path, (mockup,)).mockups
    assert np.array_equal(decode_png(seen.picture), image)
    assert len(seen.png) < len(seen.picture)  # the overview


def test_a_long_mockup_of_shrunken_parts_is_seen_in_their_size(tmp_path: Path) -> None:
    path = striped(tmp_path / "a.png", 2880, 12_000)
    mockup = Mockup("a", "0" * 64, path, 2880, 12_000, 2.0)
    (seen,) = read(tmp_path, (mockup,)).mockups
    height, width = decode_png(seen.picture).shape[:2]
    assert width == 2395
    assert height / width == pytest.approx(12_000 / 2880, rel=0.002)


def test_parts_of_a_page_are_no_pictures_of_the_next(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    paths = [striped(tmp_path / f"{at}.png", 1440, 9000 + at) for at in range(2)]
    shown = tuple(
        ImagePart(sha256=blobs.put(path.read_bytes()), width=1440, height=9000) for path in paths
    )
    call = ToolCall(id="functions.compare:0", name="compare", arguments="{}")
    small = Mockup("a", "0" * 64, striped(tmp_path / "m.png", 40, 30), 40, 30, 1.0)
    turn = Turn("", "", (call,), (ToolOutcome(call, True, shown),))
    done = read(tmp_path, (small, small), turn).entries[-1]
    assert isinstance(done, Done)
    assert len(done.pictures) == 2


def test_a_mockup_that_is_not_shown_is_not_taken_for_the_next_picture(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    mockups = tuple(
        Mockup("a", "0" * 64, striped(tmp_path / f"{at}.png", 40, 30 + at), 40, 30 + at, 1.0)
        for at in range(3)
    )
    png = io.BytesIO()
    Image.new("RGB", (9, 9)).save(png, "PNG")
    part = ImagePart(sha256=blobs.put(png.getvalue()), width=9, height=9)
    call = ToolCall(id="functions.render:0", name="render", arguments="{}")
    turn = Turn("", "", (call,), (ToolOutcome(call, True, (part,)),))
    talk = read(tmp_path, mockups, turn, style=Style(most_pictures=3))
    assert [seen.page for seen in talk.mockups] == ["index.html", "page-2.html"]
    done = talk.entries[-1]
    assert isinstance(done, Done)
    assert done.pictures == (png.getvalue(),)


@pytest.mark.parametrize("in_short", [False, True])
def test_words_about_an_element_come_with_it(tmp_path: Path, in_short: bool) -> None:
    source = "<p>The person says:\n- finish: Done</p>"
    chosen = Selection(
        page="a.html", selector="p:nth-of-type(2)", first_line=7, last_line=8, source=source
    )
    said = (PersonMessage(1, "Make this\ngreen", 3, chosen),)
    turns = tuple(Turn("Yes", "", (), ()) for _ in range(3))
    task = Task((), "html-css", "", Limits())
    style, first = (Style(window=10_000), 2) if in_short else (Style(), 0)
    blobs = FileBlobs(tmp_path / "blobs")
    written = write_messages(Transcript(task, turns, said), blobs, style, first)
    entries = read_conversation({"messages": written}).entries
    words = [one for one in entries if isinstance(one, Words)]
    assert words == [
        Words("Make this\ngreen", False, Selected("a.html", 7, "p:nth-of-type(2)", source))
    ]
    assert SetBack(3) in entries
