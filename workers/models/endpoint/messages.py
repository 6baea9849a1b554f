"""Writes a transcript as chat messages.

The same transcript always gives the same messages, and a longer one gives the same beginning as far
as it can: servers keep what they have read, so older images are dropped several at a time.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.studio.events import ImagePart, Limits, TextPart
from workers.agent.prompts import PROMPT_VERSION as BLOCKS_VERSION
from workers.agent.prompts import system_prompt
from workers.agent.protocols import (
    Blobs,
    Task,
    ToolOutcome,
    ToolSpec,
    Transcript,
    Turn,
)
from workers.models.endpoint.chat import (
    Call,
    Content,
    ImageContent,
    ImageUrl,
    Message,
    TextContent,
    ToolMessage,
)
from workers.models.endpoint.compaction import (
    BY_COMMAND,
    EARLIER,
    EDITED,
    HEAD,
    SAID,
    SELECTED,
    SET_BACK,
    caption_of,
    modes_of,
    tell_in_short,
    words_of,
)
from workers.models.endpoint.guidelines import BASE, BASE_ASIDE, CUT, MORE, RULES, TOKENS, texts_of
from workers.models.endpoint.picture_budget import PictureBudget, budget_of
from workers.models.endpoint.pictures import Shown, as_shown
from workers.models.endpoint.role_order import WORDLESS, in_strict_order, parts_of
from workers.models.endpoint.style import Style
from workers.models.endpoint.timeline import BEGINNING as TIMELINE
from workers.models.endpoint.timeline import DONE, timeline

CHARACTERS_PER_TOKEN = 1.0  # of the window, that one result may have: about a quarter of it
MAX_UNPARSED = 2000  # characters of arguments that are not JSON
MAX_EARLIER = 8000  # characters of what the person wrote in earlier runs, the newest at any rate

OLD_IMAGE = "(An older image, {width}×{height}, is left out. Look again if you need it.)"
CLIPPED = "… the rest, {count} characters, is too long for you: read it in parts"
GO_ON = "Go on by calling a tool. Call `finish` when the page is done."
MOCKUP = (
    "Mockup {index}: {width}×{height} image pixels, drawn at scale {scale:g}, so its page "
    "{page} is {css_width}×{css_height} CSS pixels."
)
ROLES = {
    "width": " It shows mockup 0's page at {css_width} CSS pixels: one responsive page for both.",
    "state": (
        " It shows mockup 0's page in another state: {page} is index.html in that state, and"
        " index.html comes into it by what a person does."
    ),
}
SMALLER = " It is shown here at {width}×{height}; tools take the full image's pixels."
PARTS = " Parts of it follow, larger."
UNSHOWN = (
    " It is not shown here: no more than {most} images at once can be sent to you. Call "
    "`inspect_mockup` to see it."
)
TILE = "Mockup {index}, {place}, image pixels{shown}:"
PAGE_TILE = "Of the image above {place}, image pixels{shown}:"
SHOWN_AT = ", shown at {width}×{height}"
TASK = "Stack: {stack}. Turn the mockup{plural} above into code."
BUDGET = "You have {budget}, anew each time the person lets you go on."
EARLIER_WORDS = (
    "Earlier in this project, for work that is not in your folder, the person wrote what follows, "
    "the oldest first. It still holds where later words do not say otherwise."
)
OLDER_WORDS = "({count} older messages are left out)"
WORDS = "The person adds:\n{prompt}"

PROMPT_VERSION = hashlib.sha256(
    "\n".join(
        (
            *(BLOCKS_VERSION, OLD_IMAGE, CLIPPED, GO_ON, MOCKUP, SMALLER, TASK, BUDGET),
            *(PARTS, UNSHOWN, TILE, PAGE_TILE, SHOWN_AT),
            *(
                EARLIER_WORDS,
                OLDER_WORDS,
                WORDS,
                SAID,
                SELECTED,
                SET_BACK,
                EDITED,
                BY_COMMAND,
                HEAD,
                EARLIER,
            ),
            *(TIMELINE, *DONE.values()),
            *(RULES, TOKENS, CUT, BASE, BASE_ASIDE, MORE, *ROLES.values()),
        )
    ).encode()
).hexdigest()[:12]


def write_messages(
    transcript: Transcript, blobs: Blobs, style: Style, first: int = 0
) -> list[Message]:
    """All messages of a conversation, its turns before `first` told in short.

    Reads images: slow, so run it in a thread. KeyError where a tool's image is not in `blobs`."""
    turns, task = transcript.turns[first:], transcript.task
    shows = [number for number, turn in enumerate(turns, first + 1) if _images(turn)]
    budget = budget_of(style, task.mockups, has_results=bool(shows))
    pictures = _Pictures(task, blobs, style.light, budget, _count_old(turns, budget, style))
    messages = _write_beginning(task, pictures, style)
    if first and style.window is not None:
        messages.append(_said_by_person(tell_in_short(transcript, first, style.window)))
    messages += _write_said(transcript, first)
    for number, turn in enumerate(turns, first + 1):
        messages += _write_turn(turn, style)
        shown = pictures.of_turn(turn, is_newest=shows[-1:] == [number])
        if shown and style.strict_roles:
            messages[-1] = {**messages[-1], "content": [*parts_of(messages[-1]), *shown]}
        elif shown:
            messages.append(Message(role="user", content=shown))
        said = list(_write_said(transcript, number))
        if not turn.calls and not said:
            messages.append(Message(role="user", content=GO_ON))
        messages += said
    return in_strict_order(messages) if style.strict_roles else messages


