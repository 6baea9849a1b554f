"""What the API answers with, made from rows. The names are those of the OpenAPI
document, and of the front end's types that are made of it: see `contract.py`."""

from datetime import datetime
from typing import Literal, cast

from django.conf import settings
from pydantic import BaseModel

from webapp.studio import models, queries
from webapp.studio.catalog.options import ModelOption
from webapp.studio.catalog.presets import Preset
from webapp.studio.events import Envelope, Limits, MockupChoice, StopReason
from webapp.studio.messages import Problem
from webapp.studio.parameters import Effort, Thinking
from webapp.studio.stacks import StackOption
from webapp.studio.uploads.examples import Example
from webapp.studio.uploads.references import Kind

RunState = Literal["queued", "running", "finished", "failed"]


class UploadLimits(BaseModel):
    """What is taken in: images a project, bytes a file, pixels a side."""

    max_images: int
    max_bytes: int
    max_side: int
    formats: tuple[str, ...]


class ReferenceLimits(BaseModel):
    """What is taken in beside mockups: files of rules and tokens a project, bytes of such a file
    and of a base; `kinds` by the ending of a name."""

    max_texts: int
    max_text_bytes: int
    max_base_bytes: int
    kinds: dict[str, Kind]


class RecordingLimits(BaseModel):
    """What is taken in of screen recordings: bytes a file, bytes of it a request, seconds."""

    max_bytes: int
    part_bytes: int
    max_seconds: int


class Config(BaseModel):
    """What the start screen needs to know."""

    version: str
    limits: UploadLimits
    references: ReferenceLimits
    recordings: RecordingLimits
    stacks: tuple[StackOption, ...]
    models: tuple[ModelOption, ...]
    default_model: str
    commands: tuple[str, ...]  # examples of plain commands
    presets: tuple[Preset, ...]
    examples: tuple[Example, ...]
    preview_origin: str
    messages: dict[str, Problem]


class Endpoint(BaseModel):
    """A model server that a person added. Its key stays with the server: `key` says whether there
    is one, and whether it can still be read."""

    id: str
    model_id: str
    label: str
    url: str
    name: str
    key: Literal["none", "kept", "unreadable"]
    thinking: bool
    effort: Effort
    max_tokens: int | None
    context_tokens: int | None
    sees_pictures: bool | None
    calls_tools: bool | None
    input_price: float | None
    cached_input_price: float | None
    output_price: float | None
    created_at: datetime

    @classmethod
    def of(cls, endpoint: models.Endpoint) -> "Endpoint":
        key = queries.key_of(endpoint)
        return cls(
            id=str(endpoint.id),
            model_id=queries.model_id_of(endpoint),
            label=endpoint.label,
            url=endpoint.url,
            name=endpoint.name,
            key="unreadable" if key is None else "kept" if key else "none",
            thinking=endpoint.thinking,
            effort=cast(Effort, endpoint.effort),
            max_tokens=endpoint.max_tokens,
            context_tokens=endpoint.context_tokens,
            sees_pictures=endpoint.sees_pictures,
            calls_tools=endpoint.calls_tools,
            input_price=endpoint.input_price,
            cached_input_price=endpoint.cached_input_price,
            output_price=endpoint.output_price,
            created_at=endpoint.created_at,
        )


class Asset(BaseModel):
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
    def of(cls, asset: models.Asset, scale: float | None = None) -> "Asset":
        return cls(
            id=str(asset.id),
            sha256=asset.sha256,
            name=asset.name,
            width=asset.width,
            height=asset.height,
            format=asset.format,
            scale=asset.scale if scale is None else scale,
            notes=asset.notes,
            content_url=f"{settings.APP_PATH}/api/assets/{asset.id}/content",
            thumbnail_url=_thumbnail_url(asset),
        )


class ProjectAsset(Asset):
    """A mockup of a project: `role` is what the person says that it is to the first one. `is_own`:
    the first picture of an imported page that was given none."""

    role: MockupChoice
    is_own: bool

    @classmethod
    def of_project(cls, mockup: models.ProjectAsset) -> "ProjectAsset":
        return cls(
            **dict(Asset.of(mockup.asset, mockup.scale)),
            role=cast(MockupChoice, mockup.role),
            is_own=mockup.is_own,
        )


class UploadedAsset(Asset):
    """What became of an upload: its picture and, of a PDF, those of the pages after the first."""

    pages: list[Asset]

    @classmethod
    def of_all(cls, assets: list[models.Asset]) -> "UploadedAsset":
        first, *pages = map(Asset.of, assets)
        return cls(**first.model_dump(), pages=pages)


class Reference(BaseModel):
    """Rules, design tokens, or a page to start from. `size` is that of the upload, in bytes."""

    id: str
    kind: Kind
    name: str
    size: int
    files: int
    notes: list[str]

    @classmethod
    def of(cls, reference: models.Reference) -> "Reference":
        return cls(
            id=str(reference.id),
            kind=cast(Kind, reference.kind),
            name=reference.name,
            size=reference.size,
            files=len(reference.files),
            notes=reference.notes,
        )


