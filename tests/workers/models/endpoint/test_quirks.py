"""What servers do that no standard says: each is met once, and then lived with."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from openai.types.chat import ChatCompletionChunk
from PIL import Image

from tests.workers.agent.kit import Bench, kinds, revisions
from tests.workers.models.stand_in import (
    JSON,
    Reply,
    StandIn,
    calls,
    delta,
    ending,
    refuses,
    says,
    stand_in,
    thinks,
)
from webapp.studio.blobs import FileBlobs
from webapp.studio.events import (
    Event,
    ImagePart,
    Limits,
    RunFailed,
    RunFinished,
    ToolCall,
    TurnFinished,
)
from workers.agent.errors import ModelFailed
from workers.agent.protocols import (
    CallChunk,
    Mockup,
    PersonMessage,
    RequestChunk,
    Task,
    TextChunk,
    ToolOutcome,
    Transcript,
    Turn,
)
from workers.models.endpoint.answer import Answer
from workers.models.endpoint.messages import write_messages
from workers.models.endpoint.model import ClientModel
from workers.models.endpoint.pictures import as_picture
from workers.models.endpoint.request import Endpoint
from workers.models.endpoint.style import Style
from workers.models.endpoint.text_calls import HeldText, calls_in, without_calls

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "<!doctype html><title>Hello</title><p>Hello"
WRITE: tuple[str, JSON] = ("write_file", {"path": "index.html", "content": PAGE})
FIRST = calls(WRITE, ("compare", {}))
FINISH = calls(("finish", {"summary": "Done."}), first=9)


def endpoint_of(server: StandIn, max_tokens: int | None = None) -> Endpoint:
    return Endpoint(
        server.url, "kimi-k2.5", "", max_tokens=max_tokens, idle_timeout=10.0, pauses=(0.0,)
    )


async def play(
    bench: Bench, *replies: Reply, max_tokens: int | None = None
) -> tuple[list[Event], StandIn]:
    with stand_in(*replies) as server:
        return await bench.play(ClientModel(endpoint_of(server, max_tokens))), server


def roles(request: JSON) -> list[str]:
    return [message["role"] for message in request["messages"]]


async def test_two_calls_with_one_index_and_no_id_are_two(bench: Bench) -> None:
    pieces = [
        delta(
            tool_calls=[
                {
                    "index": 0,
                    "id": "",
                    "type": "function",
                    "function": {
                        "name": "write_file",
                        "arguments": json.dumps({"path": path, "content": PAGE}),
                    },
                }
            ]
        )
        for path in ("style.css", "index.html")
    ]
    events, _ = await play(bench, Reply(pieces=(*pieces, *ending("stop"))), FINISH)
    assert kinds(events).count("file_written") == 2
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_name_that_is_sent_with_every_piece_begins_no_new_call(bench: Bench) -> None:
    arguments = json.dumps(WRITE[1])
    pieces = [
        delta(
            tool_calls=[
                {"index": 0, "id": "", "function": {"name": "write_file", "arguments": part}}
            ]
        )
        for part in (arguments[:30], arguments[30:], "")
    ]
    events, _ = await play(bench, Reply(pieces=(*pieces, *ending("stop"))), FINISH)
    assert kinds(events).count("tool_started") == 3  # with finish and the last comparison
    assert len(revisions(events)) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Unexpected role 'user' after role 'tool'"),
        (
            500,
            "After the optional system message, conversation roles must alternate user/assistant",
        ),
    ],
)
async def test_roles_follow_one_another_as_a_strict_server_wants(
    bench: Bench, status: int, words: str
) -> None:
    look = calls(WRITE, ("render", {}))
    events, server = await play(bench, look, refuses(status, words), says("I see."), FINISH)
    assert events[-1].type == "run_finished"
    assert roles(server.requests[1])[-2:] == ["tool", "user"]
    assert roles(server.requests[2])[-1] == "tool"
    result = server.requests[2]["messages"][-1]
    assert [part["type"] for part in result["content"]] == ["text", "text", "image_url"]
    later = roles(server.requests[3])  # learnt for good, and the person speaks once at a time
    assert all((a, b) not in {("tool", "user"), ("user", "user")} for a, b in pairwise(later))


async def test_answers_that_are_cut_at_the_output_limit_end_a_run_with_the_remedy(
    bench: Bench,
) -> None:
    whole = calls(WRITE)
    cut = Reply(pieces=(*whole.pieces[:2], *ending("length")))
    events, server = await play(bench, cut, cut, FINISH, max_tokens=512)
    ending_event = events[-1]
    assert isinstance(ending_event, RunFailed)
    assert ending_event.code == "model_output_limit"
    assert len(server.requests) == 2
    assert "output limit" in json.dumps(server.requests[1]["messages"])
    assert [request["max_tokens"] for request in server.requests] == [512, 512]


async def test_one_answer_that_was_cut_is_gone_on_from(bench: Bench) -> None:
    cut = Reply(pieces=(*calls(WRITE).pieces[:2], *ending("length")))
    whole = calls(WRITE, first=4)
    events, server = await play(bench, cut, whole, cut, FINISH)
    assert events[-1] == RunFinished(reason="finished", best_revision=1)
    assert "max_tokens" not in server.requests[0]


async def test_the_limit_has_another_name_with_newer_servers(bench: Bench) -> None:
    refusal = refuses(
        400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    )
    _, server = await play(bench, refusal, calls(WRITE), FINISH, max_tokens=512)
    assert "max_completion_tokens" not in server.requests[0]
    assert "max_tokens" not in server.requests[1]
    assert server.requests[1]["max_completion_tokens"] == 512


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"name": "write_file", "arguments": WRITE[1]}, indent=1),
        f"<tool_call>\n{json.dumps({'name': 'write_file', 'arguments': WRITE[1]})}\n</tool_call>",
        f"```json\n{json.dumps({'name': 'write_file', 'parameters': WRITE[1]})}\n```",
        f"Here is the page:\n```html\n{PAGE}\n```\nIt has a greeting.",
    ],
)
async def test_a_page_that_stands_in_the_text_is_written(bench: Bench, text: str) -> None:
    # in pieces, as it comes
    spoken = says(*(text[at : at + 7] for at in range(0, len(text), 7)))
    events, _ = await play(bench, spoken, says("That is all."), says("Really."))
    (file,) = revisions(events)[-1].files
    assert bench.blobs.get(file.sha256).decode().strip() == PAGE
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_page_in_the_text_counts_only_before_there_is_any_call(bench: Bench) -> None:
    explained = says(f"You could also write\n```html\n{PAGE} again\n```\nbut I would not.")
    events, _ = await play(bench, calls(WRITE, ("compare", {})), explained)
    assert kinds(events).count("file_written") == 1
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


CALL = json.dumps({"name": "write_file", "arguments": WRITE[1]})
ARGUMENTS = json.dumps(WRITE[1])
IN_TAGS = f"<parameter=path>\nindex.html\n</parameter>\n<parameter=content>\n{PAGE}\n</parameter>"
DIALECTS = {
    "Hermes, arguments as text": "<tool_call>"
    + json.dumps({"name": "write_file", "arguments": ARGUMENTS})
    + "</tool_call>",
    "Hermes, its end left out": f"<tool_call>\n{CALL}\n",
    "Qwen Coder": f"<tool_call>\n<function=write_file>\n{IN_TAGS}\n</function>\n</tool_call>",
    "Qwen Coder, bare": f"<function=write_file>\n{IN_TAGS}\n</function>",
    "Llama 3.1": f"<|python_tag|>{CALL.replace('arguments', 'parameters')}<|eom_id|>",
    "Llama 3.2": f"<function=write_file>{ARGUMENTS}</function>",
    "Mistral": f"[TOOL_CALLS][{CALL}]",
    "Mistral, newer": f"[TOOL_CALLS]write_file[ARGS]{ARGUMENTS}",
    "Mistral, newest": f"[TOOL_CALLS]write_file{ARGUMENTS}",
    "Granite": f"<|tool_call|>[{CALL}]",
    "Phi": f"functools[{CALL}]",
    "GLM": "<tool_call>write_file\n<arg_key>path</arg_key>\n<arg_value>index.html</arg_value>\n"
    f"<arg_key>content</arg_key>\n<arg_value>{PAGE}</arg_value>\n</tool_call>",
    "MiniMax": '<minimax:tool_call>\n<invoke name="write_file">\n'
    f'<parameter name="path">index.html</parameter>\n'
    f'<parameter name="content">{PAGE}</parameter>\n</invoke>\n</minimax:tool_call>',
    "DeepSeek": "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>write_file\n"
    f"```json\n{ARGUMENTS}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    "DeepSeek, newer": "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>write_file<｜tool▁sep｜>"
    f"{ARGUMENTS}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    "as a request has it": f'{{"tool_calls": [{{"type": "function", "function": {CALL}}}]}}',
    "in a list": f"[{CALL}]",
    "line ends in a string": CALL.replace("<title>", "\n<title>"),
}


@pytest.mark.parametrize("text", DIALECTS.values(), ids=DIALECTS)
async def test_calls_are_read_in_every_dialect(text: str) -> None:
    answer = Answer(frozenset(), {"write_file", "compare"})
    pieces = [delta(content=text[at : at + 5]) for at in range(0, len(text), 5)]
    chunks = [
        chunk
        for piece in (*pieces, *ending("stop"))
        for chunk in answer.add(ChatCompletionChunk.model_validate(piece))
    ]
    chunks += answer.finish()
    assert [chunk.text for chunk in chunks if isinstance(chunk, TextChunk)] == []
    (call,) = (chunk.call for chunk in chunks if isinstance(chunk, CallChunk))
    arguments = json.loads(call.arguments)
    assert (call.name, arguments["path"]) == ("write_file", "index.html")
    assert arguments["content"].replace("\n", "") == PAGE


async def test_a_call_in_a_fence_among_words_and_several_that_follow_one_another_are_read() -> None:
    text = f"I write it.\n```json\n{CALL}\n```\nThen I compare."
    assert [name for name, _ in calls_in(text, {"write_file"}, with_page=True)] == ["write_file"]
    assert without_calls(text, {"write_file"}).split() == [
        "I",
        "write",
        "it.",
        "Then",
        "I",
        "compare.",
    ]
    two = f'<|python_tag|>{CALL}; {{"name": "compare", "parameters": {{}}}}'
    names = [name for name, _ in calls_in(two, {"write_file", "compare"}, with_page=True)]
    assert names == ["write_file", "compare"]


@pytest.mark.parametrize(
    "text",
    [
        "Call it like <tool_call>{broken</tool_call>",
        f"{json.dumps({'name': 'compare', 'arguments': {}})} would be the call.",
        "```\ncompare { broken }\n```",
        "<function=compare>why</function>",
        "[TOOL_CALLS]rm{}",
        "[1] is a note",
        json.dumps({"name": "rm", "arguments": {}}),
        json.dumps({"name": "compare"}),
        f"I would call {json.dumps({'name': 'compare', 'arguments': {}})} next.",
        "Two ways:\n```html\n<p>a\n```\nor\n```html\n<p>b\n```",
        "```css\np { color: red }\n```",
    ],
)
async def test_what_only_speaks_of_calls_calls_nothing(text: str) -> None:
    assert calls_in(text, {"write_file", "compare"}, with_page=True) == []


async def test_a_page_in_a_later_answer_is_an_explanation() -> None:
    text = "You could write\n```html\n<p>Hello\n```"
    assert calls_in(text, {"write_file"}, with_page=True) != []
    assert calls_in(text, {"write_file"}, with_page=False) == []
    assert calls_in(text, {"compare"}, with_page=True) == []


def photo(folder: Path, side: int = 900) -> Path:
    noise = np.random.default_rng(1).integers(0, 255, (side, side, 3), dtype="uint8")
    path = folder / "photo.png"
    Image.fromarray(noise).save(path)
    return path


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (413, "<html><title>413 Request Entity Too Large</title></html>"),
        (400, "messages.1.content.1.image.source.base64: image exceeds 5 MB maximum"),
    ],
)
async def test_pictures_that_weigh_too_much_are_sent_lighter(
    tmp_path: Path, status: int, words: str
) -> None:
    path = photo(tmp_path, 1400)
    mockup = Mockup("a", "0" * 64, path, 1400, 1400, 1.0)
    transcript = Transcript(Task((mockup,), "html-css", "", Limits()))
    with stand_in(refuses(status, words), says("I see it.")) as server:
        model = ClientModel(endpoint_of(server))
        said = [chunk async for chunk in model.turn(transcript, (), FileBlobs(tmp_path / "b"))]
    first, second = (len(json.dumps(request)) for request in server.requests)
    assert second < 0.6 * first
    assert said


async def test_a_request_that_stays_too_heavy_says_whose_limit_it_is(tmp_path: Path) -> None:
    mockup = Mockup("a", "0" * 64, photo(tmp_path, 64), 64, 64, 1.0)
    transcript = Transcript(Task((mockup,), "html-css", "", Limits()))
    heavy = refuses(413, "Request Entity Too Large")
    with stand_in(heavy, heavy, heavy, says("Never asked")) as server:
        model = ClientModel(endpoint_of(server))
        with pytest.raises(Exception, match="413") as raised:
            _ = [chunk async for chunk in model.turn(transcript, (), FileBlobs(tmp_path / "b"))]
    assert getattr(raised.value, "code", None) == "model_request_too_heavy"
    assert len(server.requests) == 3


async def test_a_photo_is_sent_as_a_jpeg_and_a_drawing_as_it_is(tmp_path: Path) -> None:
    heavy = as_picture(photo(tmp_path).read_bytes())
    assert heavy.url.startswith("data:image/jpeg")
    assert (heavy.width, heavy.height) == (900, 900)
    Image.new("RGB", (900, 900), "teal").save(tmp_path / "flat.png")
    flat = (tmp_path / "flat.png").read_bytes()
    assert as_picture(flat).url.startswith("data:image/png")
    assert as_picture(flat, light=True).url.startswith("data:image/")


@pytest.mark.parametrize(
    "words",
    [
        "messages[1].content must be a string",
        "json: cannot unmarshal array into Go struct field Message.messages.content of type string",
    ],
)
async def test_a_server_that_takes_no_pictures_says_so_in_many_ways(
    bench: Bench, words: str
) -> None:
    events, _ = await play(bench, refuses(400, words))
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "model_no_vision"


async def test_thoughts_alone_are_sent_with_words(bench: Bench) -> None:
    events, server = await play(
        bench, thinks("Let me see."), thinks("Let me see."), calls(WRITE), FINISH
    )
    assert events[-1] == RunFinished(reason="finished", best_revision=1)
    sent = server.requests[2]["messages"]
    thought = next(one for one in sent if one["role"] == "assistant")
    assert thought["content"]
    assert "Let me see." in thought["reasoning_content"]
    assert roles(server.requests[2])[-1] == "user"  # asked to go on


async def test_empty_words_beside_calls_are_filled_where_they_are_refused(bench: Bench) -> None:
    refusal = refuses(400, "messages.2: text content blocks must be non-empty")
    events, server = await play(bench, calls(WRITE), refusal, FINISH)
    assert events[-1] == RunFinished(reason="finished", best_revision=1)
    before, after = (server.requests[number]["messages"][2] for number in (1, 2))
    assert before["content"] == ""
    assert after["content"]
    assert after["tool_calls"]


async def test_the_order_of_roles_loses_nothing(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    Image.new("RGB", (20, 20), "teal").save(tmp_path / "a.png")
    png = (tmp_path / "a.png").read_bytes()
    mockup = Mockup("a", "0" * 64, tmp_path / "a.png", 20, 20, 1.0)
    call = ToolCall(id="functions.render:0", name="render", arguments="{}")
    part = ImagePart(sha256=blobs.put(png), width=20, height=20)
    turns = (Turn("", "", (call,), (ToolOutcome(call, True, (part,)),)), Turn("So.", "", (), ()))
    transcript = Transcript(Task((mockup,), "html-css", "Dark", Limits()), turns)
    plain = write_messages(transcript, blobs, Style())
    strict = write_messages(transcript, blobs, Style(strict_roles=True))

    def words(messages: object) -> str:
        return json.dumps(messages)

    assert [one["role"] for one in strict] == [
        *("system", "user", "assistant", "tool", "assistant", "user")
    ]
    for message in plain:
        for piece in message["content"] if isinstance(message["content"], list) else ():
            assert words(piece) in words(strict)


async def test_the_person_speaks_after_a_result_only_once_the_assistant_has(tmp_path: Path) -> None:
    Image.new("RGB", (20, 20), "teal").save(tmp_path / "a.png")
    mockup = Mockup("a", "0" * 64, tmp_path / "a.png", 20, 20, 1.0)
    call = ToolCall(id="functions.finish:0", name="finish", arguments="{}")
    turn = Turn("", "", (call,), (ToolOutcome(call, True, ()),))
    said = (PersonMessage(1, "Darker"), PersonMessage(1, "And bigger"))
    transcript = Transcript(Task((mockup,), "html-css", "", Limits()), (turn,), said)
    strict = write_messages(transcript, FileBlobs(tmp_path / "b"), Style(strict_roles=True))
    assert [one["role"] for one in strict[3:]] == ["tool", "assistant", "user"]
    assert "Darker" in json.dumps(strict[-1])
    assert "And bigger" in json.dumps(strict[-1])


async def test_a_server_that_does_not_stream_is_asked_for_whole_answers(bench: Bench) -> None:
    def whole(reply: Reply) -> Reply:
        named = [
            {"id": f"c{at}", "type": "function", "function": {"name": name, "arguments": text}}
            for at, (name, text) in enumerate(
                [("write_file", json.dumps(WRITE[1])), ("compare", "{}")]
                if reply is FIRST
                else [("finish", "{}")]
            )
        ]
        message = {"role": "assistant", "content": None, "tool_calls": named}
        choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
        head = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
        usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
        return Reply(body={**head, "choices": [choice], "usage": usage})

    events, server = await play(bench, whole(FIRST), whole(FIRST), whole(FINISH))
    assert events[-1] == RunFinished(reason="finished", best_revision=1)
    assert [request.get("stream") for request in server.requests] == [True, False, False]


async def test_a_server_without_a_system_role_hears_it_from_the_person(bench: Bench) -> None:
    refusal = refuses(400, "System role not supported")
    events, server = await play(bench, refusal, calls(WRITE), FINISH)
    assert events[-1].type == "run_finished"
    assert [roles(request)[:2] for request in server.requests] == [
        ["system", "user"],
        ["user"],
        ["user", "assistant"],
    ]
    first, second = (request["messages"] for request in server.requests[:2])
    told = [{"type": "text", "text": first[0]["content"]}, *first[1]["content"]]
    assert second[0]["content"] == told


@pytest.mark.parametrize("words", ["Streaming is not supported here", "`stream` must be false"])
async def test_a_server_that_refuses_to_stream_is_asked_for_whole_answers(
    bench: Bench, words: str
) -> None:
    refusal = refuses(400, words)
    _, server = await play(bench, refusal, *[whole_answer({"content": "Hello"})] * 2)
    assert [request["stream"] for request in server.requests[:2]] == [True, False]


async def test_an_option_is_known_by_its_words_too(bench: Bench) -> None:
    refusal = refuses(400, "Requested chat template kwargs are not allowed")
    with stand_in(refusal, calls(WRITE), FINISH) as server:
        await bench.play(ClientModel(replace(endpoint_of(server), thinking=False)))
    assert ["chat_template_kwargs" in request for request in server.requests] == [
        *(True, False, False)
    ]


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_what_a_person_gave_goes_to_no_other_address(bench: Bench, status: int) -> None:
    with stand_in(calls(WRITE), FINISH) as other:
        onward = Reply(status, headers=(("Location", f"{other.url}/chat/completions"),))
        events, _ = await play(bench, onward)
    assert other.requests == []
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "model_elsewhere"
    assert events[-1].detail == f"it sends on to {other.url}"


async def test_an_answer_that_is_filtered_ends_a_run_with_the_remedy(bench: Bench) -> None:
    filtered = says("I can", finish="content_filter")
    events, server = await play(bench, filtered, filtered)
    assert isinstance(events[-1], RunFailed)
    assert events[-1].code == "model_filtered"
    events, _ = await play(bench, filtered, calls(WRITE), FINISH)
    assert events[-1].type == "run_finished"
    assert len(server.requests) == 2


@pytest.mark.parametrize("finish", ["content_filter", ["stop"], {"reason": "stop"}, 5])
async def test_a_whole_call_is_taken_however_its_answer_ends(bench: Bench, finish: object) -> None:
    events, server = await play(bench, calls(WRITE, finish=finish), FINISH)
    assert events[-1].type == "run_finished"
    assert len(server.requests) == 2


async def test_an_answer_that_ends_in_an_error_is_asked_for_again(bench: Bench) -> None:
    events, server = await play(bench, says("I", finish="error"), calls(WRITE), FINISH)
    assert events[-1].type == "run_finished"
    assert len(server.requests) == 3


async def test_answers_that_leave_the_conversation_no_room_are_freed(bench: Bench) -> None:
    words = (
        "'max_tokens' is too large: 50000. This model's maximum context length is 32768 tokens and"
        " your request has 9000 input tokens (50000 > 32768 - 9000)."
    )
    events, server = await play(bench, calls(WRITE), refuses(400, words), FINISH, max_tokens=50_000)
    assert events[-1].type == "run_finished"
    assert [request.get("max_tokens") for request in server.requests] == [50_000, 50_000, None]
    assert "max_completion_tokens" not in server.requests[-1]


def whole_answer(message: JSON, finish: str | None = "stop", **beside: object) -> Reply:
    choice = {"index": 0, "finish_reason": finish, "message": message}
    return Reply(body={"choices": [choice], **beside})


@pytest.mark.parametrize(
    "reply",
    [
        whole_answer({"content": "Hello"}),
        whole_answer({"content": "Hello"}, "eos"),
        whole_answer({"role": "assistant", "content": [{"type": "text", "text": "Hello"}]}, None),
        whole_answer({"content": "Hello"}, usage={"prompt_tokens": "many"}),
        Reply(pieces=({"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]},)),
    ],
)
async def test_a_whole_answer_is_read_as_it_comes(tmp_path: Path, reply: Reply) -> None:
    mockup = Mockup("a", "0" * 64, photo(tmp_path, 64), 64, 64, 1.0)
    transcript = Transcript(Task((mockup,), "html-css", "", Limits()))
    with stand_in(reply, reply) as server:
        model = ClientModel(endpoint_of(server))
        said = [chunk async for chunk in model.turn(transcript, (), FileBlobs(tmp_path / "b"))]
    assert next(one for one in said if not isinstance(one, RequestChunk)) == TextChunk("Hello")


async def test_a_whole_answers_calls_may_lack_ids_and_hold_objects(bench: Bench) -> None:
    calls_made = [
        {"id": None, "function": {"name": "write_file", "arguments": WRITE[1]}},
        {"id": None, "function": {"name": "compare", "arguments": ""}},
        {"id": None, "function": {"name": "compare", "arguments": ""}},
    ]
    whole = whole_answer({"content": None, "tool_calls": calls_made}, "tool_calls")
    events, _ = await play(bench, whole, whole, whole_answer({"content": "Done."}))
    first = next(event for event in events if isinstance(event, TurnFinished))
    assert [call.name for call in first.calls] == ["write_file", "compare", "compare"]


async def test_an_error_in_place_of_a_whole_answer_is_told(tmp_path: Path) -> None:
    mockup = Mockup("a", "0" * 64, photo(tmp_path, 64), 64, 64, 1.0)
    transcript = Transcript(Task((mockup,), "html-css", "", Limits()))
    told = Reply(body={"error": {"message": "Your plan holds no such model", "code": 402}})
    with stand_in(*[told] * 4) as server:
        model = ClientModel(endpoint_of(server))
        with pytest.raises(ModelFailed, match="Your plan holds no such model"):
            _ = [chunk async for chunk in model.turn(transcript, (), FileBlobs(tmp_path / "b"))]


async def test_arguments_that_are_written_into_a_string_are_read(bench: Bench) -> None:
    piece = {
        "index": 0,
        "id": "a",
        "type": "function",
        "function": {"name": "write_file", "arguments": json.dumps(json.dumps(WRITE[1]))},
    }
    last = {
        **piece,
        "id": "b",
        "function": {"name": "finish", "arguments": json.dumps('{"revision": 1}')},
    }
    doubled, done = (
        Reply(pieces=(delta(tool_calls=[one]), *ending("tool_calls"))) for one in (piece, last)
    )
    events, _ = await play(bench, doubled, done)
    assert events[-1] == RunFinished(reason="finished", best_revision=1)


async def test_a_server_that_streams_and_once_sends_nothing_goes_on_streaming(bench: Bench) -> None:
    nothing = Reply(raw=b"data: [DONE]\n\n")
    events, server = await play(bench, FIRST, nothing, FINISH)
    assert events[-1] == RunFinished(reason="finished", best_revision=1)
    assert [request.get("stream") for request in server.requests] == [True, True, True]


async def turns_of(bench: Bench, *replies: Reply) -> list[TurnFinished]:
    events, _ = await play(bench, *replies, says("That is all."), says("Really."))
    return [event for event in events if isinstance(event, TurnFinished)]


async def test_a_call_in_the_text_is_no_word_of_the_models(bench: Bench) -> None:
    call = json.dumps({"name": "write_file", "arguments": WRITE[1]})
    tagged = says("I write it", ".\n<tool", f"_call>{call}</tool_call>", "\nSo.")
    first, *_ = await turns_of(bench, tagged)
    assert first.text.split() == ["I", "write", "it.", "So."]
    assert len(first.calls) == 1


async def test_bare_json_that_is_a_call_is_not_said_and_other_json_is(bench: Bench) -> None:
    call = json.dumps({"name": "write_file", "arguments": WRITE[1]})
    first, second, *_ = await turns_of(bench, says(call[:9], call[9:]), says('{"colours": ', "3}"))
    assert (first.text, len(first.calls)) == ("", 1)
    assert (second.text, second.calls) == ('{"colours": 3}', ())


@pytest.mark.parametrize("text", ["a < b", "a <tool", "<tool_call> is a tag", "`code`", "  {", ""])
async def test_what_was_held_back_for_a_call_is_said_where_it_is_none(text: str) -> None:
    answer = Answer(frozenset(), {"compare"})
    pieces = [delta(content=letter) for letter in text]
    chunks = [
        chunk
        for piece in (*pieces, *ending("stop"))
        for chunk in answer.add(ChatCompletionChunk.model_validate(piece))
    ]
    chunks += answer.finish()
    assert "".join(chunk.text for chunk in chunks if isinstance(chunk, TextChunk)) == text


async def test_older_pictures_that_are_left_out_stay_with_their_results(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path / "blobs")
    Image.new("RGB", (20, 20), "teal").save(tmp_path / "a.png")
    part = ImagePart(sha256=blobs.put((tmp_path / "a.png").read_bytes()), width=20, height=20)
    mockup = Mockup("a", "0" * 64, tmp_path / "a.png", 20, 20, 1.0)
    turns = []
    for number in range(12):
        call = ToolCall(id=f"functions.render:{number}", name="render", arguments="{}")
        turns.append(Turn("", "", (call,), (ToolOutcome(call, True, (part,)),)))
    transcript = Transcript(Task((mockup,), "html-css", "", Limits()), tuple(turns))
    strict = write_messages(transcript, blobs, Style(strict_roles=True))
    assert [one["role"] for one in strict] == ["system", "user", *(["assistant", "tool"] * 12)]
    assert "is left out" in json.dumps(strict)


async def test_what_is_no_call_for_certain_is_said_at_once() -> None:
    text = HeldText()
    assert text.feed("I write it.<tool_call>") == "I write it."
    assert text.feed("{") == ""
    assert text.held == "<tool_call>{"
