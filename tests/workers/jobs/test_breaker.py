"""Runs on one model server that is down and comes back: who asks, who waits, and what they tell."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async

from tests.workers.jobs.conftest import Worker, has_ended, make_run, wait_for
from tests.workers.models.stand_in import JSON, Reply, StandIn, calls, refuses, says, stand_in
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.catalog.circuit import Failure, Policy
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.events import Envelope, Limits, TransientEvent
from webapp.studio.events import Waiting as WaitingTold
from webapp.studio.models import CircuitState, Run
from webapp.studio.parameters import EndpointParameters
from webapp.studio.services import circuits
from webapp.studio.storage import blobs
from workers.agent.protocols import Task, Transcript
from workers.jobs.breaker import RecordedBreaker
from workers.jobs.execute import execute_run
from workers.models.endpoint.circuit import Waiting
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint

pytestmark = pytest.mark.usefixtures("installation")

BUSY = refuses(503, "Loading model")
QUICK = Policy(failures=1, first_pause=2.5, growth=1.0, jitter=0.0)
Told = list[tuple[str, str]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What each run says that it waits for."""
    heard: Told = []
    send = services.send_delta

    def listen(run_id: str, event: TransientEvent, *, after_seq: int) -> None:
        if isinstance(event, WaitingTold):
            heard.append((run_id, event.text))
        send(run_id, event, after_seq=after_seq)

    monkeypatch.setattr(services, "send_delta", listen)
    return heard


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuits, "POLICY", QUICK)


def add_endpoint(server: StandIn) -> str:
    """The model of a run."""
    parameters = EndpointParameters(label="Kimi", url=server.url, name="kimi-k2.5", key="")
    return queries.model_id_of(services.create_endpoint(local_user(), parameters))


def run_on(model: str, seconds: float = 120.0) -> str:
    run_id = make_run([], model)
    Run.objects.filter(id=run_id).update(limits={"steps": 9, "seconds": seconds, "tokens": 9999})
    return run_id


async def start(run_id: str) -> asyncio.Task[None]:
    return asyncio.create_task(execute_run(run_id))


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110  the server's thread knows no event of this loop
            await asyncio.sleep(0.02)


async def events_of(run_id: str) -> list[Envelope]:
    return await sync_to_async(queries.events_after)(run_id)


@sync_to_async
def circuit_row() -> CircuitState | None:
    return CircuitState.objects.first()


def down(server: StandIn, reply: Reply = BUSY) -> Callable[[], None]:
    """Let the server refuse; what is returned lets it work again: it asks the person something."""
    state = {"is_up": False}

    def answer(body: JSON) -> Reply:
        return calls(("ask", {"question": "Light?"})) if state["is_up"] else reply

    server.answer = answer
    return lambda: state.update(is_up=True)


@pytest.mark.usefixtures("quick")
async def test_runs_wait_together_and_go_on_together(told: Told) -> None:
    with stand_in() as server:
        mend = down(server)
        model = await sync_to_async(add_endpoint)(server)
        runs = [await sync_to_async(run_on)(model) for _ in range(3)]
        first = await start(runs[0])
        await until(lambda: bool(told))
        others = [await start(run_id) for run_id in runs[1:]]
        await until(lambda: {run_id for run_id, _ in told} == set(runs))
        asked, began = len(server.requests), time.monotonic()
        assert asked == 1
        await until(lambda: len(server.requests) > 1)  # the probe, of one run for three
        assert time.monotonic() - began < QUICK.first_pause * 2  # after one pause
        await asyncio.sleep(1.5)
        assert len(server.requests) == 2
        mend()
        await asyncio.gather(first, *others)
    assert len(server.requests) == 2 + len(runs)
    for run_id in runs:
        assert (await events_of(run_id))[-1].event.type == "run_finished"
    assert await circuit_row() is None
    host = server.url.split("/")[2]
    texts = {text for _, text in told}
    assert all(
        text.startswith(f"kimi-k2.5 at {host} has had errors (status 503: Loading model) for ")
        for text in texts
    )
    assert any(text.endswith("next try in 2 s") for text in texts)
    assert any(text.endswith("next try in 1 s") for text in texts)


@pytest.mark.usefixtures("quick")
async def test_all_keep_to_the_wait_that_the_server_asks_for(told: Told) -> None:
    with stand_in() as server:
        mend = down(server, refuses(429, "Slow down", Retry_After="3"))
        model = await sync_to_async(add_endpoint)(server)
        runs = [await sync_to_async(run_on)(model) for _ in range(2)]
        began = time.monotonic()
        tasks = [await start(runs[0])]
        await until(lambda: bool(told))
        mend()
        tasks.append(await start(runs[1]))
        await asyncio.gather(*tasks)
        assert time.monotonic() - began >= 3
        assert len(server.requests) == 1 + len(runs)
    assert "has taken no more requests" in told[0][1]


