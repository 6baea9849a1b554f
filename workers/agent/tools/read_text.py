"""read_text: OCR of a mockup or of a part of it."""

import asyncio
import json
from typing import ClassVar

from pydantic import Field

from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of, text_result
from workers.agent.tools.crop import cut
from workers.imaging import Box, TextRun


class TextRegion(Params):
    x: int = Field(ge=0)
    y: int = Field(ge=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)


class ReadTextParams(Params):
    mockup: int = Field(default=0, ge=0, description="number of the mockup, from 0")
    region: TextRegion | None = Field(default=None, description="image pixels; left out: all of it")


class ReadText(ContextTool):
    name = "read_text"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = ReadTextParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, ReadTextParams)
        image = await self._context.image(params.mockup)
        region = params.region or TextRegion(x=0, y=0, width=image.shape[1], height=image.shape[0])
        part = cut(image, Box(region.x, region.y, region.width, region.height))
        runs = await asyncio.to_thread(self._context.read_text, part)
        lines = [_line(run, region.x, region.y) for run in runs]
        return text_result(
            json.dumps(lines, ensure_ascii=False),
            f"Read {len(lines)} line{'' if len(lines) == 1 else 's'} of text",
        )


def _line(run: TextRun, left: int, top: int) -> list[str | int]:
    colour = "#{:02x}{:02x}{:02x}".format(*run.colour)
    ink = run.ink
    return [run.text, ink.x + left, ink.y + top, ink.width, ink.height, colour]
