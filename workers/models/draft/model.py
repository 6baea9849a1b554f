"""The built-in model: classical perception compiled to code, on the CPU, with no weights to fetch.

It follows the picture and reads no words. Its turns are those of any model: write the files,
render, compare, look at what is off, repair, finish when repairs no longer pay.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, replace

from webapp.studio.events import ElementsFound, ModelRef, Rect, ToolCall
from webapp.studio.values import percent
from workers.agent.errors import UnknownStack
from workers.agent.protocols import (
    Blobs,
    CallChunk,
    Chunk,
    FileChunk,
    FoundChunk,
    Task,
    TextChunk,
    ToolSpec,
    Transcript,
)
from workers.drafting.compose import STACKS, Asset, PageFiles
from workers.drafting.page import Found
from workers.imaging import Box, box_at_image_scale, to_rect
from workers.models.draft.interactive import interactive_draft
from workers.models.draft.observations import read_observations
from workers.models.draft.state import OnFound, State, state_after

VERSION = "1"  # of the rules: part of every revision's record
MOST_REVISIONS = 4
PIECE = 1500  # characters of a file shown at a time
MOST_CROPS = 150  # in one call
MOST_SHOWN = 500  # of a kind, of what is found on a mockup


@dataclass(frozen=True)
class _Step:
    """What one turn says and does. `previous` is the draft already in the workspace; `replays`: the
    draft does something, which is tried; `revision` is what is delivered, where it is not the best.
    """

    text: str
    draft: PageFiles | None = None
    previous: PageFiles | None = None
    replays: bool = False
    revision: int | None = None


class _Reading:
    """What is found in a thread, on its way to the event loop that shows it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._found: asyncio.Queue[ElementsFound | None] = asyncio.Queue()

    def report(self, mockup: int, found: Found) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._found.put_nowait, elements_found(mockup, found))

    def end(self) -> None:
        self._found.put_nowait(None)

    async def next(self) -> ElementsFound | None:
        """What is reported next; None at the end."""
        return await self._found.get()


class DraftModel:
    """A pure function of the transcript, with caches: another process can go on with a run."""

    @property
    def ref(self) -> ModelRef:
        return ModelRef(id="draft", prompt_version=VERSION)

    async def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs
    ) -> AsyncIterator[Chunk]:
        task = transcript.task
        if task.stack not in STACKS:
            known = ", ".join(STACKS)
            raise UnknownStack(f"The draft model cannot write {task.stack!r}; it writes {known}.")
        reading = _Reading()
        planning = asyncio.create_task(asyncio.to_thread(_plan, transcript, blobs, reading.report))
        planning.add_done_callback(lambda _: reading.end())
        try:
            while (found := await reading.next()) is not None:
                yield FoundChunk(found)
            step = await planning
        finally:
            planning.cancel()
        if step.draft is not None:  # the last words are the summary that `finish` carries
            yield TextChunk(step.text)
        for number, chunk in enumerate(_chunks(step, task), 1):
            if isinstance(chunk, ToolCall):
                call_id = f"draft-{len(transcript.turns) + 1}-{number}"
                yield CallChunk(chunk.model_copy(update={"id": call_id}))
            else:
                yield chunk
                await asyncio.sleep(0)


def _plan(transcript: Transcript, blobs: Blobs, on_found: OnFound) -> _Step:
    task, seen = transcript.task, read_observations(transcript)
    if not transcript.turns:
        state = state_after(task, [], blobs, on_found)
        return _Step(_first_words(state, task), state.draft(task.stack))
    if (tried := _tried(transcript)) is not None:
        words, revision = tried
        return _Step(f"The page does what was recorded: {words.lower()}.", revision=revision)
    if not read_observations(replace(transcript, turns=transcript.turns[-1:])):
        return _Step("There is nothing new to measure, so the page stays as it is.")
    before = state_after(task, seen[:-1], blobs)
    state = state_after(task, seen, blobs)
    previous, draft = before.draft(task.stack), state.draft(task.stack)
    best = max(state.scores)
    if state.done or len(state.scores) >= MOST_REVISIONS or draft == previous:
        acting = interactive_draft(task, state.best or state.pages, blobs)
        if acting is not None:
            words = f"The page matches {percent(best)}. Adding what was done on it."
            return _Step(words, acting, previous, replays=True)
        return _Step(f"The best version matches {percent(best)}.")
    return _Step(_repair_words(before, state), draft, previous)


