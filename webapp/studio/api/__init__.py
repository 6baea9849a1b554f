"""The HTTP API. Interactive documentation is at /api/docs.

Every error is {"code", "message", "hint"}. There are no cookies; a write is refused unless the
browser says that it is from this origin, or a program on this machine sends it. Live progress is at
the websocket /ws/runs/<id>?after=N.
"""

from django.conf import settings
from ninja import NinjaAPI

import webapp
from webapp.studio import messages, queries, schemas
from webapp.studio.api import (
    arenas,
    endpoints,
    exports,
    pictures,
    projects,
    recordings,
    references,
    revisions,
    runs,
    shares,
)
from webapp.studio.api.http import Request
from webapp.studio.catalog import options
from webapp.studio.catalog.presets import PRESETS
from webapp.studio.commands import EXAMPLES
from webapp.studio.error_handlers import add_exception_handlers
from webapp.studio.messages import Problem
from webapp.studio.uploads.examples import examples
from webapp.studio.uploads.images import FORMATS
from webapp.studio.uploads.references import KINDS

api = NinjaAPI(title="Mockwright", version=webapp.__version__, description=__doc__ or "")
add_exception_handlers(api)


@api.get("/config", response=schemas.Config, tags=["start"])
def get_config(request: Request) -> schemas.Config:
    """Limits, stacks, models, examples, and the text of every error code."""
    limits, references = settings.LIMITS, settings.REFERENCE_LIMITS
    endpoints = queries.model_endpoints(request.user)
    return schemas.Config(
        version=webapp.__version__,
        limits=schemas.UploadLimits(
            max_images=limits.count,
            max_bytes=limits.bytes,
            max_side=limits.side,
            formats=FORMATS,
        ),
        references=schemas.ReferenceLimits(
            max_texts=references.count,
            max_text_bytes=references.text_bytes,
            max_base_bytes=references.site.packed_bytes,
            kinds=KINDS,
        ),
        recordings=schemas.RecordingLimits(
            max_bytes=settings.RECORDING_LIMITS.bytes,
            part_bytes=settings.RECORDING_LIMITS.part_bytes,
            max_seconds=settings.RECORDING_LIMITS.seconds,
        ),
        stacks=options.stacks(),
        models=queries.model_options(request.user, with_tests=settings.TEST_MODELS),
        default_model=options.default_model(endpoints),
        commands=EXAMPLES,
        presets=PRESETS,
        examples=examples(),
        preview_origin=settings.PREVIEW_ORIGIN,
        messages={
            code: Problem(code=code, message=message.text, hint=message.hint)
            for code, message in messages.MESSAGES.items()
        },
    )


for part in (
    *(endpoints, pictures, recordings, references, projects, runs, revisions, exports, shares),
    arenas,
):
    api.add_router("", part.router)
