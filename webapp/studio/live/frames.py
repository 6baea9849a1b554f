"""What travels over the websocket of a run. Part of the contract, as `events.py` is."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from webapp.studio.events import Envelope, Event, Value


class EventFrame(Value):
    kind: Literal["event"] = "event"
    envelope: Envelope


class DeltaFrame(Value):
    """Work in progress that came after event `after_seq`; not stored, never replayed."""

    kind: Literal["delta"] = "delta"
    after_seq: int
    agent: str = "main"
    event: Event


class CaughtUpFrame(Value):
    """Sent once, when everything stored at connection time has been replayed."""

    kind: Literal["caught_up"] = "caught_up"
    seq: int


class QueuedFrame(Value):
    """Sent while the run waits for a worker, whenever its position changes."""

    kind: Literal["queued"] = "queued"
    position: int = Field(ge=1)


class RunChangedFrame(Value):
    """Something of the run's row has changed that no event tells: words that wait, a wish to pause.
    Read the run again."""

    kind: Literal["run_changed"] = "run_changed"


class ErrorFrame(Value):
    """The last frame before the server closes the socket for a reason a person can act on."""

    kind: Literal["error"] = "error"
    code: str
    message: str
    hint: str


Frame = Annotated[
    EventFrame | DeltaFrame | CaughtUpFrame | QueuedFrame | RunChangedFrame | ErrorFrame,
    Field(discriminator="kind"),
]
frame_adapter: TypeAdapter[Frame] = TypeAdapter(Frame)
