"""Tool calls and thoughts in raw markup, cut into any chunks."""

from itertools import groupby, pairwise
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from workers.models.endpoint.markup import MarkupReader, Span

ANSWER = (
    "<think>The header < nav > is dark.</think>I write it.\n"
    "<|tool_calls_section_begin|>\n"
    "<|tool_call_begin|> functions.write_file:0 <|tool_call_argument_begin|>"
    '{"path": "a.html", "content": "<think>|</think><|x|>"}<|tool_call_end|>\n'
    "<|tool_call_begin|>functions.compare:1<|tool_call_argument_begin|>{}<|tool_call_end|>\n"
    "<|tool_calls_section_end|> Then we <|see"
)
SPANS = [
    Span("thought", "The header < nav > is dark."),
    Span("text", "I write it.\n"),
    Span("call", "functions.write_file:0"),
    Span("arguments", '{"path": "a.html", "content": "<think>|</think><|x|>"}'),
    Span("end"),
    Span("call", "functions.compare:1"),
    Span("arguments", "{}"),
    Span("end"),
    Span("text", " Then we <|see"),
]


def read(*chunks: str, plain: Literal["text", "thought"] = "text") -> list[Span]:
    """The spans, neighbours of one kind joined."""
    reader = MarkupReader(plain)
    spans = [span for chunk in chunks for span in reader.feed(chunk)]
    spans += reader.close()
    return [
        Span(kind, "".join(span.text for span in group))
        for kind, group in groupby(spans, lambda span: span.kind)
    ]


@given(st.lists(st.integers(1, len(ANSWER) - 1)))
def test_any_chunks_give_the_same_spans(cuts: list[int]) -> None:
    places = [0, *sorted(set(cuts)), len(ANSWER)]
    chunks = [ANSWER[start:end] for start, end in pairwise(places)]
    assert read(*chunks) == SPANS


def test_single_characters_give_the_same_spans() -> None:
    assert read(*ANSWER) == SPANS


@given(st.text(alphabet="<|>/ta ", max_size=60))
def test_text_without_marks_stays_as_it_is(text: str) -> None:
    assert "".join(span.text for span in read(*text)) == text


def test_text_is_not_held_back_longer_than_a_mark_may_take() -> None:
    reader = MarkupReader()
    assert list(reader.feed("a < b <|tool_c")) == [Span("text", "a < b ")]
    assert list(reader.feed("at|>")) == [Span("text", "<|tool_cat|>")]


def test_a_call_without_its_section_is_a_call() -> None:
    raw = "<|tool_call_begin|>functions.finish:2<|tool_call_argument_begin|>{}<|tool_call_end|>"
    assert [span.kind for span in read(raw)] == ["call", "arguments", "end"]


def test_the_singular_section_mark_is_known() -> None:
    raw = "A<|tool_call_section_begin|>B<|tool_call_section_end|>C"
    assert read(raw) == [Span("text", "AC")]


def test_an_end_of_thought_without_a_beginning_is_told_once() -> None:
    said = [Span("text", "Hm."), Span("thought_end"), Span("text", "A page.")]
    assert read("Hm.</think>A page.") == said
    assert read("Hm.</think>A</think> page.") == said


def test_an_end_of_thought_after_one_that_was_marked_is_dropped() -> None:
    assert read("<think>Hm.</think>A</think> page.") == [
        Span("thought", "Hm."),
        Span("text", "A page."),
    ]
    assert read("Hm.</think> So.", plain="thought") == [Span("thought", "Hm. So.")]


def test_unmarked_reasoning_is_thought() -> None:
    assert read("Hm.", plain="thought") == [Span("thought", "Hm.")]


def test_a_call_that_never_ends_has_no_end() -> None:
    raw = '<|tool_call_begin|>functions.finish:2<|tool_call_argument_begin|>{"sum'
    assert [span.kind for span in read(raw)] == ["call", "arguments"]
