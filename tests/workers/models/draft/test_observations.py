"""What the draft model sees in a transcript."""

import json
from dataclasses import replace
from pathlib import Path

from webapp.studio.events import ImagePart, Limits, TextPart, ToolCall
from workers.agent.protocols import Mockup, Task, ToolOutcome, Transcript, Turn
from workers.drafting.repair.offsets import RenderedText
from workers.models.draft.observations import read_observations


def transcript(*outcomes: ToolOutcome) -> Transcript:
    mockup = Mockup("a", "0" * 64, Path("mockup.png"), 300, 200, 1.0)
    turn = Turn("", "", tuple(outcome.call for outcome in outcomes), outcomes)
    return Transcript(Task((mockup,), "html-css", "", Limits()), (turn,))


def outcome(name: str, arguments: str, report: object, ok: bool = True) -> ToolOutcome:
    call = ToolCall(id=name, name=name, arguments=arguments)
    picture = ImagePart(sha256="a" * 64, width=300, height=200)
    return ToolOutcome(call, ok, (picture, TextPart(text=json.dumps(report))))


def test_a_comparison_is_seen_with_the_texts_of_the_render_before_it() -> None:
    rendered = outcome("render", "{}", {"texts": [["Hello", 1, 2, 3, 4]], "overflow_px": 0})
    compared = outcome("compare", "{}", {"score": {"total": 0.9, "block": 1.0}, "pages": []})
    notice = TextPart(text="The last 3 revisions did not raise the score.")
    compared = replace(compared, parts=(*compared.parts, notice))
    [observation] = read_observations(transcript(rendered, compared))
    assert observation.score == 0.9
    assert observation.screenshots == ("a" * 64,)
    assert observation.texts == ((RenderedText("Hello", 1, 2, 3, 4),),)


def test_a_comparison_that_failed_or_reads_oddly_is_not_seen() -> None:
    failed = outcome("compare", "{}", {"score": {"total": 0.9}}, ok=False)
    odd = outcome("compare", "{}", ["what"])
    assert read_observations(transcript(failed, odd)) == []
