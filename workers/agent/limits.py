"""When a run is over, and when its score no longer rises, told from what it has done."""

from webapp.studio.events import Limits, StopReason
from workers.agent.errors import ModelFailed, ModelStuck
from workers.agent.transcript import Progress

PLATEAU_REVISIONS = 3  # that many revisions in a row without …
PLATEAU_GAIN = 0.002  # … this much on the best score are worth a word to the model
REPEATS_TOLD = 2  # repeated outcomes in a row, from when a model is told …
REPEATS_ENDED = 8  # … and from when it is taken for stuck
SILENT_TURNS = 2  # that many turns in a row without a call end it too


def stop_reason(progress: Progress, limits: Limits, seconds: float) -> StopReason | None:
    """Why the run is over after `seconds`; None while it is not.

    Calls of a turn under way come before anything but the budget. Raises ModelFailed where the
    model has fallen silent before it wrote a file, ModelStuck where it goes round in circles.
    """
    if progress.finished:
        return "finished"
    if is_spent(progress, limits, seconds):
        return "budget"
    if progress.repeats >= REPEATS_ENDED:
        raise ModelStuck(f"It made {progress.repeats} calls in a row that gave nothing new.")
    if progress.next_call() is not None:
        return None
    if progress.asked:
        return "asked"
    if _is_silent(progress):
        if not progress.is_untouched():
            return "finished"
        raise ModelFailed("The model ended its turns without writing a file.")
    return None


def is_spent(progress: Progress, limits: Limits, seconds: float) -> bool:
    """Whether the budget is used up."""
    return (
        seconds >= limits.seconds
        or progress.steps >= limits.steps
        or progress.tokens >= limits.tokens
        or (limits.cost is not None and progress.cost >= limits.cost)
    )


def _is_silent(progress: Progress) -> bool:
    """Whether the model has nothing more to do: it spoke without a call once there was a
    revision, or made no call for a second time."""
    silent = progress.silent_turns
    spoke = silent > 0 and bool(progress.turns[-1].text.strip())
    return silent >= SILENT_TURNS or (spoke and bool(progress.revisions))


def is_on_plateau(progress: Progress) -> bool:
    """Whether the last revisions gained nothing. That ends no run: a person may have asked for
    what the score cannot see."""
    scores = [revision.score.total for revision in progress.revisions]
    earlier, recent = scores[:-PLATEAU_REVISIONS], scores[-PLATEAU_REVISIONS:]
    fresh = len(scores) - progress.first_revision
    if not earlier or fresh < PLATEAU_REVISIONS:
        return False
    return max(recent) < max(earlier) + PLATEAU_GAIN
