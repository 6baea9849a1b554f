"""Whom a run asks is in its record before they are asked; it connects to nobody else."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.workers.agent.kit import Bench, revisions
from tests.workers.models.endpoint.test_run import job, model_of
from tests.workers.models.stand_in import refuses, says, stand_in
from webapp.studio.catalog.probe import fetch_capabilities
from webapp.studio.events import Event, RequestSent, RunFailed, TurnFinished
from workers.models.draft.model import DraftModel
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint
from workers.models.simulated.scripted import ScriptedCall, ScriptedModel, ScriptedTurn

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where this process has opened a connection over the network to."""
    opened: list[tuple[str, int]] = []
    connect = socket.socket.connect

    def note(one: socket.socket, address: object) -> None:
        if one.family in {socket.AF_INET, socket.AF_INET6}:
            assert isinstance(address, tuple)
            opened.append(address[:2])
        connect(one, address)  # type: ignore[arg-type]  # of whatever family

    monkeypatch.setattr(socket.socket, "connect", note)
    return opened


def asked(events: list[Event]) -> list[str]:
    return [one.origin for one in events if isinstance(one, RequestSent)]


async def test_each_request_is_in_the_record_before_it_is_sent(
    bench: Bench, connected: list[tuple[str, int]]
) -> None:
    with stand_in(*job()) as server:
        origin = server.url.removesuffix("/v1")
        events = await bench.play(model_of(server))
        assert len(server.requests) == 4
    # once for how much the model reads, and once for each answer
    assert asked(events) == [origin] * 5
    assert {f"http://{host}:{port}" for host, port in connected} == {origin}
    assert len(connected) == len(asked(events))


async def test_a_request_that_fails_is_in_the_record_too(bench: Bench) -> None:
    refused = [refuses(401, "No such key")]
    with stand_in(*refused) as server:
        events = await bench.play(model_of(server))
    assert isinstance(events[-1], RunFailed)
    assert len(asked(events)) == 2


async def test_a_request_that_is_sent_again_counts_again(bench: Bench) -> None:
    with stand_in(refuses(503, "Busy"), *job()) as server:
        events = await bench.play(model_of(server))
        assert len(server.requests) == 5
    assert len(asked(events)) == 6


async def test_the_built_in_model_asks_nobody_and_nothing_connects(
    bench: Bench, connected: list[tuple[str, int]]
) -> None:
    events = await bench.play(DraftModel())
    assert revisions(events)
    assert asked(events) == []
    assert connected == []


async def test_a_page_that_calls_out_adds_no_connection(
    bench: Bench, connected: list[tuple[str, int]]
) -> None:
    with stand_in() as server:
        page = f"<!doctype html><img src='{server.url}/a.png'><script src='{server.url}'></script>"
        write = ScriptedCall(name="write_file", arguments={"path": "index.html", "content": page})
        turn = ScriptedTurn(calls=(write, ScriptedCall(name="compare")))
        events = await bench.play(ScriptedModel((turn,)))
        assert server.requests == []
    assert revisions(events)
    assert (asked(events), connected) == ([], [])


async def test_what_the_server_calls_its_model_is_kept_with_the_turn(bench: Bench) -> None:
    with stand_in(*job()) as server:
        events = await bench.play(model_of(server))
    turns = [one for one in events if isinstance(one, TurnFinished)]
    assert {one.served_model for one in turns} == {"stand-in"}


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that sends everybody on to another one, and what that other one was asked."""
    heard: list[str] = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    other = HTTPServer(("127.0.0.1", 0), Other)

    class First(Other):
        def do_GET(self) -> None:
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{other.server_port}{self.path}")
            self.end_headers()

    first = HTTPServer(("127.0.0.1", 0), First)
    for server in (first, other):
        Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{first.server_port}/v1", heard
    for server in (first, other):
        server.shutdown()
        server.server_close()


async def test_a_server_that_sends_elsewhere_is_not_followed(
    elsewhere: tuple[str, list[str]],
) -> None:
    url, heard = elsewhere
    assert not fetch_capabilities(url, "kimi-k2.5", "sk-secret").answers
    assert heard == []


async def test_a_model_whose_window_is_known_is_asked_for_the_answer_alone(bench: Bench) -> None:
    with stand_in(says("Done.")) as server:
        endpoint = Endpoint(server.url, "kimi-k2.5", context_tokens=50_000, pauses=(0.0,))
        model = ClientModel(endpoint)
        events = await bench.play(model)
    assert len(asked(events)) == len(server.requests)
