"""What a turn of a model is, bounded and storable, whatever it says."""

from webapp.studio.events import (
    ElementsFound,
    FileDelta,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    Usage,
)
from workers.agent.protocols import (
    CallChunk,
    Chunk,
    FileChunk,
    FoundChunk,
    ReasoningChunk,
    TextChunk,
    ThoughtEndChunk,
    UsageChunk,
)
from workers.agent.turn_builder import TurnBuilder, storable

LONGEST = 4_000_000  # characters of a turn
LONGEST_ID = 120


def call(identity: str, name: str = "render", arguments: str = "{}") -> CallChunk:
    return CallChunk(ToolCall(id=identity, name=name, arguments=arguments))


def built(*chunks: Chunk, taken: tuple[str, ...] = (), max_calls: int = 9) -> TurnBuilder:
    builder = TurnBuilder(3, taken, max_calls)
    for chunk in chunks:
        list(builder.add(chunk))
    return builder


def test_text_and_reasoning_are_joined_apart_and_shown_at_once() -> None:
    builder = TurnBuilder(3, (), 9)
    assert list(builder.add(TextChunk("a"))) == [TextDelta(text="a")]
    assert list(builder.add(ReasoningChunk("why"))) == [ReasoningDelta(text="why")]
    assert list(builder.add(FileChunk("x", "<p>", start=True))) == [
        FileDelta(path="x", text="<p>", start=True)
    ]
    assert list(builder.add(TextChunk("b"))) == [TextDelta(text="b")]
    turn = builder.finish()
    assert (turn.turn, turn.text, turn.reasoning, turn.calls) == (3, "ab", "why", ())


def test_what_is_found_is_shown_and_is_no_part_of_the_turn() -> None:
    builder = TurnBuilder(3, (), 9)
    found = ElementsFound(mockup_index=0, complete=True)
    assert list(builder.add(FoundChunk(found))) == [found]
    assert builder.finish() == TurnBuilder(3, (), 9).finish()


def test_usage_adds_up() -> None:
    usage = UsageChunk(Usage(input_tokens=10, output_tokens=3))
    assert built(usage, usage).finish().usage == Usage(input_tokens=20, output_tokens=6)


def test_calls_fill_a_turn_at_their_limit() -> None:
    assert not built(call("a"), max_calls=2).is_full()
    assert built(call("a"), call("b"), max_calls=2).is_full()


def test_a_turn_holds_so_many_characters_of_text_reasoning_and_arguments() -> None:
    half = "x" * (LONGEST // 2)
    builder = built(TextChunk(half), ReasoningChunk(half[1:]))
    assert not builder.is_full()
    (shown,) = builder.add(TextChunk("yz"))
    assert shown == TextDelta(text="y")
    assert builder.is_full()
    list(builder.add(call("a", arguments="{}")))
    assert builder.finish().calls[0].arguments == ""


def test_text_before_the_end_of_a_thought_was_thought() -> None:
    chunks = (ReasoningChunk("a"), TextChunk("b"), ThoughtEndChunk(), TextChunk("c"))
    turn = built(*chunks).finish()
    assert (turn.reasoning, turn.text) == ("ab", "c")


def test_an_id_that_is_missing_long_or_taken_is_replaced_by_turn_and_place() -> None:
    longest = "i" * LONGEST_ID
    chunks = (call(""), call("old"), call("a"), call("a"), call(longest), call(longest + "i"))
    ids = [one.id for one in built(*chunks, taken=("old",)).finish().calls]
    assert ids == ["3-1", "3-2", "a", "3-4", longest, "3-6"]


def test_what_no_database_holds_is_replaced() -> None:
    assert storable("a\x00b\ud800c") == "a\ufffdb?c"
    (one,) = built(call("i\x00", name="n\x00" * LONGEST_ID, arguments="\x00")).finish().calls
    assert (one.id, one.arguments) == ("i\ufffd", "\ufffd")
    assert one.name == "n\ufffd" * (LONGEST_ID // 2)