def _chunks(step: _Step, task: Task) -> Iterator[FileChunk | ToolCall]:
    """File pieces and calls; ids are given by the caller."""
    if step.draft is None:
        named = {} if step.revision is None else {"revision": step.revision}
        yield _call("finish", {"summary": step.text, **named})
        return
    previous = step.previous or PageFiles({}, ())
    crops = [asset for asset in step.draft.assets if asset not in previous.assets]
    for start in range(0, len(crops), MOST_CROPS):
        chosen = crops[start : start + MOST_CROPS]
        yield _call(
            "crop_asset",
            {"crops": [_crop(asset, _scale_of(asset, task)) for asset in chosen]},
        )
    for path, content in step.draft.files.items():
        if previous.files.get(path) == content:
            continue
        for at in range(0, len(content), PIECE):
            yield FileChunk(path, content[at : at + PIECE], start=at == 0)
        yield _call("write_file", {"path": path, "content": content})
    for page in task.pages():
        yield _call("render", {"page": page})
    yield _call("compare", {})
    if step.replays:
        yield _call("replay", {})


def _call(name: str, arguments: dict[str, object]) -> ToolCall:
    return ToolCall(id="", name=name, arguments=json.dumps(arguments, ensure_ascii=False))


def _crop(asset: Asset, scale: float) -> dict[str, object]:
    """The call's words for an asset: the one place where CSS pixels become image pixels."""
    box = box_at_image_scale(asset.box, scale)
    source = {"state": asset.state} if asset.state else {"mockup": asset.mockup}
    return {"path": asset.path, **source, **asdict(box), "erase_text": True}


def _scale_of(asset: Asset, task: Task) -> float:
    if asset.state and task.storyboard is not None:
        return task.storyboard.scale
    return task.mockups[asset.mockup].scale


def _tried(transcript: Transcript) -> tuple[str, int | None] | None:
    """What the replay of the last turn said and of which revision it was; None where none was."""
    last = transcript.turns[-1]
    revision = next((one.revision for one in last.outcomes if one.revision is not None), None)
    replays = (one for one in last.outcomes if one.call.name == "replay")
    return next(((one.summary, revision) for one in replays), None)


def elements_found(mockup: int, found: Found) -> ElementsFound:
    """What is found, as the record has it: so many of a kind that a browser can draw them."""

    def rects(boxes: tuple[Box, ...]) -> tuple[Rect, ...]:
        return tuple(to_rect(box, 1) for box in boxes[:MOST_SHOWN])

    return ElementsFound(
        mockup_index=mockup,
        complete=found.complete,
        texts=rects(found.texts),
        boxes=rects(found.panels),
        rules=rects(found.rules),
        pictures=rects(found.pictures),
    )


def _first_words(state: State, task: Task) -> str:
    found = [page.perception for page in state.pages]
    counts = (
        _count(sum(len(p.runs) for p in found), "piece of text", "pieces of text"),
        _count(sum(len(p.panels) for p in found), "box", "boxes"),
        _count(sum(len(p.rules) for p in found), "line", "lines"),
        _count(sum(len(p.pictures) for p in found), "picture", "pictures"),
    )
    words = f"Found {', '.join(counts[:-1])} and {counts[-1]}. Writing them as a page."
    if unread := sum(len(p.unread) for p in found):
        stays = "stays as a picture" if unread == 1 else "stay as pictures"
        words += f" {_count(unread, 'line', 'lines')} of text could not be read and {stays}."
    if task.prompt.strip():
        words += " This model follows the picture alone; the words are kept with the run."
    return words


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number == 1 else many}"


def _repair_words(before: State, state: State) -> str:
    if state.text_only:
        return "That made it worse. Taking it back and moving only the text."
    old = [page.perception for page in before.pages]
    new = [page.perception for page in state.pages]
    pictures = sum(len(p.pictures) for p in new) - sum(len(p.pictures) for p in old)
    panels = sum(len(p.panels) for p in new) - sum(len(p.panels) for p in old)
    moved = sum(
        page.offsets.get(ink) != offset
        for page, later in zip(before.pages, state.pages, strict=True)
        for ink, offset in later.offsets.items()
    )
    done = [f"moved {_count(moved, 'text', 'texts')} into place"] if moved else []
    if pictures > 0:
        done.append(f"added {_count(pictures, 'picture', 'pictures')} for what was missing")
    if panels > 0:
        done.append(f"added {_count(panels, 'missing box', 'missing boxes')}")
    return f"Compared with the mockup: {', '.join(done) or 'small corrections'}."