def count_pictures(messages: list[Message]) -> int:
    """How many pictures a request of these messages holds."""
    contents = (message.get("content") for message in messages)
    parts = (part for content in contents if isinstance(content, list) for part in content)
    return sum(part["type"] == "image_url" for part in parts)


def write_tools(tools: tuple[ToolSpec, ...]) -> list[ToolMessage]:
    return [
        ToolMessage(
            type="function",
            function={
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.schema),
            },
        )
        for tool in tools
    ]


def _write_beginning(task: Task, pictures: "_Pictures", style: Style) -> list[Message]:
    words, told = system_prompt(task.stack), _write_task(task, pictures, style)
    if style.no_system:
        return [{**told, "content": [_text(words), *parts_of(told)]}]
    return [Message(role="system", content=words), told]


def _write_task(task: Task, pictures: "_Pictures", style: Style) -> Message:
    content: list[Content] = []
    for index in range(len(task.mockups)):
        content += pictures.of_mockup(index, style)
    plural = "s" if len(task.mockups) > 1 else ""
    content.append(_text(TASK.format(stack=task.stack, plural=plural)))
    if task.storyboard is not None:
        content.append(_text(timeline(task.storyboard)))
    content.append(_text(BUDGET.format(budget=_budget_of(task.limits))))
    content += map(_text, texts_of(task, style.window))
    if task.earlier_words:
        content.append(_text(_tell_earlier(task.earlier_words)))
    if task.prompt.strip():
        content.append(_text(WORDS.format(prompt=task.prompt.strip())))
    return Message(role="user", content=content)


def _budget_of(limits: Limits) -> str:
    calls = f"{limits.steps} tool calls"
    minutes = f"{round(limits.seconds / 60, 1):g} minutes"
    if limits.cost is None:
        return f"{calls} and {minutes}"
    return f"{calls}, {minutes} and {limits.cost:g} US dollars of tokens"


def _tell_earlier(words: tuple[str, ...]) -> str:
    """What the person wrote in earlier runs: of much, the newest."""
    told: list[str] = []
    left = MAX_EARLIER
    for text in reversed(words):
        left -= len(text)
        if told and left < 0:
            break
        told.append(f"The person wrote:\n{text}")
    left_out = len(words) - len(told)
    older = [OLDER_WORDS.format(count=left_out)] if left_out else []
    return "\n".join((EARLIER_WORDS, *older, *reversed(told)))


def _write_said(transcript: Transcript, after: int) -> Iterator[Message]:
    """What the person said after so many turns, with how to work from there on."""
    modes = modes_of(transcript)
    for said in transcript.said:
        if said.after == after:
            yield _said_by_person(words_of(said), *(mode for since, mode in modes if since is said))


def _said_by_person(*words: str) -> Message:
    return Message(role="user", content=list(map(_text, words)))


def _write_turn(turn: Turn, style: Style) -> Iterator[Message]:
    """What the model said, and the text of its calls' results."""
    if not (turn.calls or turn.text.strip() or turn.reasoning):
        return
    wordless = not turn.text.strip()
    filled = wordless and (style.no_empty_words or not turn.calls)  # thoughts alone are refused
    said = Message(role="assistant", content=WORDLESS if filled else turn.text)
    if style.reasoning:
        said["reasoning_content"] = turn.reasoning
    if turn.calls:
        said["tool_calls"] = [
            Call(
                id=call.id,
                type="function",
                function={"name": call.name, "arguments": _as_object(call.arguments)},
            )
            for call in turn.calls
        ]
    yield said
    outcomes = {outcome.call.id: outcome for outcome in turn.outcomes}
    for call in turn.calls:
        text = _result_text(outcomes.get(call.id), style.window)
        yield Message(role="tool", tool_call_id=call.id, content=text)


