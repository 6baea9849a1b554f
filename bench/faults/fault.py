"""One fault: how each request is answered, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.faults.answers import Said, proper, say
from bench.faults.wire import Reply

PAUSES = (0.0, 0.0, 0.0)  # before each further attempt: as many as the product makes


@dataclass(frozen=True)
class Fault:
    """The replies to the first requests, the last of which is given from then on.

    Either the turn becomes one of `accepts`, or the run ends with `code`; where neither is given,
    the turn must only come to an end. `turns` are asked of one model, `idle_timeout` is in seconds,
    `requests` the most that may be made, `mockups` the pictures that the task has.
    """

    replies: tuple[Reply, ...]
    accepts: tuple[Said, ...] = ()
    code: str = ""
    turns: int = 1
    idle_timeout: float = 60.0
    requests: int = 12
    max_tokens: int | None = None  # that the endpoint is set up with
    mockups: int = 0


Kind = Callable[[Random], Fault]


def then_proper(rng: Random, *replies: Reply, idle_timeout: float = 60.0) -> Fault:
    """These replies, and then another answer than any of them began."""
    said = say(rng)
    return Fault((*replies, proper(said)), (said,), idle_timeout=idle_timeout)
