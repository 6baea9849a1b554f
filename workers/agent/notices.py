"""What a model is told beside the results of its calls, so that it can judge how it stands."""

from workers.agent.limits import PLATEAU_REVISIONS, REPEATS_TOLD, is_on_plateau
from workers.agent.transcript import Progress

FEW_STEPS = 5  # left, that a model is warned of


def after_revision(progress: Progress, left: int) -> list[str]:
    """After a revision with `left` calls to go: its number, that the score no longer rises, and
    that few calls are left."""
    said = [f"This is revision {len(progress.revisions)}."]
    best = progress.best()
    if best is not None and is_on_plateau(progress):
        said.append(
            f"The last {PLATEAU_REVISIONS} revisions did not raise the score; revision"
            f" {best.number} has the highest, {best.score.total:.4f}. If all that was asked for is"
            " there, call finish."
        )
    if 0 < left <= FEW_STEPS:
        said.append(f"{left} tool calls are left: leave the page in a good state, then finish.")
    return said


def after_call(repeats: int) -> list[str]:
    """After so many calls in a row that gave nothing new."""
    if repeats < REPEATS_TOLD:
        return []
    return [
        "The last calls gave nothing that was not known already. Do it another way; where there is"
        " nothing more to do, call finish."
    ]