@dataclass
class _Pictures:
    """The pictures of one request. `old` images of results, counted from the first, are still to be
    left out."""

    task: Task
    blobs: Blobs
    is_light: bool
    budget: PictureBudget
    old: int

    def of_mockup(self, index: int, style: Style) -> list[Content]:
        mockup, budget = self.task.mockups[index], self.budget
        page, (css_width, css_height) = self.task.page_of(index), mockup.css_size
        words = MOCKUP.format(
            index=index,
            width=mockup.width,
            height=mockup.height,
            scale=mockup.scale,
            page=page,
            css_width=css_width,
            css_height=css_height,
        )
        words += ROLES.get(mockup.role, "").format(page=page, css_width=css_width)
        if index >= budget.mockups:
            return [_text(words + UNSHOWN.format(most=style.most_pictures))]
        png = mockup.path.read_bytes()
        shown = self._shown(png, mockup.scale, budget.mockup_tiles[index], budget.mockup_bytes)
        whole = shown.whole
        if (whole.width, whole.height) != (mockup.width, mockup.height):
            words += SMALLER.format(width=whole.width, height=whole.height)
        words += PARTS if shown.tiles else ""
        return [_text(words), _image(whole.url), *_write_tiles(shown, TILE, index)]

    def of_turn(self, turn: Turn, *, is_newest: bool) -> list[Content]:
        """The images of a turn's results but for the old ones. Many endpoints take only text from a
        tool, so they are the person's, unless it may not speak after a tool."""
        content: list[Content] = []
        for outcome in turn.outcomes:
            images = [part for part in outcome.parts if isinstance(part, ImagePart)]
            if images:
                caption = f", {caption_of(outcome)}" if caption_of(outcome) else ""
                words = f"Images of {outcome.call.name} ({outcome.call.id}){caption}:"
                content.append(_text(words))
            for place, part in enumerate(images):
                if self.old > 0:
                    content.append(_text(OLD_IMAGE.format(width=part.width, height=part.height)))
                    self.old -= 1
                else:
                    # a result begins with the pictures of pages
                    is_page = is_newest and place < len(self.task.mockups)
                    content += self._of_result(part, is_page=is_page)
        return content

    def _of_result(self, part: ImagePart, *, is_page: bool) -> list[Content]:
        scale = min(mockup.scale for mockup in self.task.mockups) if is_page else 1.0
        tiles = self.budget.page_tiles if is_page else 0
        png = self.blobs.get(part.sha256)
        shown = self._shown(png, scale, tiles, self.budget.result_bytes)
        return [_image(shown.whole.url), *_write_tiles(shown, PAGE_TILE)]

    def _shown(self, png: bytes, scale: float, tiles: int, most_bytes: int) -> Shown:
        return as_shown(png, scale, tiles, light=self.is_light, most_bytes=most_bytes)


def _write_tiles(shown: Shown, caption: str, index: int = 0) -> Iterator[Content]:
    for tile, picture in shown.tiles:
        is_whole = (picture.width, picture.height) == (tile.box.width, tile.box.height)
        size = "" if is_whole else SHOWN_AT.format(width=picture.width, height=picture.height)
        yield _text(caption.format(index=index, place=tile.place, shown=size))
        yield _image(picture.url)


def _count_old(turns: tuple[Turn, ...], budget: PictureBudget, style: Style) -> int:
    """How many images of these turns are left out, counted from the first. Half the budget goes at
    a time, so that what comes before stays as it was for several turns."""
    counts = [len(_images(turn)) for turn in turns]
    if style.no_old_pictures:
        newest = next((count for count in reversed(counts) if count), 0)
        return sum(counts) - min(newest, budget.results)
    batch = max(1, budget.results // 2)
    left_out = -(-max(0, sum(counts) - budget.results) // batch) * batch
    return min(sum(counts), left_out)


def _images(turn: Turn) -> list[ImagePart]:
    parts = (part for outcome in turn.outcomes for part in outcome.parts)
    return [part for part in parts if isinstance(part, ImagePart)]


def _result_text(outcome: ToolOutcome | None, window: int | None) -> str:
    """The text of a result, cut where it would fill the window by itself."""
    if outcome is None:
        return "This call was not run."
    text = "\n".join(part.text for part in outcome.parts if isinstance(part, TextPart))
    most = len(text) if window is None else round(CHARACTERS_PER_TOKEN * window)
    if len(text) > most:
        return f"{text[:most]}\n{CLIPPED.format(count=len(text) - most)}"
    return text or "Done."


def _as_object(arguments: str) -> str:
    """Arguments as a JSON object: servers refuse a conversation that holds any others."""
    try:
        value = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return arguments or "{}"
    return json.dumps({"unparsed": arguments[:MAX_UNPARSED]})


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)


def _image(url: str) -> ImageContent:
    return ImageContent(type="image_url", image_url=ImageUrl(url=url))
