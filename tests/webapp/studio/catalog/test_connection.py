"""A test of a model server finds what it can do, what stands in the way, and the remedy."""

import asyncio
import gc
import socket
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.socks_proxy import socks_proxy
from tests.webapp.studio.catalog.answers import able, colour_asked, question
from tests.workers.models.stand_in import (
    JSON,
    Reply,
    call_pieces,
    delta,
    ending,
    refuses,
    says,
    stand_in,
    thinks,
)
from webapp.studio.catalog.check_results import (
    COLOURS,
    TOOL,
    WORD,
    CheckResult,
    ConnectionReport,
    ModelReply,
    on_answers,
)
from webapp.studio.catalog.connection import CheckTimeouts, check_connection
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.catalog.probe import fetch_capabilities

NAME = "kimi-k2.5"
KEY = "sk-very-secret"
QUICK = CheckTimeouts(listing=2, question=1, total=6)


def endpoint(url: str, name: str = NAME) -> ModelEndpoint:
    return ModelEndpoint(model_id="", label="", url=url, name=name, key=KEY)


async def tried(
    answer: Callable[[JSON], Reply] = able,
    *,
    name: str = NAME,
    models: list[JSON] | None = None,
) -> ConnectionReport:
    with stand_in(models=models) as server:
        server.answer = answer
        report = await check_connection(endpoint(server.url, name), QUICK)
    assert KEY not in report.model_dump_json()
    return report


def on(report: ConnectionReport, check: str) -> CheckResult:
    return next(one for one in report.findings if one.check == check)


def only(kind: str, reply: Reply) -> Callable[[JSON], Reply]:
    """As an able model, but for one of the questions."""
    return lambda body: reply if question(body) == kind else able(body)


async def test_an_able_server_has_nothing_to_be_put_right() -> None:
    report = await tried(models=[{"id": NAME, "max_model_len": 262_144}, {"id": "other"}])
    assert [one.check for one in report.findings] == [
        "address",
        "model",
        "answers",
        "streams",
        "speed",
        "context",
        "tools",
        "pictures",
    ]
    assert {one.outcome for one in report.findings} == {"yes"}
    assert {one.remedy for one in report.findings} == {""}
    assert report.models == (NAME, "other")
    assert (report.sees_pictures, report.calls_tools) == (True, True)
    assert report.context_tokens == 262_144
    assert "262,144 tokens" in on(report, "context").server_says
    assert "First word after" in on(report, "speed").measured


async def test_what_the_server_says_and_what_was_measured_stand_apart() -> None:
    blind = only("pictures", says("purple"))
    report = await tried(blind, models=[{"id": NAME, "supports_image_in": True}])
    found = on(report, "pictures")
    assert (found.outcome, found.server_says) == ("no", "it takes pictures")
    assert "without seeing it: it said “purple”" in found.measured
    assert "sees pictures" in found.remedy
    assert report.sees_pictures is False


@pytest.mark.parametrize("said", ["{right}, not {wrong}", "{wrong}", "I cannot see it", ""])
async def test_a_colour_is_seen_only_where_it_alone_is_named(said: str) -> None:
    def answer(body: JSON) -> Reply:
        right = colour_asked(body)
        if not right:
            return able(body)
        wrong = next(one for one in COLOURS if one != right)
        return says(said.format(right=right, wrong=wrong))

    assert on(await tried(answer), "pictures").outcome == "no"


async def test_nobody_at_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    report = await check_connection(endpoint(url), QUICK)
    assert [(one.check, one.outcome) for one in report.findings] == [("address", "no")]
    assert "Nothing listens there" in report.findings[0].remedy
    assert "host.docker.internal" in report.findings[0].remedy


async def test_a_host_that_does_not_exist() -> None:
    report = await check_connection(endpoint("http://nowhere.invalid/v1"), QUICK)
    assert "check its spelling" in report.findings[0].remedy


async def test_https_where_the_server_speaks_http() -> None:
    with stand_in() as server:
        url = server.url.replace("http://", "https://")
        report = await check_connection(endpoint(url), QUICK)
    assert "write http://" in report.findings[0].remedy


