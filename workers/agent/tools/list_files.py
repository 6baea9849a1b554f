"""list_files: what is in the workspace, and what else can be read."""

import asyncio
from typing import ClassVar

from workers.agent.protocols import Params, ToolResult
from workers.agent.references import reference_files
from workers.agent.tools.context import ContextTool, description_of, text_result

GIVEN = "No part of the page, given by the person to be read:"


class ListFilesParams(Params):
    pass


class ListFiles(ContextTool):
    name = "list_files"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = ListFilesParams

    async def __call__(self, params: Params) -> ToolResult:
        files = await asyncio.to_thread(self._context.workspace.files)
        listing = "\n".join(f"{file.path}\t{file.size} bytes" for file in files)
        given = reference_files(self._context.task)
        apart = "".join(f"\n{path}\t{file.size} bytes" for path, file in given.items())
        told = listing or "There are no files yet."
        return text_result(
            f"{told}\n{GIVEN}{apart}" if given else told, f"Listed {len(files)} files"
        )
