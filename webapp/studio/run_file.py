"""A run as one file to take away: all that happened and the mockups it began with.

`manage.py replay` does it over again.
"""

from typing import Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict

from webapp.studio import queries
from webapp.studio.errors import NotFound
from webapp.studio.events import Envelope
from webapp.studio.models import Run
from webapp.studio.storage import blobs


class MockupFile(BaseModel):
    """One mockup: its upright sRGB PNG, and its pixels for each CSS pixel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    scale: float
    png: Base64Bytes


class RunFile(BaseModel):
    """What is in the file. The files of the page are not: replaying makes them anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["mockwright-run"] = "mockwright-run"
    version: Literal[1] = 1
    project: str
    model: str
    stack: str
    prompt: str
    mockups: tuple[MockupFile, ...]
    events: tuple[Envelope, ...]


def run_file(run: Run) -> RunFile:
    """Raises NotFound where a mockup is no longer stored."""
    mockups = []
    for mockup in queries.mockups(str(run.project_id)):
        try:
            png = blobs().get(mockup.asset.sha256)
        except KeyError:
            raise NotFound(detail="A mockup of this run is no longer stored.") from None
        # unchecked: a checked one takes its bytes in base64, as they are in the file
        mockups.append(
            MockupFile.model_construct(name=mockup.asset.name, scale=mockup.scale, png=png)
        )
    return RunFile.model_construct(
        project=run.project.name,
        model=run.model,
        stack=run.stack,
        prompt=run.prompt,
        mockups=tuple(mockups),
        events=tuple(queries.events_after(str(run.id))),
    )
