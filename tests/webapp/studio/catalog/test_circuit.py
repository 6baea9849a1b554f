"""When an endpoint that fails is asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.studio.catalog.circuit import CLOSED, Circuit, Failure, Policy

NOW = datetime(2026, 11, 29, 14, 2, tzinfo=UTC)
POLICY = Policy(jitter=0.0)
DOWN = Failure("model_unreachable", "connection refused")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def failed(times: int, failure: Failure = DOWN, circuit: Circuit = CLOSED) -> Circuit:
    """After failures of runs that ask at the same time."""
    for _ in range(times):
        circuit = circuit.failed(failure, NOW, POLICY, is_probe=False)
    return circuit


def pause_of(circuit: Circuit, now: datetime = NOW) -> float:
    assert circuit.next_try_at is not None
    return (circuit.next_try_at - now).total_seconds()


def test_failures_in_a_row_open_the_circuit_and_fewer_do_not() -> None:
    assert not failed(POLICY.failures - 1).is_open
    assert failed(POLICY.failures - 1).may_ask(NOW)
    opened = failed(POLICY.failures)
    assert opened.is_open
    assert (opened.since, opened.code, opened.detail) == (NOW, DOWN.code, DOWN.detail)
    assert not opened.may_ask(NOW + seconds(POLICY.first_pause - 0.1))
    assert opened.may_ask(NOW + seconds(POLICY.first_pause))


def test_those_that_had_asked_before_it_opened_do_not_lengthen_the_pause() -> None:
    assert failed(POLICY.failures + 20) == failed(POLICY.failures)


def test_each_failed_probe_doubles_the_pause_up_to_the_longest() -> None:
    circuit, pauses = failed(POLICY.failures), []
    for _ in range(6):
        circuit = circuit.probed(NOW, POLICY).failed(DOWN, NOW, POLICY, is_probe=True)
        pauses.append(pause_of(circuit))
        assert circuit.since == NOW
        assert not circuit.is_probed(NOW)
    assert pauses == [20, 40, 60, 60, 60, 60]


def test_a_pause_is_never_just_the_same() -> None:
    policy = Policy()
    opened = failed(policy.failures - 1)
    pauses = {
        pause_of(opened.failed(DOWN, NOW, policy, is_probe=False)) / policy.first_pause
        for _ in range(200)
    }
    assert len(pauses) > 100
    assert 1 - policy.jitter <= min(pauses) < 1 - policy.jitter / 2
    assert 1 + policy.jitter / 2 < max(pauses) <= 1 + policy.jitter


def test_one_probe_keeps_the_others_back_as_long_as_it_shows_life() -> None:
    due = NOW + seconds(POLICY.first_pause)
    probing = failed(POLICY.failures).probed(due, POLICY)
    assert not probing.may_ask(due + seconds(POLICY.probe_seconds - 0.1))
    assert probing.may_ask(due + seconds(POLICY.probe_seconds))
    kept = probing.probed(due + seconds(10), POLICY)
    assert not kept.may_ask(due + seconds(POLICY.probe_seconds + 9))


def test_a_wait_that_the_server_asks_for_binds_all_from_the_first_failure() -> None:
    busy = Failure("model_rate_limited", "Slow down", wait=30.0)
    circuit = failed(1, busy)
    assert pause_of(circuit) == 30
    assert pause_of(failed(POLICY.failures, busy)) == 30
    assert pause_of(failed(1, Failure(busy.code, "", wait=50.0), circuit)) == 50
    assert pause_of(failed(1, Failure(busy.code, "", wait=5.0), circuit)) == 30
    assert not failed(1, Failure(busy.code, "", wait=POLICY.told_pause / 2)).is_open


def test_a_probe_after_a_told_wait_that_fails_does_not_ask_again_at_once() -> None:
    circuit = failed(1, Failure("model_rate_limited", "", wait=2.0)).probed(NOW, POLICY)
    assert pause_of(circuit.failed(DOWN, NOW, POLICY, is_probe=True)) == POLICY.first_pause


@pytest.mark.parametrize(
    ("later", "counts"),
    [(0, True), (POLICY.memory - 1, True), (POLICY.memory + 1, False), (-3, True), (-7200, False)],
    ids=["now", "soon", "much later", "another machine's clock", "the clock was set back"],
)
def test_a_failure_is_forgotten_in_time_and_when_it_lies_in_the_future(
    later: float, counts: bool
) -> None:
    opened = failed(POLICY.failures)
    assert opened.recalled(NOW + seconds(later), POLICY) == (opened if counts else CLOSED)
