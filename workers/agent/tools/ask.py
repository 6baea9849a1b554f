"""ask: the model has a question for the person."""

from typing import ClassVar

from pydantic import Field

from webapp.studio.events import TextPart
from workers.agent.protocols import Params, ToolResult
from workers.agent.tools.context import ContextTool, description_of
from workers.agent.transcript import ASK


class AskParams(Params):
    question: str = Field(min_length=1, description="one question, in the person's language")


class Ask(ContextTool):
    name = ASK
    description = description_of(__file__)
    params: ClassVar[type[Params]] = AskParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, AskParams)
        told = TextPart(text="The person reads it now.")
        return ToolResult((told,), for_ui=params.question.strip())
