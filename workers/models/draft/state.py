"""What the draft model believes about each mockup, as a fold over what it has seen."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from workers.agent.protocols import Blobs, Mockup, Task
from workers.compression import without_compression_noise
from workers.drafting.compose import STACKS, PageFiles
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Container, Found, Offsets, Perception, paragraphs
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import painted_over, perceive
from workers.drafting.repair.offsets import Comparison, RenderedText, is_shifted, learn_offsets
from workers.drafting.repair.residual import explain_rest
from workers.imaging import Image, at_css_scale, decode_png, read_image
from workers.models.draft.observations import Observation

REMEMBERED = 16  # states, the newest ones
SMALL_GAIN = 0.002  # of score: after a repair that brought less, or where none can bring more, no
# other is tried


@dataclass(frozen=True)
class PageState:
    """One mockup as it is understood now."""

    mockup: Mockup
    perception: Perception
    offsets: Offsets = field(default_factory=dict)

    def tree(self) -> Container:
        return lay_out(self.perception, self.offsets)


@dataclass(frozen=True)
class State:
    """The pages to write next, and what earlier versions taught.

    `best` and `seen` are the best version so far and what it looked like; `text_only` says that
    only text was repaired since; `done` that repairs no longer pay.
    """

    pages: tuple[PageState, ...]
    scores: tuple[float, ...] = ()
    best: tuple[PageState, ...] = ()
    seen: Observation | None = None
    text_only: bool = False
    done: bool = False

    def draft(self, stack: str) -> PageFiles:
        """The files of this state."""
        trees = [page.tree() for page in self.pages]
        return STACKS[stack](trees, css_stack)


OnFound = Callable[[int, Found], None]  # on which of the mockups, and what

_states: OrderedDict[str, State] = OrderedDict()


def state_after(
    task: Task, seen: list[Observation], blobs: Blobs, on_found: OnFound = lambda _, __: None
) -> State:
    """The state after `seen`, oldest first. Pure; what was computed before is remembered.

    While a first state is made, `on_found` hears what is found on the mockups.
    """
    key = _key(task, seen)
    if key not in _states:
        if seen:
            _states[key] = _advance(state_after(task, seen[:-1], blobs), seen[-1], blobs)
        else:
            pages = (_first(task, index, on_found) for index in range(len(task.mockups)))
            _states[key] = State(tuple(pages))
        while len(_states) > REMEMBERED:
            _states.popitem(last=False)
    _states.move_to_end(key)
    return _states[key]


def _key(task: Task, seen: list[Observation]) -> str:
    digest = sha256()
    for mockup in task.mockups:
        digest.update(f"{mockup.sha256}@{mockup.scale};".encode())
    for observation in seen:
        digest.update(f"{observation.screenshots}{observation.score};".encode())
    return digest.hexdigest()


def _first(task: Task, index: int, on_found: OnFound) -> PageState:
    mockup = task.mockups[index]
    image = read_image(mockup.path)
    return PageState(mockup, perceive(image, mockup.scale, lambda found: on_found(index, found)))


def _advance(state: State, seen: Observation, blobs: Blobs) -> State:
    """Learn from one measured version. A repair that made things worse is taken back, and its
    text part alone tried once."""
    scores = (*state.scores, seen.score)
    gain = seen.score - max(state.scores) if state.scores else 1.0
    if gain > 0 or state.seen is None:
        if min(gain, 1 - seen.score) < SMALL_GAIN:
            return State(state.pages, scores, state.pages, seen, done=True)
        pages = _repaired(state.pages, seen, blobs, text_only=False)
        return State(pages, scores, state.pages, seen)
    if state.text_only:
        return State(state.best, scores, state.best, state.seen, done=True)
    pages = _repaired(state.best, state.seen, blobs, text_only=True)
    return State(pages, scores, state.best, state.seen, text_only=True)


def _repaired(
    pages: tuple[PageState, ...], seen: Observation, blobs: Blobs, *, text_only: bool
) -> tuple[PageState, ...]:
    return tuple(
        _repair(page, decode_png(blobs.get(screenshot)), texts, text_only=text_only)
        for page, screenshot, texts in zip(pages, seen.screenshots, seen.texts, strict=True)
    )


def _repair(
    page: PageState, render: Image, texts: tuple[RenderedText, ...], *, text_only: bool
) -> PageState:
    """The page with its text moved to where the mockup has it and the unexplained explained."""
    scale, perception = page.mockup.scale, page.perception
    image = without_compression_noise(read_image(page.mockup.path))
    written = paragraphs(page.tree())
    offsets = learn_offsets(written, texts, page.offsets, Comparison(image, render, scale))
    if not text_only and not is_shifted(written, texts):
        image, render = at_css_scale(image, scale), at_css_scale(render, scale)
        runs = tuple(run.run for run in perception.runs)
        clean = painted_over(image, runs, perception.text_mask)
        perception = explain_rest(perception, clean, image, render)
    return replace(page, perception=perception, offsets=offsets)
