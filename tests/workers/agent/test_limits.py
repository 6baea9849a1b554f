"""When a run is over, at the very value of each limit."""

import pytest

from webapp.studio.events import (
    FileRef,
    Limits,
    ModelRef,
    RevisionSaved,
    Score,
    StopReason,
    ToolCall,
    TurnFinished,
)
from workers.agent.errors import ModelFailed
from workers.agent.limits import is_on_plateau, stop_reason
from workers.agent.transcript import Progress

LIMITS = Limits(steps=10, seconds=100.0, tokens=1000)
MODEL = ModelRef(id="scripted", prompt_version="1")
PAGE = FileRef(path="index.html", sha256="a" * 64, size=1)


def revision(number: int, score: float) -> RevisionSaved:
    measured = Score(total=score, parts={})
    return RevisionSaved(number=number, files=(), pages=(), score=measured, model=MODEL)


def with_scores(*scores: float, first_revision: int = 0) -> Progress:
    revisions = [revision(number, score) for number, score in enumerate(scores, 1)]
    return Progress(revisions=revisions, first_revision=first_revision)


def turn(text: str = "", *calls: ToolCall) -> TurnFinished:
    return TurnFinished(turn=1, text=text, calls=calls)


@pytest.mark.parametrize(
    ("progress", "seconds", "reason"),
    [
        (Progress(), 99.9, None),
        (Progress(), 100.0, "budget"),
        (Progress(steps=9), 0.0, None),
        (Progress(steps=10), 0.0, "budget"),
        (Progress(tokens=999), 0.0, None),
        (Progress(tokens=1000), 0.0, "budget"),
        (Progress(finished=True, steps=10), 100.0, "finished"),
    ],
)
def test_a_budget_ends_a_run_once_it_is_spent(
    progress: Progress, seconds: float, reason: StopReason | None
) -> None:
    assert stop_reason(progress, LIMITS, seconds) == reason


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((0.5, 0.5, 0.5), False),  # nothing earlier to compare with
        ((0.5, 0.5, 0.5, 0.5), True),
        ((0.5, 0.5, 0.5, 0.5019), True),
        ((0.5, 0.5, 0.5, 0.5021), False),
        ((0.5, 0.5021, 0.5, 0.5), False),  # the gain is among the last three
        ((0.9, 0.5, 0.5, 0.5), True),
        ((0.5, 0.9, 0.5, 0.5, 0.5), True),
    ],
)
def test_three_revisions_that_gain_less_than_two_thousandths_are_a_plateau(
    scores: tuple[float, ...], expected: bool
) -> None:
    assert is_on_plateau(with_scores(*scores)) is expected


def test_a_run_that_goes_on_gets_three_fresh_revisions_before_it_is_on_a_plateau() -> None:
    scores = (0.5,) * 6
    assert not is_on_plateau(with_scores(*scores, first_revision=4))
    assert is_on_plateau(with_scores(*scores, first_revision=3))


def test_calls_that_wait_do_not_come_before_a_budget() -> None:
    progress = with_scores(0.5, 0.5, 0.5, 0.5)
    progress.turns.append(turn("", ToolCall(id="1", name="render", arguments="{}")))
    assert stop_reason(progress, LIMITS, 0.0) is None
    assert stop_reason(progress, LIMITS, 100.0) == "budget"


@pytest.mark.parametrize(
    ("silent_turns", "text", "has_revision", "is_over"),
    [
        (0, "", True, False),
        (1, "", True, False),  # asked once more
        (1, "  \n", True, False),  # blanks are no words
        (1, "It is done.", False, False),
        (1, "It is done.", True, True),
        (2, "", False, True),
    ],
)
def test_a_model_that_has_nothing_more_to_do_has_finished(
    silent_turns: int, text: str, has_revision: bool, is_over: bool
) -> None:
    progress = with_scores(0.5) if has_revision else Progress()
    progress.silent_turns = silent_turns
    progress.turns.append(turn(text))
    progress.files[PAGE.path] = PAGE
    assert stop_reason(progress, LIMITS, 0.0) == ("finished" if is_over else None)


def test_silence_before_a_file_was_written_is_a_failure() -> None:
    progress = Progress(silent_turns=2, turns=[turn("Sorry.")])
    with pytest.raises(ModelFailed, match="without writing a file"):
        stop_reason(progress, LIMITS, 0.0)
