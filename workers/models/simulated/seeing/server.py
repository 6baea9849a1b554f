"""The model's HTTP side: `/v1/models` and `/v1/chat/completions`, streamed and not."""

import json
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from workers.models.simulated.seeing.conversation import JSON, read_conversation
from workers.models.simulated.seeing.pictures import BadPicture
from workers.models.simulated.seeing.policy import Answer, Behaviour, next_answer
from workers.models.simulated.seeing.questions import answer_question
from workers.models.simulated.seeing.wire import (
    MODEL,
    Refusal,
    Size,
    card,
    check_size,
    completion,
    pieces,
    size_of,
    usage_of,
)


@dataclass
class Service:
    """`context` in tokens; `pause`: seconds before each answer. The last request is kept for its
    size alone: what a server's cache would hold of the next."""

    context: int
    behaviour: Behaviour
    pause: float = 0.0
    _last: Size | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: JSON) -> tuple[Answer, Size, JSON]:
        """The answer, the request's size and the usage. Raises Refusal."""
        if request.get("model") != MODEL:
            raise Refusal(404, f"The model `{request.get('model')}` does not exist.", "not_found")
        if not isinstance(request.get("messages"), list) or not request["messages"]:
            raise Refusal(400, "messages: a list of at least one message is required")
        size = size_of(request)
        check_size(size, self.context)
        time.sleep(self.pause)
        try:
            conversation = read_conversation(request)
            answer = None if conversation.mockups else answer_question(request)
            answer = answer or next_answer(conversation, self.behaviour)
        except BadPicture as error:
            raise Refusal(400, f"Invalid image: {error}", "invalid_image") from None
        with self._turn:
            earlier, self._last = self._last, size
        return answer, size, usage_of(size, earlier, answer)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def do_GET(self) -> None:
        if self.path == "/v1/models":
            self._send(200, {"object": "list", "data": [card(self.service.context)]})
        else:
            self._send(404, Refusal(404, f"There is no {self.path}.").body)

    def do_POST(self) -> None:
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path != "/v1/chat/completions":
                raise Refusal(404, f"There is no {self.path}.")
            self._answer(_parsed(body))
        except Refusal as refusal:
            self._send(refusal.status, refusal.body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the other side hung up

    def _answer(self, request: JSON) -> None:
        answer, size, usage = self.service.answer(request)
        if not request.get("stream"):
            self._send(200, completion(answer, size, usage))
            return
        options = request.get("stream_options")
        with_usage = isinstance(options, dict) and options.get("include_usage")
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces(answer, size, usage if with_usage else None):
            self._chunk(b"data: " + json.dumps(piece).encode() + b"\n\n")
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _send(self, status: int, body: JSON) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client may hang up
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def make_server(service: Service, port: int = 0) -> ThreadingHTTPServer:
    """On loopback alone; port 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"service": service})
    return _Server(("127.0.0.1", port), handler)


def _parsed(body: bytes) -> JSON:
    try:
        request = json.loads(body)
    except ValueError as error:
        raise Refusal(400, f"The body is not JSON: {error}") from None
    if not isinstance(request, dict):
        raise Refusal(400, "The body is no JSON object.")
    return request
