"""Streams that are whole, in bytes that a careless reader trips over."""

import gzip
import json
import zlib
from random import Random

from bench.faults.answers import DONE, Manner, Said, body, event, pieces, proper, say
from bench.faults.fault import Fault, Kind, then_proper
from bench.faults.wire import JSON, STREAM, Wire, cut, pieces_of, slowly, stream

_JUNK = (b"null", b"42", b'"text"', b"[]", b"{}", b'{"choices": "none"}', b'{"choices": [7, null]}',
         b'{"choices": [{"delta": "x"}]}', b'{"choices": [{"index": 0}]}',
         b'{"choices": [{"delta": {"tool_calls": "x", "content": {}}}]}',
         b'{"choices": [{"delta": {"tool_calls": [null, 3, {"function": "f"}]}}]}',
         b'{"type": "ping"}', b"")  # fmt: skip
_COMMENTS = (b": keep-alive\n\n", b":\n", b"event: message\n", b"id: 7\n", b"retry: 3000\n",
             b": OPENROUTER PROCESSING\n\n", b"\n", b"unknown: field\n")  # fmt: skip


def every_byte_alone(rng: Random) -> Fault:
    """every byte is a chunk"""
    said = say(rng, 1)
    data = body(said, Manner(size=200))
    start = rng.randrange(len(data) - 300)  # some hundred of them are as good as all
    return _whole(said, stream(*pieces_of(data, list(range(start, start + 300)))))


def cut_anywhere(rng: Random) -> Fault:
    """chunks end anywhere, characters are split"""
    said = say(rng)
    data = body(said)
    inside = [at for at, byte in enumerate(data) if byte & 0xC0 == 0x80]
    places = [*rng.sample(inside, min(30, len(inside))), *rng.sample(range(len(data)), 30)]
    return _whole(said, stream(*pieces_of(data, places), chunked=rng.random() < 0.5))


def other_line_ends(rng: Random) -> Fault:
    """lines end with CR LF or with CR"""
    said = say(rng)
    data = body(said).replace(b"\n", rng.choice((b"\r\n", b"\r")))
    places = [rng.randrange(len(data)) for _ in range(60)]
    return _whole(said, stream(*pieces_of(data, places)))


def comments(rng: Random) -> Fault:
    """comments, keep-alives and fields that mean nothing here"""
    said = say(rng)
    lines = [rng.choice(_COMMENTS) + event(piece) for piece in pieces(said)]
    return _whole(said, stream(*lines, DONE))


def no_last_blank_line(rng: Random) -> Fault:
    """the last event has no blank line after it"""
    said = say(rng)
    data = b"".join(map(event, pieces(said)[:-1]))  # the reason of the end is the last
    ends = (data + b"data: [DONE]", data + b"data: [DONE]\n", data[:-1], data[:-2])
    return _whole(said, stream(rng.choice(ends), chunked=rng.random() < 0.5))


def byte_order_mark(rng: Random) -> Fault:
    """the stream begins with a byte order mark"""
    said = say(rng)
    told = pieces(said)[1:]  # the first piece says something
    return _whole(said, stream(b"\xef\xbb\xbf" + b"".join(map(event, told)) + DONE))


def no_space(rng: Random) -> Fault:
    """no space after `data:`, or a piece over several lines of it"""
    said = say(rng)
    if rng.random() < 0.5:
        data = body(said).replace(b"data: ", b"data:")
    else:
        data = b"".join(_over_lines(piece) for piece in pieces(said)) + DONE
    return _whole(said, stream(data))


def slow(rng: Random) -> Fault:
    """it trickles, faster than it may fall silent"""
    said = say(rng, 1)
    data = body(said)
    wire = stream(*pieces_of(data, [rng.randrange(len(data)) for _ in range(12)]))
    return _whole(said, slowly(wire, 0.5), idle_timeout=4.0)


def other_content_type(rng: Random) -> Fault:
    """a stream that is said to be something else"""
    said = say(rng)
    named = rng.choice((b"text/plain", b"application/json", b"text/html; charset=latin-1", b""))
    head = STREAM.replace(b"text/event-stream", named)
    return _whole(said, stream(body(said), head=head))


def compressed(rng: Random) -> Fault:
    """a compressed stream"""
    said = say(rng)
    name, pack = rng.choice(((b"gzip", gzip.compress), (b"deflate", zlib.compress)))
    data = pack(body(said))
    places = [rng.randrange(len(data)) for _ in range(5)]
    head = STREAM + b"Content-Encoding: " + name + b"\r\n"
    return _whole(said, stream(*pieces_of(data, places), head=head))


def broken_compression(rng: Random) -> Fault:
    """once, a stream that is not compressed as it says, or whose compression breaks off"""
    data = body(say(rng))
    packed = gzip.compress(data)
    told = rng.choice((data, packed[: rng.randrange(12, len(packed) - 12)], b"\x1f\x8b" + data))
    head = STREAM + b"Content-Encoding: gzip\r\n"
    return then_proper(rng, lambda _: cut([told], "close", chunked=True, head=head, whole=True))


def junk_pieces(rng: Random) -> Fault:
    """pieces between that are JSON and no piece of an answer"""
    said = say(rng)
    lines = [event(piece) for piece in pieces(said)]
    for _ in range(6):
        lines.insert(rng.randrange(len(lines)), b"data: " + rng.choice(_JUNK) + b"\n\n")
    return _whole(said, stream(*lines, DONE))


def no_json(rng: Random) -> Fault:
    """once, a piece that is no JSON"""
    lines = [event(piece) for piece in pieces(say(rng))]
    broken = rng.choice((b"{oops", b"<html>", b'{"choices": [', b"NaN}", b"[" * 5000))
    lines.insert(rng.randrange(len(lines)), b"data: " + broken + b"\n\n")
    return then_proper(rng, lambda _: stream(*lines, DONE))


def no_utf8(rng: Random) -> Fault:
    """once, bytes that are no UTF-8"""
    lines = [event(piece) for piece in pieces(say(rng))]
    lines.insert(rng.randrange(len(lines)), b'data: {"a": "\xff\xfe\xc3"}\n\n')
    return then_proper(rng, lambda _: stream(*lines, DONE))


def bad_chunk_size(rng: Random) -> Fault:
    """once, a chunk's size that is no number, or smaller than the chunk"""
    data = body(say(rng))
    size = rng.choice((b"xyz", b"%x" % (len(data) // 2), b"-5"))
    head = STREAM + b"Transfer-Encoding: chunked\r\n\r\n"
    return then_proper(rng, lambda _: Wire((head + size + b"\r\n" + data + b"\r\n0\r\n\r\n",)))


def _over_lines(piece: object) -> bytes:
    lines = json.dumps(piece, ensure_ascii=False, indent=1).encode().splitlines()
    return b"".join(b"data: " + line + b"\n" for line in lines) + b"\n"


def _whole(said: Said, wire: Wire, idle_timeout: float = 60.0) -> Fault:
    """One that needs no second request; a whole answer is given where one is asked for."""

    def reply(request: JSON) -> Wire:
        return wire if request.get("stream") else proper(said)(request)

    return Fault((reply,), (said,), idle_timeout=idle_timeout, requests=1)


KINDS: tuple[Kind, ...] = (
    every_byte_alone,
    cut_anywhere,
    other_line_ends,
    comments,
    no_last_blank_line,
    byte_order_mark,
    no_space,
    slow,
    other_content_type,
    compressed,
    broken_compression,
    junk_pieces,
    no_json,
    no_utf8,
    bad_chunk_size,
)
