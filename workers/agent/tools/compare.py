"""compare: every page beside its mockup, measured."""

import asyncio
import json
import time
from typing import ClassVar

from webapp.studio.events import ComparisonFinished, PageResult, Score, TextPart
from workers.agent.protocols import Params, ToolResult, page_of
from workers.agent.tools.context import ContextTool, ToolContext, description_of, request_for
from workers.imaging import encode_png
from workers.scoring import PageView, compare, mean_score, view_of_mockup, view_of_render

MAX_REGIONS = 8


class CompareParams(Params):
    pass


class Compare(ContextTool):
    name = "compare"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = CompareParams

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._views: dict[int, PageView] = {}

    async def __call__(self, params: Params) -> ToolResult:
        started = time.monotonic()
        indices = range(len(self._context.task.mockups))
        pages = tuple([await self._measure(index) for index in indices])
        score = mean_score([page.score for page in pages])
        event = ComparisonFinished(
            pages=pages, score=score, seconds=round(time.monotonic() - started, 3)
        )
        return ToolResult(
            (
                *(page.screenshot for page in pages),
                *(page.heat_map for page in pages),
                TextPart(text=_report(score, pages)),
            ),
            for_ui=f"Match {score.total:.1%}",
            events=(event,),
        )

    async def _measure(self, index: int) -> PageResult:
        context = self._context
        mockup = context.mockup(index)
        shot = await context.render(request_for(mockup, index))
        wanted = await self._view(index)
        comparison = await asyncio.to_thread(lambda: compare(wanted, view_of_render(shot)))
        heat_map = await asyncio.to_thread(encode_png, comparison.heat_map)
        return PageResult(
            mockup_index=index,
            page=page_of(index),
            screenshot=await asyncio.to_thread(context.keep, shot.png),
            heat_map=await asyncio.to_thread(context.keep, heat_map),
            score=comparison.score,
        )

    async def _view(self, index: int) -> PageView:
        """What the mockup shows; its text is read once."""
        if index not in self._views:
            image = await self._context.image(index)
            runs = await asyncio.to_thread(self._context.read_text, image)
            scale = self._context.mockup(index).scale
            self._views[index] = await asyncio.to_thread(view_of_mockup, image, scale, runs)
        return self._views[index]


def _report(score: Score, pages: tuple[PageResult, ...]) -> str:
    """JSON: the mean score, and for each page its own with the worst regions in CSS pixels."""
    report = {
        "score": _numbers(score),
        "pages": [
            {
                "page": page.page,
                "score": _numbers(page.score),
                "worst_regions": [
                    {
                        "name": region.name,
                        "score": round(region.score, 3),
                        "rect": [round(side) for side in region.rect.model_dump().values()],
                    }
                    for region in page.score.regions[:MAX_REGIONS]
                ],
            }
            for page in pages
        ],
    }
    return json.dumps(report)


def _numbers(score: Score) -> dict[str, float | None]:
    numbers: dict[str, float | None] = {"total": round(score.total, 4)}
    for name, part in score.parts.items():
        numbers[name] = None if part is None else round(part, 4)
    numbers["picture_penalty"] = round(score.picture_penalty, 4)
    return numbers
