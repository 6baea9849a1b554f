"""The draft model, in the real loop with the real browser and the real reader."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.workers.agent.kit import Bench, MakeBench, revisions
from tests.workers.models.draft.test_floor import PAGES
from webapp.studio.events import (
    ElementsFound,
    Event,
    Rect,
    RunFailed,
    RunFinished,
    ToolStarted,
    TurnFinished,
)
from workers.agent.protocols import (
    CallChunk,
    FileChunk,
    FoundChunk,
    Mockup,
    TextChunk,
    Transcript,
    Turn,
)
from workers.agent.transcript import Progress
from workers.drafting.page import Found
from workers.imaging import Box
from workers.management.local_run import mockup_of
from workers.models import make_model
from workers.models.draft import state
from workers.models.draft.model import MOST_SHOWN, DraftModel, elements_found

pytestmark = pytest.mark.asyncio(loop_scope="session")


def with_picture(bench: Bench, folder: Path, pixels: np.ndarray, scale: float = 1.0) -> Bench:
    """The bench with another mockup."""
    path = folder / "mockup.png"
    Image.fromarray(pixels).save(path)
    sha256 = bench.blobs.put(path.read_bytes())
    mockup: Mockup = mockup_of(bench.blobs.path(sha256), sha256, scale)
    task = replace(bench.task, mockups=(mockup,))
    bench.context.task = task
    return replace(bench, task=task)


def result(bench: Bench, events: list[Event]) -> dict[str, str]:
    """The text files of the best revision."""
    best = max(revisions(events), key=lambda revision: revision.score.total)
    return {
        file.path: bench.blobs.get(file.sha256).decode()
        for file in best.files
        if not file.path.endswith(".png")
    }


def crops(events: list[Event]) -> list[dict[str, int]]:
    calls = [event.call for event in events if isinstance(event, ToolStarted)]
    asked = [json.loads(call.arguments)["crops"] for call in calls if call.name == "crop_asset"]
    return [crop for crops in asked for crop in crops]


async def test_a_mockup_becomes_a_page_that_matches_it(bench: Bench) -> None:
    events = await bench.play(DraftModel())
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "finished"
    assert max(revision.score.total for revision in revisions(events)) > 0.9
    assert "Hello" in result(bench, events)["index.html"]
    assert all(crop["width"] * crop["height"] < 0.4 * 320 * 200 for crop in crops(events))


async def test_a_page_that_matches_already_is_not_repaired(bench: Bench, tmp_path: Path) -> None:
    """What is moved then would be moved for nothing, or for the worse."""
    pixels = np.asarray(Image.open(PAGES / "pricing.png").convert("RGB"))
    events = await with_picture(bench, tmp_path, pixels).play(DraftModel())
    (revision,) = revisions(events)
    assert revision.score.total > 0.998
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "finished"


async def test_another_process_goes_on_with_a_run_to_the_same_end(make_bench: MakeBench) -> None:
    bench = make_bench()
    events = await bench.play(DraftModel())
    cut = next(i for i, event in enumerate(events) if event.type == "revision_saved") + 1
    progress = Progress()
    for event in events[:cut]:
        progress.note(event)
    state._states.clear()
    rest = await bench.play(DraftModel(), progress)
    assert result(bench, [*events[:cut], *rest]) == result(bench, events)


async def test_files_stream_in_before_they_are_written(bench: Bench) -> None:
    chunks = [c async for c in DraftModel().turn(Transcript(bench.task), (), bench.blobs)]
    shown = "".join(c.text for c in chunks if isinstance(c, FileChunk) and c.path == "index.html")
    calls = [chunk.call for chunk in chunks if isinstance(chunk, CallChunk)]
    [written] = [
        json.loads(call.arguments)
        for call in calls
        if call.name == "write_file" and '"index.html"' in call.arguments
    ]
    assert written["content"] == shown
    assert calls[-1].name == "compare"
    assert len({call.id for call in calls}) == len(calls)


def drawn_at(scale: int, word: str) -> np.ndarray:
    """A picture of 320 × 200 CSS pixels: a blue box, a word in it, a line below."""
    image = Image.new("RGB", (320 * scale, 200 * scale), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20 * scale, 20 * scale, 220 * scale - 1, 100 * scale - 1), fill="#dbe7ff")
    draw.text((40 * scale, 44 * scale), word, fill="#102040", font_size=24 * scale)
    draw.rectangle((20 * scale, 150 * scale, 300 * scale - 1, 151 * scale - 1), fill="#8090a0")
    return np.asarray(image)


def near(rect: Rect, x: float, y: float, width: float, height: float) -> bool:
    sides = (rect.x - x, rect.y - y, rect.width - width, rect.height - height)
    return all(abs(side) <= 2 for side in sides)


@pytest.mark.parametrize(("scale", "word"), [(1, "Quinces"), (2, "Medlars")])
async def test_what_it_finds_is_shown_while_it_reads(
    bench: Bench, tmp_path: Path, scale: int, word: str
) -> None:
    bench = with_picture(bench, tmp_path, drawn_at(scale, word), scale)
    chunks = [c async for c in DraftModel().turn(Transcript(bench.task), (), bench.blobs)]
    located, complete = (c.found for c in chunks if isinstance(c, FoundChunk))
    assert isinstance(chunks[2], TextChunk)  # before it there is nothing but what was found
    assert (located.complete, complete.complete) == (False, True)
    assert (located.boxes, located.rules, located.pictures) == ((), (), ())
    for found in (located, complete):
        [text] = found.texts
        assert 40 <= text.x < text.x + text.width < 160
        assert 44 <= text.y < text.y + text.height < 80
    assert [near(box, 20, 20, 200, 80) for box in complete.boxes] == [True]
    assert [near(rule, 20, 150, 280, 1) for rule in complete.rules] == [True]


async def test_what_it_finds_is_told_of_each_mockup_and_in_the_first_turn_alone(
    make_bench: MakeBench,
) -> None:
    bench = make_bench(mockups=2)
    state._states.clear()
    events = await bench.play(DraftModel())
    found = [event for event in events if isinstance(event, ElementsFound)]
    assert [one.mockup_index for one in found if one.complete] == [0, 1]
    assert len(found) <= 4
    first_turn = next(n for n, event in enumerate(events) if isinstance(event, TurnFinished))
    assert all(isinstance(event, ElementsFound) for event in events[2:first_turn])
    assert not any(isinstance(event, ElementsFound) for event in events[first_turn:])


async def test_of_a_page_with_very_much_on_it_a_part_is_shown() -> None:
    boxes = tuple(Box(0, n, 1, 1) for n in range(MOST_SHOWN + 1))
    shown = elements_found(0, Found(complete=True, texts=boxes, pictures=boxes[:3]))
    assert (len(shown.texts), len(shown.pictures)) == (MOST_SHOWN, 3)
    assert shown.texts[-1] == Rect(x=0, y=MOST_SHOWN - 1, width=1, height=1)


async def test_it_says_that_it_reads_no_words(bench: Bench) -> None:
    task = replace(bench.task, prompt="Make it pink")
    chunks = [c async for c in DraftModel().turn(Transcript(task), (), bench.blobs)]
    said = "".join(chunk.text for chunk in chunks if isinstance(chunk, TextChunk))
    assert "follows the picture" in said


async def test_an_unknown_stack_is_a_clear_error(bench: Bench) -> None:
    events = await replace(bench, task=replace(bench.task, stack="cobol")).play(DraftModel())
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "unknown_stack"
    assert "html-css" in events[-1].detail


@pytest.mark.parametrize("size", [(1, 1), (20, 20), (200, 320)])
async def test_a_blank_mockup_is_a_blank_page(
    bench: Bench, tmp_path: Path, size: tuple[int, int]
) -> None:
    blank = with_picture(bench, tmp_path, np.full((*size, 3), 250, np.uint8))
    events = await blank.play(DraftModel())
    assert isinstance(events[-1], RunFinished)
    assert "#fafafa" in result(blank, events)["style.css"]
    assert crops(events) == []


async def test_a_tall_page_keeps_its_height(bench: Bench, tmp_path: Path) -> None:
    pixels = np.full((2400, 480, 3), 255, np.uint8)  # more than the reader takes in one piece
    pixels[2300:2360, 20:120] = (20, 80, 220)
    tall = with_picture(bench, tmp_path, pixels)
    events = await tall.play(DraftModel())
    assert max(revision.pages[0].screenshot.height for revision in revisions(events)) == 2400


async def test_a_picture_is_cut_out_at_its_own_edges(bench: Bench, tmp_path: Path) -> None:
    pixels = np.full((300, 400, 3), 255, np.uint8)
    pixels[100:200, 100:250] = np.random.default_rng(3).integers(0, 255, (100, 150, 3))
    noisy = with_picture(bench, tmp_path, pixels)
    [crop, *_] = crops(await noisy.play(DraftModel()))
    assert abs(crop["x"] - 100) <= 2
    assert abs(crop["width"] - 150) <= 4


async def test_every_mockup_gets_its_own_page(make_bench: MakeBench) -> None:
    bench = make_bench(mockups=2)
    events = await bench.play(DraftModel())
    assert {"index.html", "page-2.html"} <= set(result(bench, events))
    assert len(revisions(events)[-1].pages) == 2


async def test_a_turn_that_was_not_measured_ends_the_run(bench: Bench) -> None:
    turn = Turn("Wrote it.", "", (), ())
    chunks = [
        chunk async for chunk in DraftModel().turn(Transcript(bench.task, (turn,)), (), bench.blobs)
    ]
    assert [c.call.name for c in chunks if isinstance(c, CallChunk)] == ["finish"]


async def test_each_turn_says_what_it_does(bench: Bench) -> None:
    events = await bench.play(DraftModel())
    said = [event.text for event in events if isinstance(event, TurnFinished)]
    assert said[0].startswith("Found 1 piece of text")
    assert all(said[:-1])
    assert said[-1] == ""  # the summary of `finish` says it


async def test_the_catalogue_knows_it() -> None:
    assert make_model("draft").ref.id == "draft"
