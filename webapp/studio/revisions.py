"""Which revision of a run is its result."""

from collections.abc import Iterable

from webapp.studio.events import RevisionSaved


def best_revision(revisions: Iterable[RevisionSaved]) -> RevisionSaved | None:
    """The one with the highest score, the earliest of equals; None where there is none."""
    return max(revisions, key=lambda one: (one.score.total, -one.number), default=None)
