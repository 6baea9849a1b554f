"""read_file: lines of a text file, numbered."""

import asyncio
from typing import ClassVar

from pydantic import Field

from webapp.studio.values import line_count
from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of, text_result

MOST = 50_000  # characters of one result; a longer file is read in parts


class ReadFileParams(Params):
    path: str = Field(description="relative path of a text file")
    first_line: int = Field(default=1, ge=1)
    first_column: int = Field(default=1, ge=1, description="where to begin in a very long line")
    last_line: int | None = Field(default=None, ge=1, description="included; left out: to the end")


class ReadFile(ContextTool):
    name = "read_file"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = ReadFileParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, ReadFileParams)
        text = await asyncio.to_thread(self._context.text_of, params.path)
        lines = text.splitlines()
        shown, more = _numbered(lines, params)
        head = f"{params.path}, {line_count(len(lines))}{f'; read on from {more}' if more else ''}"
        return text_result(
            f"{head}:\n" + "\n".join(shown), f"Read {params.path}, {line_count(len(shown))}"
        )


def _numbered(lines: list[str], params: ReadFileParams) -> tuple[list[str], str]:
    """The lines asked for with their numbers, as far as they go into one result, and what to ask
    for next: empty where nothing is left. A line is broken only where it is too long by itself."""
    shown: list[str] = []
    left, column = MOST, params.first_column
    asked = lines[params.first_line - 1 : params.last_line]
    for number, line in enumerate(asked, params.first_line):
        mark = f"{number}\t"
        told = f"{mark}{line[column - 1 :]}"
        if len(told) > left and shown:
            return shown, f"first_line {number}"
        if len(told) > left:
            return [told[:left]], f"first_line {number}, first_column {column + left - len(mark)}"
        shown.append(told)
        left -= len(told) + 1
        column = 1
    return shown, ""
