"""What agent tests work with: a small mockup, a real browser, real OCR, temporary folders."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from webapp.studio.blobs import FileBlobs
from webapp.studio.events import TRANSIENT_TYPES, Envelope, Event, Limits, RevisionSaved
from workers.agent.loop import run
from workers.agent.protocols import Mockup, Model, Task
from workers.agent.tools.context import ToolContext
from workers.agent.tools.registry import build_toolbox
from workers.agent.transcript import Progress
from workers.agent.workspace import Workspace
from workers.browser.renderer import Renderer
from workers.drafting.perceive.text.reader import find_text
from workers.management.local_run import mockup_of
from workers.shot import RenderRequest, Shot

STARTED = datetime(2026, 1, 1, tzinfo=UTC)


def draw_mockup() -> bytes:
    """320 × 200: a dark bar, a word below it, a striped picture at the right."""
    image = Image.new("RGB", (320, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 320, 47), fill="#1b2a4a")
    draw.text((16, 80), "Hello", fill="black", font_size=28)
    for x in range(200, 300, 10):
        draw.rectangle((x, 70, x + 4, 170), fill="#c05020")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


class RememberingRenderer:
    """Draws a page once in each way that it is asked for, whichever test asks: many go on with one
    run from each of its events."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self.replay = renderer.replay

    async def render(self, folder: Path, request: RenderRequest) -> Shot:
        """Raises RenderError, which is not remembered."""
        key = files_of(folder), request
        if key not in _shots:
            _shots[key] = await self._renderer.render(folder, request)
        return _shots[key]


_shots: dict[tuple[frozenset[tuple[Path, bytes]], RenderRequest], Shot] = {}


def files_of(folder: Path) -> frozenset[tuple[Path, bytes]]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return frozenset((path.relative_to(folder), path.read_bytes()) for path in found)


@dataclass
class Bench:
    """One task with its tools, as the loop gets them."""

    task: Task
    workspace: Workspace
    blobs: FileBlobs
    context: ToolContext

    async def play(self, model: Model, progress: Progress | None = None) -> list[Event]:
        """All durable events of a run, or of what is left of it."""
        progress = self.context.progress = progress if progress is not None else Progress()
        tools = build_toolbox(self.context)
        events = run(self.task, model, tools, self.workspace, self.blobs, progress)
        return [event async for event in events if not isinstance(event, TRANSIENT_TYPES)]


MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench(tmp_path: Path, renderer: Renderer) -> MakeBench:
    def make(limits: Limits | None = None, mockups: int = 1, scale: float = 1.0) -> Bench:
        blobs = FileBlobs(tmp_path / "blobs")
        sha256 = blobs.put(draw_mockup())
        mockup: Mockup = mockup_of(blobs.path(sha256), sha256, scale)
        task = Task((mockup,) * mockups, "html-css", "", limits or Limits())
        workspace = Workspace(tmp_path / hashlib.sha256(str(limits).encode()).hexdigest()[:8])
        remembering = RememberingRenderer(renderer)
        context = ToolContext(task, workspace, blobs, remembering, find_text)
        return Bench(task, workspace, blobs, context)

    return make


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()


def recorded(events: list[Event], every: float = 0.0) -> list[Envelope]:
    """Events as the record numbers them, `every` seconds apart."""
    return [
        Envelope(seq=number, at=STARTED + timedelta(seconds=every * number), event=event)
        for number, event in enumerate(events, 1)
    ]


def kinds(events: list[Event]) -> list[str]:
    return [event.type for event in events]


def revisions(events: list[Event]) -> list[RevisionSaved]:
    return [event for event in events if isinstance(event, RevisionSaved)]
