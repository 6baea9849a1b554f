"""The load benchmark's own measure: what arrives is counted, and what is missing is seen."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from bench.load.__main__ import Figure, script, table
from bench.load.requests import asked_meanwhile, upload_all
from bench.load.sockets import Storm, Watched, note_event
from tests.webapp.conftest import picture
from tests.webapp.record import claimed_run
from tests.webapp.serving.server import served
from webapp.studio import services
from webapp.studio.events import TurnStarted
from webapp.studio.parameters import MAX_WORDS
from workers.models.simulated.scripted import script_adapter

append_event = sync_to_async(services.append_event)


@pytest.mark.usefixtures("installation")
async def test_sockets_that_connect_at_once_see_every_event_and_when_it_came(
    settings: Settings,
) -> None:
    run_id, lease = await sync_to_async(claimed_run)()
    await append_event(run_id, lease, TurnStarted(turn=1))
    async with served(settings, ping=20) as origin:
        storm = Storm(origin, [run_id], 6)
        storm.start()
        await storm.all_caught_up(30)
        await asyncio.sleep(0.5)
        began = datetime.now(UTC).timestamp()
        for turn in range(2, 5):
            await append_event(run_id, lease, TurnStarted(turn=turn))
        async with asyncio.timeout(30):
            while any(len(one.live) < 3 for one in storm.sockets):  # noqa: ASYNC110  plain lists
                await asyncio.sleep(0.05)
        delays = storm.delays(began, datetime.now(UTC).timestamp())
        await storm.stop()
    assert [(one.seq, one.out_of_order, one.failure) for one in storm.sockets] == [(4, 0, "")] * 6
    assert all(one.opened and one.caught_up for one in storm.sockets)
    assert len(delays) == 18
    assert all(0 < delay < 30 for delay in delays)


@pytest.mark.usefixtures("installation")
async def test_a_socket_that_is_refused_is_told(settings: Settings) -> None:
    async with served(settings, ping=20) as origin:
        storm = Storm(origin, ["5b0d0a3e-0000-4000-8000-000000000000"], 1)
        storm.start()
        await storm.all_caught_up(30)
        await storm.stop()
    assert "4404" in storm.sockets[0].failure


@pytest.mark.usefixtures("installation")
async def test_uploads_are_counted_with_what_others_wait(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(picture())
    (tmp_path / "b.png").write_bytes(b"no picture")
    async with served(settings) as origin, asked_meanwhile(origin) as others:
        done = await upload_all(origin, [tmp_path / "a.png", tmp_path / "b.png"], 4)
    assert len(done.seconds) == 4
    assert len(done.failures) == 2
    assert others.seconds


def frame(seq: int, age: float) -> str:
    at = datetime.now(UTC) - timedelta(seconds=age)
    return json.dumps({"envelope": {"seq": seq, "at": at.isoformat()}})


def test_an_event_that_is_missing_or_comes_twice_counts() -> None:
    seen = Watched(caught_up=1.0)
    for seq in (1, 2, 4, 4):
        note_event(frame(seq, age=2.0), datetime.now(UTC).timestamp(), seen)
    assert seen.out_of_order == 2
    assert [round(one.delay) for one in seen.live] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("value", "bound", "holds"), [(0.2, 0.25, True), (0.3, 0.25, False), (None, 1.0, False)]
)
def test_what_did_not_happen_misses_its_bound(
    value: float | None, bound: float, holds: bool
) -> None:
    figure = Figure("a figure", value, "s", bound)
    assert figure.holds == holds
    assert ("MISSED" in table({"load": [figure]})) != holds


def test_the_run_of_the_benchmark_is_one_that_the_scripted_model_plays() -> None:
    text = script(turns=55)
    assert len(text) <= MAX_WORDS
    assert len(script_adapter.validate_json(text)) == 55
