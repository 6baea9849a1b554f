"""show_revision: a saved revision is looked at again."""

from typing import ClassVar

from pydantic import Field

from webapp.studio.events import TextPart
from webapp.studio.values import percent
from workers.agent.protocols import Params, ToolResult
from workers.agent.runner import failed
from workers.agent.tools.context import ContextTool, description_of


class ShowRevisionParams(Params):
    number: int = Field(ge=1, description="as the comparison that saved it told")


class ShowRevision(ContextTool):
    name = "show_revision"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = ShowRevisionParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, ShowRevisionParams)
        revisions = {one.number: one for one in self._context.progress.revisions}
        one = revisions.get(params.number)
        if one is None:
            there = f"there are 1 to {len(revisions)}" if revisions else "none is saved yet"
            return failed(f"There is no revision {params.number}; {there}.")
        files = ", ".join(file.path for file in one.files)
        text = f"Revision {one.number}: score {one.score.total:.4f}. Its files: {files}."
        return ToolResult(
            (
                *(page.screenshot for page in one.pages),
                *(page.heat_map for page in one.pages),
                TextPart(text=text),
            ),
            for_ui=f"Looked at version {one.number}, {percent(one.score.total)}",
        )
