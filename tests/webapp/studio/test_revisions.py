"""Which revision of a run matches best, and when the last is the result instead."""

import pytest

from webapp.studio.events import ModelRef, RevisionSaved, Score
from webapp.studio.revisions import best_revision, follows_words, result_revision

NO_PARTS = dict.fromkeys(("block", "text", "position", "colour", "structure"))


def revision(number: int, score: float) -> RevisionSaved:
    return RevisionSaved(
        number=number,
        files=(),
        pages=(),
        score=Score.model_validate({"total": score, "parts": NO_PARTS, "picture_penalty": 0.0}),
        model=ModelRef(id="draft", prompt_version="1"),
    )


def test_the_highest_score_wins_wherever_it_stands() -> None:
    worse, best, later = revision(1, 0.5), revision(2, 0.9), revision(3, 0.8)
    assert best_revision([worse, best, later]) == best


def test_of_equal_scores_the_earliest_wins_in_whatever_order_they_come() -> None:
    first, second = revision(1, 0.5), revision(2, 0.5)
    assert best_revision([first, second]) == best_revision([second, first]) == first


def test_without_a_revision_there_is_no_result() -> None:
    assert best_revision([]) is None


@pytest.mark.parametrize(
    ("reads", "prompt", "follows"),
    [(True, "A dark page", True), (True, " \n", False), (False, "A dark page", False)],
)
def test_words_count_where_there_are_some_and_the_model_reads_them(
    reads: bool, prompt: str, follows: bool
) -> None:
    assert follows_words(ModelRef(id="m", prompt_version="1", reads_words=reads), prompt) is follows


@pytest.mark.parametrize(
    ("follows", "declared", "number"), [(False, None, 1), (True, None, 2), (True, 1, 1)]
)
def test_the_result_is_the_best_the_last_for_words_or_the_one_that_was_named(
    follows: bool, declared: int | None, number: int
) -> None:
    made = [revision(2, 0.5), revision(1, 0.9)]
    result = result_revision(made, follows_words=follows, declared=declared)
    assert result is not None and result.number == number


def test_what_the_person_made_is_the_result_whatever_its_score() -> None:
    theirs = revision(2, 0.5).model_copy(update={"author": "person"})
    assert result_revision([revision(1, 0.9), theirs], follows_words=False) == theirs
    assert result_revision([], follows_words=True) is None
