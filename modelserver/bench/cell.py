"""All implementations of one layout in turn, on the same weights and the same draws."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

import torch
from torch import Tensor

from modelserver.bench import gate
from modelserver.bench.figures import Cell, Figures, Timed, summary
from modelserver.bench.layouts import Draw, Layout, draw, drawn_weights
from modelserver.bench.peers_gpu import Implementation, Loaded, Unavailable
from modelserver.bench.peers_gpu.ours import Kernel
from modelserver.bench.stopwatch import Eager, Graph, Stopwatch
from modelserver.bench.traffic import Card
from modelserver.kernels import Unsupported
from modelserver.quant.int4 import Quantised

BLOCK, GEMMS = "block", "gemms"

# What calling another project's library can raise; the run goes on with the next implementation.
FAILURES = (
    *(RuntimeError, TypeError, ValueError, AttributeError, LookupError, AssertionError),
    *(ImportError, OSError),
)


class State(Enum):
    TIMED = "timed"
    WRONG = "wrong"  # the result, or a kernel of ours that failed
    REFUSED = "refused"  # an implementation does not serve this number of tokens
    MISSING = "missing"  # a peer is not installed, or does not run here
    LATE = "late"  # there was no time left


@dataclass(frozen=True)
class Outcome:
    """What became of an implementation in a cell, or in the whole layout where that is None."""

    implementation: str
    cell: Cell | None
    state: State
    reason: str = ""
    figures: tuple[Figures, ...] = ()

    @property
    def wrong(self) -> bool:
        return self.state is State.WRONG

    def text(self, layout: str) -> str:
        if self.figures:
            return "\n".join(each.text() for each in self.figures)
        where = self.cell.name if self.cell else layout
        return f"{where:28} {self.implementation}: {self.reason}"


@dataclass(frozen=True)
class Session:
    """What one run has.

    deadline: of time.monotonic, after which no cell begins. before: the p50 in µs of cells, parts
    and implementations of an earlier run, which are not timed again. stopwatch: None for a graph
    where calls can be captured.
    """

    card: Card
    deadline: float = float("inf")
    device: str = "cuda"
    before: Mapping[tuple[Cell, str, str], float] = field(default_factory=dict)
    stopwatch: Stopwatch | None = None


@dataclass(frozen=True, eq=False)
class Bench:
    """A layout's weights and what the formula gives for the draws that were asked for."""

    layout: Layout
    w13: Quantised
    w2: Quantised
    card: Card
    truths: dict[tuple[Cell, int], tuple[Tensor, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, layout: Layout, card: Card, device: str) -> "Bench":
        return cls(layout, *drawn_weights(layout, device), card)

    def draws(self, cell: Cell, seed: int) -> list[Draw]:
        device = self.w13.packed.device.type
        seeds = (1000 * seed + layer for layer in range(cell.layers))
        return [draw(cell.layout, cell.tokens, cell.routing, each, device) for each in seeds]

    def truth(self, cell: Cell, seed: int, draws: Sequence[Draw]) -> tuple[Tensor, ...]:
        if (cell, seed) not in self.truths:
            formulas = tuple(gate.formula(each, self.w13, self.w2) for each in draws)
            self.truths[cell, seed] = formulas
        return self.truths[cell, seed]

    def measure(
        self, cell: Cell, name: str, loaded: Loaded, stopwatch: Stopwatch | None = None
    ) -> Outcome:
        """Whole block and products alone; nothing of it where a result is wrong."""
        stopwatch = stopwatch or (Graph() if loaded.captured else Eager())
        figures = []
        draws = {seed: self.draws(cell, seed) for seed in cell.seeds}
        every = [each for drawn in draws.values() for each in drawn]
        try:
            for part in (BLOCK, GEMMS):
                tried = [
                    self._timed(cell, seed, part, drawn, loaded, stopwatch)
                    for seed, drawn in draws.items()
                ]
                if timed := [each for each in tried if each]:
                    figures.append(summary((cell, name, part), every, timed, self.card))
        except gate.WrongResult as wrong:
            return Outcome(name, cell, State.WRONG, f"WRONG, {wrong}; no speed is shown")
        return Outcome(name, cell, State.TIMED, figures=tuple(figures))

    def _timed(
        self,
        cell: Cell,
        seed: int,
        part: str,
        draws: Sequence[Draw],
        loaded: Loaded,
        stopwatch: Stopwatch,
    ) -> Timed | None:
        calls = callables(part, loaded, draws)
        if calls is None:
            return None
        measured = stopwatch.measure([call for call, _ in calls])
        pairs = zip(calls, measured.results, strict=True)
        made = [result(each) for (_, result), each in pairs]
        error = gate.check(made, self.truth(cell, seed, draws), draws, loaded.tolerance)
        return Timed(measured.microseconds, error)


def callables(
    part: str, loaded: Loaded, draws: Sequence[Draw]
) -> list[tuple[Callable[[], Tensor], Callable[[Tensor], Tensor]]] | None:
    """A call for each draw, and what makes y of its result; None where there is no such part."""
    if part == BLOCK:
        return [(loaded.block(each), lambda made: made) for each in draws]
    products = [loaded.products(each) for each in draws]
    return [(each.call, each.result) for each in products if each] or None


def measure_layout(
    layout: Layout,
    cells: Sequence[Cell],
    implementations: Mapping[str, Implementation],
    session: Session,
) -> Iterator[Outcome]:
    """An outcome for each implementation and cell; others are compared with the first that ran.

    An implementation's weights are dropped before the next one's are made. Cells that would begin
    after the deadline are named and left out.
    """
    bench = Bench.of(layout, session.card, session.device)
    first: dict[tuple[Cell, str], float] = {}
    for name, implementation in implementations.items():
        for cell, part in ((cell, part) for cell in cells for part in (BLOCK, GEMMS)):
            if (cell, part, name) in session.before:
                first.setdefault((cell, part), session.before[cell, part, name])
        wanted = [cell for cell in cells if (cell, BLOCK, name) not in session.before]
        if not wanted:
            continue
        ours = isinstance(implementation, Kernel)
        try:
            loaded = implementation.load(layout, bench.w13, bench.w2)
        except (Unavailable, Unsupported) as reason:
            yield Outcome(name, None, State.MISSING, f"not timed, {reason}")
            continue
        except FAILURES as error:
            yield failed(name, None, error, ours)
            continue
        for cell in wanted:
            yield in_time(bench, cell, (name, loaded, ours), session, first)
        del loaded
        gc.collect()
        if session.device == "cuda":
            torch.cuda.empty_cache()


def in_time(
    bench: Bench,
    cell: Cell,
    implementation: tuple[str, Loaded, bool],
    session: Session,
    first: dict[tuple[Cell, str], float],
) -> Outcome:
    """One cell of one implementation, whatever happens there."""
    name, loaded, ours = implementation
    if time.monotonic() > session.deadline:
        return Outcome(name, cell, State.LATE, "not timed, there was no time left")
    try:
        return compared(bench.measure(cell, name, loaded, session.stopwatch), first)
    except Unsupported as reason:
        return Outcome(name, cell, State.REFUSED, f"not timed, {reason}")
    except FAILURES as error:
        return failed(name, cell, error, ours)


def failed(name: str, cell: Cell | None, error: Exception, ours: bool) -> Outcome:
    """A peer that fails is left out; a kernel of ours that does is wrong."""
    state = State.WRONG if ours else State.MISSING
    return Outcome(name, cell, state, f"FAILED, {type(error).__name__}: {error}")


def compared(outcome: Outcome, first: dict[tuple[Cell, str], float]) -> Outcome:
    """With the ratio to the implementation that was first in each cell and part."""
    figures = []
    for each in outcome.figures:
        ours = first.setdefault((each.cell, each.part), each.timing.p50)
        figures.append(replace(each, ratio=each.timing.p50 / ours))
    return replace(outcome, figures=tuple(figures))
