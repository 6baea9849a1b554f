"""Which revision of a run is its result: the one rule of the server's side.

The browser needs it too while a run is under way: `bestOf` in `frontend/src/state/reduce.ts`.
"""

from collections.abc import Iterable

from webapp.studio.events import RevisionSaved


def outscores(score: float, best: float | None) -> bool:
    """Whether a later revision takes the place of the best before it: of equals the first stays."""
    return best is None or score > best


def best_revision(revisions: Iterable[RevisionSaved]) -> RevisionSaved | None:
    """The one with the highest score, the earliest of equals; None where there is none."""
    best: RevisionSaved | None = None
    for one in sorted(revisions, key=lambda each: each.number):
        if outscores(one.score.total, best.score.total if best else None):
            best = one
    return best
