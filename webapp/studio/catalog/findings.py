"""What a test of a model server finds, in the words a person reads. Pure: it asks nobody."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

from webapp.studio.catalog.capabilities import Capabilities

Check = Literal[
    "address", "key", "model", "answers", "streams", "speed", "tools", "pictures", "context"
]
Outcome = Literal["yes", "no", "unknown"]
COLOURS = ("red", "green", "blue", "yellow", "black", "white")
TOOL = "save_word"
WORD = "mockup"
COMFORTABLE_CONTEXT = 32_768  # tokens; a mockup, its page and a few comparisons fill less
MAX_QUOTE = 80  # characters
MAX_NAMED = 8  # models


class Finding(BaseModel):
    """`measured` is what the test saw happen, `server_says` what the server claims, `remedy` the
    one thing to do where it is not as it should be."""

    model_config = ConfigDict(frozen=True)

    check: Check
    outcome: Outcome
    measured: str = ""
    server_says: str = ""
    remedy: str = ""


class ConnectionReport(BaseModel):
    """What a test found, in the order in which it was asked. `models` are the names on offer."""

    model_config = ConfigDict(frozen=True)

    findings: tuple[Finding, ...]
    models: tuple[str, ...]
    model: str
    context_tokens: int | None
    sees_pictures: bool | None
    calls_tools: bool | None
    seconds: float


@dataclass
class Heard:
    """One answer as far as it came. Times are seconds since it was asked for."""

    text: str = ""
    thought: str = ""
    calls: dict[int, tuple[str, str]] = field(default_factory=dict)  # name and arguments
    pieces: int = 0  # about one a token
    first_at: float | None = None
    last_at: float = 0.0
    seconds: float | None = None  # after which it was given up
    refused: str = ""  # in the server's words
    remedy: str = ""

    @property
    def said_anything(self) -> bool:
        return bool(self.text.strip() or self.thought.strip() or self.calls)


def on_model(name: str, listed: Sequence[str] | None) -> Finding:
    """Whether the server has the model, as far as its list tells."""
    if listed is None:
        return Finding(check="model", outcome="unknown", measured="It does not list its models.")
    if name in listed:
        return Finding(check="model", outcome="yes", measured=f"It lists {name}.")
    more = f" and {len(listed) - MAX_NAMED} more" if len(listed) > MAX_NAMED else ""
    offer = f"It offers {', '.join(listed[:MAX_NAMED])}{more}" if listed else "It offers no model"
    if not name:
        return Finding(
            check="model", outcome="unknown", measured=f"{offer}.", remedy="Choose a model."
        )
    remedy = "Choose one that it offers." if listed else "Load a model there."
    return Finding(check="model", outcome="no", measured=f"{offer}, but not {name}.", remedy=remedy)


def on_answers(heard: Heard) -> Finding:
    if heard.refused:
        told = f"It refused: {heard.refused}"
        return Finding(check="answers", outcome="no", measured=told, remedy=heard.remedy)
    if heard.said_anything:
        return Finding(check="answers", outcome="yes", measured=f"It said “{_quote(heard)}”.")
    if heard.seconds is not None:
        told = f"No word came within {heard.seconds:.0f} s."
        remedy = "It may still be loading the model, or be too slow: try again in a minute."
        return Finding(check="answers", outcome="no", measured=told, remedy=remedy)
    return Finding(
        check="answers",
        outcome="no",
        measured="Its answer was empty.",
        remedy="Check that the address ends in /v1 and that this is a chat model.",
    )


def on_streams(streams: bool) -> Finding:
    if streams:
        return Finding(check="streams", outcome="yes", measured="Its words come as it writes them.")
    return Finding(
        check="streams",
        outcome="unknown",
        measured="Its answers come whole, not word by word.",
        remedy="Runs work all the same; you see each turn at its end.",
    )


def on_speed(heard: Heard) -> Finding:
    if heard.first_at is None:
        return Finding(check="speed", outcome="unknown", measured="It could not be measured.")
    told = f"First word after {heard.first_at:.1f} s"
    spent = heard.last_at - heard.first_at
    if heard.pieces >= 8 and spent > 0:
        told += f", then about {(heard.pieces - 1) / spent:.0f} tokens a second"
    return Finding(check="speed", outcome="yes", measured=f"{told}.")


def on_tools(heard: Heard, known: Capabilities) -> Finding:
    said = {True: "it has a parser for calls", False: "it has no parser for calls", None: ""}
    finding = Finding(check="tools", outcome="no", server_says=said[known.uses_tools])
    parser = "Start its server with a tool-call parser, or choose another model."
    called = [arguments for name, arguments in heard.calls.values() if name == TOOL]
    if heard.refused:
        told = f"It refused a request with a tool: {heard.refused}"
        return finding.model_copy(update={"measured": told, "remedy": heard.remedy or parser})
    if any(_is_json(arguments) for arguments in called):
        return finding.model_copy(
            update={"outcome": "yes", "measured": "It called the tool it was given."}
        )
    if called:
        told = "It called the tool, but what it gave to it is not JSON."
        return finding.model_copy(update={"measured": told, "remedy": parser})
    if TOOL in heard.text:
        told = "It wrote the call into its text. Mockwright reads many such calls, not all."
        return finding.model_copy(update={"outcome": "unknown", "measured": told, "remedy": parser})
    return finding.model_copy(update=_nothing(heard, "It did not call the tool", parser))


def on_pictures(heard: Heard, colour: str, known: Capabilities) -> Finding:
    said = {True: "it takes pictures", False: "it takes no pictures", None: ""}
    finding = Finding(check="pictures", outcome="no", server_says=said[known.reads_pictures])
    blind = "Choose a model that sees pictures."
    if heard.refused:
        told = f"It refused a picture: {heard.refused}"
        return finding.model_copy(update={"measured": told, "remedy": heard.remedy or blind})
    named = {one for one in COLOURS if re.search(rf"\b{one}\b", heard.text.lower())}
    if named == {colour}:
        told = f"It was shown a {colour} picture and said so."
        return finding.model_copy(update={"outcome": "yes", "measured": told})
    told = f"It took a {colour} picture without seeing it"
    return finding.model_copy(update=_nothing(heard, told, blind))


def on_context(tokens: int | None) -> Finding:
    if tokens is None:
        return Finding(
            check="context", outcome="unknown", remedy="If you know its context, enter it below."
        )
    finding = Finding(check="context", outcome="yes", server_says=f"{tokens:,} tokens")
    if tokens >= COMFORTABLE_CONTEXT:
        return finding
    remedy = f"Short for this work: serve it with {COMFORTABLE_CONTEXT:,} or more if you can."
    return finding.model_copy(update={"outcome": "unknown", "remedy": remedy})


def _nothing(heard: Heard, told: str, remedy: str) -> dict[str, str]:
    """Of an answer that is not the one asked for: wrong, or not there in time."""
    if heard.text.strip() or heard.seconds is None:
        quote = f": it said “{_quote(heard)}”" if heard.said_anything else ": its answer was empty"
        return {"measured": f"{told}{quote}.", "remedy": remedy}
    still = "It was still thinking" if heard.thought.strip() else "No word had come"
    told = f"{still} after {heard.seconds:.0f} s, so this is not known."
    return {"outcome": "unknown", "measured": told}


def _quote(heard: Heard) -> str:
    line = " ".join((heard.text.strip() or heard.thought).split()).removesuffix(".")
    return line if len(line) <= MAX_QUOTE else f"{line[:MAX_QUOTE]}…"


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
