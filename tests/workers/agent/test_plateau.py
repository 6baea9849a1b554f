"""When revisions no longer pay, and when that is counted anew."""

from webapp.studio.events import Event, Limits, ModelRef, RevisionSaved, RunResumed, Score
from workers.agent.limits import is_on_plateau, stop_reason
from workers.agent.transcript import Progress

NO_PARTS = dict.fromkeys(("block", "text", "position", "colour", "structure"))


def revision(number: int, score: float) -> RevisionSaved:
    return RevisionSaved(
        number=number,
        files=(),
        pages=(),
        score=Score.model_validate({"total": score, "parts": NO_PARTS, "picture_penalty": 0.0}),
        model=ModelRef(id="draft", prompt_version="1"),
    )


def after(*events: Event) -> Progress:
    progress = Progress()
    for event in events:
        progress.note(event)
    return progress


def test_a_run_that_goes_on_gets_three_revisions_before_a_plateau_counts() -> None:
    events: list[Event] = [revision(number, 0.5) for number in range(1, 5)]
    events.append(RunResumed(attempt=2, reason="continued"))
    reasons = []
    for number in range(5, 8):
        events.append(revision(number, 0.5))
        reasons.append(is_on_plateau(after(*events)))
    assert reasons == [False, False, True]


def test_a_worker_that_was_lost_gives_no_new_start_to_a_plateau() -> None:
    events: list[Event] = [revision(number, 0.5) for number in range(1, 4)]
    events += [RunResumed(attempt=2, reason="worker_lost"), revision(4, 0.5)]
    assert is_on_plateau(after(*events))


def test_a_plateau_ends_no_run() -> None:
    events: list[Event] = [revision(number, 0.5) for number in range(1, 9)]
    assert stop_reason(after(*events), Limits(), 0.0) is None
