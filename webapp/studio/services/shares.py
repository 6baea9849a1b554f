"""Links by which others see a page, and nothing else."""

from django.db import transaction
from django.utils import timezone

from webapp.studio import queries
from webapp.studio.models import Run, Share


def share_revision(run: Run, number: int | None, *, scripts: bool) -> Share:
    """Open a link to a revision, or to the run's result as it changes; the one that is open where
    there is such a one. Raises NotFound where there is nothing to see."""
    queries.revision(run, run.result_revision or 0 if number is None else number)
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)  # two clicks make one link
        kept = run.shares.filter(revision=number, scripts=scripts, revoked_at=None).first()
        return kept or Share.objects.create(run=run, revision=number, scripts=scripts)


def revoke_share(share: Share) -> None:
    """Close a link for good. What was opened of it stays with whoever has it."""
    share.revoked_at = timezone.now()
    share.save(update_fields=["revoked_at"])
