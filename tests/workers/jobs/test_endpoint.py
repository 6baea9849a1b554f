"""A run with a model server that the person added: who answers, what is recorded, what is lost."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from tests.webapp.studio.uploads.test_references import PAGE, zipped
from tests.workers.jobs.conftest import make_run
from tests.workers.models.stand_in import StandIn, calls, stand_in
from webapp.serving.local_user import local_user
from webapp.studio import queries, services
from webapp.studio.events import RevisionSaved, RunFailed, RunFinished, RunStarted, TurnFinished
from webapp.studio.models import Endpoint, ProjectReference, Run
from webapp.studio.parameters import EndpointParameters, MessageParameters
from webapp.studio.run_file import run_file
from workers.jobs.execute import execute_run
from workers.jobs.process import this_process

pytestmark = pytest.mark.usefixtures("installation")

KEY = "sk-very-secret"


@pytest.fixture(autouse=True)
async def closed_browser() -> AsyncIterator[None]:
    """The worker's browser ends with the test, whose event loop it belongs to."""
    yield
    await this_process().renderer.close()


def add_endpoint(server: StandIn) -> str:
    """What a run names to have its model from there."""
    parameters = EndpointParameters(
        label="Kimi",
        url=server.url,
        name="kimi-k2.5",
        key=KEY,
        effort="low",
        input_price=2.0,
        output_price=10.0,
    )
    row = services.create_endpoint(local_user(), parameters)
    return queries.model_id_of(row)


@sync_to_async
def run_with(server: StandIn) -> str:
    """A queued run whose model is a stored endpoint with prices."""
    run_id = make_run([])
    Run.objects.filter(id=run_id).update(model=add_endpoint(server))
    return run_id


async def events_of(run_id: str) -> list[object]:
    found = await sync_to_async(queries.events_after)(run_id)
    return [one.event for one in found]


async def test_a_run_is_taken_by_the_stored_endpoint_and_says_what_it_cost() -> None:
    with stand_in(calls(("ask", {"question": "Light or dark?"}))) as server:
        run_id = await run_with(server)
        await execute_run(run_id)
    assert server.keys == [f"Bearer {KEY}"]
    assert server.requests[0]["reasoning_effort"] == "low"
    events = await events_of(run_id)
    started = next(one for one in events if isinstance(one, RunStarted))
    assert started.model.settings["model"] == "kimi-k2.5"
    assert started.model.settings["host"] == server.url.split("/")[2]
    turn = next(one for one in events if isinstance(one, TurnFinished))
    assert turn.usage.cost == pytest.approx((1000 * 2 + 50 * 10) / 1e6)
    assert KEY not in repr(events)


async def test_a_run_that_has_cost_what_it_may_waits_for_the_person_to_go_on() -> None:
    look: tuple[str, dict[str, object]] = ("list_files", {})
    with stand_in(*[calls(look, first=number) for number in range(4)]) as server:
        run_id = await run_with(server)
        await Run.objects.filter(id=run_id).aupdate(limits={"cost": 0.0045})  # of a turn .0025
        await execute_run(run_id)
        assert len(server.requests) == 2
        assert "and 0.0045 US dollars" in str(server.requests[0]["messages"][1])
        ended = (await events_of(run_id))[-1]
        assert isinstance(ended, RunFinished)
        assert ended.reason == "budget"
        await sync_to_async(services.continue_run)(run_id)
        await execute_run(run_id)
        assert len(server.requests) > 2


async def test_how_it_thinks_is_asked_for_and_recorded_with_each_revision() -> None:
    page = {"path": "index.html", "content": "<!doctype html><title>A</title><p>A"}
    work = [
        calls(("write_file", page), ("compare", {})),
        calls(("ask", {"question": "Dark?"}), first=2),
        calls(("write_file", {**page, "content": "<!doctype html><p>B"}), ("compare", {}), first=3),
        calls(("ask", {"question": "Darker?"}), first=5),
    ]
    with stand_in(*work) as server:
        run_id = await run_with(server)
        await Run.objects.filter(id=run_id).aupdate(thinking="off")
        await execute_run(run_id)
        message = MessageParameters("Think it over", thinking="high")
        await sync_to_async(services.send_message)(run_id, message)
        await execute_run(run_id)
        asked = [
            (one.get("chat_template_kwargs"), one.get("reasoning_effort"))
            for one in server.requests
        ]
    assert asked == [({"thinking": False}, None)] * 2 + [(None, "high")] * 2
    saved = [one for one in await events_of(run_id) if isinstance(one, RevisionSaved)]
    assert [
        (one.model.settings["thinking"], one.model.settings.get("effort")) for one in saved
    ] == [(False, None), (True, "high")]


