"""list_files: what is in the workspace."""

import asyncio
from typing import ClassVar

from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of, text_result


class ListFilesParams(Params):
    pass


class ListFiles(ContextTool):
    name = "list_files"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = ListFilesParams

    async def __call__(self, params: Params) -> ToolResult:
        files = await asyncio.to_thread(self._context.workspace.files)
        listing = "\n".join(f"{file.path}\t{file.size} bytes" for file in files)
        return text_result(listing or "There are no files yet.", f"Listed {len(files)} files")
