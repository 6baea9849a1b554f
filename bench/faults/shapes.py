"""Answers that are whole, in shapes that no standard knows."""

import json
from dataclasses import replace
from random import Random

from bench.faults.answers import (
    DONE,
    Manner,
    Said,
    body,
    event,
    head_of,
    pieces,
    proper,
    say,
    whole,
)
from bench.faults.fault import Fault, Kind, then_proper
from bench.faults.wire import JSON, Wire, stream

_FINISHES = (None, "", "eos", "tool_use", 5, {"reason": "stop"}, ["stop"], "stop", "content_filter")
_USAGES: tuple[object, ...] = (
    None,
    {},
    "none",
    [],
    7,
    {"prompt_tokens": None, "completion_tokens": None},
    {"prompt_tokens": -5, "completion_tokens": -1, "total_tokens": -6},
    {"prompt_tokens": "900", "completion_tokens": "many"},
    {"prompt_tokens": 900.5, "completion_tokens": 1e30},
    {"prompt_tokens": [1], "completion_tokens": {}},
    {"total_tokens": 10},
)
_THOUGHTS = ("reasoning", "thinking", "thought", "reasoning_text", "details")


def ids(rng: Random) -> Fault:
    """ids missing, empty, all the same, numbers, or very long"""
    identity = rng.choice((..., None, "", "call_0", 7, "x" * 300))

    def call(piece: JSON, at: int, is_first: bool) -> JSON:
        told = {**piece, "id": identity} if is_first or rng_each else piece
        return {key: value for key, value in told.items() if value is not ...}

    rng_each = rng.random() < 0.3 and identity in (None, "", ...)
    return _spoken(say(rng), Manner(call=call))


def indices(rng: Random) -> Fault:
    """indices missing, all 0, from 1, with gaps, falling, or words"""
    number = rng.choice(
        (
            lambda at: ...,
            lambda at: None,
            lambda at: 0,
            lambda at: at + 1,
            lambda at: 3 * at,
            lambda at: 9 - at,
            str,
        )
    )

    def call(piece: JSON, at: int, is_first: bool) -> JSON:
        told = {**piece, "index": number(at)}
        return {key: value for key, value in told.items() if value is not ...}

    return _spoken(say(rng), Manner(call=call))


def no_ids_and_no_indices(rng: Random) -> Fault:
    """every call has index 0 and no id, and comes whole"""

    def call(piece: JSON, at: int, is_first: bool) -> JSON:
        return {**piece, "index": 0, "id": ""}

    return _spoken(say(rng), Manner(call=call, size=10_000))


def interleaved(rng: Random) -> Fault:
    """the pieces of several calls in turns"""
    said = say(rng, rng.randint(2, 4))
    told = pieces(said)
    calls: list[list[JSON]] = [[] for _ in said.calls]
    others = [piece for piece in told if not _call_in(piece)]
    for piece in told:
        if found := _call_in(piece):
            calls[found["index"]].append(piece)
    mixed = [call.pop(0) for call in calls]  # they begin in their order
    while any(calls):
        mixed.append(rng.choice([call for call in calls if call]).pop(0))
    lines = [event(piece) for piece in (*others[:-2], *mixed, *others[-2:])]
    return _once(said, stream(*lines, DONE))