@pytest.mark.parametrize(
    ("ask", "reason"), [(services.pause_run, "paused"), (services.cancel_run, "cancelled")]
)
async def test_a_person_ends_the_waiting_at_once(
    ask: Callable[[str], Run], reason: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuits, "POLICY", Policy(failures=1, first_pause=60.0))
    with stand_in() as server:
        mend = down(server)
        run_id = await sync_to_async(run_on)(await sync_to_async(add_endpoint)(server))
        task = await start(run_id)
        await until(lambda: bool(told))
        began = time.monotonic()
        await sync_to_async(ask)(run_id)
        await task
        assert time.monotonic() - began < 5
        ended = (await events_of(run_id))[-1].event
        assert (ended.type, getattr(ended, "reason", "")) == ("run_finished", reason)
        # Continue asks at once, though the next try was a minute away
        mend()
        await sync_to_async(services.continue_run)(run_id)
        began = time.monotonic()
        await execute_run(run_id)
        assert time.monotonic() - began < 20
        assert len(server.requests) == 2
    assert getattr((await events_of(run_id))[-1].event, "reason", "") == "asked"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (BUSY, "model_failed"),
        (refuses(429, "Quota used up"), "model_rate_limited"),
        (None, "model_unreachable"),
    ],
    ids=["503", "429", "nothing there"],
)
@pytest.mark.usefixtures("quick")
async def test_waiting_has_an_end_with_the_cause_before_the_budget_is_spent(
    reply: Reply | None, code: str
) -> None:
    with stand_in() as server:
        mend = down(server, reply or BUSY)
        model = await sync_to_async(add_endpoint)(server)
        run_id = await sync_to_async(run_on)(model, seconds=12.0)
        if reply is not None:
            await execute_run(run_id)
    if reply is None:
        await execute_run(run_id)
    failed = (await events_of(run_id))[-1].event
    assert (failed.type, getattr(failed, "code", "")) == ("run_failed", code)
    told = "127.0.0.1" if reply is None else "status"
    assert told in getattr(failed, "detail", "")
    mend()


async def test_a_refusal_of_one_request_opens_no_circuit() -> None:
    with stand_in(*[refuses(400, "temperature: too hot") for _ in range(9)]) as server:
        model = await sync_to_async(add_endpoint)(server)
        for _ in range(4):
            await execute_run(await sync_to_async(run_on)(model))
    assert await circuit_row() is None


@pytest.mark.usefixtures("quick")
async def test_an_answer_that_breaks_off_opens_no_circuit(told: Told) -> None:
    broken = Reply(pieces=says("Half").pieces[:1], cut=True)
    with stand_in(broken, broken, calls(("ask", {"question": "Light?"}))) as server:
        model = await sync_to_async(add_endpoint)(server)
        await execute_run(await sync_to_async(run_on)(model))
        assert len(server.requests) == 3
    assert told and all("Asking again in" in text for _, text in told)
    assert await circuit_row() is None


async def test_a_probe_that_takes_long_keeps_the_others_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(circuits, "POLICY", Policy(failures=1, first_pause=0.0, probe_seconds=2.0))
    with stand_in() as server:
        may_answer = threading.Event()

        def answer(body: JSON) -> Reply:
            may_answer.wait(30)
            return says("Here.")

        server.answer = answer
        connected = ModelEndpoint(
            model_id="endpoint", label="Kimi", url=server.url, name="kimi-k2.5"
        )
        down = Failure("model_unreachable", "connection refused")
        await sync_to_async(circuits.report_failure)(connected, down, is_probe=False)
        endpoint = replace(Endpoint.of(connected), waiting=Waiting(keep_every=0.3))
        model = ClientModel(endpoint, breaker=RecordedBreaker(connected))

        async def take() -> None:
            task = Task((), "html-css", "Hello", Limits())
            async for _ in model.turn(Transcript(task), (), blobs()):
                pass

        before = len(asyncio.all_tasks())
        probing = asyncio.create_task(take())
        await until(server.was_asked.is_set)
        await asyncio.sleep(3)
        assert not (await sync_to_async(circuits.admit)(connected)).may_ask
        may_answer.set()
        await probing
        # nothing shows life of a probe that has ended
        await until(lambda: len(asyncio.all_tasks()) == before)
    assert await circuit_row() is None


def test_a_worker_that_is_killed_as_it_probes_locks_nobody_out(
    start_worker: Callable[[], Worker],
) -> None:
    with stand_in() as server:
        probing = threading.Event()

        def answer(body: JSON) -> Reply:
            if len(server.requests) == 1:
                return BUSY
            if len(server.requests) == 2:
                probing.set()
                time.sleep(30)
                return BUSY
            return calls(("ask", {"question": "Light?"}))

        server.answer = answer
        run_id = run_on(add_endpoint(server))
        first = start_worker()
        assert probing.wait(60)
        first.kill()
        row = CircuitState.objects.get()
        assert row.probe_until is not None
        start_worker()
        events = wait_for(run_id, has_ended)
    assert getattr(events[-1].event, "reason", "") == "asked"
    assert not CircuitState.objects.exists()
