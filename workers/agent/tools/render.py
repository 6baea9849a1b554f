"""render: a picture of a page, with what the browser complains about."""

import asyncio
import json
from typing import ClassVar

from pydantic import Field

from webapp.studio.events import Rect, RenderFinished
from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of, request_for, text_result
from workers.agent.workspace import WorkspaceError
from workers.shot import RenderRequest, Shot

MAX_TEXTS = 400
MAX_PROBLEMS = 20
MAX_REGION = 16_000_000  # image pixels; a model reads a fifth of that


class Region(Params):
    """A rectangle of the page in CSS pixels."""

    x: float = Field(ge=0)
    y: float = Field(ge=0)
    width: float = Field(gt=0, le=4096)
    height: float = Field(gt=0, le=20_000)


class RenderParams(Params):
    page: str = Field(default="index.html", description="relative path of the page")
    width: int | None = Field(default=None, ge=64, le=4096, description="viewport, CSS pixels")
    height: int | None = Field(default=None, ge=64, le=20_000, description="viewport, CSS pixels")
    full_page: bool = Field(default=True, description="the whole page, not only the viewport")
    region: Region | None = Field(default=None, description="only this part of the page")


class Render(ContextTool):
    name = "render"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = RenderParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, RenderParams)
        shot = await self._context.render(self._request(params))
        image = await asyncio.to_thread(self._context.keep, shot.png)
        event = RenderFinished(
            page=params.page,
            screenshot=image,
            scale=shot.scale,
            console_errors=shot.console_errors[:MAX_PROBLEMS],
            failed_requests=shot.failed_requests[:MAX_PROBLEMS],
            overflow_px=shot.overflow_px,
            seconds=round(shot.seconds, 3),
        )
        result = text_result(_report(shot), f"Rendered {params.page}", image)
        return ToolResult(result.for_model, result.for_ui, events=(event,))

    def _request(self, params: RenderParams) -> RenderRequest:
        """Sizes left out are those of the page's own mockup; of several, the first or the one of
        this width."""
        task = self._context.task
        requests = list(map(request_for, task.mockups, task.pages()))
        of_page = [one for one in requests if one.page == params.page] or requests[:1]
        own = next((one for one in of_page if one.width == params.width), of_page[0])
        region = params.region
        if region is not None and region.width * region.height * own.scale**2 > MAX_REGION:
            size = f"{region.width:g} × {region.height:g}"
            raise WorkspaceError(
                f"A region of {size} is too large to look at. Choose a smaller part of the page."
            )
        return RenderRequest(
            page=params.page,
            width=params.width or own.width,
            height=params.height or own.height,
            scale=own.scale,
            full_page=params.full_page,
            region=Rect(**region.model_dump()) if region else None,
        )


def _report(shot: Shot) -> str:
    texts = [
        [text.text, *(round(side, 1) for side in text.rect.model_dump().values())]
        for text in shot.texts[:MAX_TEXTS]
    ]
    report = {
        "overflow_px": shot.overflow_px,
        "console_errors": shot.console_errors[:MAX_PROBLEMS],
        "failed_requests": shot.failed_requests[:MAX_PROBLEMS],
        "texts": texts,
    }
    return json.dumps(report, ensure_ascii=False)
