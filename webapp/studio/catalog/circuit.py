"""A circuit breaker: when an endpoint that fails is asked again, by one run for all. Pure.

Closed, every run asks. Open, none does until `next_try_at`; then one may, the probe, while the
others wait for what comes of it. An answer closes the circuit, a failed probe makes the pause
longer.
"""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Policy:
    """`failures` in a row, of whatever run, open a circuit. Seconds: `first_pause` before the first
    probe, each further one `growth` times as long up to `longest_pause`, give or take the fraction
    `jitter`. A probe that shows no life for `probe_seconds` is given up; a failure is forgotten
    after `memory`. `told_pause`: a wait that the server asks for and all keep to. `skew`: that the
    clocks of two machines may differ."""

    failures: int = 3
    first_pause: float = 10.0
    growth: float = 2.0
    longest_pause: float = 60.0
    jitter: float = 0.2
    probe_seconds: float = 15.0
    memory: float = 900.0
    told_pause: float = 1.0
    skew: float = 5.0


@dataclass(frozen=True)
class Failure:
    """Why an endpoint gave no answer: a code of `messages`, the endpoint's words, and the seconds
    that it asked to be left alone."""

    code: str
    detail: str = ""
    wait: float = 0.0


@dataclass(frozen=True)
class Circuit:
    """What is known of one endpoint. `since`: the first failure of those in a row; `next_try_at` is
    None while the circuit is closed; `probe_until`: when a probe under way counts as lost."""

    failures: int = 0
    since: datetime | None = None
    failed_at: datetime | None = None
    next_try_at: datetime | None = None
    probe_until: datetime | None = None
    code: str = ""
    detail: str = ""

    @property
    def is_open(self) -> bool:
        return self.next_try_at is not None

    def recalled(self, now: datetime, policy: Policy) -> "Circuit":
        """What of it still counts. A failure that lies in the future was noted under another clock:
        nothing that was reckoned from it holds."""
        if self.failed_at is None:
            return CLOSED
        age = (now - self.failed_at).total_seconds()
        return self if -policy.skew <= age <= policy.memory else CLOSED

    def may_ask(self, now: datetime) -> bool:
        return self.next_try_at is None or (now >= self.next_try_at and not self.is_probed(now))

    def is_probed(self, now: datetime) -> bool:
        return self.probe_until is not None and now < self.probe_until

    def probed(self, now: datetime, policy: Policy) -> "Circuit":
        """With a probe under way that has just shown life."""
        return replace(self, probe_until=now + timedelta(seconds=policy.probe_seconds))

    def failed(
        self, failure: Failure, now: datetime, policy: Policy, *, is_probe: bool
    ) -> "Circuit":
        """After one more failure. One that was asked for before the circuit opened says nothing
        new, but for the wait that it names."""
        told = now + timedelta(seconds=failure.wait)
        if self.next_try_at is not None and not is_probe:
            return replace(self, next_try_at=max(self.next_try_at, told))
        after = Circuit(
            failures=self.failures + 1,
            since=self.since or now,
            failed_at=now,
            code=failure.code,
            detail=failure.detail,
        )
        if self.is_open or after.failures >= policy.failures:
            pause = timedelta(seconds=_pause(after.failures - policy.failures, policy))
            return replace(after, next_try_at=max(now + pause, told))
        return replace(after, next_try_at=told) if failure.wait >= policy.told_pause else after


CLOSED = Circuit()


@dataclass(frozen=True)
class Admission:
    """Whether a run may ask the endpoint now, and whether that is the probe for all that wait."""

    circuit: Circuit = CLOSED
    may_ask: bool = True
    is_probe: bool = False


def _pause(probes: int, policy: Policy) -> float:
    """Seconds, after so many failed probes."""
    pause = min(policy.first_pause * policy.growth ** min(max(0, probes), 30), policy.longest_pause)
    return pause * random.uniform(1 - policy.jitter, 1 + policy.jitter)  # noqa: S311  no secret
