"""Which revision of a run matches best, and which is its result: the rules of the server's side.

The browser needs them too while a run is under way: `bestOf` and `resultOf` in
`frontend/src/state/reduce.ts`.
"""

from collections.abc import Iterable

from webapp.studio.events import Author, ModelRef, RevisionSaved


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


def result_revision(
    revisions: Iterable[RevisionSaved], *, follows_words: bool, declared: int | None = None
) -> RevisionSaved | None:
    """The one that a run ended with: that which its model named as it finished, else the last
    where that outranks the score, else the best; None where there is none."""
    by_number = {one.number: one for one in revisions}
    if declared is not None:
        return by_number[declared]
    last = by_number[max(by_number)] if by_number else None
    if last is not None and outranks_score(last.author, follows_words=follows_words):
        return last
    return best_revision(by_number.values())


def follows_words(
    model: ModelRef, prompt: str, *, spoken_to: bool = False, guided: bool = False
) -> bool:
    """Whether a model heeds words of a person: the prompt, what was said before it or since, or the
    project's own rules and design tokens.

    The score knows the mockup and not the words, so then the last revision is the result, whatever
    its score.
    """
    return model.reads_words and (spoken_to or guided or bool(prompt.strip()))


def outranks_score(author: Author, *, follows_words: bool) -> bool:
    """Whether a revision is the result whatever its score, until there is a newer one."""
    return author == "person" or follows_words