class RunSummary(BaseModel):
    id: str
    project_id: str
    state: RunState
    created_at: datetime
    model: str
    stack: str
    prompt: str
    thinking: Thinking
    score: float | None
    stop_reason: StopReason | None
    best_revision: int | None
    result_revision: int | None
    error_code: str | None

    @classmethod
    def of(cls, run: models.Run) -> "RunSummary":
        return cls(
            id=str(run.id),
            project_id=str(run.project_id),
            state=run.state,
            created_at=run.created_at,
            model=run.model,
            stack=run.stack,
            prompt=run.prompt,
            thinking=cast(Thinking, run.thinking),
            score=run.result_score,
            stop_reason=run.stop_reason or None,
            best_revision=run.best_revision,
            result_revision=run.result_revision,
            error_code=run.error_code or None,
        )


class ProjectRun(RunSummary):
    """A run as a part of its project's conversation: `messages` are what it was told after its
    prompt, `revisions` how many it has made, `queued_at` when it was last put to work. Runs of one
    `group` were asked for together; `variant` tells them apart; one may be chosen to continue."""

    queued_at: datetime
    messages: list[str]
    revisions: int
    group: str | None
    variant: str
    chosen_at: datetime | None


class ProjectSummary(BaseModel):
    """A project in a list, with the run that it opens with."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    archived: bool
    thumbnail_url: str | None
    run_id: str | None
    state: RunState | None
    score: float | None

    @classmethod
    def of(cls, project: models.Project) -> "ProjectSummary":
        """Reads `runs` and `mockups__asset`, which `queries.projects` has fetched already."""
        run = queries.opened_run(list(project.runs.all()))
        mockup = next(iter(project.mockups.all()), None)
        return cls(
            id=str(project.id),
            name=project.name,
            created_at=project.created_at,
            updated_at=project.updated_at,
            archived=project.archived_at is not None,
            thumbnail_url=_thumbnail_url(mockup.asset) if mockup else None,
            run_id=str(run.id) if run else None,
            state=run.state if run else None,
            score=run.result_score if run else None,
        )


class Project(BaseModel):
    id: str
    name: str
    created_at: datetime
    archived: bool
    assets: list[ProjectAsset]
    references: list[Reference]
    recording_id: str | None
    runs: list[ProjectRun]

    @classmethod
    def of(cls, project: models.Project) -> "Project":
        return cls(
            id=str(project.id),
            name=project.name,
            created_at=project.created_at,
            archived=project.archived_at is not None,
            assets=[ProjectAsset.of_project(one) for one in queries.mockups(str(project.id))],
            references=[Reference.of(one) for one in queries.references(str(project.id))],
            recording_id=str(project.recording_id) if project.recording_id else None,
            runs=[
                ProjectRun(
                    **dict(RunSummary.of(run)),
                    queued_at=run.queued_at,
                    messages=[one.text for one in queries.messages_read(run)],
                    revisions=run.revisions.count(),
                    group=str(run.group_id) if run.group_id else None,
                    variant=run.variant,
                    chosen_at=run.chosen_at,
                )
                for run in project.runs.all()
            ],
        )


class ElementPlace(BaseModel):
    """An element of a page: the one that a CSS selector names."""

    page: str
    selector: str


class RevisionLinks(BaseModel):
    """Where a revision can be seen and downloaded."""

    number: int
    preview_url: str
    zip_url: str

    @classmethod
    def of(cls, revision: models.Revision) -> "RevisionLinks":
        return cls(
            number=revision.number,
            preview_url=f"{settings.PREVIEW_ORIGIN}/r/{revision.token}/",
            zip_url=f"{settings.APP_PATH}/api/runs/{revision.run_id}/revisions/{revision.number}/zip",
        )


class WaitingMessage(BaseModel):
    """What the person has said and the run has not taken yet."""

    id: int
    text: str


class Run(RunSummary):
    """A run's own row. What happened in it is told by its events."""

    limits: Limits
    pause_requested: bool
    queued_at: datetime
    ended_at: datetime | None
    queue_position: int | None
    last_seq: int
    revisions: list[RevisionLinks]
    waiting_messages: list[WaitingMessage]

    @classmethod
    def of(cls, run: models.Run) -> "Run":
        return cls(
            **dict(RunSummary.of(run)),
            limits=Limits(**run.limits),
            pause_requested=run.pause_requested,
            queued_at=run.queued_at,
            ended_at=run.ended_at,
            queue_position=queries.queue_position(str(run.id)),
            last_seq=run.last_seq,
            revisions=[RevisionLinks.of(revision) for revision in run.revisions.all()],
            waiting_messages=[
                WaitingMessage(id=one.message_id, text=one.text)
                for one in queries.waiting_messages(str(run.id))
            ],
        )


class EventPage(BaseModel):
    """Events in order. `last_seq` is the run's newest: a page that ends before is not the last."""

    events: list[Envelope]
    last_seq: int


def _thumbnail_url(asset: models.Asset) -> str:
    return f"{settings.APP_PATH}/api/assets/{asset.id}/thumbnail"
