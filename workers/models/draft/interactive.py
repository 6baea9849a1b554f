"""The draft model's page with its behaviour: the storyboard's states, perceived and compared."""

from workers.agent.protocols import Blobs, Task
from workers.compression import without_compression_noise
from workers.drafting.compose import INTERACTIVE, PageFiles
from workers.drafting.interactions import Scene, plan_pages
from workers.drafting.interactions.scrolling import stitched
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Container
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import at_css_scale, decode_png
from workers.models.draft.state import PageState


def interactive_draft(task: Task, pages: tuple[PageState, ...], blobs: Blobs) -> PageFiles | None:
    """The files of a page that does what was recorded, its first view laid out as in `pages`; None
    where there is no recording, or a stack that is written without behaviour.

    Slow: each state is perceived, which takes seconds.
    """
    board = task.storyboard
    if board is None or not board.actions or task.stack not in INTERACTIVE:
        return None
    pictures = {state.id: decode_png(blobs.get(state.picture)) for state in board.states}
    _, down = stitched(board, pictures)
    scenes = {
        name: Scene(
            name,
            at_css_scale(without_compression_noise(picture), board.scale),
            perceive(picture, board.scale),
            round(down.get(name, 0) / board.scale),
        )
        for name, picture in pictures.items()
    }
    first = board.states[0].id

    def tree_of(state: str) -> Container:
        return pages[0].tree() if state == first else lay_out(scenes[state].perception)

    return INTERACTIVE[task.stack](plan_pages(board, scenes, tree_of), css_stack)
