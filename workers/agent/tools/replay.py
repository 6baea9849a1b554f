"""replay: the recording's actions, done on the page and measured."""

import json
from typing import ClassVar

from webapp.studio.events import ImagePart, ReplayFinished
from workers.agent.protocols import Params, ToolResult
from workers.agent.replayed import Judge, Judged, matching
from workers.agent.runner import failed
from workers.agent.tools.context import ContextTool, ToolContext, description_of, text_result
from workers.shot import PageReplayer

MOST_DIFFERENCES = 6  # told of a step
MOST_PICTURES = 6  # of steps that do not match


class ReplayParams(Params):
    pass


class Replay(ContextTool):
    name = "replay"
    description = description_of(__file__)
    params: ClassVar[type[Params]] = ReplayParams

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._judge: Judge | None = None

    async def __call__(self, params: Params) -> ToolResult:
        context = self._context
        storyboard, revisions = context.task.storyboard, context.progress.revisions
        if storyboard is None:
            return failed("There is no recording to replay.")
        if not revisions or context.progress.is_unsaved():
            return failed("Call `compare` first: a replay is of a revision.")
        if self._judge is None:
            self._judge = Judge(storyboard, context.blobs, context.find_text)
        if not isinstance(context.renderer, PageReplayer):
            return failed("This browser only takes pictures: nothing can be done on a page in it.")
        performed = await context.renderer.replay(context.workspace.root, storyboard)
        judged = await self._judge.judge(performed)
        steps = judged.replay.steps
        result = text_result(
            _report(judged),
            f"{matching(judged.replay)} of {len(steps)} steps match",
            *self._pictures(judged),
        )
        event = ReplayFinished(revision=revisions[-1].number, replay=judged.replay)
        return ToolResult(result.for_model, result.for_ui, events=(event,))

    def _pictures(self, judged: Judged) -> list[ImagePart]:
        """What the page showed after the steps that match least."""
        worst = sorted(
            (one for one in judged.replay.steps if one.picture and (one.after or 0) < 1),
            key=lambda one: one.after or 0,
        )
        pictures = [self._context.blobs.get(one.picture) for one in worst if one.picture]
        return [self._context.keep(png) for png in pictures[:MOST_PICTURES]]


def _report(judged: Judged) -> str:
    steps = [
        {
            **step.model_dump(exclude={"picture"}),
            "differences": [
                {"item": one.item, "kind": one.kind, "expected": one.expected, "got": one.got}
                for one in differences[:MOST_DIFFERENCES]
            ],
        }
        for step, differences in zip(judged.replay.steps, judged.differences, strict=True)
    ]
    return json.dumps(steps, ensure_ascii=False)
