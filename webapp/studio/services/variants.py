"""Several takes on one brief, side by side: asked for together, chosen from, stopped together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from webapp.studio import queries
from webapp.studio.catalog import options
from webapp.studio.catalog.endpoints import is_endpoint
from webapp.studio.catalog.options import ModelOption
from webapp.studio.errors import BadRequest
from webapp.studio.events import MockupChoice
from webapp.studio.models import Project, Run, RunGroup
from webapp.studio.parameters import MockupParameters, RunParameters, VariantParameters
from webapp.studio.recording_models import Recording
from webapp.studio.services.ledger import lock_run
from webapp.studio.services.projects import create_run, store_project
from webapp.studio.services.runs import cancel_run

FEWEST, MOST = 2, 4  # variants of one brief


def create_project_with_variants(
    owner: User,
    mockups: Sequence[MockupParameters],
    variants: Sequence[VariantParameters],
    name: str = "",
    reference_ids: Sequence[str] = (),
    *,
    recording: Recording | None = None,
) -> Project:
    """Make a project and a run for each variant. Raises BadRequest, NotFound and QueueUnavailable;
    with the last, all is stored and the runs start when the queue is back."""
    with transaction.atomic():
        project = store_project(owner, mockups, name, reference_ids, recording=recording)
        create_variants(project, variants)
    return project


def create_variants(
    project: Project,
    variants: Sequence[VariantParameters],
    roles: Mapping[int, MockupChoice] | None = None,
) -> list[Run]:
    """Queue a run for each variant, as one group. Raises BadRequest and QueueUnavailable."""
    if not FEWEST <= len(variants) <= MOST:
        raise BadRequest("variants_number", f"You chose {len(variants)}.")
    with transaction.atomic():
        named = named_variants(project.owner, variants)
        return create_group(project, RunGroup.objects.create(), named, roles)


def create_group(
    project: Project,
    group: RunGroup,
    variants: Mapping[str, VariantParameters],
    roles: Mapping[int, MockupChoice] | None = None,
) -> list[Run]:
    """A run of the project for each variant, by what tells it apart. Raises BadRequest and
    QueueUnavailable."""
    runs = []
    with transaction.atomic():
        for name, one in variants.items():
            asked = RunParameters(one.prompt, one.stack, one.model, one.thinking, one.temperature)
            run = create_run(project, asked, roles)
            run.group, run.variant = group, name
            run.save(update_fields=["group", "variant"])
            runs.append(run)
    return runs


def named_variants(
    owner: User, variants: Sequence[VariantParameters]
) -> dict[str, VariantParameters]:
    """Each by what a person tells it apart by. Raises BadRequest where a model would make one page
    more than once."""
    offered = queries.model_options(owner, with_tests=settings.TEST_MODELS)
    cards = {one.id: one for one in offered}
    variants = [one if is_endpoint(one.model) else _as_built_in(one) for one in variants]
    _check_differ(variants, cards)
    return dict(zip(_names_of(variants, cards), variants, strict=True))


def choose_run(run: Run) -> Run:
    """Let the project open with this run. The others stay. Raises NotFound."""
    with transaction.atomic():
        run = lock_run(str(run.id))
        run.chosen_at = timezone.now()
        run.save(update_fields=["chosen_at"])
        run.project.save(update_fields=["updated_at"])
    return run


def cancel_runs(runs: Sequence[Run]) -> None:
    """Stop those that have not ended; what they made stays."""
    for run in runs:
        if not run.ended:
            cancel_run(str(run.id))


def _as_built_in(variant: VariantParameters) -> VariantParameters:
    """Only an endpoint can be told how to answer."""
    return replace(variant, thinking="", temperature=None)


def _names_of(variants: Sequence[VariantParameters], cards: Mapping[str, ModelOption]) -> list[str]:
    """None is used twice."""
    several_stacks = len({one.stack for one in variants}) > 1
    stacks = {one.id: one.label for one in options.stacks()}
    names, seen = [], Counter[str]()
    for one in variants:
        parts = [cards[one.model].label if one.model in cards else one.model]
        parts += [f"thinking {one.thinking}"] if one.thinking else []
        parts += [f"temperature {one.temperature:g}"] if one.temperature is not None else []
        parts += [stacks.get(one.stack, one.stack)] if several_stacks else []
        parts += [one.label] if one.label else []
        name = " · ".join(parts)[:290]
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _check_differ(variants: Sequence[VariantParameters], cards: Mapping[str, ModelOption]) -> None:
    """Raises BadRequest where a model would make one page more than once."""
    seen = set()
    for one in variants:
        card = cards.get(one.model)
        if card is None or not card.deterministic:
            continue
        if (one.model, one.stack) in seen:
            raise BadRequest("variants_same", f"It is “{card.label}”.")
        seen.add((one.model, one.stack))
