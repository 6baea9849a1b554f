"""The seeing simulator as a server: as an OpenAI-compatible one answers."""

import json
import secrets
import threading
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.workers.models.simulated.seeing.kit import Talk
from tests.workers.models.stand_in import JSON
from webapp.studio.catalog import connection
from webapp.studio.catalog.check_results import COLOURS
from webapp.studio.catalog.endpoints import ModelEndpoint
from webapp.studio.catalog.probe import fetch_capabilities
from workers.models.simulated.seeing.policy import Behaviour
from workers.models.simulated.seeing.server import Service, make_server

CONTEXT = 6000


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = make_server(Service(CONTEXT, Behaviour()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def post(url: str, body: object) -> tuple[int, str]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urlopen(Request(f"{url}/chat/completions", data), timeout=60) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def ask(url: str, request: JSON) -> JSON:
    status, body = post(url, request)
    assert status == 200, body
    answer: JSON = json.loads(body)
    return answer


def pieces_of(body: str) -> list[JSON]:
    events = [line.removeprefix("data: ") for line in body.splitlines() if line]
    assert events[-1] == "[DONE]"
    return [json.loads(event) for event in events[:-1]]


def test_its_card_says_what_it_can(url: str) -> None:
    known = fetch_capabilities(url, "seeing", "")
    assert known.lists_model and known.context_tokens == CONTEXT
    assert known.reads_pictures and known.uses_tools


@pytest.mark.parametrize("colour", COLOURS)
async def test_it_passes_the_test_of_a_connection_by_seeing(
    colour: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "choice", lambda _: colour)
    endpoint = ModelEndpoint(model_id="endpoint", label="Seeing", url=url, name="seeing")
    report = await connection.check_connection(endpoint)
    outcomes = {one.check: one.outcome for one in report.findings}
    assert outcomes.pop("context") == "unknown"  # it is short, as the server says
    assert set(outcomes.values()) == {"yes"}, report.findings
    assert f"a {colour} picture" in next(
        one.measured for one in report.findings if one.check == "pictures"
    )


def test_of_a_question_without_a_mockup_that_it_does_not_understand_it_says_so(url: str) -> None:
    request = {"model": "seeing", "messages": [{"role": "user", "content": "How are you?"}]}
    assert "no mockup" in ask(url, request)["choices"][0]["message"]["content"]


def test_a_streamed_answer_is_the_whole_one_in_pieces(url: str) -> None:
    request = Talk().request
    message = ask(url, request)["choices"][0]["message"]
    options = {"stream": True, "stream_options": {"include_usage": True}}
    _, body = post(url, {**request, **options})
    *pieces, usage = pieces_of(body)
    deltas = [piece["choices"][0]["delta"] for piece in pieces]
    for name in ("reasoning_content", "content"):
        assert "".join(delta.get(name) or "" for delta in deltas) == message[name]
    calls: dict[int, JSON] = {}
    for delta in deltas:
        for call in delta.get("tool_calls", ()):
            known = calls.setdefault(call["index"], {"arguments": "", **call})
            known["arguments"] += call["function"]["arguments"]
    told = [(call["id"], call["arguments"]) for call in calls.values()]
    whole = [(call["id"], call["function"]["arguments"]) for call in message["tool_calls"]]
    assert told == whole
    assert pieces[-1]["choices"][0]["finish_reason"] == "tool_calls"
    assert usage["choices"] == [] and usage["usage"]["prompt_tokens"] > 1200  # with a picture
    _, body = post(url, {**request, "stream": True})
    assert all("usage" not in piece for piece in pieces_of(body))


def test_what_begins_as_the_last_request_did_is_cached(url: str) -> None:
    talk = Talk()
    first = ask(url, talk.request)["usage"]
    again = ask(url, talk.written().request)["usage"]
    assert again["prompt_tokens_details"]["cached_tokens"] == first["prompt_tokens"]
    assert again["prompt_tokens"] > first["prompt_tokens"]
    other = ask(url, Talk("in other words").request)["usage"]
    assert other["prompt_tokens_details"]["cached_tokens"] < 200  # the tools and the system's words


def test_a_request_longer_than_its_window_is_refused_with_both_figures(url: str) -> None:
    talk = Talk("long " * CONTEXT)
    status, body = post(url, talk.request)
    error = json.loads(body)["error"]
    assert (status, error["code"]) == (400, "context_length_exceeded")
    assert f"maximum context length is {CONTEXT} tokens" in error["message"]


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"model": "kimi"}, 404, "`kimi` does not exist"),
        ({"messages": []}, 400, "at least one message"),
        ({"messages": [{"role": "user", "content": [{"type": "video"}]}]}, 400, "video"),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "image_url", "image_url": {"url": "http://127.0.0.1/a.png"}}
                        ],
                    }
                ]
            },
            400,
            "data URLs alone",
        ),
    ],
)
def test_what_it_cannot_answer_is_refused_in_words(
    url: str, change: JSON, status: int, words: str
) -> None:
    answered, body = post(url, {**Talk().request, **change})
    assert answered == status
    assert words in json.loads(body)["error"]["message"]


def test_a_body_that_is_no_json_is_refused(url: str) -> None:
    assert post(url, b"{")[0] == 400
