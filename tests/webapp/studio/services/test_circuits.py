"""The circuit of a model server in the record, where all workers meet."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from webapp.studio import queries
from webapp.studio.catalog.circuit import Admission, Circuit, Failure
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.models import CircuitState
from webapp.studio.services import circuits

pytestmark = pytest.mark.usefixtures("installation")

KEY = "sk-very-secret-0123456789"
KIMI = ModelEndpoint(
    model_id="endpoint:1", label="Kimi", url="http://127.0.0.1:9/v1", name="kimi-k2.5", key=KEY
)
DOWN = Failure("model_unreachable", "connection refused")


def open_circuit() -> None:
    for _ in range(circuits.POLICY.failures):
        circuits.report_failure(KIMI, DOWN, is_probe=False)


def let_pass(seconds: float) -> None:
    """As if the failures had been so much earlier."""
    for row in CircuitState.objects.all():
        for name in ("since", "failed_at", "next_try_at", "probe_until"):
            if (at := getattr(row, name)) is not None:
                setattr(row, name, at - timedelta(seconds=seconds))
        row.save()


def admit() -> Admission:
    try:
        return circuits.admit(KIMI)
    finally:
        connection.close()


def test_of_many_runs_one_is_the_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    open_circuit()
    assert not circuits.admit(KIMI).may_ask
    let_pass(circuits.POLICY.longest_pause)
    all_have_looked, read = threading.Barrier(8), queries.circuit

    def read_together(*given: Any) -> Circuit:
        circuit = read(*given)
        if len(given) == 2:  # the look that locks nothing
            all_have_looked.wait(20)
        return circuit

    monkeypatch.setattr(queries, "circuit", read_together)
    with ThreadPoolExecutor(8) as pool:
        admissions = [one.result() for one in [pool.submit(admit) for _ in range(8)]]
    assert [one.is_probe for one in admissions if one.may_ask] == [True]


def test_a_probe_that_shows_no_life_is_replaced_and_one_that_does_is_not() -> None:
    open_circuit()
    let_pass(circuits.POLICY.longest_pause)
    assert circuits.admit(KIMI).is_probe
    let_pass(circuits.POLICY.probe_seconds - 1)
    circuits.keep_probe(KIMI)
    let_pass(circuits.POLICY.probe_seconds - 1)
    assert not circuits.admit(KIMI).may_ask
    let_pass(2)
    assert circuits.admit(KIMI).is_probe


def test_an_answer_closes_the_circuit_and_the_row_is_gone() -> None:
    open_circuit()
    circuits.report_answer(KIMI)
    assert circuits.admit(KIMI) == Admission()
    assert not CircuitState.objects.exists()


def test_another_server_model_or_key_has_a_circuit_of_its_own() -> None:
    open_circuit()
    for change in ({"url": "http://127.0.0.1:10/v1"}, {"name": "other"}, {"key": "sk-other"}):
        assert circuits.admit(replace(KIMI, **change)).may_ask  # type: ignore[arg-type]
    assert not circuits.admit(replace(KIMI, model_id="endpoint:2", label="Same")).may_ask


def test_the_key_cannot_be_told_from_the_record() -> None:
    open_circuit()
    with connection.cursor() as cursor:
        told = repr(cursor.execute("SELECT * FROM studio_circuitstate").fetchall())
    assert KEY not in told
    assert "connection refused" in told


def test_what_the_clock_has_left_in_the_future_counts_for_nothing() -> None:
    open_circuit()
    let_pass(-3600)
    assert circuits.admit(KIMI) == Admission()
    assert circuits.report_failure(KIMI, DOWN, is_probe=False).failures == 1


def test_a_person_who_says_now_does_not_wait_for_the_pause() -> None:
    open_circuit()
    circuits.try_now(KIMI)
    assert circuits.admit(KIMI).is_probe
    circuits.try_now(KIMI)
    assert not circuits.admit(KIMI).may_ask
    assert timezone.now() >= CircuitState.objects.get().failed_at
