"""Reads of arenas: a round is a table, mockup by model, of what each run came to and took."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from statistics import fmean
from typing import Literal, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from pydantic import BaseModel

from webapp.studio.errors import MockwrightError, NotFound
from webapp.studio.events import RunFailed, StopReason
from webapp.studio.messages import Problem, explain
from webapp.studio.models import Arena, Event, ProjectAsset, Run, RunGroup
from webapp.studio.parameters import Thinking
from webapp.studio.queries import KEPT

Measure = Callable[["ArenaCell"], float | None]


class ArenaCell(BaseModel):
    """One run. `before` is the score of the same mockup and model in an earlier round; `problem`
    says why it failed. Seconds are those at work, `cost` is in US dollars."""

    run_id: str
    project_id: str
    state: Literal["queued", "running", "finished", "failed"]
    score: float | None
    before: float | None
    seconds: float | None
    input_tokens: int
    output_tokens: int
    cost: float | None
    stop_reason: StopReason | None
    render_url: str | None
    render_sha256: str
    problem: Problem | None


class ArenaRow(BaseModel):
    """A mockup; `cells` are in the order of the models, `best` the places of the highest score."""

    project_id: str
    name: str
    mockup_url: str
    mockup_sha256: str
    thumbnail_url: str
    cells: list[ArenaCell | None]
    best: list[int]


class ArenaMean(BaseModel):
    """Of one model over its `pages`, those that were measured. `before` is the mean that the same
    mockups had in earlier rounds, None where not all were there; `total_cost` of all pages."""

    variant: str
    pages: int
    score: float | None
    before: float | None
    seconds: float | None
    tokens: float | None
    total_cost: float | None


class ArenaRound(BaseModel):
    """A round in the list of rounds, numbered from 1."""

    number: int
    created_at: datetime
    runs: int
    ended: int
    means: list[ArenaMean]


class ArenaTake(BaseModel):
    """What a column was asked for: what another round of it is begun with."""

    model: str
    stack: str
    thinking: Thinking
    temperature: float | None


class ArenaTable(BaseModel):
    """A round and how it compares; `best` are the places of the models with the highest mean,
    `takes` and `prompts` what each of them was and was told."""

    id: str
    name: str
    number: int
    variants: list[str]
    takes: list[ArenaTake]
    prompts: list[str]
    rows: list[ArenaRow]
    means: list[ArenaMean]
    best: list[int]
    rounds: list[ArenaRound]


class ArenaSummary(BaseModel):
    """An arena in a list, with its newest round."""

    id: str
    name: str
    created_at: datetime
    mockups: int
    newest: ArenaRound | None
    thumbnail_urls: list[str]


def arena(owner: User, arena_id: str) -> Arena:
    """Raises NotFound."""
    return _one(arenas(owner), id=arena_id)


def deleted_arena(owner: User, arena_id: str) -> Arena:
    """One that can be restored. Raises NotFound."""
    return _one(Arena.objects.filter(owner=owner).exclude(deleted_at=None), id=arena_id)


def arenas(owner: User) -> QuerySet[Arena]:
    """The newest first."""
    return Arena.objects.filter(owner=owner, deleted_at=None)


def newest_round(owner: User, name: str) -> RunGroup:
    """Of the arena of that name. Raises NotFound."""
    newest = _one(arenas(owner), name=name).rounds.last()
    if newest is None:
        raise NotFound(detail="The arena has no round.")
    return newest


def _one(rows: QuerySet[Arena], **key: str) -> Arena:
    try:
        return rows.get(**key)
    except (Arena.DoesNotExist, ValidationError):
        raise NotFound(detail="No such arena.") from None


def arena_table(arena: Arena, number: int | None = None) -> ArenaTable:
    """A round of the arena, the newest unless told. Raises NotFound."""
    tables = _tables(arena)
    shown = len(tables) if number is None else number
    if not 1 <= shown <= len(tables):
        raise NotFound(detail="The arena has no such round.")
    variants, rows = tables[shown - 1]
    told = {run.variant: run for run in _runs_of(arena.rounds.all()[shown - 1])}
    means = _means(variants, rows)
    return ArenaTable(
        id=str(arena.id),
        name=arena.name,
        number=shown,
        variants=variants,
        takes=[_take(told[one]) for one in variants],
        prompts=[told[one].prompt for one in variants],
        rows=rows,
        means=means,
        best=_highest([mean.score if mean.pages == len(rows) else None for mean in means]),
        rounds=_rounds(arena, tables),
    )


def arena_summary(arena: Arena) -> ArenaSummary:
    """The arena as lists show it."""
    tables = _tables(arena)
    rows = tables[-1][1] if tables else []
    return ArenaSummary(
        id=str(arena.id),
        name=arena.name,
        created_at=arena.created_at,
        mockups=len(rows),
        newest=_rounds(arena, tables)[-1] if tables else None,
        thumbnail_urls=[row.thumbnail_url for row in rows[:4]],
    )


def _tables(arena: Arena) -> list[tuple[list[str], list[ArenaRow]]]:
    """Of each round its models and rows. A score is held against the last one before it."""
    mockups = {
        one.project_id: one
        for one in ProjectAsset.objects.filter(project__arena=arena).select_related("asset")
    }
    problems = _problems(arena)
    scores: dict[tuple[object, str], float] = {}
    tables = []
    for group in arena.rounds.all():
        runs = list(_runs_of(group))
        variants = list(dict.fromkeys(run.variant for run in runs))
        rows = []
        for project_id in dict.fromkeys(run.project_id for run in runs):
            found = {run.variant: run for run in runs if run.project_id == project_id}
            cells = [
                _cell(found[one], scores.get((project_id, one)), problems) if one in found else None
                for one in variants
            ]
            rows.append(_row(mockups[project_id], cells))
        for run in runs:
            if run.result_score is not None:
                scores[run.project_id, run.variant] = run.result_score
        tables.append((variants, rows))
    return tables


def _take(run: Run) -> ArenaTake:
    thinking = cast("Thinking", run.thinking)
    return ArenaTake(
        model=run.model, stack=run.stack, thinking=thinking, temperature=run.temperature
    )


def _runs_of(group: RunGroup) -> Iterable[Run]:
    return group.runs.filter(KEPT).order_by("created_at")


def _problems(arena: Arena) -> dict[str, Problem]:
    """Why each run failed that did, as it last did."""
    failed = Run.objects.filter(KEPT, group__arena=arena, state=Run.State.FAILED)
    events = Event.objects.filter(run__in=failed, type="run_failed").order_by("seq")
    told = {}
    for run_id, body in events.values_list("run_id", "body"):
        event = RunFailed.model_validate_json(body)
        told[str(run_id)] = explain(MockwrightError(event.code, event.detail))
    return told


def _cell(run: Run, before: float | None, problems: dict[str, Problem]) -> ArenaCell:
    digest = run.screenshot_sha256
    render = f"{settings.APP_PATH}/api/runs/{run.id}/blobs/{digest}" if digest else None
    return ArenaCell(
        run_id=str(run.id),
        project_id=str(run.project_id),
        state=Run.State(run.state).value,
        score=run.result_score,
        before=before,
        seconds=round(run.seconds, 3) if run.ended else None,
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        cost=run.cost,
        stop_reason=run.stop_reason or None,
        render_url=render,
        render_sha256=digest,
        problem=problems.get(str(run.id)),
    )


def _row(mockup: ProjectAsset, cells: list[ArenaCell | None]) -> ArenaRow:
    asset = mockup.asset
    path = f"{settings.APP_PATH}/api/assets/{asset.id}"
    return ArenaRow(
        project_id=str(mockup.project_id),
        name=asset.name,
        mockup_url=f"{path}/content",
        mockup_sha256=asset.sha256,
        thumbnail_url=f"{path}/thumbnail",
        cells=cells,
        best=_highest([cell.score if cell else None for cell in cells]),
    )


def _highest(scores: Sequence[float | None]) -> list[int]:
    """The places of the highest, where there are two to be higher than another."""
    known = [score for score in scores if score is not None]
    if len(known) < 2:
        return []
    return [place for place, score in enumerate(scores) if score == max(known)]


def _means(variants: Sequence[str], rows: Sequence[ArenaRow]) -> list[ArenaMean]:
    means = []
    for place, variant in enumerate(variants):
        cells = [cell for row in rows if (cell := row.cells[place]) and cell.score is not None]
        costs = [cell.cost for cell in cells if cell.cost is not None]
        means.append(
            ArenaMean(
                variant=variant,
                pages=len(cells),
                score=_mean(cells, lambda cell: cell.score),
                before=_mean(cells, lambda cell: cell.before),
                seconds=_mean(cells, lambda cell: cell.seconds),
                tokens=_mean(cells, lambda cell: cell.input_tokens + cell.output_tokens),
                total_cost=sum(costs) if costs else None,
            )
        )
    return means


def _mean(cells: Sequence[ArenaCell], measure: Measure) -> float | None:
    """None where not all cells have it: a mean over fewer would be of other mockups."""
    values = [value for cell in cells if (value := measure(cell)) is not None]
    return fmean(values) if values and len(values) == len(cells) else None


def _rounds(arena: Arena, tables: Sequence[tuple[list[str], list[ArenaRow]]]) -> list[ArenaRound]:
    rounds = []
    for number, (group, (variants, rows)) in enumerate(
        zip(arena.rounds.all(), tables, strict=True), start=1
    ):
        cells = [cell for row in rows for cell in row.cells if cell]
        ended = sum(cell.state in {"finished", "failed"} for cell in cells)
        rounds.append(
            ArenaRound(
                number=number,
                created_at=group.created_at,
                runs=len(cells),
                ended=ended,
                means=_means(variants, rows),
            )
        )
    return rounds