async def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks9://127.0.0.1:1")
    report = await check_connection(endpoint("http://models.example/v1"), QUICK)
    assert (report.findings[0].check, report.findings[0].outcome) == ("address", "no")
    assert "NO_PROXY" in report.findings[0].remedy


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "http://nowhere.invalid:3128"])
async def test_a_proxy_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, proxy)
    report = await check_connection(endpoint("http://192.0.2.1/v1"), QUICK)
    assert report.findings[0].remedy.startswith("The proxy that the environment names")


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "socks9://127.0.0.1:1"])
async def test_a_server_on_this_machine_is_reached_past_any_proxy(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "")
    report = await tried()
    assert [one.check for one in report.findings if one.outcome == "no"] == []
    with stand_in() as server:
        assert fetch_capabilities(server.url, NAME, KEY).lists_model


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
async def test_a_server_elsewhere_is_reached_through_a_socks_proxy(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """GNOME writes socks:// where it means SOCKS 5."""
    with stand_in() as server, socks_proxy({"models.example": server.url}) as proxy:
        server.answer = able
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://{proxy.address}/")
        monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.0/8,::1")
        report = await check_connection(endpoint("http://models.example/v1"), QUICK)
        assert fetch_capabilities("http://models.example/v1", NAME, KEY).lists_model
    assert [one.check for one in report.findings if one.outcome == "no"] == []
    assert set(proxy.asked) == {("models.example", 80)}


async def test_a_socks_proxy_that_does_not_reach_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socks_proxy({}) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://{proxy.address}")
        report = await check_connection(endpoint("http://models.example/v1"), QUICK)
    assert [(one.check, one.outcome) for one in report.findings] == [("address", "no")]
    assert "The proxy" in report.findings[0].remedy


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_what_is_named_as_a_socks_proxy_and_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(3)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{port}")
        url = "http://models.example/v1"
        report = await check_connection(endpoint(url), QUICK)
        known = await asyncio.to_thread(fetch_capabilities, url, NAME, KEY)
        gc.collect()  # the library leaves its sockets open
    assert [(one.check, one.outcome) for one in report.findings] == [("address", "no")]
    assert "The proxy" in report.findings[0].remedy
    assert not known.answers


async def test_an_address_without_v1_is_completed() -> None:
    with stand_in() as server:
        server.answer = able
        report = await check_connection(endpoint(server.url.removesuffix("/v1")), QUICK)
    assert report.findings[0].remedy == f"Write {server.url}"


async def test_a_redirection_is_told_and_not_followed() -> None:
    with stand_in() as server, stand_in() as other:
        server.list_reply = Reply(307, headers=(("Location", f"{other.url}/models"),))
        report = await check_connection(endpoint(server.url), QUICK)
    assert other.url in report.findings[0].measured
    assert "if you trust it" in report.findings[0].remedy


async def test_a_refused_key() -> None:
    with stand_in() as server:
        server.list_reply = refuses(401, f"Incorrect API key: {KEY}")
        report = await check_connection(endpoint(server.url), QUICK)
    assert [(one.check, one.outcome) for one in report.findings] == [
        ("address", "yes"),
        ("key", "no"),
    ]
    assert "Enter the key again" in report.findings[1].remedy
    assert KEY not in report.model_dump_json()


async def test_a_key_that_is_refused_only_for_answers() -> None:
    report = await tried(lambda _: refuses(401, f"No credit for {KEY}"))
    assert "No credit for [key]" in on(report, "answers").measured
    assert "Enter the key again" in on(report, "answers").remedy


async def test_no_such_model_names_those_on_offer() -> None:
    def answer(_: JSON) -> Reply:
        return refuses(404, "model 'kimi-k2.5' not found")

    report = await tried(answer, models=[{"id": "llama"}, {"id": "qwen"}])
    assert on(report, "model").measured == f"It offers llama, qwen, but not {NAME}."
    assert on(report, "model").remedy == "Choose one that it offers."
    assert on(report, "answers").outcome == "no"
    assert report.models == ("llama", "qwen")


async def test_a_name_that_is_not_listed_but_answered_to_is_no_fault() -> None:
    report = await tried(models=[{"id": "default"}])
    assert on(report, "model").outcome == "unknown"
    assert on(report, "pictures").outcome == "yes"


async def test_without_a_name_the_offer_is_told() -> None:
    report = await tried(name="", models=[{"id": "llama"}, {"id": "qwen"}])
    assert [one.check for one in report.findings] == ["address", "model"]
    assert on(report, "model").remedy == "Choose a model."


async def test_without_a_name_the_only_one_on_offer_is_tested() -> None:
    report = await tried(name="")
    assert (report.model, on(report, "pictures").outcome) == (NAME, "yes")


async def test_a_model_that_takes_no_pictures() -> None:
    refusal = refuses(400, "This model does not support image input")
    found = on(await tried(only("pictures", refusal)), "pictures")
    assert found.outcome == "no"
    assert "does not support image input" in found.measured
    assert "sees pictures" in found.remedy


async def test_a_server_that_takes_no_tools() -> None:
    refusal = refuses(400, '"auto" tool choice requires --enable-auto-tool-choice')
    report = await tried(only("tools", refusal))
    assert on(report, "tools").outcome == "no"
    assert "tool-call parser" in on(report, "tools").remedy
    assert report.calls_tools is False


async def test_a_call_in_the_text_is_told_apart() -> None:
    written = says('<tool_call>{"name": "save_word", "arguments": {"word": "mockup"}}</tool_call>')
    report = await tried(only("tools", written))
    assert on(report, "tools").outcome == "unknown"
    assert "tool-call parser" in on(report, "tools").remedy
    assert report.calls_tools is None


async def test_a_model_that_talks_instead_of_calling() -> None:
    found = on(await tried(only("tools", says("Certainly!"))), "tools")
    assert (found.outcome, found.measured) == (
        "no",
        "It did not call the tool: it said “Certainly!”.",
    )


async def test_what_is_sent_in_parts_or_as_json_itself_is_heard() -> None:
    part = Reply(pieces=(delta(content=[{"type": "text", "text": "one two"}]), *ending("stop")))
    assert on(await tried(only("words", part)), "answers").outcome == "yes"
    call = {"index": 0, "id": "a", "function": {"name": TOOL, "arguments": {"word": WORD}}}
    called = Reply(pieces=(delta(tool_calls=[call]), *ending("tool_calls")))
    assert on(await tried(only("tools", called)), "tools").outcome == "yes"


async def test_arguments_that_are_no_json_are_no_call() -> None:
    pieces = (*call_pieces(0, "1", "save_word", '{"word": '), *ending("tool_calls"))
    assert on(await tried(only("tools", Reply(pieces=pieces))), "tools").outcome == "no"


async def test_a_slow_server_is_given_up_and_said_to_be_slow() -> None:
    slow = Reply(pieces=says("one").pieces, pause=2)
    report = await tried(lambda _: slow)
    assert on(report, "answers").measured == "No word came within 1 s."
    assert [one.check for one in report.findings][-1] == "answers"


async def test_a_model_that_thinks_too_long_is_not_said_to_be_blind() -> None:
    thinking = Reply(pieces=thinks(*["Hm. "] * 20).pieces, pause=0.2)
    report = await tried(only("pictures", thinking))
    found = on(report, "pictures")
    assert found.outcome == "unknown"
    assert "still thinking" in found.measured
    assert report.sees_pictures is None


async def test_all_of_it_is_bounded_and_tells_what_it_had_no_time_for() -> None:
    slow = Reply(pieces=says("one").pieces, pause=0.3)
    hurried = replace(QUICK, question=5, total=1.5)
    with stand_in() as server:
        server.answer = lambda body: able(body) if question(body) == "words" else slow
        report = await check_connection(endpoint(server.url), hurried)
    assert report.seconds < 4
    assert on(report, "pictures").measured == "There was no time left."


async def test_a_server_that_does_not_stream_is_asked_for_whole_answers() -> None:
    def whole(body: JSON) -> Reply:
        if body.get("stream"):
            return refuses(400, "stream is not supported")
        pieces = [one["choices"][0]["delta"] for one in able(body).pieces if one["choices"]]
        return Reply(body=completion("".join(str(one.get("content", "")) for one in pieces)))

    report = await tried(whole)
    assert on(report, "answers").outcome == "yes"
    assert on(report, "streams").outcome == "unknown"
    assert on(report, "pictures").outcome == "yes"


async def test_a_server_without_a_list_is_asked_all_the_same() -> None:
    with stand_in() as server:
        server.answer = able
        server.list_reply = refuses(404, "Not Found")
        report = await check_connection(endpoint(server.url), QUICK)
    assert on(report, "model").measured == "It does not list its models."
    assert on(report, "tools").outcome == "yes"


async def test_an_empty_answer_is_no_answer() -> None:
    report = await tried(lambda _: Reply(pieces=(delta(content=""), *ending("stop"))))
    assert on(report, "answers").outcome == "no"


async def test_a_short_context_is_said_to_be_short() -> None:
    report = await tried(models=[{"id": NAME, "max_model_len": 8192}])
    assert on(report, "context").server_says == "8,192 tokens"
    assert "32,768" in on(report, "context").remedy


def completion(text: str) -> JSON:
    message = {"role": "assistant", "content": text}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "stand-in",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }


def test_what_it_said_is_quoted_with_one_full_stop() -> None:
    assert on_answers(ModelReply(text=" One two.\n", pieces=2)).measured == "It said “One two”."


async def test_a_server_that_leaves_a_connection_unasked_has_no_fault() -> None:
    """Some do after each answer; which question meets a connection that is gone is chance."""
    with stand_in() as server:
        server.answer = able
        server.leaves = True
        report = await check_connection(endpoint(server.url), QUICK)
    assert [one.check for one in report.findings if one.outcome == "no"] == []
