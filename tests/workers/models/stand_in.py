"""An OpenAI-compatible endpoint on loopback that plays scripted answers and records requests."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """How one request is answered: a status with a body, or a stream of pieces.

    `cut`: the connection breaks after the pieces. `pause`: seconds before each piece. `done`: the
    stream tells its end.
    """

    status: int = 200
    body: JSON = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[JSON, ...] = ()
    raw: bytes | None = None  # sent as it is in place of the pieces
    cut: bool = False
    pause: float = 0.0
    done: bool = True


def says(*texts: str, finish: str = "stop") -> Reply:
    return Reply(pieces=(*(delta(content=text) for text in texts), *ending(finish)))


def thinks(*texts: str, name: str = "reasoning_content") -> Reply:
    return Reply(pieces=(*(delta(**{name: text}) for text in texts), *ending("stop")))


def calls(
    *named: tuple[str, JSON],
    thought: str = "",
    text: str = "",
    first: int = 0,
    size: int = 20,
    finish: object = "tool_calls",
) -> Reply:
    """Tool calls with Kimi's ids, counted from `first`, their arguments in pieces of `size`."""
    pieces = [delta(reasoning_content=thought)] if thought else []
    pieces += [delta(content=text)] if text else []
    for at, (name, arguments) in enumerate(named):
        pieces += call_pieces(
            at, f"functions.{name}:{first + at}", name, json.dumps(arguments), size
        )
    return Reply(pieces=(*pieces, *ending(finish)))


def call_pieces(index: int, identity: str, name: str, arguments: str, size: int = 20) -> list[JSON]:
    head = {"index": index, "id": identity, "type": "function", "function": {"name": name}}
    parts = [arguments[at : at + size] for at in range(0, len(arguments), size)]
    tail = [{"index": index, "function": {"arguments": part}} for part in parts]
    return [delta(tool_calls=[piece]) for piece in (head, *tail)]


def refuses(status: int, message: str, code: str | None = None, **headers: str) -> Reply:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Reply(status, {"error": {"message": message, "code": code}}, named)


def delta(**fields: Any) -> JSON:
    return _piece([{"index": 0, "delta": fields, "finish_reason": None}])


def ending(
    finish: object, prompt_tokens: int = 1000, completion_tokens: int = 50
) -> tuple[JSON, ...]:
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    return (
        _piece([{"index": 0, "delta": {}, "finish_reason": finish}]),
        {**_piece([]), "usage": usage},
    )


def _piece(choices: list[JSON]) -> JSON:
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "stand-in"}
    return {**head, "choices": choices}


@dataclass
class StandIn:
    """The endpoint while it runs. `requests` are the bodies of chat requests, `keys` what came as
    authorisation; `was_asked` is set by the first request, `hung_up` when a client went away
    during a stream. `leaves`: each connection is left after one request, which the client learns
    only when it sends another."""

    replies: list[Reply]
    models: list[JSON] | None
    answer: Callable[[JSON], Reply] | None = None  # to a request, in place of the replies
    list_reply: Reply | None = None  # to a request for the models, in place of their list
    pages: dict[str, JSON] = field(default_factory=dict)  # further ones, by path
    url: str = ""
    leaves: bool = False
    requests: list[JSON] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    was_asked: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)
    may_list: threading.Event = field(default_factory=threading.Event)  # models, when asked

    def next_reply(self) -> Reply:
        if self.answer is not None:
            return self.answer(self.requests[-1])
        return self.replies.pop(0) if self.replies else refuses(500, "no more replies")


@contextmanager
def stand_in(*replies: Reply, models: list[JSON] | None = None) -> Iterator[StandIn]:
    """Run the endpoint; each chat request takes the next reply."""
    state = StandIn(list(replies), models if models is not None else [{"id": "kimi-k2.5"}])
    state.may_list.set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(state: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        has_answered = False

        def parse_request(self) -> bool:
            if state.leaves and self.has_answered:
                self.close_connection = True
                return False
            self.has_answered = True
            return super().parse_request()

        def do_GET(self) -> None:
            state.may_list.wait(10)
            if self.path == "/v1/models" and state.list_reply is not None:
                self._send(state.list_reply)
            elif self.path == "/v1/models":
                self._send(Reply(200, {"object": "list", "data": state.models}))
            elif self.path in state.pages:
                self._send(Reply(200, state.pages[self.path]))
            else:
                self._send(refuses(404, "Not Found"))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append(body)
            state.keys.append(self.headers.get("Authorization", ""))
            state.was_asked.set()
            reply = state.next_reply() if self.path == "/v1/chat/completions" else None
            self._send(reply or refuses(404, "Not Found"))

        def _send(self, reply: Reply) -> None:
            is_stream = bool(reply.pieces or reply.raw is not None or reply.cut)
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if not is_stream:
                data = json.dumps(reply.body).encode()
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                return
            self.send_header("Content-Type", "text/event-stream")
            # a cut stream has no last chunk, which is how a client notices the cut
            self.send_header("Transfer-Encoding", "chunked")
            self.close_connection = True
            self.end_headers()
            try:
                self._stream(reply)
            except (BrokenPipeError, ConnectionResetError):
                state.hung_up.set()

        def _stream(self, reply: Reply) -> None:
            for piece in reply.pieces:
                time.sleep(reply.pause)
                self._chunk(b"data: " + json.dumps(piece).encode() + b"\n\n")
            if reply.raw is not None:
                self._chunk(reply.raw)
            if not reply.cut:
                if reply.done:
                    self._chunk(b"data: [DONE]\n\n")
                self.wfile.write(b"0\r\n\r\n")

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
