"""Whole runs of the agent loop, its real tools and a real browser, on a stand-in endpoint."""

import json
from dataclasses import replace

import pytest

from tests.workers.agent.kit import Bench, MakeBench, kinds, recorded, revisions
from tests.workers.models.stand_in import (
    JSON,
    Reply,
    StandIn,
    calls,
    delta,
    refuses,
    says,
    stand_in,
)
from webapp.studio.events import (
    Event,
    Limits,
    RunFailed,
    RunFinished,
    RunStarted,
    TextPart,
    ToolFinished,
    TurnFinished,
)
from workers.agent.run_task import RunEnvironment, run_task
from workers.agent.transcript import Progress
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.request import Endpoint

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY = "sk-very-secret-0123456789"
PAGE = {
    "path": "index.html",
    "content": "<!doctype html><title>Hello</title><body style='margin:0'>"
    "<div style='height:48px;background:#800'></div><p>Hello</p>",
}
EDIT = {"path": "index.html", "edits": [{"search": "#800", "replace": "#1b2a4a"}]}


def model_of(server: StandIn) -> ClientModel:
    return ClientModel(Endpoint(server.url, "kimi-k2.5", KEY, idle_timeout=10.0, pauses=(0.0,)))


def job() -> list[Reply]:
    """Write a page, compare it, mend it, compare again, finish."""
    return [
        calls(("write_file", PAGE), ("compare", {}), thought="A dark bar.", text="First, the bar."),
        calls(("edit_file", EDIT), thought="It is blue.", first=2),
        calls(("compare", {}), first=3),
        calls(("finish", {"summary": "A page with a bar."}), first=4),
    ]


async def play(bench: Bench, *replies: Reply) -> tuple[list[Event], StandIn]:
    with stand_in(*replies) as server:
        return await bench.play(model_of(server)), server


def count_images(request: JSON) -> int:
    contents = [message["content"] for message in request["messages"]]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return sum(part["type"] == "image_url" for part in parts)


async def test_a_run_writes_compares_mends_and_finishes(bench: Bench) -> None:
    events, server = await play(bench, *job())
    assert events[-1] == RunFinished(reason="finished", best_revision=2)
    first, second = revisions(events)
    assert second.score.total > first.score.total
    assert bench.workspace.read_text("index.html") == PAGE["content"].replace("#800", "#1b2a4a")
    assert kinds(events).count("turn_finished") == len(server.requests) == 4
    assert isinstance(events[0], RunStarted)
    assert events[0].model.settings["model"] == "kimi-k2.5"
    turns = [event for event in events if isinstance(event, TurnFinished)]
    assert (turns[0].text, turns[0].reasoning) == ("First, the bar.", "A dark bar.")
    assert (turns[0].usage.input_tokens, turns[0].usage.output_tokens) == (1000, 50)


DARK = {
    **PAGE,
    "content": PAGE["content"].replace("<body style='", "<body style='background:#000;"),
}


@pytest.mark.parametrize(
    ("prompt", "given", "declared"),
    [
        ("A dark page, please", {}, None),
        ("A dark page, please", {"revision": 1}, 1),
        ("A dark page, please", {"revision": "1"}, 1),
        ("A dark page, please", {"revision": 3}, None),  # there is none
        ("", {"revision": 1}, None),  # no words, and the best is the result
    ],
)
async def test_a_model_may_declare_which_revision_follows_the_words(
    bench: Bench, prompt: str, given: JSON, declared: int | None
) -> None:
    bench.task = replace(bench.task, prompt=prompt)
    replies = (
        calls(("write_file", PAGE), ("compare", {})),
        calls(("write_file", DARK), ("compare", {}), first=2),
        calls(("finish", {"summary": "It is dark.", **given}), first=4),
    )
    events, _ = await play(bench, *replies)
    best, dark = revisions(events)
    assert best.score.total > dark.score.total
    assert best.model.reads_words
    told = [event.for_model[-1] for event in events if isinstance(event, ToolFinished)]
    numbers = [n for n in (1, 2) if TextPart(text=f"This is revision {n}.") in told]
    assert numbers == [1, 2]
    assert events[-1] == RunFinished(reason="finished", best_revision=1, declared_revision=declared)


async def test_a_language_model_is_told_where_its_page_overflows_narrow_windows(
    bench: Bench,
) -> None:
    wide = {**PAGE, "content": "<p style='width:500px;background:red' class=wide>Hello</p>"}
    mockup = replace(bench.task.mockups[0], width=640, height=400)  # 320 × 200 fits everywhere
    bench.task = replace(bench.task, mockups=(mockup,))
    environment = RunEnvironment(bench.blobs, bench.context.renderer)
    with stand_in(calls(("write_file", wide), ("compare", {})), calls(("finish", {}))) as server:
        model = ClientModel(Endpoint(server.url, "kimi-k2.5", pauses=(0.0,)))
        events = [event async for event in run_task(bench.task, model, environment)]
    assert isinstance(events[-1], RunFinished)
    told = json.dumps(server.requests[1]["messages"])
    assert "page at 390 px" in told
    assert "p.wide" in told
    assert "page at 768 px" not in told  # wider than the mockup


