"""A conversation longer than the model's window."""

import itertools
from pathlib import Path

import pytest
from PIL import Image

from bench.long_conversation import PLANTED, hold
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import Limits, TextPart, ToolCall, Usage
from workers.agent.prompts import FOLLOW_UP
from workers.agent.protocols import Mockup, PersonMessage, Task, ToolOutcome, Transcript, Turn
from workers.models.endpoint.chat import Message
from workers.models.endpoint.compaction import (
    FULL,
    caption_of,
    first_whole_turn,
    tell_in_short,
    window_in,
)
from workers.models.endpoint.messages import write_messages
from workers.models.endpoint.style import Style

WINDOW = 10_000


@pytest.fixture
def task(tmp_path: Path) -> Task:
    path = tmp_path / "mockup.png"
    Image.new("RGB", (80, 60), "teal").save(path)
    return Task((Mockup("a", "0" * 64, path, 80, 60, 1.0),), "html-css", "A page", Limits())


def turn(
    number: int,
    *,
    name: str = "edit_file",
    arguments: str = '{"path": "style.css"}',
    told: int = 0,
    text: str = "",
    result: str = "ok",
    revision: int | None = None,
    ok: bool = True,
) -> Turn:
    call = ToolCall(id=f"functions.{name}:{number}", name=name, arguments=arguments)
    parts = (TextPart(text=result),)
    outcome = ToolOutcome(call, ok, parts, f"Step {number}", revision)
    return Turn(text, "", (call,), (outcome,), Usage(input_tokens=told))


def test_a_conversation_that_fits_is_whole(task: Task) -> None:
    turns = tuple(turn(at, result="x" * 3_500) for at in range(6))  # some 1,000 tokens each
    assert first_whole_turn(Transcript(task, turns), WINDOW, 500) == 0
    assert first_whole_turn(Transcript(task, turns * 40), None, 500) == 0


def test_the_newest_turns_stay_whole_once_seven_tenths_are_full(task: Task) -> None:
    turns = tuple(turn(at, result="x" * 3_500) for at in range(7))
    assert first_whole_turn(Transcript(task, turns), WINDOW, 500) == 5  # two of them fit a quarter


def test_the_cut_stays_until_the_window_is_full_again(task: Task) -> None:
    turns = tuple(turn(at, result="x" * 3_500) for at in range(30))
    cuts = [first_whole_turn(Transcript(task, turns[:n]), WINDOW, 500) for n in range(1, 31)]
    assert cuts == sorted(cuts)
    assert 4 <= len(set(cuts)) <= 10


def test_what_the_server_counted_outweighs_the_guess(task: Task) -> None:
    small = tuple(turn(at, told=1_000) for at in range(5))
    full = (*small, turn(5, told=7_100), turn(6, told=2_000))
    assert first_whole_turn(Transcript(task, small), WINDOW, 500) == 0
    cut = first_whole_turn(Transcript(task, full[:6]), WINDOW, 500)
    assert 0 < cut <= 5
    assert first_whole_turn(Transcript(task, full), WINDOW, 500) == cut


def test_one_turn_larger_than_the_window_is_still_told(task: Task) -> None:
    turns = (turn(0), turn(1, result="x" * 90_000))
    assert first_whole_turn(Transcript(task, turns), WINDOW, 500) == 1


def test_older_turns_become_a_line_a_call(task: Task) -> None:
    turns = (
        turn(0, name="plan", arguments='{"steps": ["hero"]}'),
        turn(1, name="write_file", arguments='{"path": "index.html"}', text="I write\n it."),
        turn(2, name="compare", arguments="{}", revision=4),
        turn(3, ok=False),
        turn(4),
    )
    told = tell_in_short(Transcript(task, turns), 4, WINDOW).splitlines()
    assert "first 4 turns" in told[0]
    assert told[1:] == [
        "Files written so far: index.html",
        'Your plan as it stands: {"steps": ["hero"]}',
        "- plan: Step 0",
        "You: I write it.",
        "- write_file: Step 1",
        "- compare: Step 2, revision 4",
        "- edit_file: failed: Step 3",
    ]


def test_of_very_many_calls_the_last_are_told_and_the_persons_words_always(task: Task) -> None:
    turns = tuple(turn(at) for at in range(2_000))
    said = (
        PersonMessage(3, "Keep the word ZEBRA.", revision=2),
        PersonMessage(1_995, "And the other."),
    )
    told = tell_in_short(Transcript(task, turns, said), 1_990, WINDOW)
    assert told.count("ZEBRA") == 1
    assert "The files are those of revision 2 again." in told
    assert "And the other." not in told  # it stands further down, whole
    assert "- edit_file: Step 1989" in told
    assert "earlier lines are left out" in told
    assert len(told) < WINDOW


