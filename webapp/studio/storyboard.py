"""A recording as states and actions: what a person sees, corrects, has built and replayed.

recording ─ read ─→ Storyboard ─ person ─→ Storyboard ─ draft ─→ page with handlers
                                               └──────────── replay ─────┴─→ verdicts
"""

from typing import Literal

from pydantic import Field, model_validator

from webapp.studio.values import Fraction, Rect, Sha256, Value

# by the hand of whoever was recorded; `wait`: nobody did anything, the page changed by itself
ActionKind = Literal[
    "click", "hover", "type", "check", "select", "drag", "scroll", "key", "back", "wait"
]
MAX_STATES = 64


class RecordingFacts(Value):
    """The file that a storyboard was read from. `width` and `height` are image pixels as shown,
    after a rotation that the file asks for; `fps` is the mean."""

    sha256: Sha256
    seconds: float = Field(gt=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    fps: float = Field(gt=0)


class State(Value):
    """One settled picture of the recorded page.

    `picture` is the PNG's digest in the store; beside a `states.json` on disk it is
    `states/<id>.png`. `first_seen` and `settled` are seconds into the recording. A picture stitched
    from scrolling is `taller` than the viewport.
    """

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str = Field(min_length=1, max_length=80)
    picture: Sha256
    width: int = Field(gt=0, description="image pixels")
    height: int = Field(gt=0, description="image pixels")
    first_seen: float = Field(ge=0)
    settled: float = Field(ge=0)
    taller: bool = False


class Action(Value):
    """What led from one state to the next. Boxes are CSS pixels of the picture of `from_state`."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    from_state: str
    to_state: str
    kind: ActionKind
    target: Rect | None = Field(
        default=None, description="the element's box; none where the whole page is meant"
    )
    words: str = Field(default="", max_length=300, description="what stands on the element")
    text: str = Field(
        default="", max_length=2000, description="typed, the option chosen, or the key's name"
    )
    to: Rect | None = Field(default=None, description="where a drag ended")
    scroll_by: float = Field(default=0.0, description="CSS pixels, positive is down")
    begins: float = Field(ge=0, description="seconds into the recording")
    seconds: float = Field(ge=0, description="how long the page took to settle")
    confidence: Fraction


class Storyboard(Value):
    """The states in order of their first sight, and the actions in order of time. A state seen
    twice is one state: actions may lead back. `scale` is device pixels a CSS pixel."""

    version: Literal[1] = 1
    recording: RecordingFacts
    scale: float = Field(gt=0)
    states: tuple[State, ...] = Field(min_length=1, max_length=MAX_STATES)
    actions: tuple[Action, ...] = ()

    @model_validator(mode="after")
    def _joined(self) -> "Storyboard":
        known = [state.id for state in self.states]
        named = [action.id for action in self.actions]
        for ids, what in ((known, "state"), (named, "action")):
            twice = sorted({one for one in ids if ids.count(one) > 1})
            if twice:
                raise ValueError(f"two of the {what}s are called {twice[0]}")
        for action in self.actions:
            lost = {action.from_state, action.to_state} - set(known)
            if lost:
                raise ValueError(f"{action.id} joins {sorted(lost)[0]}, which is no state")
        return self

    def state(self, state_id: str) -> State:
        """Raises KeyError where there is none."""
        return {state.id: state for state in self.states}[state_id]


class StepVerdict(Value):
    """One action, done on the generated page. `before` and `after` are scores against the recorded
    states, None where the step could not be done, which `problem` explains in a sentence."""

    action_id: str
    done: bool
    problem: str = ""
    before: Fraction | None = None
    after: Fraction | None = None
    seconds: float | None = Field(default=None, description="until the page had settled")
    picture: Sha256 | None = None


class Replay(Value):
    """The verdicts in the order of the actions."""

    steps: tuple[StepVerdict, ...]
