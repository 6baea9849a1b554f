"""The circuits of model servers, which every run of every worker shares. See `catalog.circuit`."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from webapp.studio import queries
from webapp.studio.catalog.circuit import Admission, Circuit, Failure, Policy
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.models import CircuitState

POLICY = Policy()


def admit(endpoint: ModelEndpoint) -> Admission:
    """Whether to ask. Writes only where this is to be the probe."""
    now = timezone.now()
    circuit = queries.circuit(endpoint, POLICY)
    if not circuit.is_open:
        return Admission(circuit)
    if not circuit.may_ask(now):
        return Admission(circuit, may_ask=False)
    with transaction.atomic():
        circuit = _lock(endpoint)  # another run may have begun the probe meanwhile
        if not circuit.is_open or not circuit.may_ask(now):
            return Admission(circuit, may_ask=not circuit.is_open)
        circuit = circuit.probed(now, POLICY)
        _store(endpoint, circuit)
    return Admission(circuit, may_ask=True, is_probe=True)


def keep_probe(endpoint: ModelEndpoint) -> None:
    """Show that the probe is still waited for: a worker that is killed shows it no more."""
    with transaction.atomic():
        circuit = _lock(endpoint)
        if circuit.is_open:
            _store(endpoint, circuit.probed(timezone.now(), POLICY))


def report_failure(endpoint: ModelEndpoint, failure: Failure, *, is_probe: bool) -> Circuit:
    """Tell that the endpoint gave no answer; what that makes of its circuit."""
    with transaction.atomic():
        circuit = _lock(endpoint).failed(failure, timezone.now(), POLICY, is_probe=is_probe)
        _store(endpoint, circuit)
    return circuit


def report_answer(endpoint: ModelEndpoint) -> None:
    """Tell that the endpoint answers: whoever waits goes on."""
    rows = CircuitState.objects.filter(key=queries.circuit_key(endpoint))
    if rows.exists():  # nearly never: a write of each turn would hold up others
        rows.delete()


def try_now(endpoint: ModelEndpoint) -> None:
    """Let the next run that asks be the probe: a person says that it is time."""
    rows = CircuitState.objects.filter(key=queries.circuit_key(endpoint))
    rows.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())


def _lock(endpoint: ModelEndpoint) -> Circuit:
    """What is known, locked until the transaction ends."""
    return queries.circuit(endpoint, POLICY, CircuitState.objects.select_for_update())


def _store(endpoint: ModelEndpoint, circuit: Circuit) -> None:
    CircuitState.objects.update_or_create(
        key=queries.circuit_key(endpoint), defaults=asdict(circuit)
    )
