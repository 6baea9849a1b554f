"""What the routed experts of a layer cannot do without: bytes, operations, and the time of both.

Weights are read once for each expert that is asked for, x once for each token, what is between the
two products is written and read once, and the result is written once.
"""

from dataclasses import dataclass

from modelserver.bench.layouts import Draw, Layout
from modelserver.quant.int4 import GROUP

BYTES_A_WEIGHT = 0.5 + 2 / GROUP  # code and share of a bf16 scale
BF16 = 2


@dataclass(frozen=True)
class Card:
    """Bytes a second that a copy moves, and operations a second of a large bf16 product."""

    name: str
    bandwidth: float
    rate: float


# Published floors are given for these; a benchmark takes what it measured in the same run.
H100, H200 = Card("H100", 3.0e12, 798e12), Card("H200", 4.3e12, 788e12)


@dataclass(frozen=True)
class Traffic:
    """Of one call. `experts`: how many are asked for; it is a mean where that is random."""

    experts: float
    bytes: float
    operations: float

    def memory_seconds(self, card: Card) -> float:
        return self.bytes / card.bandwidth

    def product_seconds(self, card: Card) -> float:
        return self.operations / card.rate

    def floor(self, card: Card) -> float:
        """Seconds that no kernel can go below."""
        return max(self.memory_seconds(card), self.product_seconds(card))


def traffic(layout: Layout, tokens: float, rows: float, experts: float, results: int) -> Traffic:
    """Of `rows` rows of `tokens` tokens at `experts` experts, with `results` rows of output."""
    weights = experts * layout.weights * BYTES_A_WEIGHT
    between = rows * layout.inner * BF16 * 2
    outside = (tokens + results) * layout.hidden * BF16
    return Traffic(experts, weights + between + outside, rows * 2 * layout.weights)


def drawn_traffic(layout: Layout, draw: Draw) -> Traffic:
    return traffic(layout, draw.tokens_hit, draw.rows, draw.experts_hit, len(draw.x))


def uniform_traffic(layout: Layout, tokens: int) -> Traffic:
    """The mean of uniform routing, where one card has all experts."""
    hit = layout.routed * (1 - (1 - layout.slots / layout.routed) ** tokens)
    return traffic(layout, tokens, tokens * layout.slots, hit, tokens)


def floors(single: Layout, sliced: Layout, tokens: tuple[int, ...]) -> list[str]:
    """The table of floors under uniform routing: one card, and one of those that share a layer."""
    lines = ["tokens  experts     GB   H100 µs   H200 µs    TP8 µs, H100 and H200"]
    for count in tokens:
        whole, part = uniform_traffic(single, count), uniform_traffic(sliced, count)
        times = [each.floor(card) * 1e6 for each in (whole, part) for card in (H100, H200)]
        gigabytes = whole.experts * single.weights * BYTES_A_WEIGHT / 1e9
        figures = " ".join(f"{time:9.1f}" for time in times)
        lines.append(f"{count:6} {whole.experts:8.1f} {gigabytes:6.3f} {figures}")
    return lines
