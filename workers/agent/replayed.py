"""What a storyboard's actions did on a page, measured against the states that were recorded."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from webapp.studio.events import Difference
from webapp.studio.storyboard import Replay, StepVerdict, Storyboard
from workers.agent.protocols import Blobs
from workers.imaging import Image, TextRun, decode_png
from workers.scoring import PageView, compare, view_of_mockup, view_of_render
from workers.shot import Performed, Shot

MATCHES = 0.9  # score from which a state is the recorded one to a person


@dataclass(frozen=True)
class Judged:
    """The verdicts, and of each step what differs after it, dearest first."""

    replay: Replay
    differences: tuple[tuple[Difference, ...], ...]


@dataclass
class Judge:
    """Measures steps against recorded states, each of which is read once."""

    storyboard: Storyboard
    blobs: Blobs
    find_text: Callable[[Image], tuple[TextRun, ...]]
    _views: dict[str, PageView] = field(default_factory=dict)

    async def judge(self, performed: Sequence[Performed]) -> Judged:
        verdicts, differences = [], []
        for step in performed:
            verdict, off = await asyncio.to_thread(self._verdict, step)
            verdicts.append(verdict)
            differences.append(off)
        return Judged(Replay(steps=tuple(verdicts)), tuple(differences))

    def _verdict(self, step: Performed) -> tuple[StepVerdict, tuple[Difference, ...]]:
        action = next(one for one in self.storyboard.actions if one.id == step.action_id)
        before, _ = self._measure(action.from_state, step.before)
        after, off = self._measure(action.to_state, step.after)
        verdict = StepVerdict(
            action_id=action.id,
            done=step.after is not None,
            problem=step.problem,
            before=before,
            after=after,
            seconds=step.seconds,
            picture=None if step.after is None else self.blobs.put(step.after.png),
        )
        return verdict, off

    def _measure(
        self, state: str, shot: Shot | None
    ) -> tuple[float | None, tuple[Difference, ...]]:
        if shot is None:
            return None, ()
        found = compare(self._view(state), view_of_render(shot))
        return found.score.total, found.differences

    def _view(self, state: str) -> PageView:
        if state not in self._views:
            image = decode_png(self.blobs.get(self.storyboard.state(state).picture))
            scale = self.storyboard.scale
            self._views[state] = view_of_mockup(image, scale, self.find_text(image))
        return self._views[state]


def matching(replay: Replay) -> int:
    """How many steps led to the state that they led to when they were recorded."""
    return sum(step.after is not None and step.after >= MATCHES for step in replay.steps)
