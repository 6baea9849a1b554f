"""inspect_mockup: a part of a mockup at full resolution, or larger."""

import asyncio
from typing import ClassVar

from pydantic import Field

from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of, text_result
from workers.agent.tools.crop import cut
from workers.imaging import Box, Image, encode_png, resample

MAX_SIDE = 2000  # image pixels of the result


class InspectMockupParams(Params):
    mockup: int = Field(default=0, ge=0, description="number of the mockup, from 0")
    x: int = Field(ge=0, description="image pixels, like all sides")
    y: int = Field(ge=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    zoom: float = Field(default=1.0, ge=1.0, le=8.0)


class InspectMockup(ContextTool):
    name = "inspect_mockup"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = InspectMockupParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, InspectMockupParams)
        mockup = await self._context.image(params.mockup)
        part = cut(mockup, Box(params.x, params.y, params.width, params.height))
        png = await asyncio.to_thread(_enlarge, part, params.zoom)
        image = await asyncio.to_thread(self._context.keep, png)
        size = f"{part.shape[1]}×{part.shape[0]}"
        return text_result(
            f"Mockup {params.mockup} at ({params.x}, {params.y}), {size} image pixels, "
            f"shown at {image.width}×{image.height}.",
            f"Looked at {size} px of mockup {params.mockup + 1}",
            image,
        )


def _enlarge(image: Image, zoom: float) -> bytes:
    """PNG of the image, `zoom` times as large but for MAX_SIDE."""
    height, width = image.shape[:2]
    zoom = min(zoom, MAX_SIDE / max(height, width))
    return encode_png(resample(image, max(1, round(width * zoom)), max(1, round(height * zoom))))
