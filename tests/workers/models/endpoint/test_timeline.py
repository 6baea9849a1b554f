"""A recording in words, in a model's first message."""

from dataclasses import replace
from pathlib import Path

from tests.workers.models.endpoint.test_messages import draw_mockup, texts
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import Limits
from webapp.studio.storyboard import Action, RecordingFacts, State, Storyboard
from webapp.studio.values import Rect
from workers.agent.protocols import Task, Transcript
from workers.models.endpoint.messages import write_messages
from workers.models.endpoint.style import Style

FACTS = RecordingFacts(sha256="0" * 64, seconds=9, width=80, height=60, fps=30)


def state(name: str, number: int) -> State:
    return State(
        id=f"s{number}", name=name, picture="0" * 64, width=80, height=60, first_seen=0, settled=0,
        taller=number == 2,
    )  # fmt: skip


def action(number: int, **own: object) -> Action:
    said = {"from_state": "s1", "to_state": "s2", "begins": number, "seconds": 0, "confidence": 1}
    return Action.model_validate({"id": f"a{number}", **said, **own})


def test_a_models_first_message_tells_a_recording_in_words(tmp_path: Path) -> None:
    button = Rect(x=10, y=20, width=30, height=10)
    board = Storyboard(
        recording=FACTS,
        scale=1,
        states=(state("Basket", 1), state("Paid", 2)),
        actions=(
            action(1, kind="click", target=button, words="Pay now", confidence=0.5),
            action(2, kind="type", target=button, words="Name", text="Ada"),
            action(3, kind="drag", target=button, to=button),
            action(4, kind="scroll", scroll_by=120),
            action(5, kind="wait", seconds=2.5, from_state="s2", to_state="s1"),
        ),
    )
    task = Task((draw_mockup(tmp_path, 80, 60, 1.0),), "html-css", "", Limits(), storyboard=board)
    blobs = FileBlobs(tmp_path / "blobs")
    _, message = write_messages(Transcript(task, ()), blobs, Style())
    told = next(text for text in texts(message) if "was recorded" in text)
    assert told.splitlines()[2:] == [
        "States:",
        "s1: “Basket”, with “Pay now”, “Name”",
        "s2: “Paid”, longer than the window",
        "",
        "What was done:",
        "1. click “Pay now” (a guess) at 10, 20: s1 → s2",
        "2. type into “Name” “Ada” at 10, 20: s1 → s2",
        "3. drag to 10, 20 at 10, 20: s1 → s2",
        "4. scroll by 120 px: s1 → s2",
        "5. nothing: the page changes by itself after 2.5 s: s2 → s1",
    ]
    _, plain = write_messages(Transcript(replace(task, storyboard=None), ()), blobs, Style())
    assert not any("was recorded" in text for text in texts(plain))
