"""How a long conversation is kept inside the model's window: older turns are told in short.

Before the window is full, all but the newest turns become one message with a line a call. Where the
cut lies is told by the recorded turns alone, so it stays where it is from one request to the next,
and a server finds again what it has kept of the last one.
"""

import json
import re
from collections.abc import Iterator

from webapp.studio.events import ImagePart, Selection, TextPart
from workers.agent.prompts import EDIT_SELECTION, FOLLOW_UP, system_prompt
from workers.agent.protocols import Mockup, PersonMessage, ToolOutcome, ToolSpec, Transcript, Turn
from workers.agent.transcript import PLAN, read_arguments
from workers.models.endpoint.guidelines import texts_of
from workers.models.endpoint.picture_budget import PictureBudget
from workers.models.endpoint.sizes import PIXELS_PER_TOKEN, picture_tokens, tokens_of
from workers.models.endpoint.tiles import LIMITS, tiles_of

FULL = 0.7  # of the window: from when older turns are told in short
NEWEST = 0.25  # of the window, that the newest turns may take when they are
BRIEF = 0.12  # of the window, for the lines about the older ones
SAID_CHARACTERS = 300  # kept of what the model said in an older turn

HEAD = (
    "To save space, your first {turns} turns are told in short here. What the person said is whole."
    " Read a file again before you edit it; `show_revision` shows an older revision."
)
EARLIER = "({count} earlier lines are left out)"
FILES = "Files written so far: {names}"
CURRENT_PLAN = "Your plan as it stands: {plan}"
SAID = "The person says:\n{text}"
SELECTED = "They selected this element of {page}, lines {first}–{last}, `{selector}`:\n{source}"
SET_BACK = "The files are those of revision {revision} again."
EDITED = (
    "The person changed {files} themselves{by}. Read what they changed before you edit it, and keep"
    " it unless they say otherwise."
)
BY_COMMAND = ", by the plain command “{command}”"

_WINDOWS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:context|window|limit|maximum)[^\d]{0,60}?(\d[\d,]{3,8})",
        r"> ?(\d[\d,]{3,8}) maximum",
        r"(\d[\d,]{3,8}) tokens",
    )
)


def window_in(refusal: str) -> int | None:
    """The tokens that a server says its model reads, where it refuses a longer conversation."""
    for pattern in _WINDOWS:
        found = pattern.search(refusal)
        if found is not None:
            return int(found.group(1).replace(",", ""))
    return None


def conversation_tokens(
    transcript: Transcript, tools: tuple[ToolSpec, ...], budget: PictureBudget
) -> int:
    """About how many tokens the whole conversation takes, nothing of it left out."""
    turns = sum(map(_turn_tokens, transcript.turns))
    return size_before_turns(transcript, tools, budget) + turns


def size_before_turns(
    transcript: Transcript,
    tools: tuple[ToolSpec, ...],
    budget: PictureBudget,
    window: int | None = None,
) -> int:
    """About how many tokens the conversation begins with, in a window of so many."""
    task = transcript.task
    texts = [
        system_prompt(task.stack),
        task.prompt,
        *task.earlier_words,
        *texts_of(task, window),
        *(json.dumps([tool.description, tool.schema]) for tool in tools),
    ]
    shown = zip(task.mockups[: budget.mockups], budget.mockup_tiles, strict=False)
    mockups = (_mockup_tokens(mockup, most) for mockup, most in shown)
    return sum(map(tokens_of, texts)) + sum(mockups)


def _mockup_tokens(mockup: Mockup, most_tiles: int) -> int:
    width, height = mockup.width, mockup.height
    tiles = tiles_of(width, height, mockup.scale, most_tiles)
    whole = min(width * height, LIMITS.overview_pixels if tiles else LIMITS.pixels)
    pixels = whole + sum(tile.width * tile.height for tile in tiles)
    return round(pixels / PIXELS_PER_TOKEN)


def first_whole_turn(transcript: Transcript, window: int | None, start: int) -> int:
    """The index of the first turn that is not told in short; `window` and `start`, the size of what
    comes before the turns, are tokens. No window: all turns are whole."""
    if window is None:
        return 0
    sizes = [_turn_tokens(turn) for turn in transcript.turns]
    first, size = 0, start
    for at, turn in enumerate(transcript.turns):
        said = sum(tokens_of(words_of(said)) for said in transcript.said if said.after == at + 1)
        told = turn.usage.input_tokens  # of the request that this turn answered
        size = (told or size) + sizes[at] + said
        if size > FULL * window:
            # a server may count more for the same words than is guessed here
            density = max(1.0, size / (start + sum(sizes[first : at + 1])))
            half = (first + at + 1) // 2  # for what the guesses cannot know
            first = max(half, _cut(sizes[: at + 1], NEWEST * window / density))
            size = round(BRIEF * window + density * (start + sum(sizes[first : at + 1])))
    return first


def _cut(sizes: list[int], budget: float) -> int:
    """Where the newest turns begin that fit into so many tokens; the very last always does."""
    first = len(sizes) - 1
    while first > 0 and sum(sizes[first - 1 :]) <= budget:
        first -= 1
    return first


