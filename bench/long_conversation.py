"""What a long run sends: how full its window gets, and how much of each request a server has kept.

    python -m bench.long_conversation [--steps 300] [--windows 48000 131072]

Nothing is asked of a model: the calls are made up, the results are those of the tools in kind and
size, and the requests are those that the product would send. A server counts `--density` tokens for
each that the product expects, as no two count alike.
"""

import argparse
import itertools
import json
import resource
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.studio.blobs import FileBlobs
from webapp.studio.events import ImagePart, Limits, Part, TextPart, ToolCall, Usage
from workers.agent.protocols import Mockup, PersonMessage, Task, ToolOutcome, Transcript, Turn
from workers.imaging import encode_png
from workers.models.endpoint.chat import Message
from workers.models.endpoint.conversation import converse
from workers.models.endpoint.sizes import picture_tokens, tokens_of
from workers.models.endpoint.style import Style

PLANTED = "Whatever else changes, keep the word ZEBRA-4711 in the footer."
SPOKEN_AFTER = 7  # turns, when the person says it
WIDTH, HEIGHT = 1280, 800


@dataclass(frozen=True)
class LongConversation:
    """One run's requests. Tokens are those the server counts; `kept` is the share of all of them
    that stood at the beginning of the request before."""

    window: int
    steps: int
    largest: int
    kept: float
    has_planted: bool
    grown_mb: float


def hold(window: int, steps: int, density: float, folder: Path) -> LongConversation:
    """Take so many turns of one call each."""
    blobs = FileBlobs(folder / "blobs")
    png = encode_png(np.full((HEIGHT, WIDTH, 3), 200, np.uint8))
    mockup = folder / "mockup.png"
    mockup.write_bytes(png)
    picture = ImagePart(sha256=blobs.put(png), width=WIDTH, height=HEIGHT)
    task = Task(
        (Mockup("a", "0" * 64, mockup, WIDTH, HEIGHT, 1.0),), "html-css", "A page", Limits()
    )
    said = (PersonMessage(SPOKEN_AFTER, PLANTED),)
    turns: list[Turn] = []
    before: list[Message] = []
    largest = total = kept = early = 0.0
    style = Style(window=window)
    for number, (call, summary, parts, revision) in enumerate(_calls(steps, picture)):
        told = said if number >= SPOKEN_AFTER else ()
        messages = converse(Transcript(task, tuple(turns), told), (), blobs, style).messages
        size = sum(map(_tokens, messages)) * density
        same = itertools.takewhile(
            lambda pair: pair[0] == pair[1], zip(before, messages, strict=False)
        )
        kept += sum(_tokens(one) for one, _ in same) * density
        total, largest = total + size, max(largest, size)
        before = messages
        outcome = ToolOutcome(call, True, parts, summary, revision)
        thought = "I look at what differs and mend the dearest first. " * 4
        usage = Usage(input_tokens=round(size), output_tokens=tokens_of(thought + call.arguments))
        turns.append(Turn("", thought, (call,), (outcome,), usage))
        early = early or (_memory() if number > steps / 3 else 0.0)
    return LongConversation(
        window, steps, round(largest), kept / total, PLANTED in str(before), _memory() - early
    )


def _calls(
    steps: int, picture: ImagePart
) -> Iterator[tuple[ToolCall, str, tuple[Part, ...], int | None]]:
    """A page and its styles, then edits, a look and a comparison in turn."""
    page = "<li class='card'><h3>Title</h3><p>Some words of a card.</p></li>\n" * 120
    differences = [
        {"item": f"“Some words {at}”", "kind": "size", "expected": "18 px", "got": "16 px"}
        | {"selector": f"main > ul > li:nth-child({at})", "rect": [40, 40 * at, 300, 22]}
        for at in range(20)
    ]
    revision = 0
    for number in range(steps):
        name = "edit_file"
        arguments: dict[str, object] = {"path": "style.css", "edits": [["a" * 90, "b" * 90]] * 3}
        summary = "Edited style.css, 3 edits"
        parts: tuple[Part, ...] = (TextPart(text="Done. " * 20),)
        saved = None
        if number < 2:
            name, arguments = "write_file", {"path": f"file-{number}.html", "content": page}
            summary = "Wrote it, 120 lines"
        elif number % 4 == 1:
            revision += 1
            name, arguments, saved = "compare", {}, revision
            summary = f"Match {min(99.0, 60 + revision / 2):.1f}%"
            report = json.dumps({"score": {"total": 0.9}, "differences": differences})
            parts = (picture, picture, picture, TextPart(text=report))
        elif number % 4 == 3:
            name, arguments = "read_file", {"path": "style.css", "first_line": 1}
            summary, parts = "Read style.css, 60 lines", (TextPart(text=page[:4000]),)
        call = ToolCall(id=f"functions.{name}:{number}", name=name, arguments=json.dumps(arguments))
        yield call, summary, parts, saved


def _tokens(message: Message) -> float:
    """As a server would count them: a picture by its size, all else by its bytes."""
    text = json.dumps(message, ensure_ascii=False)
    pictures = text.count("data:image/")
    if pictures:
        parts = message["content"]
        assert not isinstance(parts, str)
        text = "".join(part["text"] for part in parts if part["type"] == "text")
    return tokens_of(text) + pictures * picture_tokens(WIDTH, HEIGHT)


def _memory() -> float:
    """The most that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--windows", type=int, nargs="+", default=[48_000, 131_072])
    parser.add_argument("--density", type=float, default=1.15)
    options = parser.parse_args()
    print("window   steps  largest request  kept by a server  planted words  memory grown")
    for window in options.windows:
        with tempfile.TemporaryDirectory() as folder:
            one = hold(window, options.steps, options.density, Path(folder))
        print(
            f"{one.window:<8} {one.steps:<6} {one.largest:>8} ({one.largest / one.window:.0%})"
            f"  {one.kept:>12.1%}  {'there' if one.has_planted else 'LOST':>14}"
            f"  {one.grown_mb:>9.1f} MB"
        )


if __name__ == "__main__":
    main()
