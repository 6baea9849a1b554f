"""read_file: lines of a text file, numbered."""

import asyncio
from typing import ClassVar

from pydantic import Field

from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of, text_result


class ReadFileParams(Params):
    path: str = Field(description="relative path of a text file")
    first_line: int = Field(default=1, ge=1)
    last_line: int | None = Field(default=None, ge=1, description="included; left out: to the end")


class ReadFile(ContextTool):
    name = "read_file"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = ReadFileParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, ReadFileParams)
        text = await asyncio.to_thread(self._context.workspace.read_text, params.path)
        lines = text.splitlines()
        shown = lines[params.first_line - 1 : params.last_line]
        numbered = "\n".join(f"{params.first_line + at}\t{line}" for at, line in enumerate(shown))
        return text_result(
            f"{params.path}, {len(lines)} lines:\n{numbered}",
            f"Read {params.path}, {len(shown)} lines",
        )
