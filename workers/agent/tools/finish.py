"""finish: the model says that the task is done."""

from typing import ClassVar

from pydantic import Field

from webapp.studio.events import TextPart
from workers.agent.protocols import Params, ToolResult
from workers.agent.runner import failed
from workers.agent.tools.context import ContextTool, description_of
from workers.agent.transcript import FINISH


class FinishParams(Params):
    summary: str = Field(default="", description="one or two sentences for the person")
    revision: int | None = Field(
        default=None, description="the number of the one to deliver, if it is not the last"
    )


class Finish(ContextTool):
    name = FINISH
    description = description_of(__file__)
    params: ClassVar[type[Params]] = FinishParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, FinishParams)
        pages = dict.fromkeys(self._context.task.pages())
        missing = [page for page in pages if not self._context.workspace.exists(page)]
        if missing:
            return failed(f"Not yet: there is no {' and no '.join(missing)}. Write it first.")
        summary = params.summary.strip()
        return ToolResult((TextPart(text="Done."),), for_ui=summary or "Finished", finished=True)
