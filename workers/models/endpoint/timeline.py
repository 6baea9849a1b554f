"""A recording as a model reads it: its states, and what a person did between them, in words."""

from collections.abc import Iterator

from webapp.studio.storyboard import Action, ActionKind, Storyboard

BEGINNING = (
    "The page was recorded while a person used it. index.html opens as the first state; then it has"
    " to do what follows, in this order. `list_states` shows each state's picture, `replay` does it"
    " all on your page and measures every step."
)
STATE = "{id}: “{name}”{taller}{texts}"
TALLER = ", longer than the window"
TEXTS = ", with {words}"
STEP = "{number}. {done}{words}{more}{place}: {before} → {after}"
UNSURE = 0.6  # confidence below which a guess is called one
UNSURE_SAID = " (a guess)"
DONE: dict[ActionKind, str] = {
    "click": "click",
    "hover": "point at",
    "type": "type into",
    "check": "tick or switch",
    "select": "choose in",
    "drag": "drag",
    "scroll": "scroll",
    "key": "press a key",
    "back": "go back",
    "wait": "nothing: the page changes by itself",
}


def timeline(storyboard: Storyboard) -> str:
    """The states with the words of what was used in each, and the actions in order."""
    states = "\n".join(_states(storyboard))
    steps = "\n".join(_step(number, action) for number, action in enumerate(storyboard.actions, 1))
    return f"{BEGINNING}\n\nStates:\n{states}\n\nWhat was done:\n{steps or 'nothing'}"


def _states(storyboard: Storyboard) -> Iterator[str]:
    for state in storyboard.states:
        words = dict.fromkeys(
            f"“{action.words}”"
            for action in storyboard.actions
            if action.from_state == state.id and action.words
        )
        yield STATE.format(
            id=state.id,
            name=state.name,
            taller=TALLER if state.taller else "",
            texts=TEXTS.format(words=", ".join(words)) if words else "",
        )


def _step(number: int, action: Action) -> str:
    target = action.target
    place = f" at {target.x:g}, {target.y:g}" if target is not None else ""
    unsure = UNSURE_SAID if action.confidence < UNSURE else ""
    return STEP.format(
        number=number,
        done=DONE[action.kind],
        words=f" “{action.words}”" if action.words else "",
        more=_more(action) + unsure,
        place=place,
        before=action.from_state,
        after=action.to_state,
    )


def _more(action: Action) -> str:
    """What belongs to an action of its kind."""
    if action.kind == "scroll":
        return f" by {action.scroll_by:g} px"
    if action.kind == "wait":
        return f" after {action.seconds:g} s"
    if action.to is not None:
        return f" to {action.to.x:g}, {action.to.y:g}"
    return f" “{action.text}”" if action.text else ""
