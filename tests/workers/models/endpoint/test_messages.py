"""A transcript as chat messages."""

import base64
import io
import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from webapp.studio.blobs import FileBlobs
from webapp.studio.events import ImagePart, Limits, Part, Selection, TextPart, ToolCall
from workers.agent.prompts import EDIT_SELECTION, FOLLOW_UP, system_prompt
from workers.agent.protocols import Mockup, PersonMessage, Task, ToolOutcome, Transcript, Turn
from workers.models.endpoint.chat import Message
from workers.models.endpoint.compaction import size_before_turns, tell_in_short
from workers.models.endpoint.messages import EARLIER_WORDS, GO_ON, MAX_EARLIER, write_messages
from workers.models.endpoint.picture_budget import budget_of
from workers.models.endpoint.sizes import tokens_of
from workers.models.endpoint.style import Style


@pytest.fixture
def blobs(tmp_path: Path) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs")


@pytest.fixture
def task(tmp_path: Path) -> Task:
    mockups = (draw_mockup(tmp_path, 80, 60, 2.0), draw_mockup(tmp_path, 30, 20, 1.0))
    return Task(mockups, "html-css", "Make the header blue", Limits())


def draw_mockup(folder: Path, width: int, height: int, scale: float) -> Mockup:
    path = folder / f"{width}.png"
    Image.new("RGB", (width, height), "teal").save(path)
    return Mockup("id", "0" * 64, path, width, height, scale)


def shot(blobs: FileBlobs, shade: int) -> ImagePart:
    png = io.BytesIO()
    Image.new("RGB", (10, 10), (shade, 0, 0)).save(png, "PNG")
    return ImagePart(sha256=blobs.put(png.getvalue()), width=10, height=10)


def turn(number: int, *parts: Part, text: str = "", arguments: str = "{}") -> Turn:
    call = ToolCall(id=f"functions.compare:{number}", name="compare", arguments=arguments)
    return Turn(text, "", (call,), (ToolOutcome(call, True, parts),))


def write(
    task: Task,
    blobs: FileBlobs,
    *turns: Turn,
    no_old_pictures: bool = False,
    reasoning: bool = True,
) -> list[Message]:
    style = Style(no_old_pictures=no_old_pictures, reasoning=reasoning)
    return write_messages(Transcript(task, turns), blobs, style)


def texts(message: Message) -> list[str]:
    content = message["content"]
    if isinstance(content, str):
        return [content]
    return [part["text"] for part in content if part["type"] == "text"]


def images(message: Message) -> list[Image.Image]:
    content = message["content"]
    if isinstance(content, str):
        return []
    parts = [part for part in content if part["type"] == "image_url"]
    prefix = "data:image/png;base64,"
    assert all(part["image_url"]["url"].startswith(prefix) for part in parts)
    coded = [part["image_url"]["url"].removeprefix(prefix) for part in parts]
    return [Image.open(io.BytesIO(base64.b64decode(code))) for code in coded]


def shades(messages: list[Message]) -> list[int]:
    """The red of every image of a tool's result."""
    found = [image.getpixel((0, 0)) for message in messages[2:] for image in images(message)]
    return [cast("tuple[int, int, int]", pixel)[0] for pixel in found]


def test_the_task_shows_every_mockup_with_its_size_and_page(task: Task, blobs: FileBlobs) -> None:
    system, user = write(task, blobs)
    assert system == {"role": "system", "content": system_prompt("html-css")}
    words = texts(user)
    assert "Mockup 0: 80×60 image pixels, drawn at scale 2" in words[0]
    assert "page index.html is 40×30 CSS pixels" in words[0]
    assert "page page-2.html is 30×20 CSS pixels" in words[1]
    assert words[-3:] == [
        "Stack: html-css. Turn the mockups above into code.",
        "You have 40 tool calls and 10 minutes, anew each time the person lets you go on.",
        "The person adds:\nMake the header blue",
    ]
    assert [image.size for image in images(user)] == [(80, 60), (30, 20)]


def test_a_mockup_too_large_for_the_model_is_made_smaller_and_says_so(
    tmp_path: Path, blobs: FileBlobs
) -> None:
    task = Task((draw_mockup(tmp_path, 4000, 2000, 2.0),), "html-css", "", Limits())
    _, user = write(task, blobs)
    (image,) = images(user)
    assert image.width * image.height <= 16_384 * 14 * 14
    assert f"shown here at {image.width}×{image.height}" in texts(user)[0]


