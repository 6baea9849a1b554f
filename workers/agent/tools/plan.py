"""plan: the model tells what it means to do, and how far it is."""

from typing import ClassVar

from pydantic import Field

from webapp.studio.events import PlanStep, PlanUpdated, TextPart
from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of
from workers.agent.transcript import PLAN


class PlanParams(Params):
    steps: tuple[PlanStep, ...] = Field(
        min_length=1, max_length=12, description="the whole plan, in order"
    )


class Plan(ContextTool):
    name = PLAN
    description = description_of(__file__)
    params: ClassVar[type[Params]] = PlanParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, PlanParams)
        done = sum(step.state == "done" for step in params.steps)
        return ToolResult(
            (TextPart(text="Noted."),),
            for_ui=f"Plan: {done} of {len(params.steps)} done",
            events=(PlanUpdated(steps=params.steps),),
        )