async def test_a_run_whose_endpoint_is_gone_fails_with_that_and_keeps_its_events() -> None:
    with stand_in(calls(("ask", {"question": "Light or dark?"}))) as server:
        run_id = await run_with(server)
        await execute_run(run_id)
        before = await events_of(run_id)
        await Endpoint.objects.all().adelete()
        await sync_to_async(services.continue_run)(run_id)
        await execute_run(run_id)
    events = await events_of(run_id)
    assert events[: len(before)] == before
    failed = events[-1]
    assert isinstance(failed, RunFailed)
    assert failed.code == "endpoint_removed"


async def test_a_run_whose_key_cannot_be_read_fails_with_that() -> None:
    with stand_in() as server:
        run_id = await run_with(server)
        await Endpoint.objects.all().aupdate(encrypted_key="damaged")
        await execute_run(run_id)
        assert not server.requests
    failed = (await events_of(run_id))[-1]
    assert isinstance(failed, RunFailed)
    assert (failed.code, failed.detail) == ("endpoint_key_unreadable", "It is “Kimi”.")


@sync_to_async
def give(run_id: str) -> None:
    """The run's project gets rules and a base."""
    owner, project = local_user(), Run.objects.get(id=run_id).project
    given = [("DESIGN.md", b"Buttons are blue."), ("site.zip", zipped(PAGE))]
    for position, (name, data) in enumerate(given):
        reference = services.create_reference(owner, name, data)
        ProjectReference.objects.create(project=project, reference=reference, position=position)


async def test_what_the_project_was_given_is_told_recorded_and_served() -> None:
    with stand_in(calls(("ask", {"question": "Light or dark?"}))) as server:
        run_id = await run_with(server)
        await give(run_id)
        await execute_run(run_id)
    task = repr(server.requests[0]["messages"][1])
    assert "Buttons are blue." in task and "index.html (" in task
    events = await events_of(run_id)
    started = next(one for one in events if isinstance(one, RunStarted))
    assert [one.path for one in started.guidelines] == ["DESIGN.md"]
    assert [one.path for one in started.files] == sorted(PAGE)
    run = await sync_to_async(queries.run_by_id)(run_id)
    for file in (*started.guidelines, *started.files):
        assert await sync_to_async(queries.blob)(run, file.sha256)
    assert not any(isinstance(one, RevisionSaved) for one in events)  # nothing was made yet
    taken_home = await sync_to_async(run_file)(run)
    assert {one.path: one.content for one in taken_home.files} == PAGE


async def test_a_model_that_reads_no_words_starts_from_nothing() -> None:
    run_id = await sync_to_async(make_run)([{"calls": [{"name": "list_files"}]}])
    await give(run_id)
    await execute_run(run_id)
    events = await events_of(run_id)
    started = next(one for one in events if isinstance(one, RunStarted))
    assert (started.guidelines, started.files) == ((), ())


async def test_a_model_that_goes_on_from_there_can_read_the_base_and_keeps_what_was_made() -> None:
    page = {"path": "index.html", "content": "<!doctype html><title>A</title><p>Drawn"}
    drawn: list[dict[str, object]] = [
        {"calls": [{"name": "write_file", "arguments": page}, {"name": "compare"}]},
    ]
    run_id = await sync_to_async(make_run)(drawn)
    await give(run_id)
    await execute_run(run_id)
    look = [
        calls(
            ("read_file", {"path": ".references/base/index.html"}),
            ("read_file", {"path": "index.html"}),
            ("list_files", {}),
            ("write_file", {"path": ".references/base/index.html", "content": "Mine"}),
        ),
        calls(("finish", {}), first=4),
    ]
    with stand_in(*look) as server:
        model = await sync_to_async(add_endpoint)(server)
        message = MessageParameters("Make it blue", model=model)
        await sync_to_async(services.send_message)(run_id, message)
        await execute_run(run_id)
    told = repr(server.requests[0]["messages"])
    assert "Buttons are blue." in told
    assert "can be read under `.references/base/`, not written: index.html (" in told
    results = [one["content"] for one in server.requests[1]["messages"] if one["role"] == "tool"]
    given, own, listed, written = results[-4:]
    assert PAGE["index.html"].decode().splitlines()[0] in given
    assert "Drawn" in own
    assert ".references/DESIGN.md" in listed and ".references/base/index.html" in listed
    assert "can be read, not written" in written
    events = await events_of(run_id)
    last = [one for one in events if isinstance(one, RevisionSaved)][-1]
    assert [one.path for one in last.files] == ["index.html"]
    assert isinstance(events[-1], RunFinished)
