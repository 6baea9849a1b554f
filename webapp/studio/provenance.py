"""Where a revision comes from: who made it, with what, of which mockups, and after which others.

All of it is told by the run's events, so that it is the same whenever it is asked for. Neither the
person's words nor a key are in it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from webapp.studio import queries
from webapp.studio.errors import NotFound
from webapp.studio.events import (
    Author,
    FilesEdited,
    Limits,
    MockupRef,
    ModelRef,
    RequestSent,
    RevisionRef,
    RevisionSaved,
    RunStarted,
    TurnFinished,
)
from webapp.studio.models import Run
from webapp.studio.values import PartName

Way = Literal["model", "edit", "command", "inspector", "restore", "branch"]


class Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelProvenance(Told):
    """`label`: the name that it was asked for by. `served_as`: what its server called the model
    that answered, exactly; empty where it did not say. `prompt_version`: of what it was told before
    all else, a hash."""

    id: str
    label: str
    served_as: str
    prompt_version: str
    settings: dict[str, str | int | float | bool]


class ProvenanceStep(Told):
    """How one revision came about. `way`: by a turn of the model; by hand; by a plain command; by
    the inspector; as the same again; as the first of a branch. `model`: None where the person made
    it themselves. `made_from`: whose files it began as; None where it was none, or where nobody
    noted it."""

    run: str
    revision: int
    made_at: datetime
    author: Author
    way: Way
    model: ModelProvenance | None
    made_from: RevisionRef | None
    product_version: str


class MockupProvenance(Told):
    """`width` and `height`: image pixels. `scale`: of them to a CSS pixel."""

    sha256: str
    width: int
    height: int
    scale: float
    page: str | None


class ScoreProvenance(Told):
    """From 0 to 1. A part is null where there was nothing to measure."""

    total: float
    parts: dict[PartName, float | None]


class RequestCount(Told):
    """How many requests went out to an origin."""

    origin: str
    count: int


class Provenance(Told):
    """`steps`: this revision, the one that it was made from, and so on. `began_as`: what the last
    of them began as. `files` and `base`: SHA-256 by path, of this revision and of an uploaded page
    that the run began with. `requests`: that the run had sent out by then; null in runs of versions
    that did not note them."""

    format: Literal["mockwright-provenance"] = "mockwright-provenance"
    version: Literal[1] = 1
    product: Literal["Mockwright"] = "Mockwright"
    project: str
    run: str
    revision: int
    steps: tuple[ProvenanceStep, ...]
    began_as: Literal["mockups", "uploaded page", "not noted"]
    stack: str
    thinking: str
    limits: Limits
    mockups: tuple[MockupProvenance, ...]
    score: ScoreProvenance
    files: dict[str, str]
    base: dict[str, str]
    requests: tuple[RequestCount, ...] | None


def provenance(run: Run, number: int) -> Provenance:
    """Raises NotFound where there is no such revision."""
    queries.revision(run, number)
    record = _Record.of(run)
    found = record.made[number]
    steps, started = _chain(record, number)
    return Provenance(
        project=run.project.name,
        run=str(run.id),
        revision=number,
        steps=steps,
        began_as=_beginning(steps[-1], started),
        stack=record.started.stack,
        thinking=run.thinking,
        limits=record.started.limits,
        mockups=tuple(map(_mockup, record.started.mockups)),
        score=ScoreProvenance(total=found.saved.score.total, parts=found.saved.score.parts),
        files={file.path: file.sha256 for file in found.saved.files},
        base={file.path: file.sha256 for file in started.files},
        requests=found.requests,
    )


@dataclass(frozen=True)
class _Made:
    saved: RevisionSaved
    step: ProvenanceStep
    requests: tuple[RequestCount, ...] | None


@dataclass(frozen=True)
class _Record:
    """What a run's events tell of where its revisions come from."""

    started: RunStarted
    made: dict[int, _Made]  # by number

    @classmethod
    def of(cls, run: Run) -> "_Record":
        """Raises NotFound where the run has not begun."""
        started: RunStarted | None = None
        edit: FilesEdited | None = None
        served, asked, turns = "", Counter[str](), 0
        made: dict[int, _Made] = {}
        for envelope in queries.events_of(run, _TELLING):
            match envelope.event:
                case RunStarted():
                    started = envelope.event
                case RequestSent(origin=origin):
                    asked[origin] += 1
                case TurnFinished(served_model=told, usage=usage):
                    served = told or served
                    turns += usage.output_tokens > 0
                case FilesEdited():
                    edit = envelope.event
                case RevisionSaved() as saved:
                    assert started is not None
                    step = _step(str(run.id), saved, envelope.at, edit, served)
                    step = _branched(step, started)
                    made[saved.number] = _Made(saved, step, _requests(asked, turns))
                    edit = None
        if started is None:
            raise NotFound(detail="The run has not begun.")
        return cls(started, made)


_TELLING = (
    "run_started",
    "request_sent",
    "turn_finished",
    "files_edited",
    "revision_saved",
)


def _step(
    run_id: str, saved: RevisionSaved, at: datetime, edit: FilesEdited | None, served: str
) -> ProvenanceStep:
    way: Way = "model"
    if saved.restored:
        way = "restore"
    elif saved.author == "person":
        way = _way_of(edit) if edit is not None else "edit"
    made_from = saved.made_from
    return ProvenanceStep(
        run=run_id,
        revision=saved.number,
        made_at=at,
        author=saved.author,
        way=way,
        model=_model(saved.model, served) if way == "model" else None,
        made_from=RevisionRef(run_id=run_id, number=made_from) if made_from else None,
        product_version=saved.product_version,
    )


def _way_of(edit: FilesEdited) -> Way:
    if edit.command:
        return "command"
    return "inspector" if edit.inspected else "edit"


def _branched(step: ProvenanceStep, started: RunStarted) -> ProvenanceStep:
    """The first of a branch comes from the run that it was branched off."""
    if started.branched_from is None or step.revision != 1:
        return step
    return step.model_copy(update={"way": "branch", "made_from": started.branched_from})


def _model(ref: ModelRef, served: str) -> ModelProvenance:
    return ModelProvenance(
        id=ref.id,
        label=str(ref.settings.get("model", ref.id)),
        served_as=served,
        prompt_version=ref.prompt_version,
        settings=ref.settings,
    )


def _requests(asked: Counter[str], turns: int) -> tuple[RequestCount, ...] | None:
    """None where a server has counted tokens of turns, and nobody noted that it was asked."""
    if turns and not asked:
        return None
    return tuple(RequestCount(origin=origin, count=asked[origin]) for origin in sorted(asked))


def _chain(record: _Record, number: int) -> tuple[tuple[ProvenanceStep, ...], RunStarted]:
    """The step that made a revision and those before it, and how the first one's run began."""
    steps = [record.made[number].step]
    while (ref := steps[-1].made_from) is not None:
        if ref.run_id != steps[-1].run:
            record = _Record.of(queries.run_by_id(ref.run_id))
        steps.append(record.made[ref.number].step)
    return tuple(steps), record.started


def _beginning(
    first: ProvenanceStep, started: RunStarted
) -> Literal["mockups", "uploaded page", "not noted"]:
    if first.revision != 1:
        return "not noted"
    return "uploaded page" if started.files else "mockups"


def _mockup(mockup: MockupRef) -> MockupProvenance:
    return MockupProvenance(
        **mockup.model_dump(include={"sha256", "width", "height", "scale", "page"})
    )
