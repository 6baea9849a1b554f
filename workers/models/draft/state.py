"""What the draft model believes about each mockup, as a fold over what it has seen."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from workers.agent.protocols import Blobs, Mockup, Task
from workers.drafting.compose import STACKS, Draft
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Frame, Nudge, Perception, paragraphs
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import painted_over, perceive
from workers.drafting.repair.offsets import SeenText, is_shifted, learn_nudges
from workers.drafting.repair.residual import explain_rest
from workers.imaging import Image, decode_png, read_image
from workers.models.draft.observations import Sighting

REMEMBERED = 16  # states, the newest ones
SMALL_GAIN = 0.002  # of score: after a repair that brought less, no other is tried


@dataclass(frozen=True)
class Page:
    """One mockup as it is understood now."""

    mockup: Mockup
    perception: Perception
    nudges: Mapping[int, Nudge] = field(default_factory=dict)

    def tree(self) -> Frame:
        return lay_out(self.perception, self.nudges)


@dataclass(frozen=True)
class State:
    """The pages to write next, and what earlier versions taught.

    `best` and `seen` are the best version so far and what it looked like; `text_only` says that
    only text was repaired since; `done` that repairs no longer pay.
    """

    pages: tuple[Page, ...]
    scores: tuple[float, ...] = ()
    best: tuple[Page, ...] = ()
    seen: Sighting | None = None
    text_only: bool = False
    done: bool = False

    def draft(self, stack: str) -> Draft:
        """The files of this state."""
        trees = [page.tree() for page in self.pages]
        return STACKS[stack](trees, [page.mockup.scale for page in self.pages], css_stack)


_states: OrderedDict[str, State] = OrderedDict()


def state_after(task: Task, seen: list[Sighting], blobs: Blobs) -> State:
    """The state after `seen`, oldest first. Pure; what was computed before is remembered."""
    key = _key(task, seen)
    if key not in _states:
        if seen:
            _states[key] = _advance(state_after(task, seen[:-1], blobs), seen[-1], blobs)
        else:
            _states[key] = State(tuple(_first(mockup) for mockup in task.mockups))
        while len(_states) > REMEMBERED:
            _states.popitem(last=False)
    _states.move_to_end(key)
    return _states[key]


def _key(task: Task, seen: list[Sighting]) -> str:
    digest = sha256()
    for mockup in task.mockups:
        digest.update(f"{mockup.sha256}@{mockup.scale};".encode())
    for sighting in seen:
        digest.update(f"{sighting.screenshots}{sighting.score};".encode())
    return digest.hexdigest()


def _first(mockup: Mockup) -> Page:
    return Page(mockup, perceive(read_image(mockup.path), mockup.scale))


def _advance(state: State, seen: Sighting, blobs: Blobs) -> State:
    """Learn from one measured version. A repair that made things worse is taken back, and its
    text part alone tried once."""
    scores = (*state.scores, seen.score)
    gain = seen.score - max(state.scores) if state.scores else 1.0
    if gain > 0 or state.seen is None:
        pages = _repaired(state.pages, seen, blobs, text_only=False)
        return State(pages, scores, state.pages, seen, done=gain < SMALL_GAIN)
    if state.text_only:
        return State(state.best, scores, state.best, state.seen, done=True)
    pages = _repaired(state.best, state.seen, blobs, text_only=True)
    return State(pages, scores, state.best, state.seen, text_only=True)


def _repaired(
    pages: tuple[Page, ...], seen: Sighting, blobs: Blobs, *, text_only: bool
) -> tuple[Page, ...]:
    return tuple(
        _repair(page, decode_png(blobs.get(screenshot)), texts, text_only=text_only)
        for page, screenshot, texts in zip(pages, seen.screenshots, seen.texts, strict=True)
    )


def _repair(page: Page, render: Image, texts: tuple[SeenText, ...], *, text_only: bool) -> Page:
    """The page with its text moved to where the mockup has it and the unexplained explained."""
    image, scale, perception = read_image(page.mockup.path), page.mockup.scale, page.perception
    written = paragraphs(page.tree())
    nudges = learn_nudges(written, texts, page.nudges, image, render, scale)
    if not text_only and not is_shifted(written, texts, scale):
        runs = tuple(run.run for run in perception.runs)
        clean = painted_over(image, runs, perception.text_mask)
        perception = explain_rest(perception, clean, image, render, scale)
    return replace(page, perception=perception, nudges=nudges)


def forget() -> None:
    """Empty the memory: the next state is computed from its transcript alone."""
    _states.clear()
