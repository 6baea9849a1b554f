"""Which repairs to try next, told from every comparison so far."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from workers.models.simulated.seeing.files import Files
from workers.models.simulated.seeing.fix import ADD, Fix
from workers.models.simulated.seeing.repairs import apply
from workers.models.simulated.seeing.reports import Report

MOST_COMPARISONS = 10
MOST_AT_ONCE = 12  # fixes; half as many each time that they made it worse together
FRUITLESS = 3  # tries in a row that did not raise the score, and no more are made
CALLS_TO_END = 3  # an edit, a comparison and the end
SAME_SCORE = 0.001  # lost at most for what costs no score and is mended all the same
FIRST = ((ADD,), ("text", "font-size"), ("font-weight", "font-style", "color"), ("translate",))


@dataclass(frozen=True)
class Measured:
    """A comparison, and the files that it was of."""

    report: Report
    files: Files


@dataclass(frozen=True)
class Plan:
    """What to try on which version; no fixes: nothing more. `base` is the best version."""

    base: Measured
    fixes: tuple[Fix, ...] = ()


def plan(measured: Sequence[Measured], fixes_of: Callable[[Measured], Iterable[Fix]]) -> Plan:
    """What to do after these comparisons, of which there is at least one, by `fixes_of` any."""
    base, spent, most, fruitless = measured[0], set[Fix](), MOST_AT_ONCE, 0
    chosen = _choose(fixes_of(base), base.files, spent, most)
    for last in measured[1:]:
        if _is_better(last.report, base.report):
            base, fruitless = last, 0
            spent.update(chosen)
        else:
            fruitless += 1
            if len(chosen) == 1:
                spent.update(chosen)
            most = max(1, len(chosen) // 2)
        chosen = _choose(fixes_of(base), base.files, spent, most)
    if fruitless >= FRUITLESS or len(measured) >= MOST_COMPARISONS or _is_told_to_end(measured):
        return Plan(base)
    return Plan(base, chosen)


def _choose(fixes: Iterable[Fix], files: Files, spent: set[Fix], most: int) -> tuple[Fix, ...]:
    """The dearest that were not tried and that change something, of one rank: what moves other
    things comes first, and where things are comes after what they are."""
    untried = (fix for fix in dict.fromkeys(fixes) if fix not in spent)
    useful = [fix for fix in untried if apply([fix], files) != files]
    rank = min(map(_rank, useful), default=0)
    return tuple([fix for fix in useful if _rank(fix) == rank][:most])


def _rank(fix: Fix) -> int:
    return next((rank for rank, names in enumerate(FIRST) if fix.name in names), len(FIRST))


def _is_better(later: Report, earlier: Report) -> bool:
    """What has no score is taken for better: there is no saying."""
    if later.score is None or earlier.score is None:
        return True
    if later.score > earlier.score:
        return True
    return later.complaints < earlier.complaints and later.score >= earlier.score - SAME_SCORE


def _is_told_to_end(measured: Sequence[Measured]) -> bool:
    last = measured[-1].report
    few = last.calls_left is not None and last.calls_left < CALLS_TO_END
    return few or last.is_over
