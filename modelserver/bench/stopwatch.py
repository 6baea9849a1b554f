"""Time of a sequence of calls: as a CUDA graph by the card's own events, or one by one."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from modelserver.bench.traffic import Card

WARMUPS, REPLAYS = 20, 50
COPIED = 2**31  # bytes: far more than any cache holds
PRODUCT = 8192  # rows and columns of the product that gives the rate
TRIES = 10

Call = Callable[[], Tensor]


@dataclass(frozen=True)
class Timing:
    """Microseconds of one call: 20th, 50th and 80th percentile."""

    p20: float
    p50: float
    p80: float

    @property
    def spread(self) -> float:
        return (self.p80 - self.p20) / self.p50


@dataclass(frozen=True, eq=False)
class Measured:
    """Microseconds a call in each replay, and what the last replay gave."""

    microseconds: tuple[float, ...]
    results: tuple[Tensor, ...]


class Stopwatch(Protocol):
    def measure(self, calls: Sequence[Call]) -> Measured:
        """Makes all calls, one after the other, again and again."""


@dataclass(frozen=True)
class Eager:
    """Calls by the processor's clock; for what cannot be captured, and where there is no card."""

    warmups: int = 2
    replays: int = 5

    def measure(self, calls: Sequence[Call]) -> Measured:
        took = []
        for turn in range(self.warmups + self.replays):
            synchronise()
            started = time.perf_counter()
            results = tuple(call() for call in calls)
            synchronise()
            if turn >= self.warmups:
                took.append((time.perf_counter() - started) / len(calls) * 1e6)
        return Measured(tuple(took), results)


@dataclass(frozen=True)
class Graph:
    """All calls in one CUDA graph, so that nothing but the card's own work is timed.

    Before the last replay the results are filled with NaN: what is compared was really written.
    """

    warmups: int = WARMUPS
    replays: int = REPLAYS

    def measure(self, calls: Sequence[Call]) -> Measured:
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for call in calls:
                call()  # compiles, and allocates what is kept
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            results = tuple(call() for call in calls)
        for _ in range(self.warmups):
            graph.replay()
        took = [seconds(graph.replay) / len(calls) * 1e6 for _ in range(self.replays)]
        for result in results:
            result.fill_(torch.nan)
        graph.replay()
        torch.cuda.synchronize()
        return Measured(tuple(took), tuple(result.clone() for result in results))


def synchronise() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def seconds(work: Callable[[], object]) -> float:
    """Of the card, between two events around `work`."""
    event: Any = torch.cuda.Event
    begin, end = event(enable_timing=True), event(enable_timing=True)
    begin.record()
    work()
    end.record()
    end.synchronize()
    return float(begin.elapsed_time(end)) / 1e3


def percentiles(microseconds: Sequence[float]) -> Timing:
    points = torch.tensor(microseconds, dtype=torch.float64)
    low, middle, high = points.quantile(torch.tensor([0.2, 0.5, 0.8], dtype=torch.float64)).tolist()
    return Timing(low, middle, high)


def measure_card() -> Card:
    """What this card's memory and matrix units reach now: the best of a few tries."""
    source = torch.empty(COPIED, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    left = torch.randn(PRODUCT, PRODUCT, device="cuda").to(torch.bfloat16)
    result = torch.empty_like(left)
    copies = [seconds(lambda: target.copy_(source)) for _ in range(TRIES)]
    products = [seconds(lambda: torch.mm(left, left, out=result)) for _ in range(TRIES)]
    return Card(
        torch.cuda.get_device_name(), 2 * COPIED / min(copies), 2 * PRODUCT**3 / min(products)
    )
