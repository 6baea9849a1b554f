"""write_file: create or replace a file."""

import asyncio
from typing import ClassVar

from pydantic import Field

from webapp.studio.events import TextPart
from webapp.studio.values import line_count
from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of


class WriteFileParams(Params):
    path: str = Field(description="relative path, for example index.html or css/style.css")
    content: str = Field(description="the whole file")


class WriteFile(ContextTool):
    name = "write_file"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = WriteFileParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, WriteFileParams)
        data = params.content.encode()
        written = await asyncio.to_thread(self._context.write, params.path, data)
        lines = line_count(len(params.content.splitlines()))
        return ToolResult(
            (TextPart(text=f"Wrote {written.file.path}: {lines}, {len(data)} bytes."),),
            for_ui=f"Wrote {written.file.path}, {lines}",
            events=(written,),
        )
