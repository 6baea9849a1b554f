"""deviate: the model tells what is meant to be otherwise than on the mockup."""

from typing import ClassVar

from pydantic import Field

from webapp.studio.events import Deviation, DeviationsDeclared, TextPart
from workers.agent.protocols import Params, ToolResult
from workers.agent.runner import failed
from workers.agent.tools.context import ContextTool, description_of

MOST_OF_A_PAGE = 0.6  # of its area, that one region may take out of the measure


class DeviateParams(Params):
    deviations: tuple[Deviation, ...] = Field(
        max_length=12, description="all that hold from now on; none takes them back"
    )


class Deviate(ContextTool):
    name = "deviate"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = DeviateParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, DeviateParams)
        context = self._context
        task = context.task
        if not (task.prompt.strip() or task.guidelines or context.progress.said):
            return failed("Nobody asked for anything else than the mockup shows.")
        for one in params.deviations:
            if (problem := self._problem(one)) is not None:
                return failed(problem)
        told = "; ".join(one.reason.strip() for one in params.deviations)
        return ToolResult(
            (TextPart(text="Noted: the next comparison leaves that out."),),
            for_ui=f"Not measured: {told}" if told else "All is measured again",
            events=(DeviationsDeclared(deviations=params.deviations),),
        )

    def _problem(self, one: Deviation) -> str | None:
        """Why this cannot be left out. Raises WorkspaceError where there is no such mockup."""
        mockup = self._context.mockup(one.mockup_index)
        if one.region is None:
            return None if one.aspect else f"“{one.reason}” needs an aspect or a region."
        page = mockup.width * mockup.height / mockup.scale**2
        share = one.region.width * one.region.height / page
        if share > MOST_OF_A_PAGE and one.aspect is None:
            return (
                f"The region of “{one.reason}” is {share:.0%} of the page, which leaves nothing "
                "to measure. Name its aspect, or a smaller region."
            )
        return None
