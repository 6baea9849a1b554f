"""What the client makes of an endpoint that misbehaves: so many seeded faults, each judged.

    python -m bench.client_faults [--faults 1000] [--seed 1] [--only INDEX] [--json]

A server on loopback answers at the level of bytes and spoils each answer in one way. A fault that
one more request cures must end in the turn that was meant, byte for byte; any other must end with
the code that has the right remedy. Exit status 1 where one does not.
"""

import argparse
import asyncio
import dataclasses
import json
import logging
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.faults.play import KINDS, MakeModel, Verdict, client_of, play
from bench.faults.wire import FaultServer

AT_ONCE = 8


@dataclass(frozen=True)
class Outcome:
    """All verdicts. `left`: tasks and open files that are there after all and were not before."""

    verdicts: tuple[Verdict, ...]
    left: tuple[int, int]
    seconds: float

    @property
    def wrong(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.wrong]


async def play_all(indices: list[int], seed: int, make: MakeModel = client_of) -> Outcome:
    """Play the faults, several at once."""
    began = time.monotonic()
    before = _left()
    places = asyncio.Semaphore(AT_ONCE)

    async def one(server: FaultServer, index: int) -> Verdict:
        async with places:
            return await play(server, seed, index, make)

    async with FaultServer() as server:
        verdicts = await asyncio.gather(*(one(server, index) for index in indices))
    await asyncio.sleep(0.1)  # closed sockets leave the loop
    tasks, files = (max(0, now - then) for now, then in zip(_left(), before, strict=True))
    return Outcome(tuple(verdicts), (tasks, files), time.monotonic() - began)


def _left() -> tuple[int, int]:
    """Tasks, and open sockets."""
    sockets = [link for link in Path("/proc/self/fd").iterdir() if link.is_socket()]
    return len(asyncio.all_tasks()), len(sockets)


def show(outcome: Outcome) -> None:
    print(f"{'kind':<72} faults  cured  ended  WRONG")
    rows = Counter[tuple[str, str]]()
    for verdict in outcome.verdicts:
        end = "wrong" if verdict.wrong else "cured" if verdict.end == "cured" else "ended"
        rows[verdict.kind, end] += 1
        rows["all", end] += 1
    for kind in (*KINDS, "all"):
        cured, ended, wrong = (rows[kind, end] for end in ("cured", "ended", "wrong"))
        if count := cured + ended + wrong:
            print(f"{kind:<72} {count:>6} {cured:>6} {ended:>6} {wrong or '':>6}")
    for verdict in outcome.wrong:
        print(f"--only {verdict.index} ({verdict.kind}): {'; '.join(verdict.wrong)}")
    slowest = max(verdict.seconds for verdict in outcome.verdicts)
    tasks, files = outcome.left
    print(
        f"{outcome.seconds:.1f} s in all, the slowest {slowest:.1f} s; "
        f"left behind: {tasks} tasks, {files} sockets"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="play the fault of this index alone")
    parser.add_argument("--json", action="store_true", help="print every verdict as a line of JSON")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # each fault is logged, as it should be
    indices = list(range(options.faults)) if options.only is None else [options.only]
    outcome = asyncio.run(play_all(indices, options.seed))
    if options.json:
        for verdict in outcome.verdicts:
            print(json.dumps(dataclasses.asdict(verdict), ensure_ascii=False))
    else:
        show(outcome)
    sys.exit(1 if outcome.wrong or any(outcome.left) else 0)


if __name__ == "__main__":
    main()
