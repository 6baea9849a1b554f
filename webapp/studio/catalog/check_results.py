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


class CheckResult(BaseModel):
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

    findings: tuple[CheckResult, ...]
    models: tuple[str, ...]
    model: str
    context_tokens: int | None
    sees_pictures: bool | None
    calls_tools: bool | None
    seconds: float


@dataclass
class ModelReply:
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


def on_model(name: str, listed: Sequence[str] | None) -> CheckResult:
    """Whether the server has the model, as far as its list tells."""
    if listed is None:
        return CheckResult(
            check="model", outcome="unknown", measured="It does not list its models."
        )
    if name in listed:
        return CheckResult(check="model", outcome="yes", measured=f"It lists {name}.")
    more = f" and {len(listed) - MAX_NAMED} more" if len(listed) > MAX_NAMED else ""
    offer = f"It offers {', '.join(listed[:MAX_NAMED])}{more}" if listed else "It offers no model"
    if not name:
        return CheckResult(
            check="model", outcome="unknown", measured=f"{offer}.", remedy="Choose a model."
        )
    remedy = "Choose one that it offers." if listed else "Load a model there."
    return CheckResult(
        check="model", outcome="no", measured=f"{offer}, but not {name}.", remedy=remedy
    )


def on_answers(reply: ModelReply) -> CheckResult:
    if reply.refused:
        told = f"It refused: {reply.refused}"
        return CheckResult(check="answers", outcome="no", measured=told, remedy=reply.remedy)
    if reply.said_anything:
        return CheckResult(check="answers", outcome="yes", measured=f"It said “{_quote(reply)}”.")
    if reply.seconds is not None:
        told = f"No word came within {reply.seconds:.0f} s."
        remedy = "It may still be loading the model, or be too slow: try again in a minute."
        return CheckResult(check="answers", outcome="no", measured=told, remedy=remedy)
    return CheckResult(
        check="answers",
        outcome="no",
        measured="Its answer was empty.",
        remedy="Check that the address ends in /v1 and that this is a chat model.",
    )


def on_streams(streams: bool) -> CheckResult:
    if streams:
        return CheckResult(
            check="streams", outcome="yes", measured="Its words come as it writes them."
        )
    return CheckResult(
        check="streams",
        outcome="unknown",
        measured="Its answers come whole, not word by word.",
        remedy="Runs work all the same; you see each turn at its end.",
    )


def on_speed(reply: ModelReply) -> CheckResult:
    if reply.first_at is None:
        return CheckResult(check="speed", outcome="unknown", measured="It could not be measured.")
    told = f"First word after {reply.first_at:.1f} s"
    spent = reply.last_at - reply.first_at
    if reply.pieces >= 8 and spent > 0:
        told += f", then about {(reply.pieces - 1) / spent:.0f} tokens a second"
    return CheckResult(check="speed", outcome="yes", measured=f"{told}.")


def on_tools(reply: ModelReply, known: Capabilities) -> CheckResult:
    said = {True: "it has a parser for calls", False: "it has no parser for calls", None: ""}
    result = CheckResult(check="tools", outcome="no", server_says=said[known.uses_tools])
    parser = "Start its server with a tool-call parser, or choose another model."
    called = [arguments for name, arguments in reply.calls.values() if name == TOOL]
    if reply.refused:
        told = f"It refused a request with a tool: {reply.refused}"
        return result.model_copy(update={"measured": told, "remedy": reply.remedy or parser})
    if any(_is_json(arguments) for arguments in called):
        return result.model_copy(
            update={"outcome": "yes", "measured": "It called the tool it was given."}
        )
    if called:
        told = "It called the tool, but what it gave to it is not JSON."
        return result.model_copy(update={"measured": told, "remedy": parser})
    if TOOL in reply.text:
        told = "It wrote the call into its text. Mockwright reads many such calls, not all."
        return result.model_copy(update={"outcome": "unknown", "measured": told, "remedy": parser})
    return result.model_copy(update=_nothing(reply, "It did not call the tool", parser))


def on_pictures(reply: ModelReply, colour: str, known: Capabilities) -> CheckResult:
    said = {True: "it takes pictures", False: "it takes no pictures", None: ""}
    result = CheckResult(check="pictures", outcome="no", server_says=said[known.reads_pictures])
    blind = "Choose a model that sees pictures."
    if reply.refused:
        told = f"It refused a picture: {reply.refused}"
        return result.model_copy(update={"measured": told, "remedy": reply.remedy or blind})
    named = {one for one in COLOURS if re.search(rf"\b{one}\b", reply.text.lower())}
    if named == {colour}:
        told = f"It was shown a {colour} picture and said so."
        return result.model_copy(update={"outcome": "yes", "measured": told})
    told = f"It took a {colour} picture without seeing it"
    return result.model_copy(update=_nothing(reply, told, blind))


def on_context(tokens: int | None) -> CheckResult:
    if tokens is None:
        return CheckResult(
            check="context", outcome="unknown", remedy="If you know its context, enter it below."
        )
    result = CheckResult(check="context", outcome="yes", server_says=f"{tokens:,} tokens")
    if tokens >= COMFORTABLE_CONTEXT:
        return result
    remedy = f"Short for this work: serve it with {COMFORTABLE_CONTEXT:,} or more if you can."
    return result.model_copy(update={"outcome": "unknown", "remedy": remedy})


def _nothing(reply: ModelReply, told: str, remedy: str) -> dict[str, str]:
    """Of an answer that is not the one asked for: wrong, or not there in time."""
    if reply.text.strip() or reply.seconds is None:
        quote = f": it said “{_quote(reply)}”" if reply.said_anything else ": its answer was empty"
        return {"measured": f"{told}{quote}.", "remedy": remedy}
    still = "It was still thinking" if reply.thought.strip() else "No word had come"
    told = f"{still} after {reply.seconds:.0f} s, so this is not known."
    return {"outcome": "unknown", "measured": told}


def _quote(reply: ModelReply) -> str:
    line = " ".join((reply.text.strip() or reply.thought).split()).removesuffix(".")
    return line if len(line) <= MAX_QUOTE else f"{line[:MAX_QUOTE]}…"


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