def several_in_one_piece(rng: Random) -> Fault:
    """all calls, whole, in one piece"""
    said = say(rng)
    told = pieces(said, Manner(size=100_000))
    calls = [
        {
            "index": at,
            "id": f"functions.{name}:{at}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for at, (name, arguments) in enumerate(said.calls)
    ]
    one = head_of([{"index": 0, "delta": {"tool_calls": calls}, "finish_reason": None}])
    kept = [piece for piece in told if not _call_in(piece)]
    lines = [event(piece) for piece in (*kept[:-2], one, *kept[-2:])]
    return _once(said, stream(*lines, DONE))


def repeated_name(rng: Random) -> Fault:
    """the name and the id with every piece of a call"""
    said = say(rng)
    with_id = rng.random() < 0.5

    def call(piece: JSON, at: int, is_first: bool) -> JSON:
        name = said.calls[at][0]
        told = {**piece, "function": {"name": name, **piece["function"]}}
        return {**told, "id": f"functions.{name}:{at}"} if with_id else told

    return _spoken(said, Manner(call=call))


def split_name(rng: Random) -> Fault:
    """a name in two pieces"""
    said = say(rng)
    lines = []
    for piece in pieces(said):
        found = _call_in(piece)
        name = found["function"].get("name") if found else None
        if not name:
            lines.append(event(piece))
            continue
        at = rng.randrange(1, len(name))
        rest = {"index": found["index"], "function": {"name": name[at:]}}
        for told in ({**found, "function": {"name": name[:at], "arguments": ""}}, rest):
            delta = {"tool_calls": [told]}
            lines.append(event(head_of([{"index": 0, "delta": delta, "finish_reason": None}])))
    return _once(said, stream(*lines, DONE))


def arguments_as_an_object(rng: Random) -> Fault:
    """arguments as JSON itself, or written into a string twice"""
    twice = rng.random() < 0.5

    def call(piece: JSON, at: int, is_first: bool) -> JSON:
        function = dict(piece["function"])
        if is_first:
            function.pop("arguments", None)
        elif twice:
            function["arguments"] = json.dumps(function["arguments"])
        else:
            function["arguments"] = json.loads(function["arguments"])
        return {**piece, "function": function}

    return _spoken(replace(say(rng), is_loose=True), Manner(call=call, size=100_000))


def arguments_of_no_size(rng: Random) -> Fault:
    """calls without arguments: empty, null, missing, in braces"""
    given: object = rng.choice(("", None, ..., {}, "{}", " {} "))
    names = [rng.choice(("compare", "finish")) for _ in range(rng.randint(1, 3))]
    said = replace(say(rng, 0), calls=tuple((name, "{}") for name in names), is_loose=True)
    told = pieces(said)
    lines = []
    for piece in told:
        found = _call_in(piece)
        if found and "name" not in found["function"]:
            continue
        if found:
            found["function"].pop("arguments")
            if given is not ...:
                found["function"]["arguments"] = given
        lines.append(event(piece))
    return _once(said, stream(*lines, DONE))


def finish_reasons(rng: Random) -> Fault:
    """the reason of the end unknown, null, missing or no word"""
    said = say(rng)
    finish = rng.choice(_FINISHES)
    fault = _again(said, Manner(finish=finish))
    if finish == "content_filter" and not said.calls:
        return replace(fault, accepts=(), code="model_filtered", requests=4)
    return fault


def no_end(rng: Random) -> Fault:
    """a server that tells no end, neither reason nor `[DONE]`"""
    said = say(rng)
    lines = [event(piece) for piece in pieces(said)[:-2]]
    chunked = rng.random() < 0.5
    fault = _again(said, Manner())
    return replace(fault, replies=(lambda _: stream(*lines, chunked=chunked),))


def usages(rng: Random) -> Fault:
    """usage null, missing, negative, of other types"""
    return _spoken(say(rng), Manner(usage=rng.choice(_USAGES)))


def usage_everywhere(rng: Random) -> Fault:
    """usage with every piece"""
    usage = {"prompt_tokens": 900, "completion_tokens": 3, "total_tokens": 903}
    return _spoken(say(rng), Manner(piece=lambda piece: {**piece, "usage": usage}))


def several_choices(rng: Random) -> Fault:
    """a second choice in every piece, or pieces with none"""
    said, other = say(rng), say(rng, 1)
    if rng.random() < 0.4:
        none: object = rng.choice(([], None, ...))
        empty = {key: value for key, value in (head_of([]) | {"choices": none}).items()
                 if value is not ...}  # fmt: skip
        lines = [event(empty) + event(piece) for piece in pieces(said)]
        return _once(said, stream(*lines, DONE))
    second = [
        head_of([{**choice, "index": 1} for choice in piece["choices"]]) for piece in pieces(other)
    ]
    lines = [event(piece) for piece in pieces(said)]
    for piece in second[:-1]:
        lines.insert(rng.randrange(1, len(lines)), event(piece))
    return _once(said, stream(*lines, DONE))


def content_as_a_list(rng: Random) -> Fault:
    """content, and perhaps thoughts, as a list of parts"""
    with_thoughts = rng.random() < 0.5

    def delta(told: JSON) -> JSON:
        if told.get("content"):
            return {"content": [{"type": "text", "text": told["content"]}]}
        if with_thoughts and told.get("reasoning_content"):
            words = [{"type": "text", "text": told["reasoning_content"]}]
            return {"content": [{"type": "thinking", "thinking": words}]}
        return told

    return _spoken(say(rng), Manner(delta=delta))


def content_of_nothing(rng: Random) -> Fault:
    """content null or empty, and all members, in every piece"""
    nothing: object = rng.choice((None, "", []))
    every = {"content": nothing, "reasoning_content": None, "tool_calls": rng.choice((None, []))}
    every |= {"role": "assistant", "refusal": None, "function_call": None, "audio": None}
    return _spoken(say(rng), Manner(delta=lambda told: {**every, **told}))


def other_names_of_thoughts(rng: Random) -> Fault:
    """thoughts under another name, or under two"""
    name = rng.choice(_THOUGHTS)

    def delta(told: JSON) -> JSON:
        thought = told.get("reasoning_content")
        if thought is None:
            return told
        detail = {"type": "reasoning.text", "text": thought, "index": 0}
        if name == "details":
            return {"reasoning_details": [detail]}
        if rng_both:
            return {name: thought, "reasoning_content": thought, "reasoning_details": [detail]}
        return {name: thought}

    rng_both = rng.random() < 0.3
    return _spoken(say(rng), Manner(delta=delta))


def answer_repeated(rng: Random) -> Fault:
    """at the end the calls, or the whole message, again"""
    said = say(rng)
    told = pieces(said)
    calls = [
        {"index": at, "id": f"functions.{name}:{at}", "type": "function",
         "function": {"name": name, "arguments": arguments}}
        for at, (name, arguments) in enumerate(said.calls)
    ]  # fmt: skip
    message = {"role": "assistant", "content": said.text, "tool_calls": calls}
    last = rng.choice(({"delta": {"tool_calls": calls}}, {"delta": {}, "message": message}))
    again = head_of([{"index": 0, "finish_reason": "tool_calls", **last}])
    lines = [event(piece) for piece in (*told[:-2], again, *told[-2:])]
    return _once(said, stream(*lines, DONE))


def whole_answer(rng: Random) -> Fault:
    """one piece of JSON in place of a stream, whatever is asked for"""
    said = say(rng)
    return Fault((whole(said),), (said,), requests=2)


def filtered(rng: Random) -> Fault:
    """once, an answer with nothing in it"""
    empty = Said("I see.", rng.choice(("", "\n \n")), ())
    finish = rng.choice(("content_filter", "stop", "length"))
    return then_proper(rng, proper(empty, Manner(finish=finish)))


def output_limit(rng: Random) -> Fault:
    """two answers in a row are cut at the output limit"""
    told = pieces(say(rng), Manner(finish="length"))
    kept = rng.randrange(len(told) // 2, len(told) - 2)
    lines = [event(piece) for piece in (*told[:kept], *told[-2:])]
    return Fault((lambda _: stream(*lines, DONE),), code="model_output_limit", turns=2)


def _call_in(piece: JSON) -> JSON:
    for choice in piece["choices"]:
        for call in choice["delta"].get("tool_calls", ()):
            found: JSON = call
            return found
    return {}


def _spoken(said: Said, manner: Manner) -> Fault:
    return _once(said, stream(body(said, manner)))


def _once(said: Said, wire: Wire) -> Fault:
    """Understood as it is, without another request."""

    def reply(request: JSON) -> Wire:
        return wire if request.get("stream") else whole(said)(request)

    return Fault((reply,), (said,), requests=1)


def _again(said: Said, manner: Manner) -> Fault:
    """Always so, and perhaps asked for once more."""
    return Fault((proper(said, manner),), (said,), requests=2)


KINDS: tuple[Kind, ...] = (
    ids,
    indices,
    no_ids_and_no_indices,
    interleaved,
    several_in_one_piece,
    repeated_name,
    split_name,
    arguments_as_an_object,
    arguments_of_no_size,
    finish_reasons,
    no_end,
    usages,
    usage_everywhere,
    several_choices,
    content_as_a_list,
    content_of_nothing,
    other_names_of_thoughts,
    answer_repeated,
    whole_answer,
    filtered,
    output_limit,
)