def _turn_tokens(turn: Turn) -> int:
    """About how many tokens a turn adds: what was said, and what its calls gave."""
    said = turn.usage.output_tokens or tokens_of(
        turn.text + turn.reasoning + "".join(call.arguments for call in turn.calls)
    )
    parts = [part for outcome in turn.outcomes for part in outcome.parts]
    pictures = (part for part in parts if isinstance(part, ImagePart))
    return (
        said
        + sum(tokens_of(part.text) for part in parts if isinstance(part, TextPart))
        + sum(picture_tokens(picture.width, picture.height) for picture in pictures)
    )


def tell_in_short(transcript: Transcript, turns: int, window: int) -> str:
    """The first `turns` turns: the plan and the files as they stood, then a line a call. Where that
    is more than a share of the window, the first lines go; the person's words never do."""
    lines: list[tuple[str, bool]] = []  # each with whether it stays at any rate
    for at, turn in enumerate(transcript.turns[:turns]):
        lines += [(words_of(said), True) for said in transcript.said if said.after == at]
        lines += [(line, False) for line in _lines_of(turn)]
    head = [HEAD.format(turns=turns), *_standing(transcript.turns[:turns])]
    head += [mode for since, mode in modes_of(transcript) if since.after < turns]
    return "\n".join((*head, *_within(lines, BRIEF * window)))


def words_of(said: PersonMessage) -> str:
    """What the person said, as a model reads it."""
    selected = [_tell_selection(said.selection)] if said.selection is not None else []
    back = [SET_BACK.format(revision=said.revision)] if said.revision is not None else []
    words = [SAID.format(text=said.text.strip())] if said.text.strip() else []
    by = BY_COMMAND.format(command=" ".join(said.command.split())) if said.command else ""
    edited = [EDITED.format(files=", ".join(said.edited), by=by)] if said.edited else []
    return "\n".join((*words, *selected, *back, *edited))


def _tell_selection(one: Selection) -> str:
    """Each line of the source is marked: a page may hold lines that could pass for the person's."""
    source = "\n".join(f"> {line}" for line in one.source.splitlines())
    selector = " ".join(one.selector.split())
    lines = {"first": one.first_line, "last": one.last_line}
    return SELECTED.format(page=one.path or one.page, selector=selector, source=source, **lines)


def modes_of(transcript: Transcript) -> list[tuple[PersonMessage, str]]:
    """How to work, each with the words that it comes with; it holds from there on."""
    about_element = (one for one in transcript.said if one.selection is not None)
    begins = (
        (_first_follow_up(transcript), FOLLOW_UP),
        (next(about_element, None), EDIT_SELECTION),
    )
    return [(said, mode) for said, mode in begins if said is not None]


def _first_follow_up(transcript: Transcript) -> PersonMessage | None:
    """What the person said first once there was something of the page."""
    written = (
        at
        for at, turn in enumerate(transcript.turns, 1)
        if any(outcome.ok and any(_paths_in(outcome)) for outcome in turn.outcomes)
    )
    since = next(written, None)
    return next((one for one in transcript.said if since is not None and one.after >= since), None)


def caption_of(outcome: ToolOutcome) -> str:
    """What a call gave, in a few words and one line: a page may have written them, and a line of
    their own could pass for the person's."""
    summary = " ".join(outcome.summary.split())
    saved = f", revision {outcome.revision}" if outcome.revision is not None else ""
    failed = "" if outcome.ok else "failed: "
    return f"{failed}{summary}{saved}" if summary else ""


def _within(lines: list[tuple[str, bool]], tokens: float) -> list[str]:
    """The last lines that fit, and all of those that stay."""
    left = tokens - sum(tokens_of(text) for text, stays in lines if stays)
    told: list[str] = []
    dropped = 0
    for text, stays in reversed(lines):
        left -= 0 if stays else tokens_of(text)
        if stays or left >= 0:
            told.append(text)
        else:
            dropped += 1
    earlier = [EARLIER.format(count=dropped)] if dropped else []
    return [*earlier, *reversed(told)]


def _lines_of(turn: Turn) -> Iterator[str]:
    if turn.text.strip():
        said = " ".join(turn.text.split())
        yield f"You: {said[:SAID_CHARACTERS]}"
    for outcome in turn.outcomes:
        yield f"- {outcome.call.name}: {caption_of(outcome) or 'done'}"


def _standing(turns: tuple[Turn, ...]) -> Iterator[str]:
    """The last plan, and the names of the files written."""
    names: dict[str, None] = {}
    plan = ""
    for outcome in (outcome for turn in turns for outcome in turn.outcomes if outcome.ok):
        if outcome.call.name == PLAN:
            plan = " ".join(outcome.call.arguments.split())
        names |= dict.fromkeys(_paths_in(outcome))
    if names:
        yield FILES.format(names=", ".join(names))
    if plan:
        yield CURRENT_PLAN.format(plan=plan)


def _paths_in(outcome: ToolOutcome) -> Iterator[str]:
    """The files that a call wrote, by its arguments."""
    if outcome.call.name not in {"write_file", "edit_file"}:
        return
    arguments = read_arguments(outcome.call.arguments)
    path = arguments.get("path") if isinstance(arguments, dict) else None
    if isinstance(path, str):
        yield path
