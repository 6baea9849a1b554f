"""Connections that break or fall silent, at a byte of every class."""

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from bench.faults.answers import DONE, body, event, pieces, say
from bench.faults.fault import Fault, Kind, then_proper
from bench.faults.wire import STREAM, Ending, Wire, cut, pieces_of

_ENDINGS: tuple[Ending, ...] = ("close", "reset")


def before_the_answer(rng: Random) -> Fault:
    """no byte of an answer comes"""
    wire = Wire((), rng.choice(_ENDINGS))
    return then_proper(rng, *[lambda _: wire] * rng.randint(1, 3))


def in_the_head(rng: Random) -> Fault:
    """the status line or the headers break off"""
    head = STREAM + b"Transfer-Encoding: chunked\r\n\r\n"
    wire = Wire((head[: rng.randrange(1, len(head))],), rng.choice(_ENDINGS))
    return then_proper(rng, lambda _: wire)


def before_the_first_piece(rng: Random) -> Fault:
    """headers, and no piece"""
    return _cut(rng, lambda data: [0])


def in_data(rng: Random) -> Fault:
    """inside `data:`"""
    # of a piece up to the one that tells the end: what comes after is not missed
    return _cut(
        rng, lambda data: [at for at in _inside(data, rb"data: ") if at < _ends_of(data)[-3]]
    )


def in_json(rng: Random) -> Fault:
    """inside a piece's JSON"""
    return _cut(rng, lambda data: _inside(data, rb"\{.*?\}\n"))


def in_a_character(rng: Random) -> Fault:
    """inside a character of several bytes"""
    return _cut(rng, lambda data: [at for at, byte in enumerate(data) if byte & 0xC0 == 0x80])


def in_a_call_id(rng: Random) -> Fault:
    """inside a call's id"""
    return _cut(rng, lambda data: _inside(data, rb"functions\.\w+:\d"))


def in_a_call_name(rng: Random) -> Fault:
    """inside a call's name"""
    return _cut(rng, lambda data: _inside(data, rb'"name": "\w+"'))


def in_arguments(rng: Random) -> Fault:
    """inside a call's arguments"""
    return _cut(rng, lambda data: _inside(data, rb'"arguments": "[^\n]{3,}?"\}'))


def between_pieces(rng: Random) -> Fault:
    """between two pieces"""
    return _cut(rng, lambda data: _ends_of(data)[:-3])


def before_done(rng: Random) -> Fault:
    """after the reason of the end, before or inside `[DONE]`"""
    return _cut(
        rng, lambda data: [*_ends_of(data)[-3:-1], len(data) - len(DONE) + 8], may_be_whole=True
    )


def after_done(rng: Random) -> Fault:
    """after `[DONE]`"""
    return _cut(rng, lambda data: [len(data) - 2, len(data) - 1, len(data)], may_be_whole=True)


def always(rng: Random) -> Fault:
    """every answer breaks off"""
    data = body(say(rng))
    writes = [data[: rng.choice(_ends_of(data)[:-3])]]
    ending = rng.choice(_ENDINGS)
    return Fault((lambda _: cut(writes, ending, chunked=True),), code="model_unreachable")


def silent_once(rng: Random) -> Fault:
    """an answer stops in the middle, its connection stays"""
    data = body(say(rng))
    place = rng.choice([0, rng.randrange(len(data) // 2), rng.randrange(len(data) // 2)])
    return then_proper(rng, lambda _: cut([data[:place]], "hang", chunked=True), idle_timeout=6.0)


def silent_after_done(rng: Random) -> Fault:
    """`[DONE]`, and the connection stays"""
    said, chunked = say(rng), rng.random() < 0.5
    wire = cut([body(said)], "hang", chunked=chunked)
    return Fault((lambda _: wire,), (said,), idle_timeout=6.0, requests=1)


def silent_always(rng: Random) -> Fault:
    """no answer comes, ever"""
    begun = [event(pieces(say(rng))[1])]
    wire = rng.choice((Wire((), "hang"), cut(begun, "hang", chunked=True)))
    return Fault((lambda _: wire,), code="model_unreachable", idle_timeout=0.2)


def _cut(rng: Random, places: Callable[[bytes], list[int]], *, may_be_whole: bool = False) -> Fault:
    """An answer that is cut at one of its bytes, at most three times, then another."""
    said = say(rng)
    data = body(said)
    place = rng.choice(places(data))
    chunked = rng.random() < 0.6
    ending: Ending = "reset" if rng.random() < 0.5 else "close"
    writes = list(pieces_of(data[:place], [rng.randrange(place + 1) for _ in range(3)]))
    times = rng.randint(1, 3) if chunked or ending == "reset" else 1
    fault = then_proper(rng, *[lambda _: cut(writes, ending, chunked=chunked)] * times)
    return replace(fault, accepts=(said, *fault.accepts)) if may_be_whole else fault


def _inside(data: bytes, pattern: bytes) -> list[int]:
    """The places inside whatever matches."""
    found = re.finditer(pattern, data)
    return [at for match in found for at in range(match.start() + 1, match.end())]


def _ends_of(data: bytes) -> list[int]:
    """Where each event ends; the last is `[DONE]`, before it the usage and the reason."""
    return [match.end() for match in re.finditer(rb"\n\n", data)]


KINDS: tuple[Kind, ...] = (
    before_the_answer,
    in_the_head,
    before_the_first_piece,
    in_data,
    in_json,
    in_a_character,
    in_a_call_id,
    in_a_call_name,
    in_arguments,
    between_pieces,
    before_done,
    after_done,
    always,
    silent_once,
    silent_after_done,
    silent_always,
)
