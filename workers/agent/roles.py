"""What each further mockup is to the first, where nobody has said: told from words and pixels."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from webapp.studio.events import MockupChoice
from workers.agent.protocols import Task
from workers.imaging import Image, TextRun, at_css_scale, legible, read_image

FindText = Callable[[Image], tuple[TextRun, ...]]


@dataclass(frozen=True)
class RoleLimits:
    """Shares are of the words of the mockup that has fewer, or of the pixels that both have."""

    width_ratio: float = 1.5  # of CSS widths, from which they are of different windows
    width_words: float = 0.6  # shared, by which they are one page all the same
    same_side: float = 1.1  # ratio of CSS sides up to which the size is the same
    state_words: float = 0.7  # shared, by which it is the same page in another state
    state_pixels: float = 0.9  # alike, by which it is where there are too few words
    least_words: int = 5  # on each, for words to tell
    alike: int = 12  # of 255, that a channel of a pixel may differ


ROLES = RoleLimits()


def with_inferred_roles(task: Task, find_text: FindText) -> Task:
    """The task with a role for every mockup; what a person chose stays.

    Reads text: seconds for each mockup, unless it was read before.
    """
    roles: list[MockupChoice] = ["page"]
    for index, mockup in enumerate(task.mockups[1:], 1):
        if mockup.role == "auto":
            roles.append(role_of(_look(task, 0, find_text), _look(task, index, find_text)))
        else:
            roles.append(mockup.role)
    return task.with_roles(roles)


@dataclass(frozen=True)
class Seen:
    """A mockup at one pixel per CSS pixel, and its words."""

    image: Image
    words: tuple[str, ...]


def role_of(first: Seen, other: Seen, limits: RoleLimits = ROLES) -> MockupChoice:
    """What `other` is to the `first` mockup."""
    shared = _shared_words(first, other, limits)
    (height, width), (other_height, other_width) = first.image.shape[:2], other.image.shape[:2]
    across, down = _ratio(width, other_width), _ratio(height, other_height)
    if across >= limits.width_ratio:
        is_one = shared is not None and shared >= limits.width_words
        return "width" if is_one else "page"
    if across > limits.same_side or down > limits.same_side:
        return "page"
    if shared is not None:
        return "state" if shared >= limits.state_words else "page"
    alike = _alike_pixels(first.image, other.image, limits)
    return "state" if alike >= limits.state_pixels else "page"


def _look(task: Task, index: int, find_text: FindText) -> Seen:
    mockup = task.mockups[index]
    image = read_image(mockup.path)
    texts = (run.text for run in legible(find_text(image)))
    words = tuple(word.casefold() for text in texts for word in text.split())
    return Seen(at_css_scale(image, mockup.scale), words)


def _shared_words(first: Seen, other: Seen, limits: RoleLimits) -> float | None:
    """The share of words that both have; None where there are too few to tell."""
    least = min(len(first.words), len(other.words))
    if least < limits.least_words:
        return None
    return (Counter(first.words) & Counter(other.words)).total() / least


def _alike_pixels(first: Image, other: Image, limits: RoleLimits) -> float:
    height = min(first.shape[0], other.shape[0])
    width = min(first.shape[1], other.shape[1])
    one, two = (image[:height, :width].astype(np.int16) for image in (first, other))
    return float((np.abs(one - two).max(axis=2) <= limits.alike).mean())


def _ratio(one: int, other: int) -> float:
    return max(one, other) / max(1, min(one, other))
