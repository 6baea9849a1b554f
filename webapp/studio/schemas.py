"""What the API answers with, made from rows."""

from datetime import datetime

from django.conf import settings
from pydantic import BaseModel

from webapp.studio import queries
from webapp.studio.catalog.cards import ModelCard, StackCard
from webapp.studio.events import Envelope
from webapp.studio.messages import Problem
from webapp.studio.models import Asset, Project, ProjectAsset, Revision, Run
from webapp.studio.uploads.examples import Example
from webapp.studio.view import RunState, RunView


class Limits(BaseModel):
    max_images: int
    max_bytes: int
    max_side: int
    formats: tuple[str, ...]


class Config(BaseModel):
    """What the start screen needs to know."""

    version: str
    limits: Limits
    stacks: tuple[StackCard, ...]
    models: tuple[ModelCard, ...]
    default_model: str
    examples: tuple[Example, ...]
    preview_origin: str
    messages: dict[str, Problem]


class AssetAnswer(BaseModel):
    """`scale` is a guess for an upload, the person's choice for a project's mockup."""

    id: str
    sha256: str
    name: str
    width: int
    height: int
    format: str
    scale: float
    notes: list[str]
    content_url: str
    thumbnail_url: str

    @classmethod
    def of(cls, asset: Asset, scale: float | None = None) -> "AssetAnswer":
        return cls(
            id=str(asset.id),
            sha256=asset.sha256,
            name=asset.name,
            width=asset.width,
            height=asset.height,
            format=asset.format,
            scale=asset.scale if scale is None else scale,
            notes=asset.notes,
            content_url=f"/api/assets/{asset.id}/content",
            thumbnail_url=_thumbnail_url(asset),
        )


class RunSummary(BaseModel):
    id: str
    project_id: str
    state: RunState
    created_at: datetime
    model: str
    stack: str
    prompt: str
    score: float | None
    stop_reason: str | None
    best_revision: int | None
    error_code: str | None

    @classmethod
    def of(cls, run: Run) -> "RunSummary":
        return cls(
            id=str(run.id),
            project_id=str(run.project_id),
            state=run.state,
            created_at=run.created_at,
            model=run.model,
            stack=run.stack,
            prompt=run.prompt,
            score=run.score,
            stop_reason=run.stop_reason or None,
            best_revision=run.best_revision,
            error_code=run.error_code or None,
        )


class ProjectSummary(BaseModel):
    """A project in a list, with its newest run."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    thumbnail_url: str | None
    run_id: str | None
    state: RunState | None
    score: float | None

    @classmethod
    def of(cls, project: Project) -> "ProjectSummary":
        """Reads `runs` and `mockups__asset`, which `queries.projects` has fetched already."""
        run = next(iter(project.runs.all()), None)
        mockup = next(iter(project.mockups.all()), None)
        return cls(
            id=str(project.id),
            name=project.name,
            created_at=project.created_at,
            updated_at=project.updated_at,
            thumbnail_url=_thumbnail_url(mockup.asset) if mockup else None,
            run_id=str(run.id) if run else None,
            state=run.state if run else None,
            score=run.score if run else None,
        )


class ProjectAnswer(BaseModel):
    id: str
    name: str
    created_at: datetime
    assets: list[AssetAnswer]
    runs: list[RunSummary]

    @classmethod
    def of(cls, project: Project) -> "ProjectAnswer":
        return cls(
            id=str(project.id),
            name=project.name,
            created_at=project.created_at,
            assets=[_mockup(mockup) for mockup in queries.mockups(str(project.id))],
            runs=[RunSummary.of(run) for run in project.runs.all()],
        )


class RevisionAnswer(BaseModel):
    number: int
    preview_url: str
    zip_url: str

    @classmethod
    def of(cls, revision: Revision) -> "RevisionAnswer":
        return cls(
            number=revision.number,
            preview_url=f"{settings.PREVIEW_ORIGIN}/r/{revision.token}/",
            zip_url=f"/api/runs/{revision.run_id}/revisions/{revision.number}/zip",
        )


class RunAnswer(BaseModel):
    """A run as it is now. The websocket goes on from `view.seq`."""

    run: RunSummary
    view: RunView
    queue_position: int | None
    revisions: list[RevisionAnswer]

    @classmethod
    def of(cls, run: Run) -> "RunAnswer":
        return cls(
            run=RunSummary.of(run),
            view=queries.run_view(str(run.id)),
            queue_position=queries.queue_position(str(run.id)),
            revisions=[RevisionAnswer.of(revision) for revision in run.revisions.all()],
        )


class EventsAnswer(BaseModel):
    events: list[Envelope]
    last_seq: int


def _thumbnail_url(asset: Asset) -> str:
    return f"/api/assets/{asset.id}/thumbnail"


def _mockup(mockup: ProjectAsset) -> AssetAnswer:
    return AssetAnswer.of(mockup.asset, mockup.scale)
