"""compare: every page beside its mockup, measured."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from webapp.studio.events import (
    ComparisonFinished,
    Deviation,
    Difference,
    ImagePart,
    PageResult,
    Rect,
    Score,
    TextPart,
)
from webapp.studio.values import COMPLAINTS, percent, unread_note
from workers.agent.protocols import Params, ToolResult
from workers.agent.selected import changed_outside
from workers.agent.tools.context import ContextTool, ToolContext, description_of, request_for
from workers.imaging import encode_png
from workers.scoring import (
    PageView,
    close_ups,
    compare,
    mean_score,
    overflow_at,
    view_of_mockup,
    view_of_render,
)

OUTSIDE = "{pages}. Put that back, unless the person asked for it."
MAX_REGIONS = 4
MAX_DIFFERENCES = 20


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
        measured = [await self._measure(index) for index in indices]
        pages = tuple(page for page, _ in measured)
        score = mean_score([page.score for page in pages])
        outside = await asyncio.to_thread(self._changed_outside)
        event = ComparisonFinished(
            pages=pages,
            score=score,
            seconds=round(time.monotonic() - started, 3),
            site=await self._context.site(),
        )
        return ToolResult(
            (
                *(page.screenshot for page in pages),
                *(page.heat_map for page in pages),
                *(near for _, near in measured if near is not None),
                TextPart(text=_report(score, pages, self._context.progress.deviations, outside)),
            ),
            for_ui=f"Match {percent(score.total)}"
            + (", changed outside the selected element too" if outside else ""),
            events=(event,),
        )

    async def _measure(self, index: int) -> tuple[PageResult, ImagePart | None]:
        """The page beside its mockup, and a picture of what is worst on both."""
        context = self._context
        mockup = context.mockup(index)
        request = request_for(mockup, context.task.page_of(index))
        shot = await context.render(replace(request, accessibility=context.accessibility))
        as_file = await context.render(replace(request, as_file=True))
        wanted = await self._view(index)
        drawn = await asyncio.to_thread(view_of_render, shot, as_file)
        narrow = [
            (width, await context.render(replace(request, width=width, scale=1.0)))
            for width in context.widths
            if width < request.width
        ]
        drawn = replace(drawn, problems=(*drawn.problems, *overflow_at(narrow)))
        deviations = [one for one in context.progress.deviations if one.mockup_index == index]
        comparison = await asyncio.to_thread(compare, wanted, drawn, deviations)
        heat_map = await asyncio.to_thread(encode_png, comparison.heat_map)
        result = PageResult(
            mockup_index=index,
            page=request.page,
            screenshot=await asyncio.to_thread(context.keep, shot.png),
            heat_map=await asyncio.to_thread(context.keep, heat_map),
            score=comparison.score,
        )
        worst = close_ups(wanted.image, drawn.image, comparison.differences, wanted.scale)
        if worst is None:
            return result, None
        return result, context.keep(await asyncio.to_thread(encode_png, worst))

    def _changed_outside(self) -> list[str]:
        """The pages that changed besides the element that the person's words are about."""
        workspace, progress = self._context.workspace, self._context.progress
        if progress.selection is None:
            return []
        pages = [
            file
            for file in progress.selected_in
            if file.path.endswith((".html", ".htm"))
            and not self._are_states(file.path, progress.selection.page)
        ]
        texts = {file.path: self._context.blobs.get(file.sha256) for file in pages}
        before = {path: text.decode("utf-8", "replace") for path, text in texts.items()}
        return changed_outside(
            progress.selection, before, lambda path: workspace.read(path).decode("utf-8", "replace")
        )

    def _are_states(self, page: str, other: str) -> bool:
        """Whether they are one page in two states: what changes on one changes on the other."""
        task = self._context.task
        numbered = enumerate(task.mockups)
        states = {task.page_of(at) for at, mockup in numbered if at == 0 or mockup.role == "state"}
        return page != other and {page, other} <= states

    async def _view(self, index: int) -> PageView:
        """What the mockup shows; its text is read once."""
        if index not in self._views:
            image = await self._context.image(index)
            runs = await asyncio.to_thread(self._context.find_text, image)
            scale = self._context.mockup(index).scale
            self._views[index] = await asyncio.to_thread(view_of_mockup, image, scale, runs)
        return self._views[index]


def _report(
    score: Score,
    pages: tuple[PageResult, ...],
    deviations: Sequence[Deviation],
    outside: Sequence[str],
) -> str:
    """JSON: the mean score, and for each page its own with what differs, in CSS pixels."""
    report = {
        "score": _numbers(score),
        **(
            {"changed_outside_selection": OUTSIDE.format(pages=", ".join(outside))}
            if outside
            else {}
        ),
        **({"not_measured": [one.reason for one in deviations]} if deviations else {}),
        "pages": [
            {
                "page": page.page,
                "mockup": page.mockup_index,
                "score": _numbers(page.score),
                **_unread(page.score.unread_lines),
                "differences": list(map(_told, _worth_telling(page.score.differences))),
                "worst_regions": [
                    {
                        "name": region.name,
                        "score": round(region.score, 3),
                        "rect": _sides(region.rect),
                    }
                    for region in page.score.regions[:MAX_REGIONS]
                ],
            }
            for page in pages
        ],
    }
    return json.dumps(report, ensure_ascii=False)


def _worth_telling(differences: Sequence[Difference]) -> list[Difference]:
    """The dearest, and whatever is wrong all the same."""
    seen = [one for one in differences if one.kind not in COMPLAINTS]
    complaints = [one for one in differences if one.kind in COMPLAINTS]
    return seen[:MAX_DIFFERENCES] + complaints


def _unread(lines: int) -> dict[str, str]:
    """What to know where OCR does not say which words the mockup has."""
    if not lines:
        return {}
    advice = "only pixels were compared. Write the words that you see, as text."
    return {"note": f"{unread_note(lines)}: {advice}"}


def _told(one: Difference) -> dict[str, object]:
    once = {"count"} if one.count == 1 else set[str]()
    told = one.model_dump(exclude={"rect", "cost", *once})
    return {**told, "rect": _sides(one.rect), "cost": one.cost}


def _sides(rect: Rect) -> list[int]:
    return [round(side) for side in rect.model_dump().values()]


def _numbers(score: Score) -> dict[str, float | None]:
    numbers: dict[str, float | None] = {"total": round(score.total, 4)}
    for name, part in score.parts.items():
        numbers[name] = None if part is None else round(part, 4)
    numbers["picture_penalty"] = round(score.picture_penalty, 4)
    return numbers
