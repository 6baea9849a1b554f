"""A drafted page as a folder: the files, a picture of the comparison, and report.json."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel

from webapp.studio.events import (
    FileRef,
    ModelRef,
    PartName,
    Rect,
    RegionScore,
    RevisionSaved,
    RunFinished,
)
from webapp.studio.values import Difference, DifferenceKind
from workers.agent.protocols import Blobs, Mockup
from workers.agent.workspace import Workspace
from workers.imaging import Image, decode_png, encode_png, read_image
from workers.management.command_line import Source
from workers.management.local_run import RunResult
from workers.scoring import beside


class NamedDifference(BaseModel, frozen=True):
    """A Difference as the commands print it: `box` is its place in CSS pixels."""

    item: str
    kind: DifferenceKind
    expected: str
    got: str
    box: Rect
    selector: str
    line: int | None
    cost: float
    count: int

    @classmethod
    def of(cls, difference: Difference) -> Self:
        fields = difference.model_dump(exclude={"rect"})
        return cls(box=difference.rect, **fields)


class RevisionReport(BaseModel):
    """`seconds` from the start of the run."""

    number: int
    score: float
    parts: dict[PartName, float | None]
    picture_penalty: float
    seconds: float


class Report(BaseModel):
    """What report.json holds. `revision` is the result: score, regions, differences and unread
    lines are its own."""

    name: str
    mockup: str
    width: int
    height: int
    scale: float
    notes: tuple[str, ...]
    stack: str
    model: ModelRef
    score: float
    parts: dict[PartName, float | None]
    picture_penalty: float
    regions: tuple[RegionScore, ...]
    differences: tuple[NamedDifference, ...]
    unread_lines: int
    revision: int
    revisions: tuple[RevisionReport, ...]
    stop_reason: str
    seconds: dict[str, float]
    files: tuple[FileRef, ...]


def write_result(folder: Path, source: Source, page: RunResult, blobs: Blobs, stack: str) -> Report:
    """Write the revision that is the result, compare.png and report.json into `folder`.

    Raises OSError and WorkspaceError.
    """
    workspace = Workspace(folder)
    for path, data in page.files.items():
        workspace.write(path, data)
    (folder / "compare.png").write_bytes(_comparison(source.mockup, page.result, blobs))
    report = _report(source, page, stack)
    (folder / "report.json").write_text(report.model_dump_json(indent=2) + "\n")
    return report


def side_by_side(mockup: Image, render: Image, heat: Image) -> bytes:
    """PNG of the three, top-aligned."""
    return encode_png(beside([mockup, render, heat]))


def _comparison(mockup: Mockup, result: RevisionSaved, blobs: Blobs) -> bytes:
    shown = result.pages[0]
    render, heat = (decode_png(blobs.get(one.sha256)) for one in (shown.screenshot, shown.heat_map))
    return side_by_side(read_image(mockup.path), render, heat)


def _report(source: Source, page: RunResult, stack: str) -> Report:
    result, ending = page.result, page.ending
    return Report(
        name=source.name,
        mockup=str(source.path),
        width=source.mockup.width,
        height=source.mockup.height,
        scale=source.mockup.scale,
        notes=source.notes,
        stack=stack,
        model=result.model,
        score=result.score.total,
        parts=result.score.parts,
        picture_penalty=result.score.picture_penalty,
        regions=result.score.regions,
        differences=tuple(map(NamedDifference.of, result.score.differences)),
        unread_lines=result.score.unread_lines,
        revision=result.number,
        revisions=_revisions(page),
        stop_reason=ending.reason if isinstance(ending, RunFinished) else ending.code,
        seconds=dict(page.seconds_by_stage),
        files=result.files,
    )


def _revisions(page: RunResult) -> tuple[RevisionReport, ...]:
    started = page.events[0].at
    return tuple(
        RevisionReport(
            number=envelope.event.number,
            score=envelope.event.score.total,
            parts=envelope.event.score.parts,
            picture_penalty=envelope.event.score.picture_penalty,
            seconds=round((envelope.at - started).total_seconds(), 3),
        )
        for envelope in page.events
        if isinstance(envelope.event, RevisionSaved)
    )
