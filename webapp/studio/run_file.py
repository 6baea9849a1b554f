"""A run as one file to take away: all that happened and the mockups it began with.

`manage.py replay` does it over again.
"""

from itertools import zip_longest
from typing import Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict

from webapp.studio import queries
from webapp.studio.errors import NotFound
from webapp.studio.events import Envelope, FileRef, FilesEdited, MockupRole, RunStarted
from webapp.studio.models import Run
from webapp.studio.storage import blobs


class MockupFile(BaseModel):
    """One mockup: its upright sRGB PNG, its pixels for each CSS pixel, and what it is to the
    first one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    scale: float
    png: Base64Bytes
    role: MockupRole = "page"


class PageFile(BaseModel):
    """A file of the page that no model wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    content: Base64Bytes


class RunFile(BaseModel):
    """What is in the file. Of the files of the page only those that it began with are, and those
    that the person changed themselves, as they then were: replaying makes the others anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["mockwright-run"] = "mockwright-run"
    version: Literal[1] = 1
    project: str
    model: str
    stack: str
    prompt: str
    mockups: tuple[MockupFile, ...]
    files: tuple[PageFile, ...] = ()
    edited: tuple[PageFile, ...] = ()
    events: tuple[Envelope, ...]


def run_file(run: Run) -> RunFile:
    """Raises NotFound where a mockup or a file that goes with it is no longer stored."""
    events = tuple(queries.events_after(str(run.id)))
    started = next((one.event for one in events if isinstance(one.event, RunStarted)), None)
    roles = [one.role for one in started.mockups] if started else []
    # unchecked: a checked one takes its bytes in base64, as they are in the file
    mockups = [
        MockupFile.model_construct(
            name=mockup.asset.name,
            scale=mockup.scale,
            png=_read(mockup.asset.sha256),
            role=role or "page",
        )
        for mockup, role in zip_longest(queries.mockups(str(run.project_id)), roles)
    ]
    edits = [one.event for one in events if isinstance(one.event, FilesEdited)]
    return RunFile.model_construct(
        project=run.project.name,
        model=run.model,
        stack=run.stack,
        prompt=run.prompt,
        mockups=tuple(mockups),
        files=tuple(map(_page_file, started.files if started else ())),
        edited=tuple(_page_file(file) for edit in edits for file in edit.files),
        events=events,
    )


def _page_file(file: FileRef) -> PageFile:
    return PageFile.model_construct(path=file.path, content=_read(file.sha256))


def _read(sha256: str) -> bytes:
    try:
        return blobs().get(sha256)
    except KeyError:
        raise NotFound(detail="A file of this run is no longer stored.") from None
