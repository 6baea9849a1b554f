"""A project once more, as rows of its own."""

from collections.abc import Iterator
from typing import TypeVar

from django.db import transaction
from django.db.models import Manager, Model

from webapp.studio.errors import Conflict
from webapp.studio.models import Project, Run, new_token

SUFFIX = " (copy)"
LONGEST_NAME = 200  # characters
AT_ONCE = 500  # rows

Row = TypeVar("Row", bound=Model)


def duplicate_project(project: Project) -> Project:
    """Copy a project with its mockups, references and runs, all that happened in them included.
    Pictures and files are shared, which nothing deletes while a project has them; links to
    revisions, and their addresses, are not.

    Raises Conflict while a run waits or is at work: half of one is no copy.
    """
    with transaction.atomic():
        runs = list(Run.objects.select_for_update().filter(project=project).order_by("created_at"))
        if not all(run.ended for run in runs):
            raise Conflict("run_active", "Stop its run before you duplicate the project.")
        name = project.name[: LONGEST_NAME - len(SUFFIX)] + SUFFIX
        copy = Project.objects.create(owner=project.owner, name=name, recording=project.recording)
        _copy(project.mockups, project=copy)
        _copy(project.references, project=copy)
        for run in runs:
            _copy_run(run, copy)
    return copy


def _copy_run(run: Run, project: Project) -> None:
    again = Run.objects.get(pk=run.pk)
    again.pk, again.project = Run._meta.pk.get_default(), project
    again._state.adding = True
    again.save(force_insert=True)
    Run.objects.filter(pk=again.pk).update(created_at=run.created_at)
    for rows in (run.events, run.blobs, run.waiting_messages):
        _copy(rows, run=again)
    made = {one.number: one.created_at for one in run.revisions.all()}
    _copy(run.revisions, run=again)
    for revision in again.revisions.all():
        revision.created_at = made[revision.number]
        revision.save(update_fields=["created_at"])


def _copy(rows: "Manager[Row]", **owner: Model) -> None:
    """Insert each of the rows once more, belonging to another."""
    model = rows.model
    for batch in _batches(rows):
        for row in batch:
            row.pk = None
            if hasattr(row, "token"):
                row.token = new_token()
            for name, value in owner.items():
                setattr(row, name, value)
        model._default_manager.bulk_create(batch)


def _batches(rows: "Manager[Row]") -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows.order_by("pk").iterator(AT_ONCE):
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