def test_a_call_and_its_result_keep_their_id(task: Task, blobs: FileBlobs) -> None:
    said = turn(7, TextPart(text="0.93"), text="Let us see.")
    assert write(task, blobs, said)[2:] == [
        {
            "role": "assistant",
            "content": "Let us see.",
            "reasoning_content": "",
            "tool_calls": [
                {
                    "id": "functions.compare:7",
                    "type": "function",
                    "function": {"name": "compare", "arguments": "{}"},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "functions.compare:7", "content": "0.93"},
    ]


def test_thoughts_go_back_unless_the_endpoint_refuses_them(task: Task, blobs: FileBlobs) -> None:
    said = Turn("Hello", "Hm.", (), ())
    assert write(task, blobs, said)[2]["reasoning_content"] == "Hm."
    assert "reasoning_content" not in write(task, blobs, said, reasoning=False)[2]


def test_images_of_a_result_follow_as_the_persons_message(task: Task, blobs: FileBlobs) -> None:
    said = turn(3, shot(blobs, 200), shot(blobs, 100), TextPart(text="{}"))
    tool, user = write(task, blobs, said)[3:]
    assert (tool["role"], tool["content"]) == ("tool", "{}")
    assert user["role"] == "user"
    assert texts(user) == ["Images of compare (functions.compare:3):"]
    assert shades([*write(task, blobs, said)]) == [200, 100]


def test_images_come_after_all_results_of_a_turn(task: Task, blobs: FileBlobs) -> None:
    calls = tuple(ToolCall(id=name, name="render", arguments="{}") for name in "ab")
    outcomes = tuple(ToolOutcome(call, True, (shot(blobs, 9),)) for call in calls)
    messages = write(task, blobs, Turn("", "", calls, outcomes))[2:]
    assert [message["role"] for message in messages] == ["assistant", "tool", "tool", "user"]


def test_only_the_newest_images_are_kept(task: Task, blobs: FileBlobs) -> None:
    turns = [turn(at, shot(blobs, at), TextPart(text="x")) for at in range(30)]
    for count in range(1, 31):
        kept = shades(write(task, blobs, *turns[:count]))
        assert kept == list(range(count - len(kept), count))
        assert min(count, 5) <= len(kept) <= 9
    left_out = texts(write(task, blobs, *turns)[4])
    assert left_out[1] == "(An older image, 10×10, is left out. Look again if you need it.)"


def test_most_turns_leave_the_messages_before_them_as_they_were(
    task: Task, blobs: FileBlobs
) -> None:
    turns = [turn(at, shot(blobs, at), TextPart(text="x")) for at in range(24)]
    written = [write(task, blobs, *turns[:count]) for count in range(25)]
    changed = sum(
        later[: len(earlier)] != earlier for earlier, later in itertools.pairwise(written)
    )
    assert changed == 4


def test_a_whole_comparison_of_five_mockups_is_kept(tmp_path: Path, blobs: FileBlobs) -> None:
    mockups = tuple(draw_mockup(tmp_path, 20 + at, 20, 1.0) for at in range(5))
    task = Task(mockups, "html-css", "", Limits())
    comparisons = [turn(at, *(shot(blobs, at) for _ in range(10))) for at in range(6)]
    assert shades(write(task, blobs, *comparisons))[-10:] == [5] * 10


def test_without_old_pictures_the_newest_result_keeps_its_own(task: Task, blobs: FileBlobs) -> None:
    turns = [turn(at, shot(blobs, at)) for at in range(4)]
    messages = write(task, blobs, *turns, no_old_pictures=True)
    assert shades(messages) == [3]
    assert len(images(messages[1])) == 2


def test_a_turn_without_a_call_is_told_to_go_on(task: Task, blobs: FileBlobs) -> None:
    spoken, empty = Turn("Done?", "", (), ()), Turn("", "", (), ())
    messages = write(task, blobs, spoken, empty)[2:]
    assert [message["role"] for message in messages] == ["assistant", "user", "user"]
    assert messages[-1]["content"] == GO_ON


@pytest.mark.parametrize("arguments", ["{", "[]", "null", "", "[" * 5000])
def test_arguments_are_always_an_object(arguments: str, task: Task, blobs: FileBlobs) -> None:
    said = write(task, blobs, turn(1, TextPart(text="Error"), arguments=arguments))[2]
    sent = json.loads(said["tool_calls"][0]["function"]["arguments"])
    assert sent == ({"unparsed": arguments[:2000]} if arguments else {})


def test_a_call_that_was_not_run_still_has_a_result(task: Task, blobs: FileBlobs) -> None:
    call = ToolCall(id="a", name="render", arguments="{}")
    assert write(task, blobs, Turn("", "", (call,), ()))[-1] == {
        "role": "tool",
        "tool_call_id": "a",
        "content": "This call was not run.",
    }


def test_what_the_person_says_stands_where_it_was_read(task: Task, blobs: FileBlobs) -> None:
    said = (
        PersonMessage(0, "At once"),
        PersonMessage(2, " Later ", revision=1),
        PersonMessage(2, "Last"),
    )
    quiet = Turn("I am done.", "", (), ())
    transcript = Transcript(task, (turn(1, TextPart(text="ok")), quiet), said)

    messages = write_messages(transcript, blobs, Style())

    assert [message["role"] for message in messages] == [
        *("system", "user", "user"),
        *("assistant", "tool", "assistant"),
        *("user", "user"),
    ]
    assert texts(messages[2]) == ["The person says:\nAt once"]
    assert texts(messages[6]) == [
        "The person says:\nLater\nThe files are those of revision 1 again."
    ]
    assert texts(messages[7]) == ["The person says:\nLast"]  # in place of the word to go on


def test_words_change_nothing_of_what_was_sent_before_them(task: Task, blobs: FileBlobs) -> None:
    turns = (turn(1, TextPart(text="ok")),)
    before = write_messages(Transcript(task, turns), blobs, Style())
    after = write_messages(Transcript(task, turns, (PersonMessage(1, "More"),)), blobs, Style())
    assert after[: len(before)] == before


def test_the_words_of_earlier_runs_come_before_those_of_this_one(
    task: Task, blobs: FileBlobs
) -> None:
    told = replace(task, earlier_words=("A dark page", "With larger type"))
    *_, earlier, now = texts(write(told, blobs)[1])
    assert earlier == (
        f"{EARLIER_WORDS}\nThe person wrote:\nA dark page\nThe person wrote:\nWith larger type"
    )
    assert now == "The person adds:\nMake the header blue"
    assert EARLIER_WORDS not in str(write(task, blobs))


def test_of_many_earlier_words_the_newest_are_told(task: Task, blobs: FileBlobs) -> None:
    half = MAX_EARLIER // 2
    words = ("oldest", "a" * half, "b" * (half + 1), "c" * (half - 1))
    earlier = texts(write(replace(task, earlier_words=words), blobs)[1])[-2]
    assert earlier.count("The person wrote:") == 2
    assert "(2 older messages are left out)" in earlier
    assert "bbb" in earlier
    assert "ccc" in earlier
    alone = replace(task, earlier_words=("d" * (MAX_EARLIER + 1),))
    assert "ddd" in texts(write(alone, blobs)[1])[-2]


def test_earlier_words_count_for_the_size_of_a_conversation(task: Task) -> None:
    told = replace(task, earlier_words=("word " * 1000,))
    budget = budget_of(Style(), task.mockups)
    sizes = [size_before_turns(Transcript(one), (), budget) for one in (task, told)]
    assert sizes[1] - sizes[0] == tokens_of("word " * 1000)


def test_how_to_follow_up_comes_with_the_first_words_after_something_was_written(
    task: Task, blobs: FileBlobs
) -> None:
    call = ToolCall(id="w", name="write_file", arguments='{"path": "index.html", "content": ""}')
    wrote = Turn("", "", (call,), (ToolOutcome(call, True, (TextPart(text="ok"),)),))
    said = (
        PersonMessage(1, "An answer"),
        PersonMessage(2, "Change it"),
        PersonMessage(3, "Once more"),
    )
    turns = (turn(1, TextPart(text="ok")), wrote, turn(3, TextPart(text="ok")))

    messages = write_messages(Transcript(task, turns, said), blobs, Style())

    persons = [texts(one) for one in messages[2:] if one["role"] == "user"]
    assert persons == [
        ["The person says:\nAn answer"],
        ["The person says:\nChange it", FOLLOW_UP],
        ["The person says:\nOnce more"],
    ]
    assert messages[0]["content"] == system_prompt("html-css")
    assert FOLLOW_UP not in str(messages[0]["content"])


SELECTION = Selection(
    page="index.html",
    selector="main > p",
    first_line=3,
    last_line=4,
    source="<p>The person says:\nHello</p>",
)
ABOUT = """The person says:
Make this green
They selected this element of index.html, lines 3–4, `main > p`:
> <p>The person says:
> Hello</p>"""


def test_how_to_edit_a_selection_comes_with_the_first_words_about_one(
    task: Task, blobs: FileBlobs
) -> None:
    said = (
        PersonMessage(1, "Larger"),
        PersonMessage(2, "Make this green", 2, SELECTION),
        PersonMessage(2, "Make this green", None, SELECTION),
    )
    transcript = Transcript(task, tuple(turn(at) for at in (1, 2)), said)
    messages = write_messages(transcript, blobs, Style())
    persons = [texts(one) for one in messages[2:] if one["role"] == "user"]
    assert persons == [
        ["The person says:\nLarger"],
        [f"{ABOUT}\nThe files are those of revision 2 again.", EDIT_SELECTION],
        [ABOUT],
    ]
    told = tell_in_short(Transcript(task, (*transcript.turns, turn(3)), said), 3, 10_000)
    assert ABOUT in told and told.count(EDIT_SELECTION) == 1
    assert EDIT_SELECTION not in tell_in_short(Transcript(task, transcript.turns, said), 2, 10_000)


def test_a_mockup_of_the_first_page_says_what_it_shows(task: Task, blobs: FileBlobs) -> None:
    first, second = task.mockups
    mockups = (first, replace(second, role="width"), replace(second, role="state"))
    _, user = write(replace(task, mockups=mockups), blobs)
    _, width, state = (text for text in texts(user) if text.startswith("Mockup "))
    assert "its page index.html is 30×20 CSS pixels. It shows mockup 0's page at 30 CSS" in width
    assert "its page page-3.html is 30×20 CSS pixels. It shows mockup 0's page in another" in state
    assert "page-3.html is index.html in that state" in state
