"""What one implementation reached in one cell of the benchmark, beside its floor."""

from collections.abc import Sequence
from dataclasses import dataclass

from modelserver.bench.layouts import Draw, Layout
from modelserver.bench.record import Row
from modelserver.bench.stopwatch import Timing, percentiles
from modelserver.bench.traffic import Card, Traffic, drawn_traffic, uniform_traffic

SEEDS = (1, 2, 3)
LAYERS = 16  # so that no layer finds its weights in a cache
HEAVY_LAYERS, HEAVY = 4, 2e9  # bytes of a layer, far more than a cache holds


@dataclass(frozen=True)
class Cell:
    """One layout, number of tokens and routing; `layers` draws in a graph, for each seed."""

    layout: Layout
    tokens: int
    routing: str
    layers: int
    seeds: tuple[int, ...] = SEEDS

    @classmethod
    def of(cls, layout: Layout, tokens: int, routing: str) -> "Cell":
        heavy = uniform_traffic(layout, tokens).bytes > HEAVY
        return cls(layout, tokens, routing, HEAVY_LAYERS if heavy else LAYERS)

    @property
    def name(self) -> str:
        return f"{self.layout.name} T={self.tokens} {self.routing}"


@dataclass(frozen=True)
class Figures:
    """Of a call. seeds: the slowest seed's median against the fastest's, minus one; ratio: to ours;
    error: the largest distance from the formula, as a share of its norm."""

    cell: Cell
    implementation: str
    part: str
    timing: Timing
    seeds: float
    traffic: Traffic
    card: Card
    error: float
    ratio: float = 1.0

    @property
    def seconds(self) -> float:
        return self.timing.p50 / 1e6

    @property
    def floor_share(self) -> float:
        return self.traffic.floor(self.card) / self.seconds

    def row(self, commit: str, op: str, device: str) -> Row:
        bandwidth, rate = self.traffic.bytes / self.seconds, self.traffic.operations / self.seconds
        return Row(
            commit,
            device,
            op,
            self.cell.layout.name,
            self.cell.tokens,
            self.implementation,
            p20_us=f"{self.timing.p20:.1f}",
            p50_us=f"{self.timing.p50:.1f}",
            p80_us=f"{self.timing.p80:.1f}",
            ratio=f"{self.ratio:.2f}",
            part=self.part,
            routing=self.cell.routing,
            experts=f"{self.traffic.experts:.1f}",
            gb=f"{self.traffic.bytes / 1e9:.3f}",
            gb_per_s=f"{bandwidth / 1e9:.0f}",
            tf_per_s=f"{rate / 1e12:.1f}",
            copy_share=f"{bandwidth / self.card.bandwidth:.3f}",
            matmul_share=f"{rate / self.card.rate:.3f}",
            floor_share=f"{self.floor_share:.3f}",
            seeds=f"{self.seeds:.3f}",
        )

    def text(self) -> str:
        row = self.row("", "", "")
        return (
            f"{self.cell.name:28} {self.part:5} {self.implementation:14} {row.p50_us:>9} µs "
            f"({row.p20_us}..{row.p80_us}, seeds {self.seeds:.1%})  {row.experts} experts "
            f"{row.gb} GB {row.gb_per_s} GB/s {row.tf_per_s} TF/s  copy {row.copy_share} matmul "
            f"{row.matmul_share} floor {row.floor_share}  error {self.error:.1e}  ×{row.ratio}"
        )


@dataclass(frozen=True)
class Timed:
    """Microseconds of a call in every replay of one seed, and the error of the last."""

    microseconds: tuple[float, ...]
    error: float


def summary(
    where: tuple[Cell, str, str], draws: Sequence[Draw], timed: Sequence[Timed], card: Card
) -> Figures:
    """Of a cell, an implementation and a part, over all seeds."""
    cell, implementation, part = where
    medians = [percentiles(seed.microseconds).p50 for seed in timed]
    needs = [drawn_traffic(cell.layout, each) for each in draws]
    mean = Traffic(
        sum(each.experts for each in needs) / len(needs),
        sum(each.bytes for each in needs) / len(needs),
        sum(each.operations for each in needs) / len(needs),
    )
    return Figures(
        cell,
        implementation,
        part,
        percentiles([each for seed in timed for each in seed.microseconds]),
        max(medians) / min(medians) - 1,
        mean,
        card,
        max(seed.error for seed in timed),
    )
