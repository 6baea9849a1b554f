"""What the API answers with of screen recordings, beside `schemas.py`."""

from datetime import datetime
from typing import Literal

from django.conf import settings
from pydantic import BaseModel

from webapp.studio.errors import MockwrightError
from webapp.studio.messages import Problem, explain
from webapp.studio.recording_models import Recording as Row
from webapp.studio.recording_models import RecordingPicture as PictureRow
from webapp.studio.services.recordings import storyboard_of
from webapp.studio.storyboard import Storyboard

RecordingState = Literal["uploading", "waiting", "reading", "ready", "refused"]


class Recording(BaseModel):
    """A screen recording. `received`: bytes of `size` that are stored, from where the upload goes
    on. `progress`: of the reading, 0 to 1. `version`: of the storyboard, which is there once the
    state is ready. `problem`: why it was refused. `plays_as`: "image" where no player is needed."""

    id: str
    name: str
    size: int
    received: int
    state: RecordingState
    progress: float
    problem: Problem | None
    version: int
    storyboard: Storyboard | None
    plays_as: Literal["video", "image"]
    content_url: str
    created_at: datetime

    @classmethod
    def of(cls, row: Row) -> "Recording":
        refused = MockwrightError(row.error_code, row.error_detail) if row.error_code else None
        return cls(
            id=str(row.id),
            name=row.name,
            size=row.size,
            received=row.received,
            state=row.state,
            progress=row.progress,
            problem=explain(refused) if refused else None,
            version=row.version,
            storyboard=storyboard_of(row),
            plays_as="image" if row.format in {"GIF", "WebP"} else "video",
            content_url=f"{settings.APP_PATH}/api/recordings/{row.id}/content",
            created_at=row.created_at,
        )


class RecordingSummary(BaseModel):
    """A recording of which no project was made yet."""

    id: str
    name: str
    state: RecordingState
    created_at: datetime

    @classmethod
    def of(cls, row: Row) -> "RecordingSummary":
        return cls(id=str(row.id), name=row.name, state=row.state, created_at=row.created_at)


class RecordingPicture(BaseModel):
    """A frame that was stored for a state; `width` and `height` are image pixels."""

    sha256: str
    width: int
    height: int

    @classmethod
    def of(cls, row: PictureRow) -> "RecordingPicture":
        return cls(sha256=row.sha256, width=row.width, height=row.height)
