"""An arena: mockups that several models are held against, round after round.

Each mockup is a project and each round a group of runs in all of them, so that everything that can
be done with a run can be done here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from webapp.studio import queries
from webapp.studio.errors import BadRequest, Conflict, NotFound
from webapp.studio.models import Arena, Project, Run, RunGroup
from webapp.studio.parameters import MockupParameters, Thinking, VariantParameters
from webapp.studio.services.projects import store_project
from webapp.studio.services.variants import cancel_runs, create_group, named_variants

MOST_MOCKUPS = 50
MOST_CONTESTANTS = 6


def contestants(
    owner: User, variants: Sequence[VariantParameters], prompts: Sequence[tuple[str, str]]
) -> list[VariantParameters]:
    """Every variant with every prompt, which is a label and a text; a model that reads no words
    once, with the first."""
    offered = queries.model_options(owner, with_tests=settings.TEST_MODELS)
    readers = {one.id for one in offered if one.reads_words}
    _, first = prompts[0] if prompts else ("", "")
    made = []
    for one in variants:
        if one.model not in readers or len(prompts) < 2:
            made.append(replace(one, prompt=first))
        else:
            made += [replace(one, prompt=text, label=label) for label, text in prompts]
    return made


def start_round(
    owner: User,
    name: str,
    mockups: Sequence[MockupParameters],
    variants: Sequence[VariantParameters],
) -> RunGroup:
    """Queue a run for every mockup and variant, in the arena of that name, which is made where
    there is none. Without mockups they are all of that arena's. A round of the same that is still
    under way is returned instead.

    Raises BadRequest, NotFound and QueueUnavailable; with the last, all is stored and the runs
    start when the queue is back.
    """
    name = " ".join(name.split())[:200]
    if not name:
        raise BadRequest(detail="An arena needs a name.")
    with transaction.atomic():
        arena, _ = Arena.objects.get_or_create(owner=owner, name=name, deleted_at=None)
        known = {
            str(mockup.asset_id): project
            for project in arena.projects.filter(deleted_at=None).order_by("created_at")
            for mockup in project.mockups.all()
        }
        number = len(mockups or known)
        if not (1 <= number <= MOST_MOCKUPS and 1 <= len(variants) <= MOST_CONTESTANTS):
            raise BadRequest("arena_size", f"You gave {number} and {len(variants)}.")
        if known and mockups and not any(one.asset_id in known for one in mockups):
            raise BadRequest("arena_other_mockups", f"“{name}” has {len(known)}.")
        projects = [
            known.get(one.asset_id) or _add_mockup(owner, arena, one) for one in _each_once(mockups)
        ] or list(known.values())
        named = named_variants(owner, variants)
        return _open_round(arena, projects, named) or _new_round(arena, projects, named)


def start_again(arena: Arena) -> RunGroup:
    """Another round of the mockups and models of the last one. Raises BadRequest, Conflict,
    NotFound and QueueUnavailable."""
    last = arena.rounds.last()
    if last is None:
        raise NotFound(detail="The arena has no round.")
    with transaction.atomic():
        _check_ended(arena)
        runs = list(last.runs.filter(queries.KEPT).order_by("created_at"))
        projects = list(dict.fromkeys(run.project for run in runs))
        of_first = [run for run in runs if run.project_id == projects[0].id] if projects else []
        return _new_round(arena, projects, {run.variant: _variant_of(run) for run in of_first})


def cancel_arena(arena: Arena) -> None:
    """Stop all its runs; what they made stays."""
    cancel_runs(list(Run.objects.filter(queries.KEPT, group__arena=arena)))


def delete_arena(arena: Arena) -> None:
    """Put it and its projects out of reach; it can be restored until it is collected. Raises
    Conflict while a run is at work."""
    with transaction.atomic():
        _check_ended(arena)
        now = timezone.now()
        arena.projects.filter(deleted_at=None).update(deleted_at=now)
        arena.deleted_at = now
        arena.save(update_fields=["deleted_at"])


def restore_arena(arena: Arena) -> Arena:
    """Take a delete back. Raises Conflict where another has the name by now."""
    with transaction.atomic():
        if Arena.objects.filter(owner=arena.owner, name=arena.name, deleted_at=None).exists():
            raise Conflict("arena_other_mockups", f"It is “{arena.name}”.")
        arena.projects.filter(deleted_at=arena.deleted_at).update(deleted_at=None)
        arena.deleted_at = None
        arena.save(update_fields=["deleted_at"])
    return arena


def _check_ended(arena: Arena) -> None:
    """Raises Conflict."""
    runs = Run.objects.filter(queries.KEPT, group__arena=arena)
    if runs.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING]).exists():
        raise Conflict("arena_active")


def _each_once(mockups: Sequence[MockupParameters]) -> list[MockupParameters]:
    return list({one.asset_id: one for one in mockups}.values())


def _add_mockup(owner: User, arena: Arena, mockup: MockupParameters) -> Project:
    project = store_project(owner, [mockup])
    project.arena = arena
    project.save(update_fields=["arena"])
    return project


def _open_round(
    arena: Arena, projects: Sequence[Project], variants: Mapping[str, VariantParameters]
) -> RunGroup | None:
    """The last round, where it is of these and has not ended."""
    last = arena.rounds.last()
    if last is None:
        return None
    runs = list(last.runs.filter(queries.KEPT).order_by("created_at"))
    if all(run.ended for run in runs):
        return None
    asked = {
        (project.id, one.model, one.stack, one.thinking, one.temperature, one.prompt)
        for project in projects
        for one in variants.values()
    }
    under_way = {
        (run.project_id, run.model, run.stack, run.thinking, run.temperature, run.prompt)
        for run in runs
    }
    return last if asked == under_way else None


def _new_round(
    arena: Arena, projects: Sequence[Project], variants: Mapping[str, VariantParameters]
) -> RunGroup:
    group = RunGroup.objects.create(arena=arena)
    for project in projects:
        create_group(project, group, variants)
    return group


def _variant_of(run: Run) -> VariantParameters:
    thinking: Thinking = run.thinking  # type: ignore[assignment]  # as it was checked
    return VariantParameters(run.model, run.stack, thinking, run.temperature, run.prompt)