def test_words_at_the_cut_are_said_once(task: Task, tmp_path: Path) -> None:
    turns = tuple(turn(at) for at in range(4))
    said = (
        PersonMessage(1, "Before it."),
        PersonMessage(2, "At the cut."),
        PersonMessage(3, "After it."),
    )
    blobs = FileBlobs(tmp_path / "blobs")
    messages = write_messages(Transcript(task, turns, said), blobs, Style(window=WINDOW), 2)
    assert [one["role"] for one in messages] == [
        *("system", "user", "user", "user"),
        *("assistant", "tool", "user", "assistant", "tool"),
    ]
    for words in ("Before it.", "At the cut.", "After it."):
        assert str(messages).count(words) == 1


@pytest.mark.parametrize("first", [0, 1, 2, 3, 4])
def test_how_to_follow_up_is_told_once_wherever_the_cut_is(
    task: Task, tmp_path: Path, first: int
) -> None:
    turns = tuple(turn(at) for at in range(4))
    transcript = Transcript(task, turns, (PersonMessage(2, "One."), PersonMessage(3, "Two.")))
    blobs = FileBlobs(tmp_path / "blobs")
    messages = write_messages(transcript, blobs, Style(window=WINDOW), first)
    told = [
        part["text"] if part["type"] == "text" else ""
        for message in messages
        if message["role"] == "user" and not isinstance(message["content"], str)
        for part in message["content"]
    ]
    assert "\n".join(told).count(FOLLOW_UP) == 1


def test_a_result_that_would_fill_the_window_is_cut(task: Task, tmp_path: Path) -> None:
    turns = (turn(0, result="x" * (2 * WINDOW)),)
    blobs = FileBlobs(tmp_path / "blobs")

    def result(style: Style) -> str:
        messages: list[Message] = write_messages(Transcript(task, turns), blobs, style)
        return str(messages[-1]["content"])

    assert "read it in parts" in result(Style(window=WINDOW))
    assert len(result(Style(window=WINDOW))) < WINDOW + 100
    assert result(Style()) == "x" * (2 * WINDOW)


def test_a_caption_names_the_revision(task: Task) -> None:
    (outcome,) = turn(1, revision=3).outcomes
    assert caption_of(outcome) == "Step 1, revision 3"
    assert caption_of(ToolOutcome(outcome.call, True, ())) == ""


@pytest.mark.parametrize(
    ("refusal", "tokens"),
    [
        (
            "The input (40123 tokens) is longer than the model's context length (32768 tokens).",
            32768,
        ),
        (
            "This model's maximum context length is 32,768 tokens. However, you requested 40000 "
            "tokens (36000 in the messages, 4000 in the completion).",
            32768,
        ),
        ("request (9012 tokens) exceeds the available context size (8192 tokens)", 8192),
        ("prompt is too long: 210000 tokens > 200000 maximum", 200000),
        ("Your request exceeded model token limit: 262144", 262144),
        ("Input is too long for requested model.", None),
    ],
)
def test_the_window_is_read_out_of_a_refusal(refusal: str, tokens: int | None) -> None:
    assert window_in(refusal) == tokens


@pytest.mark.parametrize("window", [48_000, 131_072])
def test_a_run_of_many_steps_stays_inside_its_window(window: int, tmp_path: Path) -> None:
    run = hold(window, steps=150, density=1.3, folder=tmp_path)
    assert run.largest <= FULL * window + 4_000
    assert run.kept >= 0.85
    assert run.has_planted


def test_what_was_sent_before_stays_as_it_was_between_two_cuts(task: Task, tmp_path: Path) -> None:
    turns = tuple(turn(at, result="x" * 3_500) for at in range(24))
    blobs = FileBlobs(tmp_path / "blobs")

    def sent(count: int) -> list[Message]:
        transcript = Transcript(task, turns[:count], (PersonMessage(2, PLANTED),))
        first = first_whole_turn(transcript, WINDOW, 500)
        return write_messages(transcript, blobs, Style(window=WINDOW), first)

    requests = [sent(count) for count in range(3, 25)]
    moved = sum(later[: len(earlier)] != earlier for earlier, later in itertools.pairwise(requests))
    cuts = len({first_whole_turn(Transcript(task, turns[:n]), WINDOW, 500) for n in range(3, 25)})
    assert moved == cuts - 1