async def test_each_request_holds_what_was_said_and_seen(bench: Bench) -> None:
    _, server = await play(bench, *job())
    assert [count_images(request) for request in server.requests] == [1, 4, 4, 7]
    messages = server.requests[2]["messages"]
    assert [message["role"] for message in messages] == [
        "system", "user", "assistant", "tool", "tool", "user", "assistant", "tool",
    ]  # fmt: skip
    spoken = [message for message in messages if message["role"] == "assistant"]
    assert [message["reasoning_content"] for message in spoken] == ["A dark bar.", "It is blue."]
    assert server.requests[3]["messages"][8]["reasoning_content"] == ""
    called = [call["id"] for message in spoken for call in message["tool_calls"]]
    answered = [message["tool_call_id"] for message in messages if message["role"] == "tool"]
    assert called == answered
    assert called == ["functions.write_file:0", "functions.compare:1", "functions.edit_file:2"]
    report, notice = messages[4]["content"].splitlines()
    assert json.loads(report)["score"]["total"] > 0
    assert notice == "This is revision 1."
    tools = [tool["function"]["name"] for tool in server.requests[0]["tools"]]
    assert {"write_file", "edit_file", "compare", "finish"} <= set(tools)


async def test_a_run_on_raw_markup_is_a_run_like_any_other(bench: Bench) -> None:
    def raw(*named: tuple[str, JSON]) -> Reply:
        marked = "".join(
            f"<|tool_call_begin|>functions.{name}:{at}<|tool_call_argument_begin|>"
            f"{json.dumps(arguments)}<|tool_call_end|>"
            for at, (name, arguments) in enumerate(named)
        )
        text = f"<|tool_calls_section_begin|>{marked}<|tool_calls_section_end|>"
        return says(*(text[at : at + 11] for at in range(0, len(text), 11)))

    events, server = await play(
        bench, raw(("write_file", PAGE), ("compare", {})), raw(("finish", {"summary": "x"}))
    )
    assert events[-1] == RunFinished(reason="finished", best_revision=1)
    assert len(server.requests) == 2


async def test_a_mistake_is_answered_and_the_run_goes_on(bench: Bench) -> None:
    broken = Reply(pieces=calls(("write_file", PAGE)).pieces[:4] + says(finish="length").pieces)
    events, server = await play(bench, broken, *job())
    results = [event for event in events if isinstance(event, ToolFinished)]
    assert not results[0].ok
    said, answered = server.requests[1]["messages"][2:4]
    assert set(json.loads(said["tool_calls"][0]["function"]["arguments"])) == {"unparsed"}
    assert "output limit" in answered["content"]
    assert events[-1].type == "run_finished"


async def test_an_answer_that_breaks_off_once_costs_nothing_but_the_asking(bench: Bench) -> None:
    first, second, *rest = job()
    cut = replace(second, cut=True, pieces=second.pieces[:4])
    events, server = await play(bench, first, cut, second, *rest)
    assert events[-1] == RunFinished(reason="finished", best_revision=2)
    assert len(server.requests) == 5
    turns = [event for event in events if isinstance(event, TurnFinished)]
    assert [turn.turn for turn in turns] == [1, 2, 3, 4]
    assert kinds(events).count("turn_started") == 5  # the second began again


async def test_a_stream_that_always_breaks_off_ends_the_run_and_continue_goes_on_from_there(
    bench: Bench,
) -> None:
    first, *rest = job()
    broken = Reply(pieces=(delta(content="Now I "),), cut=True)
    events, _ = await play(bench, first, broken, broken)
    assert isinstance(events[-1], RunFailed)
    assert (events[-1].code, events[-1].best_revision) == ("model_unreachable", 1)
    with stand_in(*rest) as server:
        progress = Progress.replay(recorded(events))
        more = await bench.play(model_of(server), progress)
    assert more[-1] == RunFinished(reason="finished", best_revision=2)
    assert "functions.compare:1" in json.dumps(server.requests[0])


async def test_a_long_run_sends_only_the_newest_images(make_bench: MakeBench) -> None:
    bench = make_bench(limits=Limits(steps=40))
    looks = [calls(("render", {"width": 320 + at}), first=at) for at in range(1, 16)]
    _, server = await play(
        bench, calls(("write_file", PAGE)), *looks, calls(("finish", {}), first=16)
    )
    sent = [count_images(request) - 1 for request in server.requests]
    assert max(sent) == 9
    assert sent[-1] == 7
    assert sent[2:11] == [1, 2, 3, 4, 5, 6, 7, 8, 9]


async def test_the_key_is_in_no_event(bench: Bench) -> None:
    refusal = refuses(401, f"Incorrect API key provided: {KEY}.")
    events, server = await play(bench, job()[0], refusal)
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "model_unauthorised"
    assert server.keys == [f"Bearer {KEY}"] * 2
    assert KEY not in "".join(event.model_dump_json() for event in events)


async def test_an_endpoint_that_is_gone_fails_the_run_and_is_named(bench: Bench) -> None:
    with stand_in() as server:
        model = model_of(server)
    events = await bench.play(model)
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "model_unreachable"
    assert server.url in events[-1].detail
