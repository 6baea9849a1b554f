"""`make bench-serve`: throughput and first token of SGLang with our INT4 kernel.

The same requests, each with a picture of its own, go to SGLang with the packed INT4 kernel, to
SGLang with the bf16 twin of the same weights, and to transformers' `generate` on that twin, for 1,
2, 4 and 8 streams. The rounds alternate between the peers, so that a busy moment meets all.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from modelserver.bench.hardware import processor
from modelserver.bench.peers import Peer, Round, SglangPeer, TransformersPeer
from modelserver.bench.requests import make_request
from modelserver.config import MINI
from modelserver.quant.twin import write_twin

STREAMS = (1, 2, 4, 8)
TOKENS = 96  # of each answer
OURS, BF16, TRANSFORMERS = "INT4 packed", "bf16", "transformers bf16"


@dataclass(frozen=True)
class Result:
    """Medians over the rounds; `rate` is tokens per second over all streams."""

    streams: int
    rate: float
    first_token: float | None  # seconds; None where the peer does not stream


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=MINI, help="an INT4 checkpoint")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{processor()}; {TOKENS} tokens an answer; median of {arguments.rounds} rounds")
    with _peers(arguments.model) as peers:
        results = {streams: measure(peers, streams, arguments.rounds) for streams in STREAMS}
    print("\n".join(table(results)))


@contextmanager
def _peers(model: Path) -> Iterator[dict[str, Peer]]:
    """The three servers of one checkpoint, all ready."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        twin = Path(folder) / "twin"
        write_twin(model, twin)
        yield {
            OURS: stack.enter_context(SglangPeer(model, kernel="packed")),
            BF16: stack.enter_context(SglangPeer(twin)),
            TRANSFORMERS: TransformersPeer(twin),
        }


def measure(peers: dict[str, Peer], streams: int, rounds: int) -> dict[str, Result]:
    """Each peer's medians for so many streams at once, after a round that does not count."""
    taken: dict[str, list[Round]] = {name: [] for name in peers}
    for number in range(rounds + 1):
        requests = [make_request(1000 * number + 10 * streams + i) for i in range(streams)]
        for name, peer in peers.items():
            one = peer.answer(requests, TOKENS)
            if number:
                taken[name].append(one)
    return {name: _median(streams, found) for name, found in taken.items()}


def _median(streams: int, rounds: list[Round]) -> Result:
    rate = statistics.median(one.tokens / one.seconds for one in rounds)
    firsts = [first for one in rounds for first in one.first_tokens]
    return Result(streams, rate, statistics.median(firsts) if firsts else None)


def table(results: dict[int, dict[str, Result]]) -> list[str]:
    """The results as lines of text, with what INT4 gains over each peer."""
    lines = [
        f"{'streams':>7}  {'peer':<18} {'tokens/s':>9} {'first token':>12} {'INT4 packed is':>16}"
    ]
    for streams, found in results.items():
        for name, result in found.items():
            first = "" if result.first_token is None else f"{result.first_token * 1000:.0f} ms"
            ratio = "" if name == OURS else f"{found[OURS].rate / result.rate:.2f}×"
            lines.append(f"{streams:>7}  {name:<18} {result.rate:>9.1f} {first:>12} {ratio:>16}")
    return lines


if __name__ == "__main__":
    main()
