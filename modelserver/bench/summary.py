"""The end of a run: one table of what was timed, and why the rest was not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from modelserver.bench.cell import BLOCK, Outcome, State
from modelserver.bench.figures import Cell

Before = Mapping[tuple[Cell, str, str], float]


def table(cells: Sequence[Cell], outcomes: Sequence[Outcome], before: Before) -> Iterator[str]:
    """µs of the whole block and the ratio to ours; a word where there is no time, reasons below."""
    known = [name for cell, part, name in before if cell in cells and part == BLOCK]
    names = list(dict.fromkeys([*known, *(outcome.implementation for outcome in outcomes)]))
    rows = [[entry(cell, name, outcomes, before) for name in names] for cell in cells]
    width = max(map(len, (*names, *(text for row in rows for text in row))), default=0)
    yield f"{'block, µs':28} " + " ".join(f"{name:>{width}}" for name in names)
    for cell, row in zip(cells, rows, strict=True):
        yield f"{cell.name:28} " + " ".join(f"{text:>{width}}" for text in row)
    reasons = (f"{each.implementation}: {each.reason}" for each in outcomes if each.reason)
    yield from dict.fromkeys(reasons)


def entry(cell: Cell, name: str, outcomes: Sequence[Outcome], before: Before) -> str:
    for outcome in outcomes:
        if outcome.implementation == name and outcome.cell in (cell, None):
            block = [each for each in outcome.figures if each.part == BLOCK]
            if block:
                return f"{block[0].timing.p50:.1f} ×{block[0].ratio:.2f}"
            return outcome.state.value
    timed = before.get((cell, BLOCK, name))
    return "–" if timed is None else f"{timed:.1f}"


def not_run(
    kernels: Iterable[str], cells: Sequence[Cell], outcomes: Sequence[Outcome], before: Before
) -> list[str]:
    """Kernels of ours that were timed nowhere, unless all they said is that others serve this."""
    timed = {name for cell, _, name in before if cell in cells}
    timed |= {each.implementation for each in outcomes if each.figures}
    found = []
    for name in kernels:
        states = {each.state for each in outcomes if each.implementation == name}
        if name not in timed and states != {State.REFUSED}:
            found.append(name)
    return found
