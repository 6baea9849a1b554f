"""When a run is over, at the very value of each limit."""

import pytest

from webapp.studio.events import (
    Event,
    FileRef,
    FileWritten,
    Limits,
    MessageReceived,
    ModelRef,
    RevisionSaved,
    RunResumed,
    Score,
    StopReason,
    ToolCall,
    ToolFinished,
    TurnFinished,
)
from workers.agent.errors import ModelFailed, ModelStuck
from workers.agent.limits import is_on_plateau, stop_reason
from workers.agent.transcript import Progress

LIMITS = Limits(steps=10, seconds=100.0, tokens=1000, cost=0.5)
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
        (Progress(cost=0.49), 0.0, None),
        (Progress(cost=0.5), 0.0, "budget"),
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


def called(number: int, name: str = "list_files", arguments: str = "{}") -> list[Event]:
    """A turn with one call."""
    call = ToolCall(id=f"c{number}", name=name, arguments=arguments)
    return [TurnFinished(turn=number, calls=(call,))]


def gave(number: int, for_ui: str = "No files", *, ok: bool = True) -> Event:
    return ToolFinished(call_id=f"c{number}", ok=ok, for_model=(), for_ui=for_ui, seconds=0.1)


def play_repeats(*events: Event) -> int:
    progress = Progress()
    for event in events:
        progress.note(event)
    return progress.repeats


def test_the_same_call_with_the_same_result_is_a_repeat() -> None:
    same = [one for number in (1, 2, 3) for one in (*called(number), gave(number))]
    assert play_repeats(*same) == 2
    assert play_repeats(*same, *called(4), gave(4, "index.html")) == 0
    assert play_repeats(*same, *called(4, arguments='{"a": 1}'), gave(4)) == 0


def test_another_call_with_the_same_failure_is_a_repeat() -> None:
    failures = [
        one
        for number in (1, 2, 3)
        for one in (
            *called(number, "edit_file", f'{{"path": "{number}"}}'),
            gave(number, "no", ok=False),
        )
    ]
    assert play_repeats(*failures) == 2


def test_two_calls_in_turn_are_repeats_as_well() -> None:
    circle = [
        one
        for number in range(1, 7)
        for one in (*called(number, ("render", "compare")[number % 2]), gave(number))
    ]
    assert play_repeats(*circle) == 4


def test_a_call_that_changes_a_file_is_none() -> None:
    def wrote(letter: str) -> Event:
        return FileWritten(file=FileRef(path="a.css", sha256=letter * 64, size=1))

    events: list[Event] = [*called(1), wrote("a"), gave(1), *called(2), wrote("b"), gave(2)]
    assert play_repeats(*events) == 0
    assert play_repeats(*events, *called(3), wrote("b"), gave(3)) == 1


@pytest.mark.parametrize(
    "fresh",
    [
        RunResumed(attempt=2, reason="continued"),
        MessageReceived(message_id=1, text="Try the grid instead"),
    ],
)
def test_a_person_who_says_something_gives_a_new_start(fresh: Event) -> None:
    same = [one for number in (1, 2, 3) for one in (*called(number), gave(number))]
    assert play_repeats(*same, fresh) == 0
    assert play_repeats(*same, fresh, *called(4), gave(4)) == 0
    lost = RunResumed(attempt=2, reason="worker_lost")
    assert play_repeats(*same, lost, *called(4), gave(4)) == 3


@pytest.mark.parametrize(("repeats", "stuck"), [(7, False), (8, True)])
def test_a_model_that_goes_round_in_circles_is_ended(repeats: int, stuck: bool) -> None:
    progress = Progress(repeats=repeats)
    if not stuck:
        assert stop_reason(progress, Limits(), 0.0) is None
        return
    with pytest.raises(ModelStuck, match="8 calls in a row"):
        stop_reason(progress, Limits(), 0.0)


def test_words_let_a_silent_model_speak_again_and_count_revisions_anew() -> None:
    progress = Progress(silent_turns=2, revisions=[revision(1, 0.5), revision(2, 0.5)])
    progress.note(MessageReceived(message_id=1, text="Go on"))
    assert progress.silent_turns == 0
    assert progress.first_revision == 2
