"""Answers without end: what bounds them is the size of a turn, or the idle timeout."""

import json
from random import Random

from bench.faults.answers import event, head_of, pieces, say
from bench.faults.fault import Fault, Kind
from bench.faults.wire import STREAM, Wire

_CHUNKED = STREAM + b"Transfer-Encoding: chunked\r\n\r\n"
_LARGE = 1 << 16  # characters of a piece


def thoughts(rng: Random) -> Fault:
    """thoughts without end"""
    return _endless(rng, event(_delta(reasoning_content="Wait, 页面. " * (_LARGE // 8))))


def text(rng: Random) -> Fault:
    """text without end, or white space"""
    word = rng.choice(("and so on 🙂 ", " ", "\n", "\u00a0"))
    return _endless(rng, event(_delta(content=word * (_LARGE // len(word)))))


def arguments(rng: Random) -> Fault:
    """a call's arguments without end"""
    begun = json.dumps({"path": "a.html", "content": ""})[:-2]
    first = {"index": 0, "id": "a", "function": {"name": "write_file", "arguments": begun}}
    piece = {"index": 0, "function": {"arguments": "<p>页面</p>" * (_LARGE // 8)}}
    head = event(_delta(tool_calls=[first]))
    return _endless(rng, event(_delta(tool_calls=[piece])), head)


def calls(rng: Random) -> Fault:
    """calls without end"""
    function = {"name": "compare", "arguments": "{}"}
    many = [{"index": at, "id": f"c{at}", "function": function} for at in range(400)]
    return _endless(rng, event(_delta(tool_calls=many)))


def keep_alives(rng: Random) -> Fault:
    """signs of life and no piece of an answer"""
    sign = rng.choice((b": keep-alive\n\n", b"\n", b'data: {"type": "ping"}\n\n', b"data: \n\n"))
    return _endless(rng, sign, code="model_unreachable", pause=0.02, idle_timeout=0.5)


def a_line(rng: Random) -> Fault:
    """one line without end"""
    return _endless(rng, b"x" * (1 << 20), b"data: ", code="model_failed")


def header_lines(rng: Random) -> Fault:
    """headers without end"""
    head = b"HTTP/1.1 200 OK\r\n"
    wire = Wire((head,), endless=b"X-More: 1\r\n", pause=0.02)
    return Fault((lambda _: wire,), code="model_unreachable", idle_timeout=0.3)


def _delta(**fields: object) -> dict[str, object]:
    return head_of([{"index": 0, "delta": fields, "finish_reason": None}])


def _endless(
    rng: Random,
    data: bytes,
    begun: bytes = b"",
    *,
    code: str = "",
    pause: float = 0.0,
    idle_timeout: float = 60.0,
) -> Fault:
    told = [event(piece) for piece in pieces(say(rng, 0))[: rng.choice((0, 4))]] + [begun]
    first = b"".join(told)
    writes = (_CHUNKED, b"%x\r\n%s\r\n" % (len(first), first)) if first else (_CHUNKED,)
    wire = Wire(writes, endless=b"%x\r\n%s\r\n" % (len(data), data), pause=pause)
    return Fault((lambda _: wire,), code=code, idle_timeout=idle_timeout)


KINDS: tuple[Kind, ...] = (thoughts, text, arguments, calls, keep_alives, a_line, header_lines)
