"""States: moments that show the same are one, with the clearest picture that they allow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from webapp.studio.storyboard import MAX_STATES, State
from workers.imaging import Box, Image, clip, encode_png, grow
from workers.recording.chain import Link
from workers.recording.cursor import area
from workers.recording.difference import compare
from workers.recording.errors import RecordingRefused
from workers.recording.shift import LongPicture
from workers.recording.steps import Moment, is_same
from workers.recording.tracking import touch

RING = 5.0  # CSS pixels around a cursor that have to agree where the page below is known from


@dataclass(frozen=True)
class Visit:
    """The states that a link leads from and to, and the image pixels that the one it leads from
    had been scrolled by."""

    from_state: str
    to_state: str
    offset: int


@dataclass
class _Known:
    id: str
    moments: list[Moment]
    first_seen: float
    settled: float
    long: LongPicture | None = None
    top: list[Moment] = field(default_factory=list)  # not scrolled


def states_of(
    moments: Sequence[Moment], links: Sequence[Link], store: Callable[[bytes], str]
) -> tuple[tuple[State, ...], tuple[Visit, ...]]:
    """The states in order of their first sight, and a visit for each link. Raises
    RecordingRefused where there are too many."""
    scale = links[0].step.scale if links else 1.0
    ends = [link.before for link in links] + [len(moments) - 1]
    known = [_known(0, moments[: ends[0] + 1])]
    now, offset = known[0], 0
    visits = []
    for number, link in enumerate(links):
        shown = moments[link.after : ends[number + 1] + 1] or [moments[link.after]]
        from_offset, came_from = offset, now
        if link.kind == "scroll":
            offset = _scroll(now, link, moments, shown)
        else:
            now, offset = _find(known, shown, scale), 0
        visits.append(Visit(came_from.id, now.id, from_offset))
    if len(known) > MAX_STATES:
        raise RecordingRefused("recording_too_many_states", f"It has {len(known)}.")
    states = [_state(one, moments, scale, store) for one in known]
    return tuple(states), tuple(visits)


def _known(number: int, shown: Sequence[Moment]) -> _Known:
    settled = max(shown, key=lambda one: one.snapshot.ended - one.snapshot.began).snapshot
    return _Known(
        f"s{number + 1}", list(shown), shown[0].snapshot.began, settled.ended, top=list(shown)
    )


def _find(known: list[_Known], shown: Sequence[Moment], scale: float) -> _Known:
    """The state that is shown; a new one where none was the same."""
    last = shown[-1]
    for one in known:
        for moment in one.moments[-3:]:
            if moment.image.shape == last.image.shape and is_same(moment, last, scale):
                one.moments.extend(shown)
                return one
    known.append(_known(len(known), shown))
    return known[-1]


def _scroll(now: _Known, link: Link, moments: Sequence[Moment], shown: Sequence[Moment]) -> int:
    """Goes on with the long picture; returns by how much it is scrolled now."""
    if now.long is None:
        now.long = LongPicture(without_cursor(moments[link.before], moments, link.step.scale))
    now.long.scroll(without_cursor(shown[-1], moments, link.step.scale), link.step.shift)
    now.moments.extend(shown)
    return now.long.offset


def _state(
    known: _Known, moments: Sequence[Moment], scale: float, store: Callable[[bytes], str]
) -> State:
    if known.long is not None:
        image = known.long.image
    else:
        best = max(known.top, key=lambda one: one.snapshot.ended - one.snapshot.began)
        image = without_cursor(best, moments, scale, known.moments)
    height, width = image.shape[:2]
    return State(
        id=known.id,
        name=f"State {known.id[1:]}",
        picture=store(encode_png(image)),
        width=width,
        height=height,
        first_seen=known.first_seen,
        settled=known.settled,
        taller=known.long is not None and height > len(moments[0].image),
    )


def without_cursor(
    moment: Moment, moments: Sequence[Moment], scale: float, own: Sequence[Moment] = ()
) -> Image:
    """Its picture with the page where the cursor stood, as another moment showed it whose
    surroundings there are the same, its `own` state first; with the cursor where none did."""
    if moment.cursor is None:
        return moment.image
    image = moment.image
    height, width = image.shape[:2]
    hidden = clip(area(moment.cursor, scale), width, height)
    if hidden is None:
        return image
    others = [
        one
        for one in (*own, *sorted(moments, key=lambda one: _apart(one, moment)))
        if one.cursor and not touch(area(one.cursor, scale), hidden)
    ]
    for other in others:
        if other.image.shape == image.shape and _agree(image, other.image, hidden, scale):
            mended = image.copy()
            mended[hidden.slices] = other.image[hidden.slices]
            return np.ascontiguousarray(mended)
    return image


def _apart(one: Moment, other: Moment) -> float:
    return abs(one.snapshot.began - other.snapshot.began)


def _agree(image: Image, other: Image, hidden: Box, scale: float) -> bool:
    around = grow(hidden, round(RING * scale))
    inner = Box(hidden.x - max(0, around.x), hidden.y - max(0, around.y), *_size(hidden))
    here = np.ascontiguousarray(image[around.slices])
    there = np.ascontiguousarray(other[around.slices])
    return not compare(here, there, scale, [inner])


def _size(box: Box) -> tuple[int, int]:
    return box.width, box.height
