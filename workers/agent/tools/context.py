"""What the tools of one run work with, and the pieces they share."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from webapp.studio.events import FileRef, FileWritten, ImagePart, Part, TextPart
from workers.agent.protocols import Blobs, Mockup, Params, Task, ToolResult
from workers.agent.references import read_reference, reference_files
from workers.agent.transcript import Progress
from workers.agent.workspace import Workspace, WorkspaceError, changed_lines
from workers.imaging import Image, TextRun, decode_png, legible, png_size, read_image
from workers.shot import PageRenderer, RenderRequest, Shot

FindText = Callable[[Image], tuple[TextRun, ...]]


@dataclass
class ToolContext:
    """What the tools of one run share. `find_text` is the OCR: slow, so run it in a thread;
    `progress` is what the run has done so far, kept up to date by the loop; a comparison looks
    whether the page overflows at `widths`, CSS pixels, and for `accessibility` where that is set.
    """

    task: Task
    workspace: Workspace
    blobs: Blobs
    renderer: PageRenderer
    find_text: FindText
    progress: Progress = field(default_factory=Progress)
    widths: tuple[int, ...] = ()
    accessibility: bool = False
    _images: dict[int, Image] = field(default_factory=dict)
    _shots: dict[RenderRequest, tuple[tuple[FileRef, ...], Shot]] = field(default_factory=dict)

    def mockup(self, index: int) -> Mockup:
        """Raises WorkspaceError, a sentence for the model, where there is no such mockup."""
        count = len(self.task.mockups)
        if not 0 <= index < count:
            raise WorkspaceError(f"There is no mockup {index}; they are numbered 0 to {count - 1}.")
        return self.task.mockups[index]

    async def image(self, index: int) -> Image:
        """A mockup's pixels."""
        path = self.mockup(index).path
        if index not in self._images:
            self._images[index] = await asyncio.to_thread(read_image, path)
        return self._images[index]

    async def picture(self, index: int, state: str) -> Image:
        """A mockup's pixels, or where that is named those of a state of the storyboard. Raises
        WorkspaceError."""
        if not state:
            return await self.image(index)
        board = self.task.storyboard
        known = {one.id: one.picture for one in board.states} if board is not None else {}
        if state not in known:
            raise WorkspaceError(f"There is no state {state!r} of a recording.")
        return await asyncio.to_thread(lambda: decode_png(self.blobs.get(known[state])))

    def read_text(self, image: Image) -> tuple[TextRun, ...]:
        """The text that can be read; as slow as `find_text`."""
        return legible(self.find_text(image))

    async def render(self, request: RenderRequest) -> Shot:
        """Render a page; a render of the very same files is used again."""
        files = await asyncio.to_thread(self.workspace.files)
        known = self._shots.get(request)
        if known is not None and known[0] == files:
            return known[1]
        if not self.workspace.exists(request.page):
            raise WorkspaceError(f"There is no page {request.page!r} to render. Write it first.")
        shot = await self.renderer.render(self.workspace.root, request)
        self._shots = {key: value for key, value in self._shots.items() if value[0] == files}
        self._shots[request] = (files, shot)
        return shot

    def text_of(self, path: str) -> str:
        """A text file of the workspace, or one that the person gave to be read. Raises
        WorkspaceError."""
        given = reference_files(self.task).get(path)
        if given is not None:
            return read_reference(given, self.blobs)
        return self.workspace.read_text(path)

    def write(self, path: str, data: bytes) -> FileWritten:
        """Write a file into the workspace and the blob store. Raises WorkspaceError; OSError where
        the disk is full."""
        if path in reference_files(self.task):
            raise WorkspaceError(f"{path!r} is the person's: it can be read, not written.")
        before = self.workspace.read(path) if self.workspace.exists(path) else b""
        file = self.workspace.write(path, data)
        self.blobs.put(data)
        return FileWritten(file=file, changed=changed_lines(*map(_as_text, (before, data))))

    def keep(self, png: bytes) -> ImagePart:
        """Store a PNG and refer to it."""
        width, height = png_size(png)
        return ImagePart(sha256=self.blobs.put(png), width=width, height=height)


class ContextTool(ABC):
    """A tool that works with what the tools of its run share."""

    name: str
    description: str
    params: ClassVar[type[Params]]

    def __init__(self, context: ToolContext) -> None:
        self._context = context

    @abstractmethod
    async def __call__(self, params: Params) -> ToolResult: ...


def description_of(module: str) -> str:
    """What a model reads about the tool in `module` (`__file__`): the .md beside it."""
    return Path(module).with_suffix(".md").read_text().strip()


def request_for(mockup: Mockup, page: str) -> RenderRequest:
    """The render of its page that is compared with a mockup: its own size and pixel ratio."""
    width, height = mockup.css_size
    return RenderRequest(page=page, width=width, height=height, scale=mockup.scale)


def text_result(for_model: str, for_ui: str, *images: ImagePart) -> ToolResult:
    """A result of images and one text."""
    parts: tuple[Part, ...] = (*images, TextPart(text=for_model))
    return ToolResult(parts, for_ui=for_ui)


def _as_text(data: bytes) -> str:
    return "" if b"\x00" in data[:1024] else data.decode("utf-8", "ignore")
