"""list_states: the recording that the page is made of."""

import asyncio
import json
from typing import ClassVar

from pydantic import Field

from webapp.studio.events import ImagePart
from webapp.studio.storyboard import State, Storyboard
from workers.agent.protocols import Params, ToolResult
from workers.agent.runner import failed
from workers.agent.tools.context import ContextTool, description_of, text_result

MOST_PICTURES = 12  # in one answer


class ListStatesParams(Params):
    state: str | None = Field(default=None, description="id of one state; left out: all of them")


class ListStates(ContextTool):
    name = "list_states"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = ListStatesParams

    async def __call__(self, params: Params) -> ToolResult:
        assert isinstance(params, ListStatesParams)
        storyboard = self._context.task.storyboard
        if storyboard is None:
            return failed("There is no recording.")
        states = [one for one in storyboard.states if params.state in (None, one.id)]
        if not states:
            known = ", ".join(one.id for one in storyboard.states)
            return failed(f"There is no state {params.state!r}; there are {known}.")
        pictures = await asyncio.to_thread(
            lambda: [self._picture(one) for one in states[:MOST_PICTURES]]
        )
        count = f"{len(states)} state{'' if len(states) == 1 else 's'}"
        return text_result(_told(storyboard, states), f"Looked at {count}", *pictures)

    def _picture(self, state: State) -> ImagePart:
        return ImagePart(sha256=state.picture, width=state.width, height=state.height)


def _told(storyboard: Storyboard, states: list[State]) -> str:
    told = {one.id for one in states}
    actions = [
        action.model_dump(exclude_defaults=True, exclude={"confidence"})
        for action in storyboard.actions
        if {action.from_state, action.to_state} & told
    ]
    named = [one.model_dump(include={"id", "name", "width", "height", "taller"}) for one in states]
    report = {"scale": storyboard.scale, "states": named, "actions": actions}
    return json.dumps(report, ensure_ascii=False)
