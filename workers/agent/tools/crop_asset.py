"""crop_asset: pictures out of a mockup into files."""

import asyncio
from typing import ClassVar

from pydantic import Field

from webapp.studio.events import FileWritten, TextPart
from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of
from workers.agent.tools.crop import cut, cut_without_text
from workers.agent.workspace import WorkspaceError
from workers.imaging import Box, encode_png


class Crop(Params):
    path: str = Field(description="relative path of the PNG to write, for example assets/logo.png")
    mockup: int = Field(default=0, ge=0, description="number of the mockup, from 0")
    state: str = Field(default="", description="id of a state of the recording, in place of it")
    x: int = Field(ge=0, description="image pixels, like all sides")
    y: int = Field(ge=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    erase_text: bool = Field(default=False, description="paint over text that lies on the picture")


class CropAssetParams(Params):
    crops: tuple[Crop, ...] = Field(min_length=1, max_length=150)


class CropAsset(ContextTool):
    name = "crop_asset"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = CropAssetParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, CropAssetParams)
        pictures = [await self._png(crop) for crop in params.crops]
        written = await asyncio.to_thread(self._write, params.crops, pictures)
        names = ", ".join(event.file.path for event in written)
        count = f"{len(written)} picture{'s' if len(written) > 1 else ''}"
        return ToolResult(
            (TextPart(text=f"Cut {count} out of the mockup: {names}."),),
            for_ui=f"Cut out {count}",
            events=tuple(written),
        )

    async def _png(self, crop: Crop) -> bytes:
        if not crop.path.lower().endswith(".png"):
            raise WorkspaceError(f"{crop.path!r} must end in .png: crops are PNG files.")
        image = await self._context.picture(crop.mockup, crop.state)
        part = cut(image, Box(crop.x, crop.y, crop.width, crop.height))
        if crop.erase_text:
            runs = await asyncio.to_thread(self._context.read_text, image)
            box = Box(crop.x, crop.y, part.shape[1], part.shape[0])
            part = await asyncio.to_thread(cut_without_text, image, runs, box)
        return await asyncio.to_thread(encode_png, part)

    def _write(self, crops: tuple[Crop, ...], pictures: list[bytes]) -> list[FileWritten]:
        return [
            self._context.write(crop.path, png) for crop, png in zip(crops, pictures, strict=True)
        ]
