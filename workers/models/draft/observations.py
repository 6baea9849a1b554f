"""What a transcript shows of the renders: pictures, where text came to lie, and scores."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from webapp.studio.events import ImagePart, TextPart
from workers.agent.protocols import ToolOutcome, Transcript, Turn
from workers.drafting.repair.offsets import RenderedText


class _RenderReport(BaseModel):
    """What is looked at of a render's report: [text, x, y, width, height] in CSS pixels."""

    texts: tuple[tuple[str, float, float, float, float], ...] = ()


class _Total(BaseModel):
    total: float


class _ComparisonReport(BaseModel):
    score: _Total


class _RenderCall(BaseModel):
    page: str = "index.html"


@dataclass(frozen=True)
class Observation:
    """One measured version: a screenshot and the texts of each page, in mockup order."""

    screenshots: tuple[str, ...]  # SHA-256
    texts: tuple[tuple[RenderedText, ...], ...]
    score: float


def read_observations(transcript: Transcript) -> list[Observation]:
    """Every version that was compared, oldest first."""
    pages = transcript.task.pages()
    return [seen for turn in transcript.turns for seen in _of_turn(turn, pages)]


def _of_turn(turn: Turn, pages: tuple[str, ...]) -> Iterator[Observation]:
    texts: dict[str, tuple[RenderedText, ...]] = {}
    for outcome in turn.outcomes:
        if not outcome.ok:
            continue
        try:
            if outcome.call.name == "render":
                call = _RenderCall.model_validate_json(outcome.call.arguments)
                report = _RenderReport.model_validate_json(_text(outcome))
                texts[call.page] = tuple(RenderedText(*each) for each in report.texts)
            elif outcome.call.name == "compare":
                yield _comparison(outcome, tuple(texts.get(page, ()) for page in pages))
        except ValidationError:
            continue


def _comparison(outcome: ToolOutcome, texts: tuple[tuple[RenderedText, ...], ...]) -> Observation:
    pictures = [part.sha256 for part in outcome.parts if isinstance(part, ImagePart)]
    report = _ComparisonReport.model_validate_json(_text(outcome))
    return Observation(tuple(pictures[: len(texts)]), texts, report.score.total)


def _text(outcome: ToolOutcome) -> str:
    """What the tool said; what the loop has to say comes after it."""
    return next((part.text for part in outcome.parts if isinstance(part, TextPart)), "")
